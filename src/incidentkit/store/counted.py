"""The subjects that a figure counts, as rows of SQL: which there are, in which span and segment, and what each brings.

The window of a subject is found by halving: a nested CASE over the windows' starts, which every database evaluates in a few
comparisons a row, without a join that a planner could get wrong. What stands at the ends of windows is joined to them, for
there a subject is in many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Table,
    Text,
    and_,
    case,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    values,
)

from incidentkit.domain.times import micros
from incidentkit.measures.measure import AtEnd, Measure
from incidentkit.measures.segments import NOWHERE, Linked, Own, Source
from incidentkit.store.clauses import TICK, clauses_of, literal, matching, own_rows, whole
from incidentkit.store.facts import FACT_TABLES

__all__ = [
    "INVALID",
    "OPEN",
    "VALID",
    "Cut",
    "Span",
    "Subjects",
    "cut_of",
    "hit_of",
    "place_of",
    "rows_in",
    "state_of",
    "subjects_of",
]

VALID, OPEN, INVALID = 0, 1, 2
"""What a row with a duration is: counted, without an end, or with its end before its start."""


@frozen
class Span:
    """One row of the figures to be: its bounds, where it has any; ``whole`` where it is a window that nothing cuts."""

    from_: datetime | None
    until: datetime | None
    whole: bool = False


class Begun:
    """The subjects that began in a span, each in one."""

    def __init__(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> None:
        self.table = FACT_TABLES[f"facts_{measure.facts}"]
        self.tables: FromClause = self.table
        self.span = place_of(self.table.c[measure.when], spans)
        self.amount: ColumnElement[int] = self.table.c[measure.column] if measure.column else whole(0)
        self.clauses = [*own_rows(self.table), *clauses_of(self.table, measure.where), *self._inside(measure, spans, as_of)]

    def _inside(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> Iterator[ColumnElement[bool]]:
        when, start, end = self.table.c[measure.when], spans[0].from_, spans[-1].until
        if start is not None:
            yield when >= literal(start)
        if end is not None:
            yield when < literal(end)
        if measure.passed is not None:
            come = self.table.c[measure.passed] <= literal(as_of)
            yield come if not measure.at_once else or_(come, and_(*clauses_of(self.table, measure.at_once)))


class Standing:
    """The subjects that stand at a span's last instant, each in every span where it does."""

    def __init__(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> None:
        assert measure.at_end is not None, "only what looks at the end stands there"
        self.table = FACT_TABLES[f"facts_{measure.facts}"]
        when, ended = self.table.c[measure.when], self.table.c[measure.at_end.ended]
        ends = _ends(spans, as_of)
        last = ends.c.last
        self.tables: FromClause = self.table.join(ends, and_(when <= last, ended.is_(None) | (ended > last)))
        self.span: ColumnElement[int] = ends.c.span
        self.amount: ColumnElement[int] = ends.c.end - when
        # What is in none of them is left out first: most has long ended.
        earliest, latest = (whole(micros(_last(span, as_of))) for span in (spans[0], spans[-1]))
        ever = [when <= latest, ended.is_(None) | (ended > earliest)]
        own = [*own_rows(self.table), *clauses_of(self.table, measure.where), *ever]
        self.clauses = [*own, ~_paused(self.table, measure.at_end, last)]


def _ends(spans: Sequence[Span], as_of: datetime) -> FromClause:
    """Each span with its last instant, and its end."""
    ends = [min(as_of, as_of if span.until is None else span.until) for span in spans]
    rows = [(i, micros(_last(span, as_of)), micros(end)) for i, (span, end) in enumerate(zip(spans, ends, strict=True))]
    names = column("span", Integer), column("last", BigInteger), column("end", BigInteger)
    return values(*names, name="ends", literal_binds=True).data(rows).cte("ends")


def _last(span: Span, as_of: datetime) -> datetime:
    return as_of if span.until is None or span.until > as_of else span.until - TICK


def _paused(table: Table, at_end: AtEnd, last: ColumnElement[int]) -> ColumnElement[bool]:
    pauses = FACT_TABLES[f"facts_{at_end.pauses}"]
    return exists().where(matching(pauses, table, at_end.subject), pauses.c.since <= last, pauses.c.until > last)


Subjects = Begun | Standing


def subjects_of(measure: Measure, spans: Sequence[Span], as_of: datetime) -> Subjects:
    """The subjects that a measure has in spans that meet."""
    return Begun(measure, spans, as_of) if measure.at_end is None else Standing(measure, spans, as_of)


def rows_in(subjects: Subjects, cut: Cut | None, columns: Sequence[ColumnElement[Any]]) -> Any:
    """The columns of a row for each subject in each span and segment."""
    if cut is None:
        return select(*columns).select_from(subjects.tables).where(*subjects.clauses).subquery().c
    # A way over several tables may reach the same value twice.
    names = [c.label(f"id_{c.name}") for c in subjects.table.primary_key] if cut.twice else []
    query = select(*columns, *names).select_from(cut.tables).where(*subjects.clauses, *cut.clauses)
    return (query.distinct() if cut.twice else query).subquery().c


def place_of(when: ColumnElement[int], spans: Sequence[Span]) -> ColumnElement[int]:
    """The number of the span that a row is in, by halving the spans until one is left."""

    def among(low: int, high: int) -> ColumnElement[int]:
        if high - low == 1:
            return whole(low)
        middle = (low + high) // 2
        return case((when < literal(spans[middle].from_), among(low, middle)), else_=among(middle, high))

    return among(0, len(spans))


def hit_of(table: Table, measure: Measure) -> ColumnElement[int]:
    """What a subject brings to the numerator."""
    if measure.hits is not None:
        return table.c[measure.hits]
    ways = [(clauses_of(table, some), by) for some, by in ((measure.numerator, 1), (measure.against, -1)) if some]
    return case(*((and_(*clauses), whole(by)) for clauses, by in ways), else_=whole(0)) if ways else whole(0)


def state_of(measure: Measure, amount: ColumnElement[int]) -> ColumnElement[int]:
    """Whether a subject is counted, has no end, or has one before its start."""
    if measure.kind == "score":
        return whole(VALID)
    return case((amount.is_(None), whole(OPEN)), (amount < whole(0), whole(INVALID)), else_=whole(VALID))


@frozen
class Cut:
    """What cuts subjects by a segment.

    Args:
        tables: the subjects' with those that have the values.
        value: a subject's, in that row.
        clauses: which of the rows are meant.
        twice: whether a subject may have several rows of one value.
    """

    tables: FromClause
    value: ColumnElement[str]
    clauses: tuple[ColumnElement[bool], ...] = ()
    twice: bool = False


def cut_of(subjects: Subjects, source: Source) -> Cut:
    """What cuts them by the segment that is found there."""
    tables, table, nowhere = subjects.tables, subjects.table, literal_column(f"'{NOWHERE}'", Text)
    if isinstance(source, Own):
        return Cut(tables, func.coalesce(table.c[source.column], nowhere))
    found, clauses = [], []
    for place, linked in enumerate(source):
        tables, value = _reached(tables, table, linked, f"link_{place}")
        found.append(value)
        if len(linked.path) > 1:
            # Nowhere is only who has no value on any way.
            clauses.append(value.is_not(None) | ~_reaches(table, linked))
    return Cut(tables, func.coalesce(*found, nowhere), tuple(clauses), twice=bool(clauses))


def _reached(tables: FromClause, table: FromClause, linked: Linked, name: str) -> tuple[FromClause, ColumnElement[Any]]:
    """The tables, joined along the way to the value where there is one; and that value."""
    for place, (facts, shared) in enumerate(linked.path):
        following = FACT_TABLES[f"facts_{facts}"].alias(f"{name}_{place}")
        on = matching(following, table, shared)
        if linked.without is not None and not place:
            on = and_(on, table.c[linked.without].is_(None))
        tables, table = tables.outerjoin(following, on), following
    return tables, table.c[linked.value]


def _reaches(table: FromClause, linked: Linked) -> ColumnElement[bool]:
    """Whether a subject has any value."""
    (facts, shared), *further = linked.path
    last: FromClause = FACT_TABLES[f"facts_{facts}"].alias("way_0")
    joined, own = last, matching(last, table, shared)
    for place, (name, key) in enumerate(further, start=1):
        following = FACT_TABLES[f"facts_{name}"].alias(f"way_{place}")
        joined, last = joined.join(following, matching(following, last, key)), following
    return exists().select_from(joined).where(own, last.c[linked.value].is_not(None))
