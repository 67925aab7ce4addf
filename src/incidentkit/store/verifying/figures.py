"""Whether the figures that are kept, and would be given to whoever asks, are what the facts come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, select

from incidentkit.domain.times import from_micros
from incidentkit.measures.measure import Clock, Measure
from incidentkit.measures.segments import SEGMENTS
from incidentkit.measures.windows import WINDOWS
from incidentkit.store.counted import Span
from incidentkit.store.facts import figures as kept
from incidentkit.store.figures import Question
from incidentkit.store.kept import fresh_cells
from incidentkit.store.verifying.findings import Findings

__all__ = ["Measures", "judge_figures"]

Measures = Callable[[str, Clock], Measure | None]
"""Gives a measure by its name and clock."""


def judge_figures(connection: Connection, tenant: str, measure: Measures, at: datetime, findings: Findings) -> None:
    """Compute every figure anew that is kept and not stale."""
    k = kept.c
    query = select(k.measure, k.zone, k.by, k.segment).distinct().where(k.tenant == tenant)
    for name, zone, by, segment in connection.execute(query.order_by(k.measure, k.zone, k.by, k.segment)).all():
        named, _, clock = name.partition(" ")
        found = measure(named, "working" if clock else "elapsed")
        # What nobody can ask for is given to nobody.
        if found is None or by not in WINDOWS or (segment and segment not in SEGMENTS):
            continue
        question = Question(found, zone, at, by, segment or None, None, None)
        for run in _runs(_spans(connection, tenant, (name, zone, by, segment))):
            for span, words in _wrong(connection, tenant, question, run):
                findings.add("figures", f"{name} {segment} {by} from {span.from_}".replace("  ", " "), words)


def _spans(connection: Connection, tenant: str, of: tuple[str, str, str, str]) -> list[Span]:
    k = kept.c
    same = [column == value for column, value in zip((k.measure, k.zone, k.by, k.segment), of, strict=True)]
    rows = connection.execute(select(k.since, k.until).distinct().where(k.tenant == tenant, *same).order_by(k.since, k.until))
    return [Span(from_micros(row.since), from_micros(row.until), whole=True) for row in rows if row.since < row.until]


def _runs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Spans that meet."""
    run = list(spans[:1])
    for before, span in pairwise(spans):
        if span.from_ != before.until:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _wrong(connection: Connection, tenant: str, question: Question, run: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    try:
        fresh = fresh_cells(connection, tenant, question, run)
    except (ValueError, TypeError):
        yield run[0], "it can't be read"
        return
    if fresh:
        for span, cells in zip(run, question.computed(connection, tenant, run), strict=True):
            if span in fresh and fresh[span] != cells:
                yield span, "it is not what the facts come to"
