"""Orders that are sent instead of others: they capture nothing, and what becomes of them is made good out of the first."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident
from incidentkit.domain.ledger import Claim, Replaced
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Remedy
from incidentkit.errors import InvalidInput, RuleViolation

__all__ = ["lines_instead", "sent_instead", "stands_for"]


def stands_for(reference: Order | None, order: Order) -> bool:
    """Whether an order that a reference names was sent for units of another: it is live, and captured nothing of its own."""
    if reference is None or reference.id == order.id or reference.replaces is not None:
        return False
    return not reference.captured and reference.currency == order.currency and not reference.claims


def lines_instead(remedy: Remedy, order: Order) -> tuple[Line, ...]:
    """The lines of an order that is sent by a remedy: its units, of the other product where it names one.

    Raises:
        InvalidInput: the remedy says of no units.
    """
    lines = {line.id: line for line in order.lines}
    found = tuple(
        Line(remedy.product or lines[line].product, count, lines[line].price)  # type: ignore[index]
        for line, count in remedy.lines
    )
    if not found:
        raise InvalidInput(f"The {remedy.kind} {remedy.id}", "says of no units", got="none", next="Give lines=.")
    return found


def sent_instead(
    incident: Incident, remedy: Remedy, claim: Claim | None, order: Order, money: Order, sent: Order
) -> list[tuple[str, Happening]]:
    """What both orders say of it. Units that no claim is for stay with their order; such an order's own are worth nothing.

    Raises:
        RuleViolation: the order has money of its own, or was sent for something else.
    """
    if not stands_for(sent, order):
        raise RuleViolation(
            f"Order {sent.label}",
            "is sent instead of another once, and captures nothing",
            got=f"{sent.captured} captured" if sent.captured else "one with a ledger of its own",
            next="Place a new one with replaces=.",
        )
    worth = claim.worth(money.currency) if claim is not None else Money.zero(money.currency)
    linked = ev.OrderSentInstead(Replaced(order.id, incident.id, remedy.id, money.id, worth))
    units = tuple((line.id, line.quantity) for line in sent.lines)
    first = [(money.id, ev.OrderReplaced(incident.id, remedy.id, sent.id, units))] if claim is not None else []
    return [*first, (sent.id, linked)]
