"""Measures as SQL over the tables of facts: what each span of time and each segment comes to.

A measure is one statement, however many windows it has. Of a duration the database sorts and picks the neighbours of each
quantile; what is interpolated is done here, in whole microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, RowMapping, Select, case, func, select

from incidentkit.domain.times import from_micros
from incidentkit.measures.measure import Measure
from incidentkit.measures.quantiles import TENTHS, interpolated
from incidentkit.measures.segments import Source
from incidentkit.store.clauses import clauses_of, literal, own_rows, whole
from incidentkit.store.counted import (
    INVALID,
    OPEN,
    VALID,
    Cut,
    Span,
    Subjects,
    cut_of,
    hit_of,
    place_of,
    rows_in,
    state_of,
    subjects_of,
)
from incidentkit.store.facts import FACT_TABLES

__all__ = ["Cell", "Cells", "cells", "empty_cell", "first_began", "next_counted"]

_SECOND = 1_000_000

# SQLite limits the length of a statement; a thousand windows stay far below.
_WINDOWS_AT_ONCE = 1000


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
    query = select(when).where(*own_rows(table), *clauses_of(table, measure.where)).order_by(when).limit(1)
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
        inside = (when >= literal(some[0].from_), when < literal(some[-1].until), passed > literal(as_of))
        s = select(place_of(when, some).label("span"), passed.label("passed")).where(*own_rows(table), *inside).subquery().c
        query = select(s.span, func.min(s.passed).label("turns")).group_by(s.span)
        rows = connection.execute(query, {"tenant": tenant}, execution_options={"compiled_cache": None})
        found |= {first + row.span: row.turns for row in rows}
    return found


# --- Statements --------------------------------------------------------------------------------------------------


def _statement(measure: Measure, source: Source | None, spans: Sequence[Span], as_of: datetime) -> Select[Any]:
    subjects = subjects_of(measure, spans, as_of)
    cut = None if source is None else cut_of(subjects, source)
    parts: list[ColumnElement[Any]] = [subjects.span.label("span")]
    if cut is not None:
        parts.append(cut.value.label("segment"))
    return (_plain if measure.kind in ("count", "nps", "share") else _ranked)(measure, subjects, cut, parts)


def _plain(measure: Measure, subjects: Subjects, cut: Cut | None, parts: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Counts, and how many of them meet the numerator; those against it are taken off."""
    table = subjects.table
    own = [table.c[name].label(as_) for name, as_ in ((measure.distinct, "key"), (measure.weight, "weight")) if name]
    s = rows_in(subjects, cut, [*parts, hit_of(table, measure).label("hit"), *own])
    among = [s[part.name] for part in parts]
    n = func.count(s.key.distinct()) if measure.distinct else func.sum(s.weight) if measure.weight else func.count()
    return select(*among, whole(VALID).label("state"), n.label("n"), func.sum(s.hit).label("hits")).group_by(*among)


def _ranked(measure: Measure, subjects: Subjects, cut: Cut | None, parts: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Counts and sums of the measure's amount by state, and the neighbours of each quantile."""
    claimed = subjects.table.c[measure.claimed] if measure.claimed else whole(0)
    state, amount = state_of(measure, subjects.amount), subjects.amount
    s = rows_in(subjects, cut, [*parts, state.label("state"), amount.label("amount"), claimed.label("claimed")])
    # Each subject with its place, from 0, among those of its span, segment and state, and how many these are.
    among = [s[part.name] for part in parts] + [s.state]
    rank = func.row_number().over(partition_by=among, order_by=s.amount) - whole(1)
    size = func.count().over(partition_by=among)
    r = select(*among, s.amount, s.claimed, rank.label("rank"), size.label("size")).subquery().c
    groups = [r[part.name] for part in among]
    return select(
        *groups,
        func.count().label("n"),
        # Summed in two parts: ten million durations of two weeks don't fit in 64 bits of microseconds.
        func.sum(r.amount // whole(_SECOND)).label("whole"),
        func.sum(r.amount % whole(_SECOND)).label("part"),
        func.sum(r.claimed).label("claimed"),
        *_neighbours(r),
    ).group_by(*groups)


def _neighbours(r: Any) -> Iterator[ColumnElement[Any]]:
    for name, tenths in TENTHS.items():
        place = (r.size - 1) * whole(tenths) // whole(10)
        yield func.max(case((r.rank == place, r.amount))).label(f"{name}_lower")
        yield func.max(case((r.rank == place + whole(1), r.amount))).label(f"{name}_upper")


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
    counted = tallies.get(VALID, _Tally())
    lasting, unknown = measure.kind == "duration", measure.kind in ("amount", "duration")
    return Cell(
        n=counted.n,
        **_values(measure, counted),
        open=tallies.get(OPEN, _Tally()).n if unknown else None,
        invalid=tallies.get(INVALID, _Tally()).n if lasting else None,
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
