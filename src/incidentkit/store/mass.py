"""Questions about mass incidents: which orders a rule finds, what is still to be covered and done, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import field, frozen
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from incidentkit.domain.incidents import Phase
from incidentkit.domain.mass import OrderRule
from incidentkit.domain.orders import OrderStatus
from incidentkit.domain.pages import Page
from incidentkit.domain.times import Due, micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag, given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = [
    "Standing",
    "cases_of",
    "covered",
    "customers_of",
    "find_mass",
    "left",
    "matching",
    "pending",
    "standing",
    "unknown",
    "waiting",
]

_orders = FACT_TABLES["facts_orders"]
_products = FACT_TABLES["facts_order_products"]
_carriers = FACT_TABLES["facts_order_carriers"]
_mass = FACT_TABLES["facts_mass"]
_listed = FACT_TABLES["facts_mass_orders"]
_masses = FACT_TABLES["facts_mass_incidents"]
_incidents = FACT_TABLES["facts_incidents"]
_costs = FACT_TABLES["facts_costs"]

_AT_ONCE = 500


@frozen
class Standing:
    """How far a mass incident has come, in numbers.

    Args:
        orders: that are affected; ``covered``: of these, in a case.
        cases: one for each customer, more where an earlier one was over; ``phases``: by phase.
        told, offered, accepted, carried_out: cases in which that is so.
        refused: cases for which something that is done for everybody could not be done.
        waiting: cases for which something is still to be done by this.
        cost: what the cases have cost so far, in ten thousandths, by currency.
    """

    orders: int = 0
    covered: int = 0
    cases: int = 0
    phases: Mapping[str, int] = field(factory=dict)
    told: int = 0
    offered: int = 0
    accepted: int = 0
    carried_out: int = 0
    refused: int = 0
    waiting: int = 0
    cost: Mapping[str, int] = field(factory=dict)


# --- Which orders ------------------------------------------------------------------------------------------------


def matching(unit: Unit, rule: OrderRule, most: int) -> list[str]:
    """The orders that a rule finds as they stand now, the earliest first; one more than ``most`` at the most."""
    o = _orders.c
    query = select(o.order_id).where(*_meant(unit, rule)).order_by(o.placed_at, o.order_id).limit(most + 1)
    if rule.product:
        p = _products.c
        same = (p.tenant == o.tenant) & (p.order_id == o.order_id)
        query = query.select_from(_products.join(_orders, same)).where(p.tenant == unit.tenant, p.product == rule.product)
    return list(unit.connection.execute(query).scalars())


def _meant(unit: Unit, rule: OrderRule) -> Iterator[ColumnElement[bool]]:
    o = _orders.c
    yield o.tenant == unit.tenant
    yield o.status != OrderStatus.CANCELLED.value
    if rule.account:
        yield o.account == rule.account
    if rule.placed_since is not None:
        yield o.placed_at >= _micros(rule.placed_since)
    if rule.placed_until is not None:
        yield o.placed_at < _micros(rule.placed_until)
    if rule.undelivered:
        yield o.delivered_at.is_(None)
    if rule.unshipped:
        yield o.status.in_((OrderStatus.PLACED.value, OrderStatus.CONFIRMED.value))
    if rule.carrier:
        c = _carriers.c
        yield exists().where(c.tenant == o.tenant, c.order_id == o.order_id, c.carrier == rule.carrier)


def _micros(at: Due) -> int:
    assert isinstance(at, datetime), "a rule that is asked says instants"
    return micros(at)


def unknown(unit: Unit, orders: Iterable[str]) -> str | None:
    """The first of these orders that is not in the record; None where all are."""
    wanted = list(orders)
    o, known = _orders.c, set[str]()
    for some in _handfuls(wanted):
        known.update(unit.connection.execute(select(o.order_id).where(o.tenant == unit.tenant, o.order_id.in_(some))).scalars())
    return next((order for order in wanted if order not in known), None)


# --- What is still to be done ------------------------------------------------------------------------------------


def pending(unit: Unit, mass: str, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str]]:
    """Affected orders that no case covers, each behind its customer, by whom they are sorted; an empty text for none.

    Args:
        after: the customer and the order that the page before ended with.
    """
    o, m = _orders.c, _listed.c
    customer = func.coalesce(o.customer, "")
    same = (o.tenant == m.tenant) & (o.order_id == m.order_id)
    query = (
        select(customer, m.order_id)
        .select_from(_listed.join(_orders, same))
        .where(m.tenant == unit.tenant, m.mass_id == mass, ~_is_covered())
        .order_by(customer, m.order_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(customer, m.order_id) > tuple_(*after))
    return [(row[0], row[1]) for row in unit.connection.execute(query)]


def _is_covered() -> ColumnElement[bool]:
    c, m = _mass.c, _listed.c
    return exists().where(c.tenant == m.tenant, c.mass_id == m.mass_id, c.order_id == m.order_id)


def left(unit: Unit, mass: str) -> int:
    """How many affected orders no case covers."""
    m = _listed.c
    query = select(func.count()).select_from(_listed).where(m.tenant == unit.tenant, m.mass_id == mass, ~_is_covered())
    return int(unit.connection.execute(query).scalar_one())


def covered(unit: Unit, mass: str, orders: Sequence[str]) -> set[str]:
    """Those of these orders that a case covers."""
    c, found = _mass.c, set[str]()
    for some in _handfuls(orders):
        query = select(c.order_id).where(c.tenant == unit.tenant, c.mass_id == mass, c.order_id.in_(some))
        found.update(unit.connection.execute(query).scalars())
    return found


def cases_of(unit: Unit, mass: str, customers: Sequence[str]) -> dict[str, list[str]]:
    """The cases of some customers in a mass incident, by customer, the earliest first."""
    c, found = _mass.c, dict[str, list[str]]()
    for some in _handfuls([customer for customer in customers if customer]):
        query = select(c.customer, c.incident_id).where(c.tenant == unit.tenant, c.mass_id == mass, c.customer.in_(some))
        for row in unit.connection.execute(query.distinct().order_by(c.incident_id)):
            found.setdefault(row.customer, []).append(row.incident_id)
    return found


def customers_of(unit: Unit, orders: Sequence[str]) -> dict[str, str]:
    """The customer of each of some orders; an empty text for none."""
    o, found = _orders.c, dict[str, str]()
    for some in _handfuls(orders):
        query = select(o.order_id, o.customer).where(o.tenant == unit.tenant, o.order_id.in_(some))
        found.update((row.order_id, row.customer or "") for row in unit.connection.execute(query))
    return found


def waiting(unit: Unit, mass: str, stages: int, after: str, limit: int, *, again: bool = False) -> list[str]:
    """Cases for which something is still to be done by that, in the order in which they began.

    Args:
        stages: how many there are.
        again: also those for which something could not be done.
    """
    c = _mass.c
    query = select(c.incident_id).where(c.tenant == unit.tenant, c.mass_id == mass, _is_waiting(stages, again=again))
    found = query.where(c.incident_id > after).distinct().order_by(c.incident_id).limit(limit)
    return list(unit.connection.execute(found).scalars())


def _is_waiting(stages: int, *, again: bool) -> ColumnElement[bool]:
    c = _mass.c
    # What one that was merged waits for is done for the case that goes on for it.
    alive = or_(c.open == flag(value=True), c.phase == Phase.MERGED.value)
    due = or_(c.stage < stages, c.refused > 0) if again else c.stage < stages
    return and_(alive, due)


# --- How it stands -----------------------------------------------------------------------------------------------


def find_mass(unit: Unit, wanted: Wanted, *, type_: str | None, cause: str | None) -> Page[str]:
    """Ids of mass incidents, the latest first."""
    m = _masses.c
    query = given(select(m.mass_id).where(m.tenant == unit.tenant), (m.type, type_), (m.cause, cause))
    return page_of(unit, wanted, Stretch((m.opened_at, m.mass_id), [query], descending=True)).map(lambda row: str(row[0]))


def standing(unit: Unit, mass: str, stages: int) -> Standing:
    """How far it has come."""
    c = _mass.c
    flags = ("told", "offered", "accepted", "carried_out")
    cases = (
        select(c.incident_id, c.phase, func.count().label("orders"), func.max(c.refused).label("refused"))
        .add_columns(*(func.max(c[name]).label(name) for name in flags))
        .where(c.tenant == unit.tenant, c.mass_id == mass)
        .group_by(c.incident_id, c.phase)
        .subquery()
    )
    sums = [func.sum(cases.c[name]).label(name) for name in ("orders", *flags)]
    refused = func.sum((cases.c.refused > 0).cast(_mass.c.open.type)).label("refused")
    rows = unit.connection.execute(select(cases.c.phase, func.count().label("n"), refused, *sums).group_by(cases.c.phase)).all()
    ids = select(c.incident_id).where(c.tenant == unit.tenant, c.mass_id == mass)
    mine = (c.tenant == unit.tenant, c.mass_id == mass)
    waits = select(func.count(c.incident_id.distinct())).where(*mine, _is_waiting(stages, again=False))
    m = _listed.c
    affected = select(func.count()).select_from(_listed).where(m.tenant == unit.tenant, m.mass_id == mass)
    return Standing(
        orders=int(unit.connection.execute(affected).scalar_one()),
        covered=sum(int(row.orders) for row in rows),
        cases=sum(row.n for row in rows),
        phases={row.phase: row.n for row in sorted(rows, key=lambda row: list(Phase).index(Phase(row.phase)))},
        refused=sum(int(row.refused) for row in rows),
        waiting=int(unit.connection.execute(waits).scalar_one()),
        cost=_cost(unit, ids),
        **{name: sum(int(getattr(row, name)) for row in rows) for name in flags},
    )


def _cost(unit: Unit, cases: Select[Any]) -> dict[str, int]:
    k = _costs.c
    spent = select(k.currency, func.sum(k.cost)).where(k.tenant == unit.tenant, k.incident_id.in_(cases), k.cost.is_not(None))
    return {row[0]: int(row[1]) for row in unit.connection.execute(spent.group_by(k.currency).order_by(k.currency)) if row[0]}


def _handfuls(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
