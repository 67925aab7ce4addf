"""What the facts say of where incidents come from: counted by the database, and only what stands out is read.

Each question is one statement over the incidents of a span, found by when they were detected. The answers are bounded by
``limit`` and not by the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, Subquery, Text, and_, case, func, literal_column, select

from incidentkit.domain.times import from_micros, micros
from incidentkit.learning.patterns import PatternKind, Seen
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = [
    "KINDS",
    "MOST",
    "Spans",
    "examples",
    "first_order",
    "incidents_in",
    "orders_in",
    "seen_in",
    "steps_before",
    "ways",
    "word",
]

KINDS: tuple[PatternKind, ...] = ("type", "step", "cause", "product", "carrier", "account")

MOST = 2000
"""So many combinations of a kind are looked at closely: those with most incidents."""

_CHUNK = 400

_orders = FACT_TABLES["facts_orders"]
_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]
_products = FACT_TABLES["facts_incident_products"]
_order_products = FACT_TABLES["facts_order_products"]
_carriers = FACT_TABLES["facts_order_carriers"]


@frozen
class Spans:
    """The span that is looked at, and those of the same length before it.

    Args:
        bounds: where each begins, the earliest first, and the end of the last; in UTC.
        team: only incidents that it owns; None for all.
    """

    bounds: tuple[datetime, ...]
    team: str | None = None

    @property
    def since(self) -> datetime:
        """Where the span that is looked at begins."""
        return self.bounds[-2]

    @property
    def until(self) -> datetime:
        """Where it ends."""
        return self.bounds[-1]

    @property
    def earlier(self) -> int:
        """How many spans there are before it."""
        return len(self.bounds) - 2

    def split(self, at: ColumnElement[int]) -> list[ColumnElement[int]]:
        """For each span, how many of the rows are in it."""
        edges = [micros(bound) for bound in self.bounds]
        return [
            func.coalesce(func.sum(case((and_(at >= start, at < end), 1), else_=0)), 0).label(f"span_{i}")
            for i, (start, end) in enumerate(pairwise(edges))
        ]

    def within(self, at: ColumnElement[int], *, all_of_them: bool = True) -> ColumnElement[bool]:
        """Whether a row is in any span, or in the last one."""
        first = self.bounds[0] if all_of_them else self.since
        return and_(at >= micros(first), at < micros(self.until))


def first_order(unit: Unit) -> datetime | None:
    """When the first order of the record was placed; None without any."""
    o = _orders.c
    found = unit.connection.execute(select(func.min(o.placed_at)).where(o.tenant == unit.tenant)).scalar()
    return None if found is None else from_micros(found)


def orders_in(unit: Unit, spans: Spans) -> tuple[int, ...]:
    """Orders placed in each span."""
    o = _orders.c
    query = select(*spans.split(o.placed_at)).where(o.tenant == unit.tenant, spans.within(o.placed_at))
    return tuple(unit.connection.execute(query).one())


def incidents_in(unit: Unit, spans: Spans) -> tuple[int, ...]:
    """Incidents detected in each span."""
    query = select(*spans.split(_incidents.c.detected_at)).where(*_counted(unit, spans))
    return tuple(unit.connection.execute(query).one())


def steps_before(unit: Unit, spans: Spans) -> dict[str, float] | None:
    """Incidents of each step per earlier span; None without any such span."""
    if not spans.earlier:
        return None
    i = _incidents.c
    earlier = and_(i.detected_at >= micros(spans.bounds[0]), i.detected_at < micros(spans.since))
    query = select(word(i.step), func.count()).where(*_counted(unit, spans), earlier).group_by(word(i.step))
    return {step: count / spans.earlier for step, count in unit.connection.execute(query)}


def _counted(unit: Unit, spans: Spans) -> list[ColumnElement[bool]]:
    i = _incidents.c
    own = [] if spans.team is None else [i.owner_team == spans.team]
    return [i.tenant == unit.tenant, i.counts == 1, spans.within(i.detected_at), *own]


def word(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A text, empty where there is none."""
    # In the statement's own text: a server takes two parameters for two values, and would not group by them.
    return func.coalesce(column, literal_column("''", Text))


_Way = tuple[FromClause, ColumnElement[str], bool]
"""Tables, where the value stands in them, and whether an incident may reach one value twice."""


# --- What an incident is about -----------------------------------------------------------------------------------


def ways(kind: str, incidents: Sequence[ColumnElement[bool]], *more: ColumnElement[Any]) -> Subquery:
    """Incidents with each of their products, carriers or accounts, every pair once.

    Args:
        incidents: which ones, by their own rows.
        more: what else of these rows is wanted.
    """
    tables, value, twice = _WAYS[kind]()
    query = select(_incidents.c.incident_id, value.label("segment"), *more).select_from(tables)
    query = query.where(*incidents, value.is_not(None))
    return (query.distinct() if twice else query).subquery()


def _through_products() -> _Way:
    return _joined(_incidents, _products, "incident_id"), _products.c.product, False


def _through_carriers() -> _Way:
    linked = _joined(_incidents, _links, "incident_id")
    same = and_(_carriers.c.tenant == _links.c.tenant, _carriers.c.order_id == _links.c.order_id)
    return linked.join(_carriers, same), _carriers.c.carrier, True


def _through_accounts() -> _Way:
    linked = _joined(_incidents, _links, "incident_id")
    same = and_(_orders.c.tenant == _links.c.tenant, _orders.c.order_id == _links.c.order_id)
    return linked.join(_orders, same), _orders.c.account, True


