"""What advice is made of, and what came after it: the history of customers, products and carriers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, exists, func, or_, select

from incidentkit.domain.ids import IncidentId
from incidentkit.domain.times import micros
from incidentkit.learning.advice import CUSTOMER_REACH, CustomerCase
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = [
    "ProductCases",
    "advice_given",
    "carrier_cases",
    "cases_by_product",
    "comparable_orders",
    "customer_cases",
    "incidents_by_type",
    "orders_placed",
    "product_cases",
    "product_exposure",
]

_advice = FACT_TABLES["facts_advice"]
_carriers = FACT_TABLES["facts_order_carriers"]
_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]
_of_incident = FACT_TABLES["facts_incident_products"]
_of_order = FACT_TABLES["facts_order_products"]
_orders = FACT_TABLES["facts_orders"]

_MOST = 1000
_SHOWN = 10
_ON_THE_WAY = ("handover", "transit", "delivery")

ProductCases = dict[tuple[str, str], tuple[int, tuple[IncidentId, ...]]]
"""By product and type: how many cases, and the latest of them."""


# --- What it is made of ------------------------------------------------------------------------------------------


def customer_cases(unit: Unit, customer: str, but: str, at: datetime) -> tuple[CustomerCase, ...]:
    """A customer's cases of late that are not about that order, the latest first."""
    i = _incidents.c
    about = exists().where(_links.c.tenant == i.tenant, _links.c.order_id == but, _links.c.incident_id == i.incident_id)
    since = micros(at - CUSTOMER_REACH)
    mine = (i.tenant == unit.tenant, i.customer == customer, i.detected_at >= since, i.counts == 1, ~about)
    query = select(i.incident_id, i.type, i.open).where(*mine).order_by(i.detected_at.desc(), i.incident_id.desc()).limit(_MOST)
    return tuple(CustomerCase(IncidentId(row[0]), row[1], bool(row[2])) for row in unit.connection.execute(query))


def product_cases(unit: Unit, products: Iterable[str], but: str, since: datetime) -> ProductCases:
    """The cases that are about any of these products and not about that order."""
    p, i = _of_incident.c, _incidents.c
    joined = _of_incident.join(_incidents, and_(i.tenant == p.tenant, i.incident_id == p.incident_id))
    about = exists().where(_links.c.tenant == p.tenant, _links.c.order_id == but, _links.c.incident_id == p.incident_id)
    mine = (p.tenant == unit.tenant, p.product.in_(sorted(products)), p.detected_at >= micros(since), i.counts == 1, ~about)
    query = (
        select(p.product, i.type, p.incident_id)
        .select_from(joined)
        .where(*mine)
        .order_by(p.detected_at.desc(), p.incident_id.desc())
    )
    found: dict[tuple[str, str], list[IncidentId]] = {}
    for product, type_, incident in unit.connection.execute(query):
        found.setdefault((product, type_), []).append(IncidentId(incident))
    return {key: (len(ids), tuple(ids[:_SHOWN])) for key, ids in found.items()}


