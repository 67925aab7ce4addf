"""What an offer comes to before it is made: whether it may be, for which units, for how much, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.domain.copying import changed
from incidentkit.domain.ids import OrderId
from incidentkit.domain.incidents import Incident, next_offer
from incidentkit.domain.ledger import Part
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.remedy_kinds import RemedyKind
from incidentkit.domain.shipments import Units
from incidentkit.domain.times import Due, due_instant
from incidentkit.errors import InvalidInput, MoneyError
from incidentkit.rules.cases import name, workable
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.ledger import Ledger, ledger_of
from incidentkit.rules.orders import choose

__all__ = ["Left", "left_after", "order_named", "priced"]


def priced(incident: Incident, offers: Sequence[Offer], orders: Sequence[Order], now: Circumstances) -> tuple[Offer, ...]:
    """New offers as they would be made: alternatives, with their ids, amounts to the cent, and what they are worth.

    Args:
        orders: those of the case, and those that their money is of.

    Raises:
        InvalidInput: a kind that there is not, or that the case's protocol does not allow; a date that is over.
        MoneyError: more than is left of the money captured.
        QuantityError: more units than are left to be made good.
    """
    workable(incident, "offer")
    if not offers:
        raise InvalidInput(name(incident), "an offer needs at least one Offer", got="none")
    turn = max((offer.round for offer in incident.offers), default=0) + 1
    return tuple(_priced(incident, offer, place, turn, orders, now) for place, offer in enumerate(offers))


def _priced(incident: Incident, offer: Offer, place: int, turn: int, orders: Sequence[Order], now: Circumstances) -> Offer:
    if offer.id or offer.state is not OfferState.OPEN:
        raise InvalidInput(name(incident), "an offer is made once", got="one that was made before", next="Make a new Offer.")
    kind = _kind(incident, offer, now)
    _check_shape(offer, kind)
    for what, due in (("a date that can still be kept", offer.by), ("a last day that is not over", offer.until)):
        _check_date(incident, what, due, now)
    order = order_named(incident, offer.order, orders)
    if order is None:
        return _without_order(incident, offer, kind, place, turn)
    ledger = ledger_of(order, orders)
    units = choose(order, dict(offer.lines), ledger.free(), "left to be made good") if offer.lines else ()
    parts = ledger.parts(units)
    amount = _amount(offer, kind, parts, ledger)
    worth = amount if kind.takes_amount else _worth(incident, kind, parts, ledger)
    return changed(offer, id=next_offer(incident, place), round=turn, amount=amount, lines=units, order=order.id, worth=worth)


def _kind(incident: Incident, offer: Offer, now: Circumstances) -> RemedyKind:
    protocol = now.shop.protocol_of(incident)
    allowed = [kind for kind in now.kinds if protocol is None or not protocol.remedies or kind in protocol.remedies]
    if offer.kind not in allowed:
        rule = "is one that the shop has" if offer.kind not in now.kinds else f"is one that a case of {incident.type} may have"
        raise InvalidInput("An offer's kind", rule, got=offer.kind, next=f"Allowed: {', '.join(allowed) or 'none'}.")
    return now.kinds[offer.kind]


def _check_shape(offer: Offer, kind: RemedyKind) -> None:
    subject = f"An offer of {offer.kind}"
    if offer.lines and not kind.takes_units:
        raise InvalidInput(subject, "is not for units of lines", got="lines", next="Give amount= alone.")
    if kind.takes_amount and offer.amount is None and not offer.lines:
        step = "Give amount=, or lines= for what those units cost." if kind.takes_units else "Give amount=."
        raise InvalidInput(subject, "needs an amount", got="none", next=step)
    if not kind.takes_amount and offer.amount is not None:
        raise InvalidInput(subject, "takes no amount", got=offer.amount)
    if offer.amount is not None and not offer.amount:
        raise MoneyError(subject, "has an amount above zero", got=offer.amount)
    if offer.product and kind.product != "other":
        raise InvalidInput(subject, "names no other product", got="one")


def _check_date(incident: Incident, what: str, value: Due | None, now: Circumstances) -> None:
    if value is not None and due_instant(value, now.shop.zone) < now.at:
        raise InvalidInput(name(incident), f"an offer needs {what}", got=str(value))


def order_named(incident: Incident, named: OrderId | None, orders: Sequence[Order]) -> Order | None:
    """The order that units and money are of: the one named, else the first of the case; None where it is about none.

    Raises:
        InvalidInput: the case is not about the one named.
    """
    if named is not None and named not in incident.orders:
        known = ", ".join(incident.orders) or "none"
        raise InvalidInput(name(incident), f"is about the orders {known}", got=str(named)[:40])
    wanted = named or next(iter(incident.orders), None)
    return next((order for order in orders if order.id == wanted), None)


def _without_order(incident: Incident, offer: Offer, kind: RemedyKind, place: int, turn: int) -> Offer:
    if offer.lines:
        raise InvalidInput(name(incident), "is about no order, and so about no lines", got="lines")
    amount = None if offer.amount is None else offer.amount.in_currency(incident.currency)
    worth = amount if kind.gives != "nothing" else Money.zero(incident.currency)
    return changed(offer, id=next_offer(incident, place), round=turn, amount=amount, worth=worth)


def _amount(offer: Offer, kind: RemedyKind, parts: Sequence[Part], ledger: Ledger) -> Money | None:
    """What is given: the amount named, which is no more than what its units cost; else what they cost."""
    if not kind.takes_amount:
        return None
    if offer.amount is None:
        return _what_they_cost(kind, ledger, parts)
    amount, most = offer.amount.in_currency(ledger.money.currency), ledger.worth(parts)
    if parts and amount > most:
        step = f"Give at most {most}, or leave amount= out."
        raise MoneyError(f"An offer of {offer.kind}", "gives no more than its units cost", got=f"{amount} of {most}", next=step)
    if kind.gives == "money":
        ledger.check(amount)
    return amount


def _what_they_cost(kind: RemedyKind, ledger: Ledger, parts: Sequence[Part]) -> Money:
    amount = ledger.price(parts) if kind.gives == "money" else ledger.worth(parts)
    if not amount:
        order = f"Order {ledger.money.label}"
        raise MoneyError(order, "has money left for the units that are offered", got="nothing", next="Offer something else.")
    return amount


def _worth(incident: Incident, kind: RemedyKind, parts: Sequence[Part], ledger: Ledger) -> Money:
    """What goods are worth: what their units cost; without units, those of all affected lines, which is the most.

    Where none of its order's is affected, those of all: what is worth nothing would be within every budget.
    """
    if kind.gives == "nothing":
        return Money.zero(ledger.money.currency)
    if parts:
        return ledger.worth(parts)
    lines = [line for line in ledger.order.lines if _affected(incident, ledger.order, line)] or ledger.order.lines
    return sum((line.price * line.quantity for line in lines), Money.zero(ledger.money.currency))


def _affected(incident: Incident, order: Order, line: Line) -> bool:
    """Whether a line is among those that the case names, which are its first order's, and its product among those."""
    named = incident.lines if order.id in incident.orders[:1] else ()
    return (not named or line.id in named) and (not incident.products or line.product in incident.products)


@frozen
class Left:
    """What would be left for further remedies once an offer was agreed on.

    Args:
        offer: its id.
        money: of what was captured; None where the offer is about no order.
        units: those that nothing has made good, by line of its order.
    """

    offer: str
    money: Money | None
    units: Units = ()


def left_after(incident: Incident, offer: Offer, orders: Sequence[Order], now: Circumstances) -> Left:
    """What an offer as `priced` has it would leave."""
    order = order_named(incident, offer.order, orders)
    if order is None:
        return Left(offer.id, None)
    ledger, taken = ledger_of(order, orders), dict(offer.lines)
    out = offer.amount if now.kinds[offer.kind].gives == "money" else None
    units = tuple((line, count - taken.get(line, 0)) for line, count in ledger.free().items())
    return Left(offer.id, ledger.left if out is None else ledger.left - out, units)
