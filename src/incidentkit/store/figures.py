"""The one executor of measures: what is asked for, the spans of time that it has, and the rows that come of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import asdict, frozen
from sqlalchemy import Connection

from incidentkit.domain.times import Due, instant
from incidentkit.errors import InvalidInput
from incidentkit.measures.catalogue import BUILT_IN
from incidentkit.measures.conditions import columns_of
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.measure import Measure
from incidentkit.measures.segments import NOWHERE, SEGMENTS, SOURCES, Source, segment_of
from incidentkit.measures.windows import WINDOWS, first_instant, windows
from incidentkit.store.clauses import TICK
from incidentkit.store.counted import Span
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.tallies import Cells, cells, empty_cell, first_began

__all__ = ["MOST_ROWS", "Question", "figures", "unknown_columns"]

MOST_ROWS = 200_000
"""More rows than that nobody reads."""


@frozen
class Question:
    """What is asked for: a measure, what it is cut by, and between which bounds.

    Args:
        window: ``day``, ``week``, ``month`` or ``quarter``; None for one span over everything.
        segment: one of the measure's segments; None for all subjects together.
        since, until: in UTC; None for no such bound.
    """

    measure: Measure
    zone: str
    as_of: datetime
    window: str | None
    segment: str | None
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(
        cls,
        measure: Measure | str,
        zone: str,
        as_of: datetime,
        by: str | Sequence[str] | None,
        since: Due | None,
        until: Due | None,
    ) -> Question:
        """The question, checked; the arguments are those of `figures`."""
        chosen = BUILT_IN.named(measure) if isinstance(measure, str) else measure
        window, segment = _cuts(chosen, by)
        start, end = _bound(since, zone, "since"), _bound(until, zone, "until")
        if start is not None and end is not None and start >= end:
            raise InvalidInput("since", "must be before until", got=f"{start.isoformat()} and {end.isoformat()}")
        return cls(chosen, zone, instant(as_of, "as_of"), window, segment, start, end)

    @property
    def source(self) -> Source | None:
        """Where the segments are found."""
        return None if self.segment is None else segment_of(self.measure, self.segment)

    def spans(self, connection: Connection, tenant: str) -> list[Span]:
        """The spans of its rows, in order and without gaps."""
        if self.window is None:
            return [Span(self.since, self.until)]
        start = self.since or first_began(connection, tenant, self.measure)
        if start is None:
            return []
        # Without until, what began at as_of itself still belongs to the window that as_of is in.
        return [self._cut(w.from_, w.until) for w in windows(self.window, self.zone, start, self.until or self.as_of + TICK)]

    def _cut(self, from_: datetime, until: datetime) -> Span:
        start, end = max(from_, self.since or from_), min(until, self.until or until)
        return Span(start, end, whole=(start, end) == (from_, until))

    def computed(self, connection: Connection, tenant: str, spans: Sequence[Span]) -> list[Cells]:
        """What the facts say of spans that meet."""
        return cells(connection, tenant, self.measure, self.source, spans, self.as_of) if spans else []

    @property
    def waits(self) -> bool:
        """Whether a subject may begin to count by mere waiting after its window has ended."""
        return self.measure.passed not in (None, self.measure.when)

    def ended(self, span: Span) -> bool:
        """Whether a span lies in the past."""
        return span.until is not None and span.until <= self.as_of

    def complete(self, span: Span) -> bool:
        """Whether a span has ended, and its figure can't change by waiting."""
        return span.until is not None and span.until + self.measure.maturity <= self.as_of

    def answer(self, spans: Sequence[Span], found: Sequence[Cells]) -> Figures:
        """The figures: a row for each span, or for each span and every segment that any of them has."""
        rows = tuple(self._rows(spans, found))
        m = self.measure
        return Figures(m.name, m.unit, m.definition, self.as_of, rows, m.version, m.title)

    def _rows(self, spans: Sequence[Span], found: Sequence[Cells]) -> Iterator[Row]:
        segments = self._segments(found)
        if len(spans) * len(segments) > MOST_ROWS:
            raise InvalidInput(
                "by",
                f"may give at most {MOST_ROWS:,} rows",
                got=f"{len(spans):,} windows of {len(segments):,} segments",
                next="Shorten the span with since= and until=, or leave one out.",
            )
        nothing = empty_cell(self.measure)
        for span, by_segment in zip(spans, found, strict=True):
            complete = None if span.until is None else self.complete(span)
            for segment in segments:
                cell = by_segment.get(segment, nothing)
                yield Row(span.from_, span.until, segment, **asdict(cell), complete=complete)

    def _segments(self, found: Sequence[Cells]) -> list[str | None]:
        if self.segment is None:
            return [None]
        named = {segment for by_segment in found for segment in by_segment if segment is not None}
        return [*sorted(named - {NOWHERE}), *([NOWHERE] if NOWHERE in named else [])]


