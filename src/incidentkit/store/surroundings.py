"""An order with everything around it, in three queries: the documents, the events of its timeline, the words."""

from __future__ import annotations

import json
from typing import Any

from attrs import evolve, frozen
from sqlalchemy import literal_column, select

from incidentkit.codec.record import decode_document, text_refs
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.errors import UnknownIdError
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag
from incidentkit.store.reading import streams_of
from incidentkit.store.unit import Unit, event_of

__all__ = ["Surroundings", "surroundings"]


@frozen
class Surroundings:
    """What there is around one order.

    Args:
        states: its account, and everything on its timeline; with the open needs of its customer, whatever they are about.
        events: those of its timeline, in the order of the record.
        customer: who bought, as the vault has them; None for nobody known, or forgotten.
    """

    order: Order
    states: tuple[State, ...]
    events: tuple[Event, ...]
    customer: Customer | None


def surroundings(unit: Unit, order_id: str) -> Surroundings:
    """Everything around an order.

    Raises:
        UnknownIdError: there is no such order.
    """
    rows = unit.connection.execute(_documents(unit.tenant, order_id)).all() if _printable(order_id) else ()
    own = next((row for row in rows if row.stream == order_id and row.kind == "order"), None)
    if own is None:
        raise UnknownIdError("The order", "must be in this record", got=repr(order_id)[:48], next="Look the id up.")
    told = unit.connection.execute(_events(unit.tenant, order_id)).all()
    customer = json.loads(own.document).get("customer")
    said = (*(row.document for row in rows), *(row.data for row in told))
    words = unit.bodies({ref for text in said for ref in text_refs(text)} | ({customer} if customer else set()))
    order = decode_document("order", own.document, words)
    assert isinstance(order, Order), "the order's own row"
    states = tuple(decode_document(row.kind, row.document, words) for row in rows if row is not own)
    in_incident = any(isinstance(state, Incident) and state.open and order_id in state.orders for state in states)
    person = Customer(**json.loads(words[customer])) if customer in words else None
    return Surroundings(evolve(order, in_incident=in_incident), states, tuple(event_of(row, words) for row in told), person)


def _printable(order_id: str) -> bool:
    return isinstance(order_id, str) and order_id.isprintable()


def _documents(tenant: str, order_id: str) -> Any:
    s, o, n = t.streams.c, FACT_TABLES["facts_orders"].c, FACT_TABLES["facts_needs"].c
    own = (o.tenant == tenant, o.order_id == order_id)
    customer, account = (select(column).where(*own).scalar_subquery() for column in (o.customer, o.account))
    theirs = select(n.need_id).where(n.tenant == tenant, n.open == flag(value=True), n.customer == customer)
    named = select(t.names.c.stream).where(t.names.c.tenant == tenant, t.names.c.kind == "account", t.names.c.name == account)
    streams = streams_of(tenant, order_id, theirs, named)
    return select(s.stream, s.kind, s.document).where(s.tenant == tenant, s.stream.in_(streams)).order_by(s.stream)


def _events(tenant: str, order_id: str) -> Any:
    e = t.events.c
    query = select(t.events).where(e.tenant == tenant, e.stream.in_(streams_of(tenant, order_id)))
    # Of a sum, so that no database reads the whole record in its order to find them.
    return query.order_by(e.seq + literal_column("0"))
