"""What events do to what remedies claim of an order."""

from __future__ import annotations

from collections.abc import Callable

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.ledger import Claim
from incidentkit.domain.orders import Order

__all__ = ["done", "dropped", "made", "paid", "received", "replaced", "sent_instead"]


def made(order: Order, data: ev.ClaimMade, event: Event) -> Order:
    return changed(order, claims=(*order.claims, data.claim))


def received(order: Order, data: ev.ClaimReceived, event: Event) -> Order:
    order = _now(order, data.claim.incident, data.claim.remedy, lambda _: data.claim)
    return order if data.rest is None else changed(order, claims=(*order.claims, data.rest))


def replaced(order: Order, data: ev.OrderReplaced, event: Event) -> Order:
    def sent(claim: Claim) -> Claim:
        return changed(claim, state="done", moved=True, by=data.by, sent=data.sent)

    return _now(order, data.incident, data.remedy, sent)


def done(order: Order, data: ev.ClaimDone, event: Event) -> Order:
    return _now(order, data.incident, data.remedy, lambda claim: changed(claim, state="done"))


def dropped(order: Order, data: ev.ClaimDropped, event: Event) -> Order:
    return _now(order, data.incident, data.remedy, lambda claim: changed(claim, state="dropped"))


def paid(order: Order, data: ev.MoneyReturned, event: Event) -> Order:
    order = _now(order, data.incident, data.remedy, lambda claim: changed(claim, state="done"))
    return changed(order, refunded=order.refunded + data.amount)


def sent_instead(order: Order, data: ev.OrderSentInstead, event: Event) -> Order:
    return changed(order, replaces=data.replaces)


def _now(order: Order, incident: str, remedy: str, become: Callable[[Claim], Claim]) -> Order:
    """The order with that remedy's claim as it becomes; a remedy agreed before there were claims has none."""
    if not order.claims:
        return order
    claims = (become(claim) if (claim.incident, claim.remedy) == (incident, remedy) else claim for claim in order.claims)
    return changed(order, claims=tuple(claims))
