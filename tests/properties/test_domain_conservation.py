"""Units and money are conserved under every valid history of an order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import given

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.shipments import Units
from incidentkit.testing.strategies import order_histories

Ledger = Counter[tuple[str, str]]


def states(history: tuple[Event, ...]) -> Iterator[tuple[Order, tuple[Event, ...]]]:
    """Every state on the way, with what had happened by then."""
    state = None
    for place, event in enumerate(history, 1):
        state = evolve(state, event)
        assert isinstance(state, Order)
        yield state, history[:place]


def moved(history: tuple[Event, ...]) -> Ledger:
    """How many units of each line were moved how, counted from the events alone."""
    ledger: Ledger = Counter()
    for event in history:
        for what, units in _movements(event.data):
            ledger.update({(what, line): count for line, count in units})
    return ledger


def _movements(data: ev.Happening) -> Iterator[tuple[str, Units]]:
    if isinstance(data, ev.OrderShipped):
        yield "shipped", data.units
    elif isinstance(data, ev.OrderCancelled):
        yield "cancelled", data.units
    elif isinstance(data, ev.OrderReturned):
        yield "returned", data.units
    elif isinstance(data, ev.OrderDelivered):
        yield from (("delivered", portion.units) for portion in data.portions)


@given(order_histories())
def test_lines_count_exactly_what_was_moved(history: tuple[Event, ...]) -> None:
    """At every moment each line's counters are the sums of the events so far."""
    for order, so_far in states(history):
        ledger = moved(so_far)
        counted = {
            (what, line.id): getattr(line, what)
            for line in order.lines
            for what in ("cancelled", "shipped", "delivered", "returned")
        }

        assert ledger == Counter(counted)


@given(order_histories())
def test_parcels_and_lines_agree(history: tuple[Event, ...]) -> None:
    """What the lines say was shipped and delivered is what the parcels carried and brought."""
    for order, _ in states(history):
        carried: Counter[str] = Counter()
        brought: Counter[str] = Counter()
        for parcel in order.shipments:
            carried.update(dict(parcel.units))
            brought.update(dict(parcel.delivered))

        assert carried == Counter({line.id: line.shipped for line in order.lines})
        assert brought == Counter({line.id: line.delivered for line in order.lines})


@given(order_histories())
def test_no_unit_is_made_or_lost(history: tuple[Event, ...]) -> None:
    """What was ordered never changes, and is always cancelled, waiting, on its way, with the customer, or back."""
    ordered = [line.quantity for line in next(states(history))[0].lines]
    for order, _ in states(history):
        places = [
            (
                line.cancelled,
                line.remaining - line.shipped,
                line.shipped - line.delivered,
                line.delivered - line.returned,
                line.returned,
            )
            for line in order.lines
        ]

        assert ordered == [sum(units) for units in places]
        assert all(count >= 0 for units in places for count in units)


@given(order_histories())
def test_money_out_is_what_the_events_gave_back(history: tuple[Event, ...]) -> None:
    """To the coin, in one currency, and never above the money captured."""
    for order, so_far in states(history):
        given_back = [event.data.amount for event in so_far if isinstance(event.data, ev.MoneyReturned)]

        assert sum(given_back, Money.zero(order.currency)) == order.refunded
        assert order.refunded <= order.captured
        assert {order.currency} == {line.price.currency for line in order.lines} | {order.refunded.currency}


@given(order_histories())
def test_promises_are_never_erased(history: tuple[Event, ...]) -> None:
    """Every promise that was made is there, in order, and all but the last are replaced."""
    *_, (order, so_far) = states(history)
    made = [event.data.promise.id for event in so_far if isinstance(event.data, ev.PromiseMade)]

    assert made == [promise.id for promise in order.promises]
    assert [*made[1:], None][: len(made)] == [promise.replaced_by for promise in order.promises]


@given(order_histories())
def test_an_order_is_delivered_at_its_last_parcels_time(history: tuple[Event, ...]) -> None:
    """Never before, and never later because something else happened."""
    *_, (order, _) = states(history)
    if order.delivered_at is not None:
        assert max(parcel.delivered_at for parcel in order.shipments if parcel.delivered_at) == order.delivered_at


@given(order_histories())
def test_corrections_keep_what_was(history: tuple[Event, ...]) -> None:
    """Every change names the value that the order had just before, and the order has the new one after."""
    before: Order | None = None
    for order, so_far in states(history):
        data = so_far[-1].data
        if isinstance(data, ev.OrderAmended):
            assert before is not None
            assert {c.field: c.old for c in data.changes} == {c.field: str(getattr(before, c.field)) for c in data.changes}
            assert {c.field: c.new for c in data.changes} == {c.field: str(getattr(order, c.field)) for c in data.changes}
        before = order
