"""Strategies for whole orders: histories within the conservation of units and money, and the states they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from attrs import frozen
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CustomerId, IncidentId, OrderId, RemedyId
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE, Line, Order, OrderStatus
from incidentkit.domain.promises import Promise
from incidentkit.testing.strategies._advice import advisings
from incidentkit.testing.strategies._again import fail_delivery
from incidentkit.testing.strategies._basics import actors, codes, currencies, dues, ids, money, one_liners, texts
from incidentkit.testing.strategies._ledger import agree, end_claim, open_claims, spare
from incidentkit.testing.strategies._orders import carriers, lines, units
from incidentkit.testing.strategies._payments import find_refund
from incidentkit.testing.strategies._stream import Stream

__all__ = ["order_histories", "orders", "placements"]

Happenings = tuple[Happening, ...]


@st.composite
def placements(
    draw: st.DrawFn, order: str | None = None, *, currency: str | None = None, passive: bool = False
) -> ev.OrderPlaced:
    """First events of orders: their lines numbered, in one currency, paid for wholly, partly or not yet."""
    unit = currency or draw(currencies())
    ordered = draw(st.just((Line("*", 1, Money.zero(unit), WHOLE),)) | _numbered(unit))
    total = sum((line.price * line.quantity for line in ordered), Money.zero(unit))
    return ev.OrderPlaced(
        order=OrderId(order or draw(ids())),
        lines=ordered,
        captured=draw(st.just(total) | money(unit)),
        number=draw(st.just("") | one_liners(min_size=1)),
        customer=draw(st.none() | ids().map(CustomerId)),
        account=draw(st.just("") | codes()),
        passive=passive,
    )


@st.composite
def _numbered(draw: st.DrawFn, currency: str) -> tuple[Line, ...]:
    return tuple(draw(lines(currency, id=str(place))) for place in range(1, draw(st.integers(1, 3)) + 1))


@frozen
class _Step:
    """Something that may happen next: when, how likely against the others, and what it writes."""

    command: str
    possible: Callable[[Order], bool]
    write: Callable[[st.DrawFn, Order, datetime], Happenings]
    weight: int = 1


def _to_ship(order: Order) -> dict[str, int]:
    return {line.id: line.remaining - line.shipped for line in order.lines if line.remaining > line.shipped}


def _with_customer(order: Order) -> dict[str, int]:
    return {line.id: line.delivered - line.returned for line in order.lines if line.delivered > line.returned}


def _alive(order: Order) -> bool:
    return order.status is not OrderStatus.CANCELLED


def _ship(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    parcel = f"shipment-{len(order.shipments) + 1}"
    return (ev.OrderShipped(parcel, draw(units(_to_ship(order))), draw(carriers()), draw(one_liners())),)


def _deliver(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    on_way = [parcel for parcel in order.shipments if parcel.outstanding()]
    arriving = on_way if draw(st.booleans()) else [draw(st.sampled_from(on_way))]
    return (ev.OrderDelivered(tuple(ev.Portion(p.id, draw(units(p.outstanding()))) for p in arriving)),)


def _cancel(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    return (ev.OrderCancelled(draw(units(_to_ship(order))), draw(st.none() | texts())),)


def _take_back(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    return (ev.OrderReturned(draw(units(_with_customer(order))), draw(st.none() | texts())),)


def _promise(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    replaced = order.promise
    promise = _delivery_promise(draw, len(order.promises) + 1, now)
    return (ev.PromiseMade(promise, replaced.id if replaced else None),)


def _delivery_promise(draw: st.DrawFn, place: int, now: datetime) -> Promise:
    due = draw(dues(now, now + timedelta(days=60)))
    return Promise(f"promise-{place}", "delivery", due, now, str(draw(actors())))


def _refund(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    amount = draw(money(at_most=spare(order), above_zero=True))
    return (ev.MoneyReturned(amount, IncidentId(draw(ids())), RemedyId(f"remedy-{draw(st.integers(1, 3))}")),)


def _amend(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    changes = [ev.Change("number", order.number, draw(one_liners(min_size=1)))]
    if draw(st.booleans()):
        more = order.captured - spare(order) + draw(money(order.currency))
        changes.append(ev.Change("captured", str(order.captured), str(more)))
    return (ev.OrderAmended(tuple(changes), draw(texts())),)


def _message(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    key, step = draw(ids()), draw(st.sampled_from(("order.placed", "order.shipped", "order.delivered")))
    said = (
        ev.MessageReceipt(key, step, "local", draw(st.sampled_from(ReceiptKind))),
        ev.MessageUndelivered(key, step, "local", "no_address"),
        ev.MessageResent(key, step, "local"),
        ev.MessageSettled(key, step, "local", sent=False),
    )
    return (draw(st.sampled_from(said)),)


def _anomaly(draw: st.DrawFn, order: Order, now: datetime) -> Happenings:
    return (ev.AnomalyNoted(draw(st.sampled_from(("shipped_before_confirmed", "delivered_before_shipped")))),)


def _always(order: Order) -> bool:
    return True


_STEPS = (
    _Step("orders.confirm", lambda o: _alive(o) and o.confirmed_at is None, lambda *_: (ev.OrderConfirmed(),), 2),
    _Step("orders.ship", lambda o: bool(_to_ship(o)), _ship, 4),
    _Step("orders.deliver", lambda o: any(p.outstanding() for p in o.shipments), _deliver, 5),
    _Step("orders.delivery_failed", lambda o: any(p.outstanding() for p in o.shipments), fail_delivery),
    _Step("orders.cancel", lambda o: bool(_to_ship(o)), _cancel),
    _Step("orders.take_back", lambda o: bool(_with_customer(o)), _take_back, 3),
    _Step("orders.amend", _always, _promise),
    _Step("orders.amend", _always, _amend),
    _Step("orders.publish_status", _always, lambda draw, *_: (ev.StatusPublished(draw(texts())),)),
    _Step("orders.advise", lambda o: not o.passive, lambda draw, *_: (draw(advisings()),)),
    _Step("incidents.carry_out", lambda o: bool(spare(o)), _refund),
    _Step("incidents.accept", lambda o: bool(spare(o)), agree),
    _Step("incidents.drop", lambda o: bool(open_claims(o)), end_claim, 2),
    _Step("payments.found", _always, find_refund),
    _Step("send", lambda o: not o.passive, _message),
    _Step("incidents.adopt", lambda o: o.passive, lambda *_: (ev.OrderAdopted(),)),
    _Step("import", lambda o: o.passive, _anomaly),
    _Step("import", lambda o: o.passive, lambda draw, *_: (ev.SourceStatusNoted(draw(codes())),)),
)


def _possible(order: Order) -> Iterator[_Step]:
    for step in _STEPS:
        if step.possible(order):
            yield from [step] * step.weight


@st.composite
def order_histories(
    draw: st.DrawFn, *, currency: str | None = None, passive: bool | None = None, max_steps: int = 10
) -> tuple[Event, ...]:
    """Streams of one order: placed, and then any steps that the units and the money allow, in the order of their times.

    Args:
        currency: of everything in it; any by default.
        passive: imported and not adopted, or neither; by default anything.
        max_steps: the most commands after the first.
    """
    silent = draw(st.booleans()) if passive is None else passive
    order = draw(ids())
    stream: Stream[Order] = Stream(draw, order, silent)
    placed = draw(placements(order, currency=currency, passive=silent))
    promised = (ev.PromiseMade(_delivery_promise(draw, 1, stream.now)),) if draw(st.booleans()) else ()
    stream.add("orders.place", placed, *promised)
    for _ in range(draw(st.integers(0, max_steps))):
        possible = [step for step in _possible(stream.state) if passive is None or step.command != "incidents.adopt"]
        step = draw(st.sampled_from(possible))
        stream.later()
        stream.add(step.command, *step.write(draw, stream.state, stream.now))
    return stream.events


def orders(*, currency: str | None = None, passive: bool | None = None) -> st.SearchStrategy[Order]:
    """Orders in every status, each folded from a history: whatever is drawn can be reached."""
    return order_histories(currency=currency, passive=passive).map(_as_order)


def _as_order(events: tuple[Event, ...]) -> Order:
    state = replay(events)
    assert isinstance(state, Order)
    return state
