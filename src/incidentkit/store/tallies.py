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
    Text,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    values,
)

from incidentkit.domain.times import from_micros, micros
from incidentkit.measures.conditions import (
    AtLeast,
    Condition,
    Conditions,
    Earlier,
    Either,
    Equals,
    Given,
    Happened,
    Not,
    Repeated,
)
from incidentkit.measures.measure import AtEnd, Measure
from incidentkit.measures.quantiles import TENTHS, interpolated
from incidentkit.measures.segments import NOWHERE, Linked, Own, Source
from incidentkit.store.facts import FACT_TABLES

__all__ = ["TICK", "Cell", "Cells", "Span", "cells", "empty_cell", "first_began", "next_counted"]

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


def next_counted(
    connection: Connection, tenant: str, measure: Measure, spans: Sequence[Span], as_of: datetime
) -> dict[int, int]:
    """When the next subject may begin to count in each span by its place, in microseconds; spans without any are left out."""
    table = FACT_TABLES[f"facts_{measure.facts}"]
    assert measure.passed is not None, "only such measures wait"
    when, passed = table.c[measure.when], table.c[measure.passed]
    found: dict[int, int] = {}
    for first in range(0, len(spans), _WINDOWS_AT_ONCE):
        some = spans[first : first + _WINDOWS_AT_ONCE]
        inside = (when >= _literal(some[0].from_), when < _literal(some[-1].until), passed > _literal(as_of))
        s = select(_place(when, some).label("span"), passed.label("passed")).where(*_own(table), *inside).subquery().c
        query = select(s.span, func.min(s.passed).label("turns")).group_by(s.span)
        rows = connection.execute(query, {"tenant": tenant}, execution_options={"compiled_cache": None})
        found |= {first + row.span: row.turns for row in rows}
    return found


# --- Statements --------------------------------------------------------------------------------------------------


def _statement(measure: Measure, source: Source | None, spans: Sequence[Span], as_of: datetime) -> Select[Any]:
    subjects = _Standing(measure, spans, as_of) if measure.at_end is not None else _Begun(measure, spans, as_of)
    cut = None if source is None else _cut(subjects, source)
    parts: list[ColumnElement[Any]] = [subjects.span.label("span")]
    if cut is not None:
        parts.append(cut.value.label("segment"))
    return (_plain if measure.kind in ("count", "nps", "share") else _ranked)(measure, subjects, cut, parts)


def _rows(subjects: _Begun | _Standing, cut: _Cut | None, columns: Sequence[ColumnElement[Any]]) -> Any:
    """The columns of a row for each subject in each span and segment."""
    if cut is None:
        return select(*columns).select_from(subjects.tables).where(*subjects.clauses).subquery().c
    # A way over several tables may reach the same value twice.
    names = [c.label(f"id_{c.name}") for c in subjects.table.primary_key] if cut.twice else []
    query = select(*columns, *names).select_from(cut.tables).where(*subjects.clauses, *cut.clauses)
    return (query.distinct() if cut.twice else query).subquery().c