def figures(
    connection: Connection,
    tenant: str,
    measure: Measure | str,
    *,
    zone: str,
    as_of: datetime,
    by: str | Sequence[str] | None = None,
    since: Due | None = None,
    until: Due | None = None,
) -> Figures:
    """What ``measure`` comes to over the facts that there are, computed anew.

    Args:
        zone: the shop's; windows, and bounds given as dates, are read in it.
        as_of: the instant that the facts are known at; windows that end later are not complete.
        by: ``day``, ``week``, ``month`` or ``quarter``: a row for each such window, empty ones included, from the first
            subject to ``as_of``; or one of the measure's segments: a row for each of its values; or both, as a sequence.
            None: one row over everything.
        since, until: only subjects that began from ``since`` on and before ``until``. A date stands for its first instant.
            A window that they cut is listed, and counted, as far as it lies inside.

    Raises:
        InvalidInput: an unknown measure, an unknown ``by`` or one that the measure has not, a span that is empty or has too
            many windows, or too many rows.
        TimeError: an instant without a zone.
    """
    question = Question.of(measure, zone, as_of, by, since, until)
    spans = question.spans(connection, tenant)
    return question.answer(spans, question.computed(connection, tenant, spans))


def _cuts(measure: Measure, by: str | Sequence[str] | None) -> tuple[str | None, str | None]:
    """The window and the segment that ``by`` names."""
    given = [] if by is None else [by] if isinstance(by, str) else list(by)
    for name in given:
        if name not in (*WINDOWS, *SEGMENTS):
            raise InvalidInput("by", f"must be one of {', '.join((*WINDOWS, *SEGMENTS))}", got=repr(name)[:40])
    times, segments = [name for name in given if name in WINDOWS], [name for name in given if name in SEGMENTS]
    if len(times) > 1 or len(segments) > 1:
        got = f"{len(given)} of them" if len(given) > 2 else " and ".join(given)
        raise InvalidInput("by", "takes at most one window of time and one segment", got=got, next="Leave one out.")
    for name in segments:
        segment_of(measure, name)
    return (times[0] if times else None), (segments[0] if segments else None)


def _bound(value: Due | None, zone: str, name: str) -> datetime | None:
    return None if value is None else first_instant(value, zone, name)


def unknown_columns(measure: Measure) -> list[str]:
    """What a measure looks at that is not in the record: tables and columns of facts, as they are named."""
    table = FACT_TABLES.get(f"facts_{measure.facts}")
    if table is None or measure.facts not in SOURCES:
        return [f"facts_{measure.facts}"]
    conditions = (*measure.where, *measure.numerator, *measure.against, *measure.at_once)
    own = (measure.when, measure.column, measure.working, measure.claimed, measure.distinct, measure.passed)
    named = {*own, measure.hits, measure.weight, *(column for each in conditions for column in columns_of(each))}
    return sorted(f"facts_{measure.facts}.{column}" for column in named if column is not None and column not in table.c)