_WAYS: Mapping[str, Callable[[], _Way]] = {
    "product": _through_products,
    "carrier": _through_carriers,
    "account": _through_accounts,
}


def _joined(one: FromClause, other: FromClause, column: str) -> FromClause:
    return one.join(other, and_(one.c.tenant == other.c.tenant, one.c[column] == other.c[column]))


# --- Patterns ----------------------------------------------------------------------------------------------------


def seen_in(
    unit: Unit, spans: Spans, kind: PatternKind, least: int, placed: tuple[int, ...], limit: int = MOST
) -> tuple[list[Seen], int]:
    """What happened ``least`` times or more in the span, the most frequent first, and how many combinations ever happened.

    Args:
        placed: all orders of each span, as `orders_in` gives them.
        limit: how many at the most.
    """
    grouped, names = _grouped(unit, spans, kind)
    every = grouped.subquery("every")
    found = select(every, func.count().over().label("tried")).subquery("seen")
    now = found.c[f"span_{spans.earlier}"]
    query = select(found).where(now >= least).order_by(now.desc(), *(found.c[name] for name in names)).limit(limit)
    rows = unit.connection.execute(query).mappings().all()
    if not rows:
        return [], int(unit.connection.execute(select(func.count()).select_from(every)).scalar() or 0)
    orders = _orders_of(unit, spans, kind, {row["segment"] for row in rows if "segment" in names}, placed)
    return [_seen(kind, row, spans, orders) for row in rows], rows[0]["tried"]


def _seen(kind: PatternKind, row: RowMapping, spans: Spans, orders: Callable[[str], tuple[int, ...]]) -> Seen:
    counts = [row[f"span_{i}"] for i in range(spans.earlier + 1)]
    segment = row.get("segment", "")
    *earlier, now = orders(segment)
    return Seen(kind, row.get("step", ""), row.get("cause", ""), segment, counts[-1], tuple(counts[:-1]), now, tuple(earlier))


def _grouped(unit: Unit, spans: Spans, kind: PatternKind) -> tuple[Select[Any], list[str]]:
    i, own = _incidents.c, _counted(unit, spans)
    if kind in _WAYS:
        way = ways(kind, own, word(i.step).label("step"), i.detected_at)
        names = ["step", "segment"]
        among = [way.c[name] for name in names]
        return select(*among, *spans.split(way.c.detected_at)).group_by(*among), names
    parts: list[ColumnElement[Any]] = [i.type.label("segment")] if kind == "type" else [word(i.step).label("step")]
    if kind == "cause":
        parts.append(word(i.cause).label("cause"))
    return select(*parts, *spans.split(i.detected_at)).where(*own).group_by(*parts), [part.name for part in parts]


def _orders_of(
    unit: Unit, spans: Spans, kind: str, wanted: set[str], placed: tuple[int, ...]
) -> Callable[[str], tuple[int, ...]]:
    """Orders placed in each span that it could have happened to."""
    if kind not in _EXPOSED:
        return lambda _: placed
    found: dict[str, tuple[int, ...]] = {}
    some = sorted(wanted)
    for start in range(0, len(some), _CHUNK):
        query = _EXPOSED[kind](unit, spans, some[start : start + _CHUNK])
        for value, *counts in unit.connection.execute(query):
            found[value] = tuple(counts)
    none = (0,) * (spans.earlier + 1)
    return lambda value: found.get(value, none)


def _with_product(unit: Unit, spans: Spans, wanted: Sequence[str]) -> Select[Any]:
    p = _order_products.c
    inside = p.tenant == unit.tenant, p.product.in_(wanted), spans.within(p.placed_at)
    return select(p.product, *spans.split(p.placed_at)).where(*inside).group_by(p.product)


def _with_carrier(unit: Unit, spans: Spans, wanted: Sequence[str]) -> Select[Any]:
    o, c = _orders.c, _carriers.c
    tables = _joined(_orders, _carriers, "order_id")
    inside = o.tenant == unit.tenant, c.carrier.in_(wanted), spans.within(o.placed_at)
    return select(c.carrier, *spans.split(o.placed_at)).select_from(tables).where(*inside).group_by(c.carrier)


def _of_account(unit: Unit, spans: Spans, wanted: Sequence[str]) -> Select[Any]:
    o = _orders.c
    inside = o.tenant == unit.tenant, o.account.in_(wanted), spans.within(o.placed_at)
    return select(o.account, *spans.split(o.placed_at)).where(*inside).group_by(o.account)


_EXPOSED: Mapping[str, Callable[[Unit, Spans, Sequence[str]], Select[Any]]] = {
    "product": _with_product,
    "carrier": _with_carrier,
    "account": _of_account,
}


def examples(unit: Unit, spans: Spans, seen: Seen, limit: int = 5) -> tuple[str, ...]:
    """Ids of incidents that were counted for something in the span, the latest first."""
    i = _incidents.c
    own = [*_counted(unit, spans), spans.within(i.detected_at, all_of_them=False)]
    tables: FromClause = _incidents
    if seen.kind == "type":
        own.append(i.type == seen.segment)
    else:
        own.append(word(i.step) == seen.step)
    if seen.kind == "cause":
        own.append(word(i.cause) == seen.cause)
    if seen.kind in _WAYS:
        way = ways(seen.kind, own)
        tables = _incidents.join(way, and_(i.incident_id == way.c.incident_id, way.c.segment == seen.segment))
    query = select(i.incident_id).select_from(tables).where(*own).order_by(i.detected_at.desc(), i.incident_id.desc())
    return tuple(unit.connection.execute(query.limit(limit)).scalars())
