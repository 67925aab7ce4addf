"""A promise that a source tells of finds its place among those that are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.rules.promising import told

START = datetime(2024, 1, 1, tzinfo=UTC)
ORDER = Order(OrderId("o-1"), START, Money(9, "EUR"), (Line("mug", 1, Money(9, "EUR")),))

Said = tuple[int, int]
"""The hour at which a promise was made, and the day of January by which."""


def after(*said: Said) -> Order:
    """The order after these promises were told, in that order."""
    order = ORDER
    for hour, day in said:
        made = START + timedelta(hours=hour)
        for happening in told(order, date(2024, 1, day), made, "agent:ana", "Europe/Madrid").events:
            state = evolve(order, Event(order.id, 2, happening, made, made, "source:x", "import"))
            assert isinstance(state, Order)
            order = state
    return order


def chain(order: Order) -> list[tuple[datetime, date, date | None]]:
    """When each was made, for when, and when the one that replaced it is for."""
    due = {promise.id: promise.due for promise in order.promises}
    return [(p.made_at, p.due, due.get(p.replaced_by or "")) for p in order.promises]


def test_the_same_again_is_nothing() -> None:
    """One that is known says nothing new."""
    assert 1 == len(after((1, 9), (1, 9)).promises)


def test_one_that_became_known_late() -> None:
    """It takes the place between its neighbours, or before the first."""
    order = after((5, 9), (1, 7), (3, 8))

    assert [7, 8, 9] == [promise.due.day for promise in order.promises]
    assert order.promise is not None
    assert order.first_promise is not None
    assert (9, 7) == (order.promise.due.day, order.first_promise.due.day)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_telling_does_not_matter(said: list[Said], random: object) -> None:
    """Every promise is there once, each replaced by the next one, however they were told."""
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = chain(after(*said))

    assert chain(after(*shuffled)) == found
    assert [day for _, _, day in found[:-1]] == [day for _, day, _ in found[1:]]
    assert sorted(set(said)) == [((made - START) // timedelta(hours=1), due.day) for made, due, _ in found]


def test_another_kind_of_promise_is_none_of_delivery() -> None:
    """It is neither replaced nor does it replace."""
    update = ev.PromiseMade(Promise("promise-1", "update", date(2024, 1, 2), START, "agent:ana"))
    state = evolve(ORDER, Event("o-1", 2, update, START, START, "agent:ana", "orders.promise"))
    assert isinstance(state, Order)
    (made,) = told(state, date(2024, 1, 9), START, "source:x", "UTC").events

    assert isinstance(made, ev.PromiseMade)
    assert (None, None, "promise-2") == (made.replaces, made.promise.replaced_by, made.promise.id)
