"""Measures as SQL over the tables of facts: what each span of time and each segment comes to.

A measure is one statement, however many windows it has. The window of a subject is found by halving: a nested CASE over
the windows' starts, which every database evaluates in a few comparisons a row, without a join that a planner could get
wrong. What stands at the ends of windows is joined to them, for there a subject is in many. Of a duration the database sorts
and picks the neighbours of each quantile; what is interpolated is done here, in whole microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal_column,
    select,
    values,
)

from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.conditions import AtLeast, Condition, Conditions, Equals, Given
from incidentkit.measures.measure import AtEnd, Measure
from incidentkit.measures.quantiles import TENTHS, interpolated
from incidentkit.measures.segments import NOWHERE, Linked, Own, Source
from incidentkit.store.facts import FACT_TABLES

__all__ = ["TICK", "Cell", "Cells", "Span", "cells", "empty_cell", "first_began"]

TICK = timedelta(microseconds=1)

_SECOND = 1_000_000

# SQLite limits the length of a statement; a thousand windows stay far below.
_WINDOWS_AT_ONCE = 1000

# What a row with a duration is: counted, without an end, or with its end before its start.
_VALID, _OPEN, _INVALID = 0, 1, 2


@frozen
class Span:
    """One row of the figures to be: its bounds, where it has any; ``whole`` where it is a window that nothing cuts."""

    from_: datetime | None
    until: datetime | None
    whole: bool = False


@frozen
class Cell:
    """What a measure comes to in one span and segment, as in a `Row`."""

    n: int
    value: float | None
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    open: int | None = None
    invalid: int | None = None
    claimed: int | None = None


Cells = Mapping[str | None, Cell]
"""The cells of one span by segment: those that have any subject; without segments the one under None."""


@frozen
class _Tally:
    """What the database says of the subjects of one span, segment and state."""

    n: int = 0
    total: int = 0
    hits: int = 0
    claimed: int = 0
    neighbours: Mapping[str, tuple[int, int | None]] = {}


_Tallies = Mapping[int, _Tally]
"""By state."""


def cells(
    connection: Connection, tenant: str, measure: Measure, source: Source | None, spans: Sequence[Span], as_of: datetime
) -> list[Cells]:
    """What the measure comes to in each of the spans, which must meet and be in order.

    Args:
        source: where the segment of a subject is found; None to cut by none.
    """
    found: list[dict[str | None, dict[int, _Tally]]] = [{} for _ in spans]
    for first in range(0, len(spans), _WINDOWS_AT_ONCE):
        some = spans[first : first + _WINDOWS_AT_ONCE]
        statement = _statement(measure, source, some, as_of)
        # The bounds stand in the text, so it would never be found in the cache of compiled statements again.
        rows = connection.execute(statement, {"tenant": tenant}, execution_options={"compiled_cache": None}).mappings()
        for row in rows:
            found[first + row["span"]].setdefault(row.get("segment"), {})[row["state"]] = _tally(row)
    made = [{segment: _cell(measure, tallies) for segment, tallies in by_segment.items()} for by_segment in found]
    return [each or {None: empty_cell(measure)} for each in made] if source is None else list(made)


def first_began(connection: Connection, tenant: str, measure: Measure) -> datetime | None:
    """When the earliest subject of a measure began; None without any."""
    table = FACT_TABLES[f"facts_{measure.facts}"]
    when = table.c[measure.when]
    query = select(when).where(*_own(table), *_clauses(table, measure.where)).order_by(when).limit(1)
    first = connection.execute(query, {"tenant": tenant}).scalar()
    return None if first is None else from_micros(first)


# --- Statements --------------------------------------------------------------------------------------------------


def _statement(measure: Measure, source: Source | None, spans: Sequence[Span], as_of: datetime) -> Select[Any]:
    subjects = _Standing(measure, spans, as_of) if measure.at_end is not None else _Begun(measure, spans, as_of)
    tables, segment = _segmented(subjects, source)
    parts: list[ColumnElement[Any]] = [subjects.span.label("span")]
    if segment is not None:
        parts.append(segment.label("segment"))
    if measure.kind in ("duration", "score"):
        return _ranked(measure, subjects, tables, parts)
    return _plain(measure, subjects, tables, parts)


class _Begun:
    """The subjects that began in a span, each in one. ``own`` is what their rows must meet, apart from any span."""

    def __init__(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> None:
        self.table = FACT_TABLES[f"facts_{measure.facts}"]
        self.tables: FromClause = self.table
        self.span = _place(self.table.c[measure.when], spans)
        self.amount: ColumnElement[int] = self.table.c[measure.column] if measure.column else _int(0)
        self.own = [*_own(self.table), *_clauses(self.table, measure.where), *self._inside(measure, spans, as_of)]
        self.clauses = self.own

    def _inside(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> Iterator[ColumnElement[bool]]:
        when, start, end = self.table.c[measure.when], spans[0].from_, spans[-1].until
        if start is not None:
            yield when >= _literal(start)
        if end is not None:
            yield when < _literal(end)
        if measure.passed:
            yield when <= _literal(as_of)


class _Standing:
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
        earliest, latest = (_int(micros(_last(span, as_of))) for span in (spans[0], spans[-1]))
        ever = [when <= latest, ended.is_(None) | (ended > earliest)]
        self.own = [*_own(self.table), *_clauses(self.table, measure.where), *ever]
        self.clauses = [*self.own, ~_paused(self.table, measure.at_end, last)]


def _ends(spans: Sequence[Span], as_of: datetime) -> FromClause:
    """Each span with its last instant, and its end."""
    ends = [min(as_of, as_of if span.until is None else span.until) for span in spans]
    rows = [(i, micros(_last(span, as_of)), micros(end)) for i, (span, end) in enumerate(zip(spans, ends, strict=True))]
    names = column("span", Integer), column("last", BigInteger), column("end", BigInteger)
    return values(*names, name="ends", literal_binds=True).data(rows).cte("ends")


def _last(span: Span, as_of: datetime) -> datetime:
    return as_of if span.until is None or span.until > as_of else span.until - TICK


def _paused(table: Table, at_end: AtEnd, last: ColumnElement[int]) -> ColumnElement[bool]:
    pauses = FACT_TABLES[f"facts_{at_end.pauses}"].c
    same = and_(pauses.tenant == table.c.tenant, pauses[at_end.subject] == table.c[at_end.subject])
    return exists().where(same, pauses.since <= last, pauses.until > last)


def _plain(measure: Measure, subjects: _Begun | _Standing, tables: FromClause, parts: list[ColumnElement[Any]]) -> Select[Any]:
    """Counts, and how many of them meet the numerator."""
    table = subjects.table
    hit = case((and_(*_clauses(table, measure.numerator)), _int(1)), else_=_int(0)) if measure.numerator else _int(0)
    key = [table.c[measure.distinct].label("key")] if measure.distinct else []
    s = select(*parts, hit.label("hit"), *key).select_from(tables).where(*subjects.clauses).subquery().c
    among = [s[part.name] for part in parts]
    n = func.count(s.key.distinct()) if measure.distinct else func.count()
    return select(*among, _int(_VALID).label("state"), n.label("n"), func.sum(s.hit).label("hits")).group_by(*among)


def _ranked(measure: Measure, subjects: _Begun | _Standing, tables: FromClause, parts: list[ColumnElement[Any]]) -> Select[Any]:
    """Counts and sums of the measure's amount by state, and the neighbours of each quantile."""
    claimed = subjects.table.c[measure.claimed] if measure.claimed else _int(0)
    state, amount = _state(measure, subjects.amount), subjects.amount
    every = [*parts, state.label("state"), amount.label("amount"), claimed.label("claimed")]
    s = select(*every).select_from(tables).where(*subjects.clauses).subquery().c
    # Each subject with its place, from 0, among those of its span, segment and state, and how many these are.
    among = [s[part.name] for part in parts] + [s.state]
    rank = func.row_number().over(partition_by=among, order_by=s.amount) - _int(1)
    r = select(*s, rank.label("rank"), func.count().over(partition_by=among).label("size")).subquery().c
    groups = [r[part.name] for part in among]
    return select(
        *groups,
        func.count().label("n"),
        # Summed in two parts: ten million durations of two weeks don't fit in 64 bits of microseconds.
        func.sum(r.amount // _int(_SECOND)).label("whole"),
        func.sum(r.amount % _int(_SECOND)).label("part"),
        func.sum(r.claimed).label("claimed"),
        *_neighbours(r),
    ).group_by(*groups)


def _state(measure: Measure, amount: ColumnElement[int]) -> ColumnElement[int]:
    if measure.kind != "duration":
        return _int(_VALID)
    return case((amount.is_(None), _int(_OPEN)), (amount < _int(0), _int(_INVALID)), else_=_int(_VALID))


def _neighbours(r: Any) -> Iterator[ColumnElement[Any]]:
    for name, tenths in TENTHS.items():
        place = (r.size - 1) * _int(tenths) // _int(10)
        yield func.max(case((r.rank == place, r.amount))).label(f"{name}_lower")
        yield func.max(case((r.rank == place + _int(1), r.amount))).label(f"{name}_upper")


def _place(when: ColumnElement[int], spans: Sequence[Span]) -> ColumnElement[int]:
    """The number of the span that a row is in, by halving the spans until one is left."""

    def among(low: int, high: int) -> ColumnElement[int]:
        if high - low == 1:
            return _int(low)
        middle = (low + high) // 2
        return case((when < _literal(spans[middle].from_), among(low, middle)), else_=among(middle, high))

    return among(0, len(spans))


# --- Segments ----------------------------------------------------------------------------------------------------


def _segmented(subjects: _Begun | _Standing, source: Source | None) -> tuple[FromClause, ColumnElement[str] | None]:
    """The tables with those that have the segments, and a subject's segment."""
    tables, table = subjects.tables, subjects.table
    if source is None:
        return tables, None
    nowhere: ColumnElement[str] = literal_column(f"'{NOWHERE}'")
    if isinstance(source, Own):
        return tables, func.coalesce(table.c[source.column], nowhere)
    found = []
    for place, linked in enumerate(source):
        key = linked.path[0][1]
        those = select(table.c[key]).where(*subjects.own).correlate(None)
        link = _link(linked, those, f"link_{place}")
        same = and_(link.c.tenant == table.c.tenant, link.c[key] == table.c[key])
        if linked.without is not None:
            same = and_(same, table.c[linked.without].is_(None))
        tables = tables.outerjoin(link, same)
        found.append(link.c[linked.value])
    return tables, func.coalesce(*found, nowhere)


def _link(linked: Linked, those: Select[Any], name: str) -> FromClause:
    """Each subject's key with each of its values, once; of ``those`` where it takes a search."""
    (first, key), *further = linked.path
    start = FACT_TABLES[f"facts_{first}"]
    if not further:
        return start.alias(name)
    joined: FromClause = start
    table = start
    for facts, shared in further:
        following = FACT_TABLES[f"facts_{facts}"]
        joined = joined.join(following, and_(following.c.tenant == table.c.tenant, following.c[shared] == table.c[shared]))
        table = following
    value = table.c[linked.value]
    wanted = [*_own(start), start.c[key].in_(those), value.is_not(None)]
    each = select(start.c.tenant, start.c[key], value).select_from(joined).where(*wanted)
    return each.distinct().subquery(name)


# --- Parts -------------------------------------------------------------------------------------------------------


def _literal(value: datetime | None) -> ColumnElement[int]:
    assert value is not None, "only a single span has no bounds"
    return _int(micros(value))


def _int(value: int) -> ColumnElement[int]:
    # In the text and typed: a database that takes it for another type would not divide in whole numbers.
    return literal_column(str(value), Integer)


def _own(table: Table) -> list[ColumnElement[bool]]:
    return [table.c.tenant == bindparam("tenant")]


def _clauses(table: Table, conditions: Conditions) -> list[ColumnElement[bool]]:
    return [_clause(table, condition) for condition in conditions]


def _clause(table: Table, condition: Condition) -> ColumnElement[bool]:
    own = table.c[condition.column]
    if isinstance(condition, Equals):
        return own == condition.value
    if isinstance(condition, AtLeast):
        return own >= condition.value
    if isinstance(condition, Given):
        return own.is_not(None)
    other = FACT_TABLES[f"facts_{condition.facts}"]
    same = and_(other.c.tenant == table.c.tenant, other.c[condition.column] == own)
    return exists().where(same, *_clauses(other, condition.where))


# --- Cells -------------------------------------------------------------------------------------------------------


def empty_cell(measure: Measure) -> Cell:
    """What a measure comes to without any subject."""
    return _cell(measure, {})


def _tally(row: RowMapping) -> _Tally:
    # A sum of many big integers is a Decimal in some databases.
    total = int(row.get("whole") or 0) * _SECOND + int(row.get("part") or 0)
    neighbours = {q: (row[f"{q}_lower"], row[f"{q}_upper"]) for q in TENTHS if f"{q}_lower" in row}
    return _Tally(row["n"], total, int(row.get("hits") or 0), int(row.get("claimed") or 0), neighbours)


def _cell(measure: Measure, tallies: _Tallies) -> Cell:
    counted = tallies.get(_VALID, _Tally())
    lasting = measure.kind == "duration"
    return Cell(
        n=counted.n,
        **_values(measure, counted),
        open=tallies.get(_OPEN, _Tally()).n if lasting else None,
        invalid=tallies.get(_INVALID, _Tally()).n if lasting else None,
        claimed=counted.claimed if measure.claimed else None,
    )


def _values(measure: Measure, tally: _Tally) -> dict[str, float | None]:
    if measure.kind == "count":
        return {"value": tally.n}
    if not tally.n:
        return {"value": None}
    if measure.kind == "share":
        return {"value": tally.hits / tally.n}
    scale = _SECOND if measure.kind == "duration" else 1
    mean = tally.total / (tally.n * scale)
    quantiles = {q: interpolated(*tally.neighbours[q], tally.n, tenths, scale) for q, tenths in TENTHS.items()}
    return {"value": mean, "mean": mean, **quantiles}