def product_exposure(unit: Unit, products: Sequence[str], since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """By product: the orders with it that were placed inside, and the units in them."""
    p = _of_order.c
    found: dict[str, tuple[int, int]] = {}
    for start in range(0, len(products), 500):
        some = products[start : start + 500]
        inside = (p.tenant == unit.tenant, p.product.in_(some), p.placed_at >= micros(since), p.placed_at < micros(until))
        query = select(p.product, func.count(), func.sum(p.units)).where(*inside).group_by(p.product)
        found.update({row[0]: (int(row[1]), int(row[2])) for row in unit.connection.execute(query)})
    return found


def orders_placed(unit: Unit, since: datetime) -> int:
    """How many orders were placed since."""
    o = _orders.c
    query = select(func.count()).where(o.tenant == unit.tenant, o.placed_at >= micros(since))
    return int(unit.connection.execute(query).scalar_one())


def incidents_by_type(unit: Unit, since: datetime) -> dict[str, int]:
    """How many incidents that name a product were detected since, by type."""
    i = _incidents.c
    named = exists().where(_of_incident.c.tenant == i.tenant, _of_incident.c.incident_id == i.incident_id)
    mine = (i.tenant == unit.tenant, i.detected_at >= micros(since), i.counts == 1, named)
    rows = unit.connection.execute(select(i.type, func.count()).where(*mine).group_by(i.type))
    return {row[0]: int(row[1]) for row in rows}


def carrier_cases(unit: Unit, since: datetime, until: datetime) -> dict[str, int]:
    """How many incidents that come from the way to the customer were detected inside, by the carrier of their orders."""
    i, k, c = _incidents.c, _links.c, _carriers.c
    joined = _incidents.join(_links, and_(k.tenant == i.tenant, k.incident_id == i.incident_id))
    joined = joined.join(_carriers, and_(c.tenant == k.tenant, c.order_id == k.order_id))
    inside = (i.detected_at >= micros(since), i.detected_at < micros(until))
    mine = (i.tenant == unit.tenant, *inside, i.counts == 1, i.step.in_(_ON_THE_WAY))
    query = select(c.carrier, func.count(i.incident_id.distinct())).select_from(joined).where(*mine).group_by(c.carrier)
    return {row[0]: int(row[1]) for row in unit.connection.execute(query)}


def cases_by_product(
    unit: Unit, type_: str | None, since: datetime, until: datetime, limit: int
) -> tuple[int, list[tuple[str, int]]]:
    """How many products have incidents that were detected inside, and those with the most, each with their number."""
    p, i = _of_incident.c, _incidents.c
    joined = _of_incident.join(_incidents, and_(i.tenant == p.tenant, i.incident_id == p.incident_id))
    inside = (i.tenant == unit.tenant, i.detected_at >= micros(since), i.detected_at < micros(until), i.counts == 1)
    mine = inside if type_ is None else (*inside, i.type == type_)
    counted = func.count()
    grouped = select(p.product, counted.label("n")).select_from(joined).where(*mine).group_by(p.product)
    total = unit.connection.execute(select(func.count()).select_from(grouped.subquery())).scalar_one()
    rows = unit.connection.execute(grouped.order_by(counted.desc(), p.product).limit(limit))
    return int(total), [(row[0], int(row[1])) for row in rows]


# --- What came after it ------------------------------------------------------------------------------------------


def advice_given(unit: Unit, code: str, since: datetime, until: datetime, judged: datetime) -> tuple[int, int, int]:
    """Orders about which it was shown, those of them placed before ``judged``, and of these those with an incident since."""
    a = _advice.c
    inside = (a.tenant == unit.tenant, a.code == code, a.placed_at >= micros(since), a.placed_at < micros(until))
    first = select(a.order_id, a.placed_at, func.min(a.at).label("at")).where(*inside).group_by(a.order_id, a.placed_at)
    shown = first.subquery()
    old = shown.c.placed_at < micros(judged)
    trouble = _trouble(unit.tenant, shown.c.order_id, shown.c.at)
    counts = (func.count(), _sum(old), _sum(and_(old, trouble)))
    row = unit.connection.execute(select(*counts).select_from(shown)).one()
    return int(row[0]), int(row[1] or 0), int(row[2] or 0)


def comparable_orders(unit: Unit, code: str, since: datetime, until: datetime) -> tuple[int, int]:
    """Live orders placed inside for which there was the same reason, and nobody was shown it; and those with an incident."""
    o = _orders.c
    shown = exists().where(_advice.c.tenant == o.tenant, _advice.c.order_id == o.order_id, _advice.c.code == code)
    inside = (o.tenant == unit.tenant, o.placed_at >= micros(since), o.placed_at < micros(until), o.passive == 0)
    trouble = _trouble(unit.tenant, o.order_id, o.placed_at)
    query = select(func.count(), _sum(trouble)).where(*inside, ~shown, _same_reason(unit, code, since, until))
    row = unit.connection.execute(query).one()
    return int(row[0]), int(row[1] or 0)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(cast(condition, Integer))


def _trouble(tenant: str, order: Any, since: Any) -> ColumnElement[bool]:
    i, k = _incidents.alias("trouble"), _links.alias("troubled")
    linked = and_(i.c.tenant == k.c.tenant, i.c.incident_id == k.c.incident_id)
    return exists().where(k.c.tenant == tenant, k.c.order_id == order, linked, i.c.counts == 1, i.c.detected_at > since)


def _same_reason(unit: Unit, code: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    o = _orders.c
    if code.startswith("customer"):
        return _customer_reason(code)
    a = _advice.c
    inside = (a.tenant == unit.tenant, a.code == code, a.placed_at >= micros(since), a.placed_at < micros(until))
    subjects = list(unit.connection.execute(select(a.subject).where(*inside).distinct()).scalars())
    table, column = (_carriers, _carriers.c.carrier) if code == "carrier_trouble" else (_of_order, _of_order.c.product)
    return exists().where(table.c.tenant == o.tenant, table.c.order_id == o.order_id, column.in_(subjects))


def _customer_reason(code: str) -> ColumnElement[bool]:
    """Whether the order's customer had such cases when it was placed."""
    o, i = _orders.c, _incidents.alias("earlier").c
    earlier = and_(i.tenant == o.tenant, i.customer == o.customer, i.detected_at < o.placed_at, i.counts == 1)
    if code == "customer_in_case":
        return exists().where(earlier, or_(i.ended_at.is_(None), i.ended_at > o.placed_at))
    reach = CUSTOMER_REACH // timedelta(microseconds=1)
    repeated = select(i.type).where(earlier, i.detected_at >= o.placed_at - reach).group_by(i.type).having(func.count() >= 2)
    return repeated.correlate(_orders).exists()
