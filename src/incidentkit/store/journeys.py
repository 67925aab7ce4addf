"""Which streams belong to a customer, or to an order, as far as anything was spent on them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, union

from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["streams_of_customer", "streams_of_order"]

_needs = FACT_TABLES["facts_needs"].c
_incidents = FACT_TABLES["facts_incidents"].c
_calls = FACT_TABLES["facts_calls"].c


def streams_of_customer(unit: Unit, customer: str) -> Sequence[str]:
    """The customer's needs, incidents and calls."""
    needs = select(_needs.need_id).where(_needs.tenant == unit.tenant, _needs.customer == customer)
    cases = select(_incidents.incident_id).where(_incidents.tenant == unit.tenant, _incidents.customer == customer)
    calls = select(_calls.call_id).where(_calls.tenant == unit.tenant, _calls.customer == customer)
    return sorted(unit.connection.execute(union(needs, cases, calls)).scalars())


def streams_of_order(unit: Unit, order: str) -> Sequence[str]:
    """Whatever stands on the order's timeline."""
    linked = select(t.links.c.stream).where(t.links.c.tenant == unit.tenant, t.links.c.order_id == order)
    return sorted(unit.connection.execute(linked).scalars())
