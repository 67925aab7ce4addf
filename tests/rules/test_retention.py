"""When personal data has been kept long enough, and what is about whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CustomerId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.retention import PersonalKind, Retention
from incidentkit.rules.retention import belongs_to, expired, is_over, words_of
from incidentkit.testing.strategies import histories, instants

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORDER = Order(OrderId("o"), AT, Money.parse("10.00 EUR"), (Line("A", 2, "5.00"),), customer=CustomerId("c"))


def sent(shipped: int = 0, delivered: int = 0, cancelled: int = 0) -> Order:
    """The order, with so many units of its two."""
    return evolve(ORDER, lines=(evolve(ORDER.lines[0], shipped=shipped, delivered=delivered, cancelled=cancelled),))


@given(st.sampled_from(PersonalKind), instants(), st.integers(1, 1000), st.integers(-5_000_000, 5_000_000))
def test_a_span_is_kept_to_its_end(kind: PersonalKind, since: datetime, days: int, seconds: int) -> None:
    """Not a moment shorter; and for ever without one."""
    span = timedelta(days=days)
    at = since + span + timedelta(seconds=seconds)
    policy = Retention(**{kind.value: span})

    assert (seconds >= 0) is expired(policy, kind, since, at)
    assert not any(expired(policy, other, since, at) for other in PersonalKind if other is not kind)


def test_the_kinds_are_those_with_a_span() -> None:
    """In their order."""
    policy = Retention(files=timedelta(days=1), mails=timedelta(days=2))

    assert (PersonalKind.MAILS, PersonalKind.FILES) == policy.kinds


@pytest.mark.parametrize(
    ("order", "over"),
    [
        (ORDER, False),
        (sent(shipped=2), False),
        (sent(shipped=2, delivered=1), False),
        (sent(shipped=2, delivered=2), True),
        (sent(cancelled=2), True),
        (evolve(ORDER, passive=True), True),
    ],
)
def test_an_order_is_over_when_nothing_more_comes(order: Order, over: bool) -> None:
    """Arrived, back or cancelled; an imported one however its source left it."""
    assert over is is_over(order)


@given(histories())
def test_what_is_about_a_person_is_about_one(history: tuple[Event, ...]) -> None:
    """A thing that names its customer is that customer's and nobody else's, whatever orders these have."""
    state = replay(history)
    whose = getattr(state, "customer", None)
    everything = {event.stream for event in history} | {str(one) for one in getattr(state, "orders", ())}

    assert not belongs_to(state, "somebody else", everything) or whose is None
    if words_of(state) is not None and whose is not None:
        assert belongs_to(state, whose, ())


def test_what_names_nobody_is_whose_orders_it_is_about() -> None:
    """All of them must be theirs."""
    from incidentkit.domain.ids import NeedId
    from incidentkit.domain.needs import Need

    need = Need(NeedId("n"), AT, orders=(OrderId("a"), OrderId("b")))

    assert belongs_to(need, "c", {"a", "b"})
    assert not belongs_to(need, "c", {"a"})
    assert not belongs_to(evolve(need, orders=()), "c", {"a"})
    assert not belongs_to(evolve(need, customer=CustomerId("d")), "c", {"a", "b"})


def test_wishes_are_their_own() -> None:
    """And no words of theirs are kept as a case's."""
    assert belongs_to(Preferences(CustomerId("c")), "c", ())
    assert words_of(Preferences(CustomerId("c"))) is None
