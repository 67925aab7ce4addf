"""Whom a rule is about to ask: what they were asked, whether a case of theirs is open, where they can be written to."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from incidentkit.domain.ids import OrderId
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Asked, Respondent
from incidentkit.domain.times import from_micros, micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag
from incidentkit.store.standing import standing_of
from incidentkit.store.unit import Unit

__all__ = ["respondent"]

_asks = FACT_TABLES["facts_asks"]
_orders = FACT_TABLES["facts_orders"]
_incidents = FACT_TABLES["facts_incidents"]

_REMEMBERED = timedelta(days=3_653)
"""The longest rest that settings may ask for."""

_MOST = 200


def respondent(unit: Unit, order: Order, at: datetime) -> Respondent | None:
    """The customer of an order; None where it has none. A bounded number of statements, each by an index."""
    if order.customer is None:
        return None
    return Respondent(
        standing_of(unit, order.customer),
        _in_case(unit, order.customer),
        _ordered_since(unit, order),
        _asked(unit, order.customer, at - _REMEMBERED),
    )


def _in_case(unit: Unit, customer: str) -> bool:
    i = _incidents.c
    query = select(exists().where(i.tenant == unit.tenant, i.customer == customer, i.open == flag(value=True)))
    return bool(unit.connection.execute(query).scalar())


def _ordered_since(unit: Unit, order: Order) -> bool:
    assert order.delivered_at is not None, "only who got their order is asked"
    o = _orders.c
    mine = (o.tenant == unit.tenant, o.customer == order.customer, o.order_id != order.id, o.passive == 0)
    query = select(exists().where(*mine, o.delivered_at > micros(order.delivered_at)))
    return bool(unit.connection.execute(query).scalar())


def _asked(unit: Unit, customer: str, since: datetime) -> tuple[Asked, ...]:
    """What a person was asked, by whomever, whether it reached them or not: the latest of it."""
    a = _asks.c
    mine = (a.tenant == unit.tenant, a.customer == customer, a.asked_at >= micros(since))
    query = select(a.survey, a.asked_at, a.order_id).where(*mine).order_by(a.asked_at.desc()).limit(_MOST)
    rows = unit.connection.execute(query)
    return tuple(
        Asked(row.survey, from_micros(row.asked_at), None if row.order_id is None else OrderId(row.order_id)) for row in rows
    )
