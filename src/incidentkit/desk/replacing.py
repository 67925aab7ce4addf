"""Orders that are sent instead of others, by a remedy that was agreed."""

from __future__ import annotations

from attrs import evolve

from incidentkit.desk.work import Work
from incidentkit.domain.ids import OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.errors import InvalidInput
from incidentkit.rules import incidents as cases
from incidentkit.rules import orders as rules
from incidentkit.rules.cases import name
from incidentkit.rules.remedies import owed
from incidentkit.rules.replacing import lines_instead, stands_for
from incidentkit.store.unit import Held

__all__ = ["Replaces", "place_instead", "replaces_of", "sent_by"]

Replaces = tuple[str, str, str]
"""What an order is sent for: the order, the case and the remedy, by their ids."""


def replaces_of(value: Replaces) -> Replaces:
    """What was given for it, as such."""
    if not isinstance(value, (tuple, list)) or [type(part) for part in value] != [str] * 3:
        raise InvalidInput("replaces", "is the order, the case and the remedy, by their ids", got=type(value).__name__)
    return value[0], value[1], value[2]


def place_instead(work: Work, replaces: Replaces, new: rules.Placement) -> Held:
    """Place an order that captured nothing instead of units of another; the remedy is carried out by that.

    Args:
        new: of which the lines, the customer and the promise follow from the remedy, where they are not given.
    """
    order_id, incident_id, remedy_id = replaces
    order, incident = work.order(order_id), work.incident(incident_id)
    remedy = owed(incident, remedy_id, "carry_out")
    if (remedy.order or next(iter(incident.orders), None)) != order.id:
        raise InvalidInput(name(incident), f"{remedy_id} is for units of another order", got=order.label)
    if new.paid is not None and new.paid:
        raise InvalidInput("A replacement", "captures nothing", got=str(new.paid), next="Leave paid= out.")
    placed = evolve(
        new,
        lines=new.lines or lines_instead(remedy, order),
        customer=new.customer or order.customer,
        account=new.account or order.account,
        promised=new.promised or remedy.by,
        paid=Money.zero(order.currency),
    )
    if placed.number:
        work.unit.name("order", placed.number, placed.order)
    held = work.apply(placed.order, rules.place(placed, work.now))
    sent = held.state
    assert isinstance(sent, Order)
    decided = cases.carry_out(incident, remedy_id, sent.label, work.orders_of(incident), work.now, sent)
    work.apply(incident.id, decided)
    now = work.unit.any(placed.order)
    assert now is not None, "it was placed just now"
    return now


def sent_by(work: Work, incident: Incident, remedy_id: str, reference: str) -> Order | None:
    """The order that a reference names, if it was sent by the remedy: one of the record that captured nothing of its own."""
    remedy = incident.remedy(remedy_id)
    kind = work.now.kinds.get(remedy.kind) if remedy is not None else None
    if remedy is None or kind is None or kind.evidence != "order" or not isinstance(reference, str) or work.now.passive:
        return None
    first = remedy.order or next(iter(incident.orders), None)
    found = work.unit.named("order", reference) or (reference if _is_order(work, reference) else None)
    if first is None or found is None:
        return None
    sent = work.order(OrderId(found))
    return sent if stands_for(sent, work.order(first)) and sent.customer == incident.customer else None


def _is_order(work: Work, reference: str) -> bool:
    held = work.unit.any(reference)
    return held is not None and isinstance(held.state, Order)
