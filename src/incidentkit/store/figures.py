"""The one executor of measures: SQL over the tables of facts.

A measure is one statement, however many windows it has. The window of a subject is found by halving: a nested CASE over
the windows' starts, which every database evaluates in a few comparisons a row, without a join that a planner could get
wrong. Of a duration the database sorts and picks the neighbours of each quantile; what is interpolated is done here, in
whole microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
)

from incidentkit.domain.times import Due, from_micros, instant, micros
from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import AtLeast, Condition, Conditions, Equals, Given
from incidentkit.measures.definitions import measure_named
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.measure import Measure
from incidentkit.measures.quantiles import TENTHS, interpolated
from incidentkit.measures.windows import Window, check_window, first_instant, windows
from incidentkit.store.facts import FACT_TABLES

__all__ = ["figures"]

_SECOND = 1_000_000
_TICK = timedelta(microseconds=1)

# SQLite limits the length of a statement; a thousand windows stay far below.
_WINDOWS_AT_ONCE = 1000

# What a row with a duration is: counted, without an end, or with its end before its start.
_VALID, _OPEN, _INVALID = 0, 1, 2


@frozen
class _Span:
    """One row of the figures to be: its bounds, where it has any."""

    from_: datetime | None
    until: datetime | None


@frozen
class _Tally:
    """What the database says of one span and one state of its subjects."""

    n: int = 0
    total: int = 0
    hits: int = 0
    claimed: int = 0
    neighbours: Mapping[str, tuple[int, int | None]] = {}


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
    """What ``measure`` comes to over the facts that there are.

    Args:
        zone: the shop's; windows, and bounds given as dates, are read in it.
        as_of: the instant that the facts are known at; windows that end later are not complete.
        by: ``day``, ``week``, ``month`` or ``quarter``, also as a sequence of one: a row for each such window, empty ones
            included, from the first subject to ``as_of``. None: one row over everything.
        since, until: only subjects that began from ``since`` on and before ``until``. A date stands for its first instant.
            A window that they cut is listed, and counted, as far as it lies inside.

    Raises:
        InvalidInput: an unknown measure, an unknown ``by``, or a span that is empty or has too many windows.
        TimeError: an instant without a zone.
    """
    chosen = measure_named(measure) if isinstance(measure, str) else measure
    window = _window(by)
    as_of, start, end = instant(as_of, "as_of"), _bound(since, zone, "since"), _bound(until, zone, "until")
    if start is not None and end is not None and start >= end:
        raise InvalidInput("since", "must be before until", got=f"{start.isoformat()} and {end.isoformat()}")
    spans = [_Span(start, end)] if window is None else _spans(connection, tenant, chosen, window, zone, as_of, start, end)
    tallies: dict[tuple[int, int], _Tally] = {}
    for first in range(0, len(spans), _WINDOWS_AT_ONCE):
        tallies |= _tallies(connection, tenant, chosen, spans[first : first + _WINDOWS_AT_ONCE], first)
    rows = tuple(_row(chosen, span, i, tallies, as_of) for i, span in enumerate(spans))
    return Figures(chosen.name, chosen.unit, chosen.definition, as_of, rows)


# --- Spans -------------------------------------------------------------------------------------------------------


def _window(by: str | Sequence[str] | None) -> str | None:
    if by is None or isinstance(by, str):
        return by if by is None else check_window(by)
    if len(by) > 1:
        raise InvalidInput("by", "takes one of day, week, month, quarter", got=f"{len(by)} of them", next="Give one.")
    return check_window(by[0]) if by else None


def _bound(value: Due | None, zone: str, name: str) -> datetime | None:
    return None if value is None else first_instant(value, zone, name)


def _spans(
    connection: Connection,
    tenant: str,
    measure: Measure,
    by: str,
    zone: str,
    as_of: datetime,
    since: datetime | None,
    until: datetime | None,
) -> list[_Span]:
    # Without until, what began at as_of itself still belongs to the window that as_of is in.
    start = since or _first_began(connection, tenant, measure)
    if start is None:
        return []
    return [_cut(w, since, until) for w in windows(by, zone, start, until or as_of + _TICK)]


def _cut(window: Window, since: datetime | None, until: datetime | None) -> _Span:
    return _Span(max(window.from_, since or window.from_), min(window.until, until or window.until))


def _first_began(connection: Connection, tenant: str, measure: Measure) -> datetime | None:
    table = FACT_TABLES[f"facts_{measure.facts}"]
    when = table.c[measure.when]
    first = connection.execute(
        select(when).where(*_own(table), *_clauses(table, measure.where)).order_by(when).limit(1), {"tenant": tenant}
    ).scalar()
    return None if first is None else from_micros(first)


# --- SQL ---------------------------------------------------------------------------------------------------------


def _tallies(
    connection: Connection, tenant: str, measure: Measure, spans: Sequence[_Span], first: int
) -> dict[tuple[int, int], _Tally]:
    statement = (_plain if measure.column is None else _ranked)(measure, spans)
    # The bounds stand in the text, so it would never be found in the cache of compiled statements again.
    found = connection.execute(statement, {"tenant": tenant}, execution_options={"compiled_cache": None}).mappings()
    return {(first + row["span"], row["state"]): _tally(row) for row in found}


def _tally(row: RowMapping) -> _Tally:
    # A sum of many big integers is a Decimal in some databases.
    total = int(row.get("whole") or 0) * _SECOND + int(row.get("part") or 0)
    neighbours = {q: (row[f"{q}_lower"], row[f"{q}_upper"]) for q in TENTHS if f"{q}_lower" in row}
    return _Tally(row["n"], total, int(row.get("hits") or 0), int(row.get("claimed") or 0), neighbours)


def _plain(measure: Measure, spans: Sequence[_Span]) -> Select[Any]:
    """Counts, and how many of them meet the numerator."""
    table = FACT_TABLES[f"facts_{measure.facts}"]
    hit = case((and_(*_clauses(table, measure.numerator)), _int(1)), else_=_int(0)) if measure.numerator else _int(0)
    subjects = select(_place(measure, table, spans).label("span"), hit.label("hit"))
    s = subjects.where(*_inside(measure, table, spans)).subquery().c
    return select(s.span, _int(_VALID).label("state"), func.count().label("n"), func.sum(s.hit).label("hits")).group_by(s.span)


def _ranked(measure: Measure, spans: Sequence[_Span]) -> Select[Any]:
    """Counts and sums of the measure's column by state, and the neighbours of each quantile."""
    r = _ranks(measure, spans).subquery().c
    return select(
        r.span,
        r.state,
        func.count().label("n"),
        # Summed in two parts: ten million durations of two weeks don't fit in 64 bits of microseconds.
        func.sum(r.amount // _int(_SECOND)).label("whole"),
        func.sum(r.amount % _int(_SECOND)).label("part"),
        func.sum(r.claimed).label("claimed"),
        *_neighbours(r),
    ).group_by(r.span, r.state)


def _ranks(measure: Measure, spans: Sequence[_Span]) -> Select[Any]:
    """Each subject with its place, from 0, among those of its span and state, and how many these are."""
    assert measure.column is not None, "only what has a column is ranked"
    table = FACT_TABLES[f"facts_{measure.facts}"]
    amount = table.c[measure.column]
    claimed = table.c[measure.claimed] if measure.claimed else _int(0)
    place = _place(measure, table, spans).label("span")
    subjects = select(place, _state(measure, amount).label("state"), amount.label("amount"), claimed.label("claimed"))
    s = subjects.where(*_inside(measure, table, spans)).subquery().c
    among = [s.span, s.state]
    rank = func.row_number().over(partition_by=among, order_by=s.amount) - _int(1)
    return select(*s, rank.label("rank"), func.count().over(partition_by=among).label("size"))


def _state(measure: Measure, amount: ColumnElement[int]) -> ColumnElement[int]:
    if measure.kind != "duration":
        return _int(_VALID)
    return case((amount.is_(None), _int(_OPEN)), (amount < _int(0), _int(_INVALID)), else_=_int(_VALID))


def _neighbours(r: Any) -> Iterator[ColumnElement[Any]]:
    for name, tenths in TENTHS.items():
        place = (r.size - 1) * _int(tenths) // _int(10)
        yield func.max(case((r.rank == place, r.amount))).label(f"{name}_lower")
        yield func.max(case((r.rank == place + _int(1), r.amount))).label(f"{name}_upper")


def _place(measure: Measure, table: Table, spans: Sequence[_Span]) -> ColumnElement[int]:
    """The number of the span that a row is in, by halving the spans until one is left."""
    when = table.c[measure.when]

    def among(low: int, high: int) -> ColumnElement[int]:
        if high - low == 1:
            return _int(low)
        middle = (low + high) // 2
        return case((when < _literal(spans[middle].from_), among(low, middle)), else_=among(middle, high))

    return among(0, len(spans))


def _inside(measure: Measure, table: Table, spans: Sequence[_Span]) -> list[ColumnElement[bool]]:
    when = table.c[measure.when]
    start, end = spans[0].from_, spans[-1].until
    clauses = [*_own(table), *_clauses(table, measure.where)]
    if start is not None:
        clauses.append(when >= _literal(start))
    if end is not None:
        clauses.append(when < _literal(end))
    return clauses


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
    column = table.c[condition.column]
    if isinstance(condition, Equals):
        return column == condition.value
    if isinstance(condition, AtLeast):
        return column >= condition.value
    if isinstance(condition, Given):
        return column.is_not(None)
    other = FACT_TABLES[f"facts_{condition.facts}"]
    return column.in_(select(other.c[condition.column]).where(*_own(other), *_clauses(other, condition.where)))


# --- Rows --------------------------------------------------------------------------------------------------------


def _row(measure: Measure, span: _Span, i: int, tallies: Mapping[tuple[int, int], _Tally], as_of: datetime) -> Row:
    counted = tallies.get((i, _VALID), _Tally())
    lasting = measure.kind == "duration"
    return Row(
        from_=span.from_,
        until=span.until,
        segment=None,
        n=counted.n,
        **_values(measure, counted),
        open=tallies.get((i, _OPEN), _Tally()).n if lasting else None,
        invalid=tallies.get((i, _INVALID), _Tally()).n if lasting else None,
        claimed=counted.claimed if measure.claimed else None,
        complete=None if span.until is None else span.until + measure.maturity <= as_of,
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
