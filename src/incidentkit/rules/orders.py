"""What may happen to an order, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.advice import Advice
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import CustomerId, LineId, OrderId
from incidentkit.domain.money import NO_CURRENCY, Money
from incidentkit.domain.orders import WHOLE, Line, Order, OrderStatus
from incidentkit.domain.promises import Promise
from incidentkit.domain.shipments import Units, check_units
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due, due_instant
from incidentkit.errors import InvalidInput, MoneyError, QuantityError, TransitionRefused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.ledger import Ledger
from incidentkit.rules.messages import day, order_message

__all__ = [
    "Placement",
    "advise",
    "amend",
    "cancel",
    "choose",
    "confirm",
    "deliver",
    "note_anomaly",
    "place",
    "publish_status",
    "returned_money",
    "ship",
    "source_status",
    "take_back",
]

_OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.CANCELLED})


@frozen
class Placement:
    """What a caller gives for a new order, with its names already resolved."""

    order: OrderId
    lines: Sequence[Line] = ()
    customer: CustomerId | None = None
    account: str = ""
    number: str = ""
    promised: Due | None = None
    paid: Money | None = None


def place(new: Placement, now: Circumstances) -> Decision:
    """A new order: its lines numbered, in one currency, and the promise that came with it."""
    currency = _currency(new, now)
    lines = _numbered(new.lines, currency)
    paid = new.paid.in_currency(currency) if new.paid is not None else _total(lines, currency)
    placed = ev.OrderPlaced(
        order=new.order,
        lines=lines,
        captured=paid,
        number=_number(new.number),
        customer=new.customer,
        account=new.account,
        passive=now.passive,
    )
    events: tuple[Happening, ...] = (placed,)
    promises: tuple[Promise, ...] = ()
    if new.promised is not None:
        promise = _promise((), new.promised, now)
        promises = (promise,)
        events = (placed, ev.PromiseMade(promise))
    order = Order(new.order, now.at, paid, lines, placed.number, new.customer, promises=promises, passive=now.passive)
    return Decision(events, intents=order_message(order, "order.placed", now))


def _number(number: str) -> str:
    if len(number) > 64 or any(c.isspace() and c != " " for c in number):
        raise InvalidInput("An order's number", "must be one line of at most 64 characters", got=f"{len(number)} characters")
    return number.strip()


def _currency(new: Placement, now: Circumstances) -> str:
    given = [line.price.currency for line in new.lines] + ([new.paid.currency] if new.paid is not None else [])
    return next((c for c in given if c != NO_CURRENCY), now.shop.currency)


def _numbered(lines: Sequence[Line], currency: str) -> tuple[Line, ...]:
    if not lines:
        return (Line("*", 1, Money.zero(currency), WHOLE),)
    for line in lines:
        if line.cancelled or line.shipped or line.delivered or line.returned:
            raise QuantityError(f"Line {line.product}", "of a new order has no units moved yet", got="moved units")
    return tuple(
        evolve(line, id=LineId(str(place)), price=line.price.in_currency(currency)) for place, line in enumerate(lines, start=1)
    )


def _total(lines: Sequence[Line], currency: str) -> Money:
    return sum((line.price * line.quantity for line in lines), Money.zero(currency))


def _promise(earlier: tuple[Promise, ...], due: Due, now: Circumstances) -> Promise:
    if not now.passive and due_instant(due, now.shop.zone) < now.at:
        raise InvalidInput("A delivery promise", "must not be over when it is made", got=str(due), next="Give a later date.")
    return Promise(f"promise-{len(earlier) + 1}", "delivery", due, now.at, str(now.actor))


def confirm(order: Order, now: Circumstances) -> Decision:
    """The shop has accepted the order. A second time changes nothing."""
    _alive(order, "confirm")
    if order.confirmed_at is not None:
        return Decision()
    events = (ev.OrderConfirmed(), *_out_of_order(order, "confirmed", now.at, placed=order.placed_at))
    return Decision(events, intents=order_message(order, "order.confirmed", now))


def ship(order: Order, units: Mapping[str, int] | None, carrier: str, tracking: str, now: Circumstances) -> Decision:
    """A parcel leaves: the units given, or all that have not left yet."""
    _alive(order, "ship")
    free = {line.id: line.remaining - line.shipped - _paid_back(order, line) for line in order.lines}
    chosen = choose(order, units, free, "left to ship", "What was refunded is not sent too: cancel() it, or drop() its remedy.")
    shipped = ev.OrderShipped(f"shipment-{len(order.shipments) + 1}", chosen, carrier, tracking)
    odd = _out_of_order(order, "shipped", now.at, placed=order.placed_at, confirmed=order.confirmed_at)
    message = order_message(
        order, "order.shipped", now, generation=len(order.shipments) + 1, carrier=carrier, tracking=tracking
    )
    return Decision((shipped, *odd), intents=message)


def _paid_back(order: Order, line: Line) -> int:
    """Units that have not left and need not: money or credit was promised for them, or another order sent."""
    claims = (claim for claim in order.claims if claim.of == order.id and claim.holds and claim.moved)
    settled = sum(part.units for claim in claims for part in claim.parts if part.line == line.id)
    # Those that have left, or never will, are the ones that it was for.
    return max(0, settled - line.shipped - line.cancelled)


def deliver(order: Order, units: Mapping[str, int] | None, now: Circumstances) -> Decision:
    """Units arrive: those given, or all that are on their way. The oldest parcel is taken to arrive first."""
    way = {line.id: line.shipped - line.delivered for line in order.lines}
    chosen = choose(order, units, way, "on their way")
    portions = _portions(order, dict(chosen))
    parcels = [s for s in order.shipments if s.id in {p.shipment for p in portions}]
    odd = _out_of_order(order, "delivered", now.at, placed=order.placed_at, shipped=max(s.shipped_at for s in parcels))
    arrived = sum(line.delivered for line in order.lines) + sum(count for _, count in chosen)
    done = arrived == sum(line.remaining for line in order.lines)
    message = order_message(order, "order.delivered", now) if done else ()
    return Decision((ev.OrderDelivered(portions), *odd), intents=message)


def _portions(order: Order, wanted: dict[str, int]) -> tuple[ev.Portion, ...]:
    portions = []
    for parcel in order.shipments:
        arriving = {}
        for line, out in parcel.outstanding().items():
            arriving[line] = min(out, wanted.get(line, 0))
            wanted[line] = wanted.get(line, 0) - arriving[line]
        units = tuple((line, count) for line, count in arriving.items() if count)
        if units:
            portions.append(ev.Portion(parcel.id, units))
    return tuple(portions)


def cancel(order: Order, units: Mapping[str, int] | None, reason: Text | None, now: Circumstances) -> Decision:
    """Units will not be sent: those given, or all that have not left."""
    _alive(order, "cancel")
    free = {line.id: line.remaining - line.shipped for line in order.lines}
    chosen = choose(order, units, free, "left to cancel", "What has left is taken back with take_back().")
    whole = sum(count for _, count in chosen) == sum(line.remaining for line in order.lines)
    message = order_message(order, "order.cancelled", now) if whole else ()
    return Decision((ev.OrderCancelled(chosen, reason),), intents=message)


def take_back(order: Order, units: Mapping[str, int], reason: Text | None, now: Circumstances) -> Decision:
    """Delivered units come back."""
    there = {line.id: line.delivered - line.returned for line in order.lines}
    return Decision((ev.OrderReturned(choose(order, units, there, "with the customer"), reason),))


def advise(order: Order, advice: Sequence[Advice]) -> Decision:
    """Note what whoever handles the order was shown to look out for; nothing where there was nothing to show."""
    return Decision((ev.OrderAdvised(tuple(advice)),)) if advice else Decision()


def publish_status(order: Order, text: Text) -> Decision:
    """A word about the order that the customer can read."""
    if not text.value or not text.value.strip():
        raise InvalidInput(f"Order {order.label}", "a status needs words", got="nothing")
    return Decision((ev.StatusPublished(text),))


def amend(
    order: Order, number: str | None, promised: Due | None, paid: Money | None, reason: Text, now: Circumstances
) -> Decision:
    """Corrections; the record keeps the old values, and a new promise never erases the first."""
    if not reason.value or not reason.value.strip():
        raise InvalidInput(f"Order {order.label}", "a correction needs a reason", got="nothing")
    changes = []
    if number is not None:
        changes.append(ev.Change("number", order.number, _number(number)))
    if paid is not None:
        changes.append(ev.Change("captured", str(order.captured), str(_paid(order, paid))))
    events: tuple[Happening, ...] = (ev.OrderAmended(tuple(changes), reason),)
    message: tuple[Intent, ...] = ()
    if promised is not None:
        replaced = order.promise
        promise = _promise(order.promises, promised, now)
        events = (*events, ev.PromiseMade(promise, replaced.id if replaced else None))
        message = _delayed(order, promise, replaced, now)
    if not changes and promised is None:
        raise InvalidInput(
            f"Order {order.label}",
            "a correction must change something",
            got="no field",
            next="Give number=, promised= or paid=.",
        )
    return Decision(events, intents=message)


def _paid(order: Order, paid: Money) -> Money:
    """What was captured, if it still covers what was given back and what is agreed."""
    captured, taken = paid.in_currency(order.currency), order.refunded + Ledger(order, order).agreed
    if captured < taken:
        raise MoneyError(
            f"Order {order.label}",
            "money out must not exceed the money captured",
            got=f"{taken} given back or agreed, out of {captured}",
            next="Drop what was agreed first.",
        )
    if order.replaces is not None and captured:
        raise MoneyError(f"Order {order.label}", "was sent instead of another, and captures nothing", got=captured)
    return captured


def _delayed(order: Order, promise: Promise, before: Promise | None, now: Circumstances) -> tuple[Intent, ...]:
    """The customer hears of a later promise while they still wait for something."""
    zone = now.shop.zone
    later = before is not None and due_instant(promise.due, zone) > due_instant(before.due, zone)
    if before is None or not later or order.status in _OVER:
        return ()
    days = {"date": day(promise.due, now), "was": day(before.due, now)}
    return order_message(order, "order.delayed", now, generation=len(order.promises) + 1, **days)


def source_status(status: str) -> Decision:
    """What the source says of the order; never a decision of ours."""
    return Decision((ev.SourceStatusNoted(status),))


def note_anomaly(order: Order, code: str) -> Decision:
    """The source contradicts itself about the order; marked once."""
    return Decision() if code in order.anomalies else Decision((ev.AnomalyNoted(code),))


def returned_money(order: Order, amount: Money) -> None:
    """Refuse an amount that is more than what is left of the captured money."""
    evolve(order, refunded=order.refunded + amount.in_currency(order.currency))


def _alive(order: Order, step: str) -> None:
    if order.status is not OrderStatus.CANCELLED:
        return
    raise TransitionRefused(
        f"Order {order.label}",
        f"{step} is not possible once the whole order is cancelled",
        got=order.status.value,
        next="Place a new order.",
        phase=order.status.value,
        attempted=step,
        missing=(),
    )


def choose(order: Order, units: Mapping[str, int] | None, free: Mapping[LineId, int], what: str, next: str = "") -> Units:
    """The units meant: all that are free, or those given by line id or product.

    Raises:
        QuantityError: none, or more than are free.
        InvalidInput: no such line, or a line twice.
    """
    if units is None:
        chosen: dict[str, int] = {line: count for line, count in free.items() if count}
    else:
        named = [(_line_of(order, name), count) for name, count in units.items()]
        chosen = dict(named)
        if len(chosen) < len(named):
            raise InvalidInput(f"Order {order.label}", "each line is named once", got="the same line by its id and its product")
    if not chosen:
        raise QuantityError(f"Order {order.label}", f"needs units {what}", got="none", next=next)
    for line, count in check_units(chosen):
        if count > free[LineId(line)]:
            raise QuantityError(
                f"Order {order.label}, line {line}", f"has {free[LineId(line)]} units {what}", got=count, next=next, line=line
            )
    return check_units(chosen)


def _line_of(order: Order, name: str) -> LineId:
    matches = [line.id for line in order.lines if name in (line.id, line.product)]
    if len(matches) == 1:
        return matches[0]
    known = ", ".join(line.id for line in order.lines)
    rule = "is on several lines; name the line" if matches else "is no line of it"
    raise InvalidInput(f"Order {order.label}", f"{str(name)[:40]!r} {rule}", next=f"Its lines are {known}.")


def _out_of_order(order: Order, what: str, at: datetime, **earlier: datetime | None) -> tuple[ev.AnomalyNoted, ...]:
    """Steps that are said to have come before what they follow from; kept as given, and marked once."""
    odd = (f"{what}_before_{name}" for name, when in earlier.items() if when is not None and at < when)
    return tuple(ev.AnomalyNoted(code) for code in odd if code not in order.anomalies)