class _Begun:
    """The subjects that began in a span, each in one."""

    def __init__(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> None:
        self.table = FACT_TABLES[f"facts_{measure.facts}"]
        self.tables: FromClause = self.table
        self.span = _place(self.table.c[measure.when], spans)
        self.amount: ColumnElement[int] = self.table.c[measure.column] if measure.column else _int(0)
        self.clauses = [*_own(self.table), *_clauses(self.table, measure.where), *self._inside(measure, spans, as_of)]

    def _inside(self, measure: Measure, spans: Sequence[Span], as_of: datetime) -> Iterator[ColumnElement[bool]]:
        when, start, end = self.table.c[measure.when], spans[0].from_, spans[-1].until
        if start is not None:
            yield when >= _literal(start)
        if end is not None:
            yield when < _literal(end)
        if measure.passed is not None:
            come = self.table.c[measure.passed] <= _literal(as_of)
            yield come if not measure.at_once else or_(come, and_(*_clauses(self.table, measure.at_once)))


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
        own = [*_own(self.table), *_clauses(self.table, measure.where), *ever]
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
    return exists().where(_same(pauses, table, at_end.subject), pauses.c.since <= last, pauses.c.until > last)


def _plain(
    measure: Measure, subjects: _Begun | _Standing, cut: _Cut | None, parts: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """Counts, and how many of them meet the numerator; those against it are taken off."""
    table = subjects.table
    own = [table.c[name].label(as_) for name, as_ in ((measure.distinct, "key"), (measure.weight, "weight")) if name]
    s = _rows(subjects, cut, [*parts, hit_of(table, measure).label("hit"), *own])
    among = [s[part.name] for part in parts]
    n = func.count(s.key.distinct()) if measure.distinct else func.sum(s.weight) if measure.weight else func.count()
    return select(*among, _int(_VALID).label("state"), n.label("n"), func.sum(s.hit).label("hits")).group_by(*among)


def hit_of(table: Table, measure: Measure) -> ColumnElement[int]:
    """What a subject brings to the numerator."""
    if measure.hits is not None:
        return table.c[measure.hits]
    ways = [(_clauses(table, some), by) for some, by in ((measure.numerator, 1), (measure.against, -1)) if some]
    return case(*((and_(*clauses), _int(by)) for clauses, by in ways), else_=_int(0)) if ways else _int(0)


def _ranked(
    measure: Measure, subjects: _Begun | _Standing, cut: _Cut | None, parts: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """Counts and sums of the measure's amount by state, and the neighbours of each quantile."""
    claimed = subjects.table.c[measure.claimed] if measure.claimed else _int(0)
    state, amount = _state(measure, subjects.amount), subjects.amount
    s = _rows(subjects, cut, [*parts, state.label("state"), amount.label("amount"), claimed.label("claimed")])
    # Each subject with its place, from 0, among those of its span, segment and state, and how many these are.
    among = [s[part.name] for part in parts] + [s.state]
    rank = func.row_number().over(partition_by=among, order_by=s.amount) - _int(1)
    size = func.count().over(partition_by=among)
    r = select(*among, s.amount, s.claimed, rank.label("rank"), size.label("size")).subquery().c
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
    if measure.kind == "score":
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


@frozen
class _Cut:
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


def _cut(subjects: _Begun | _Standing, source: Source) -> _Cut:
    tables, table, nowhere = subjects.tables, subjects.table, literal_column(f"'{NOWHERE}'", Text)
    if isinstance(source, Own):
        return _Cut(tables, func.coalesce(table.c[source.column], nowhere))
    found, clauses = [], []
    for place, linked in enumerate(source):
        tables, value = _reached(tables, table, linked, f"link_{place}")
        found.append(value)
        if len(linked.path) > 1:
            # Nowhere is only who has no value on any way.
            clauses.append(value.is_not(None) | ~_reaches(table, linked))
    return _Cut(tables, func.coalesce(*found, nowhere), tuple(clauses), twice=bool(clauses))


def _reached(tables: FromClause, table: FromClause, linked: Linked, name: str) -> tuple[FromClause, ColumnElement[Any]]:
    """The tables, joined along the way to the value where there is one; and that value."""
    for place, (facts, shared) in enumerate(linked.path):
        following = FACT_TABLES[f"facts_{facts}"].alias(f"{name}_{place}")
        same = _same(following, table, shared)
        if linked.without is not None and not place:
            same = and_(same, table.c[linked.without].is_(None))
        tables, table = tables.outerjoin(following, same), following
    return tables, table.c[linked.value]


def _reaches(table: FromClause, linked: Linked) -> ColumnElement[bool]:
    """Whether a subject has any value."""
    (facts, shared), *further = linked.path
    last: FromClause = FACT_TABLES[f"facts_{facts}"].alias("way_0")
    joined, same = last, _same(last, table, shared)
    for place, (name, key) in enumerate(further, start=1):
        following = FACT_TABLES[f"facts_{name}"].alias(f"way_{place}")
        joined, last = joined.join(following, _same(following, last, key)), following
    return exists().select_from(joined).where(same, last.c[linked.value].is_not(None))


def _same(one: FromClause, other: FromClause, column: str) -> ColumnElement[bool]:
    return and_(one.c.tenant == other.c.tenant, one.c[column] == other.c[column])


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
    if isinstance(condition, Not):
        return not_(_clause(table, condition.condition))
    if isinstance(condition, Either):
        return or_(*(and_(*_clauses(table, group)) for group in condition.groups))
    if isinstance(condition, Happened):
        return _happened(table, condition)
    if isinstance(condition, Repeated):
        return _repeated(table, condition)
    if isinstance(condition, Earlier):
        return table.c[condition.column] < table.c[condition.than]
    if isinstance(condition, (Equals, AtLeast, Given)):
        return _simple(table, condition)
    other = FACT_TABLES[f"facts_{condition.facts}"]
    return exists().where(_same(other, table, condition.column), *_clauses(other, condition.where))


def _simple(table: FromClause, condition: Equals | AtLeast | Given) -> ColumnElement[bool]:
    own = table.c[condition.column]
    if isinstance(condition, Equals):
        return own == condition.value
    return own >= condition.value if isinstance(condition, AtLeast) else own.is_not(None)


def _happened(table: Table, happened: Happened) -> ColumnElement[bool]:
    """Whether a path leads to such a row."""
    (facts, shared), *further = happened.path
    last: FromClause = FACT_TABLES[f"facts_{facts}"].alias("step_0")
    joined, bounds = last, [_same(last, table, shared)]
    for place, (name, key) in enumerate(further, start=1):
        following = FACT_TABLES[f"facts_{name}"].alias(f"step_{place}")
        joined, last = joined.join(following, _same(following, last, key)), following
    at = last.c[happened.at]
    if happened.since:
        bounds.append(at >= table.c[happened.since])
    if happened.after:
        bounds.append(at > table.c[happened.after])
    if happened.until:
        bounds.append(at <= table.c[happened.until])
    return exists().select_from(joined).where(*bounds, *(_simple(last, each) for each in happened.where))


def _repeated(table: Table, repeated: Repeated) -> ColumnElement[bool]:
    """Whether there is an earlier row like one of a subject's own."""
    facts = FACT_TABLES[f"facts_{repeated.facts}"]
    own, earlier = facts.alias("own"), facts.alias("earlier")
    at, before = own.c[repeated.at], earlier.c[repeated.at]
    like = [_same(earlier, own, column) for column in repeated.same]
    near = [before < at, before >= at - _int(repeated.within // TICK)]
    chosen = [_simple(each, condition) for each in (own, earlier) for condition in repeated.where]
    joined = own.join(earlier, and_(*like, *near))
    return exists().select_from(joined).where(_same(own, table, repeated.subject), *chosen)


# --- Cells -------------------------------------------------------------------------------------------------------


def empty_cell(measure: Measure) -> Cell:
    """What a measure comes to without any subject."""
    return _cell(measure, {})


def _tally(row: RowMapping) -> _Tally:
    # A sum of many big integers is a Decimal in some databases.
    total = int(row.get("whole") or 0) * _SECOND + int(row.get("part") or 0)
    neighbours = {q: (row[f"{q}_lower"], row[f"{q}_upper"]) for q in TENTHS if f"{q}_lower" in row}
    return _Tally(int(row["n"]), total, int(row.get("hits") or 0), int(row.get("claimed") or 0), neighbours)


def _cell(measure: Measure, tallies: _Tallies) -> Cell:
    counted = tallies.get(_VALID, _Tally())
    lasting, unknown = measure.kind == "duration", measure.kind in ("amount", "duration")
    return Cell(
        n=counted.n,
        **_values(measure, counted),
        open=tallies.get(_OPEN, _Tally()).n if unknown else None,
        invalid=tallies.get(_INVALID, _Tally()).n if lasting else None,
        claimed=counted.claimed if measure.claimed else None,
    )


def _values(measure: Measure, tally: _Tally) -> dict[str, float | None]:
    if measure.kind == "count":
        return {"value": tally.n}
    if not tally.n:
        return {"value": None}
    if measure.kind in ("nps", "share"):
        return {"value": (100 if measure.kind == "nps" else 1) * tally.hits / tally.n}
    scale = measure.units
    mean = tally.total / (tally.n * scale)
    quantiles = {q: interpolated(*tally.neighbours[q], tally.n, tenths, scale) for q, tenths in TENTHS.items()}
    return {"value": mean, "mean": mean, **quantiles}
