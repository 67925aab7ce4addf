"""Decisions about orders: what follows, and what is refused with nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import CustomerId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE, Line, Order, OrderStatus
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, QuantityError, TransitionRefused
from incidentkit.rules import orders as rules
from incidentkit.rules.decision import Circumstances, Decision

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def now(hours: float = 0, **changed: object) -> Circumstances:
    """Circumstances so many hours after the start."""
    return Circumstances(Shop(), START + timedelta(hours=hours), HOST, **changed)  # type: ignore[arg-type]


def after(order: Order | None, decision: Decision, at: Circumstances) -> Order:
    """The order once a decision's events have happened."""
    state = order
    for number, data in enumerate(decision.events, 1):
        state = evolve(state, Event("o-1", number, data, at.at, at.at, "host:host", "test"))  # type: ignore[assignment]
    assert state is not None
    return state


def placed(*lines: Line, promised: date | None = None, passive: bool = False) -> Order:
    """An order just placed."""
    new = rules.Placement(
        OrderId("o-1"), lines or (Line("A", 3, "10.00"), Line("B", 1, "5.00")), CustomerId("c-1"), promised=promised
    )
    at = now(passive=passive)
    return after(None, rules.place(new, at), at)


def shipped(order: Order, units: Mapping[str, int] | None = None, hours: float = 1) -> Order:
    """The order after a parcel left."""
    return after(order, rules.ship(order, units, "", "", now(hours)), now(hours))


# --- Placing -----------------------------------------------------------------------------------------------------


def test_lines_are_numbered_from_one() -> None:
    """Each line's id is its place, as text."""
    assert ["1", "2"] == [line.id for line in placed().lines]


def test_the_price_of_the_lines_is_captured() -> None:
    """Without paid=, what was captured is the sum of the lines, in the shop's currency."""
    assert Money("35.00", "EUR") == placed().captured


def test_an_order_has_one_currency() -> None:
    """A line in another currency than the first refuses the order."""
    new = rules.Placement(OrderId("o-1"), (Line("A", 1, Money(1, "USD")), Line("B", 1, Money(1, "GBP"))))

    with pytest.raises(MoneyError, match="must be in USD"):
        rules.place(new, now())


def test_an_order_without_lines_goes_as_a_whole() -> None:
    """It has one line that stands for all of it."""
    new = rules.Placement(OrderId("o-1"))

    order = after(None, rules.place(new, now()), now())

    assert [(WHOLE, 1)] == [(line.id, line.quantity) for line in order.lines]


def test_a_promise_that_is_over_is_refused() -> None:
    """Delivery can't be promised for a day that has passed."""
    with pytest.raises(InvalidInput, match="must not be over"):
        placed(promised=date(2026, 3, 1))


def test_a_promise_for_today_holds() -> None:
    """A date lasts to the end of its day."""
    assert date(2026, 3, 2) == placed(promised=date(2026, 3, 2)).promise.due  # type: ignore[union-attr]


def test_what_is_imported_may_promise_the_past() -> None:
    """A source says what was; nothing of it is refused for being over."""
    assert placed(promised=date(2026, 3, 1), passive=True).promise is not None


# --- Moving units ------------------------------------------------------------------------------------------------


def moved(order: Order, step: str, count: int, at: Circumstances) -> Decision:
    """Shipping, delivering, cancelling or taking back so many of product A."""
    units = {"A": count}
    if step == "s":
        return rules.ship(order, units, "", "", at)
    if step == "d":
        return rules.deliver(order, units, at)
    return rules.cancel(order, units, None, at) if step == "c" else rules.take_back(order, units, None, at)


@given(st.lists(st.tuples(st.sampled_from("sdcr"), st.integers(1, 3)), max_size=12))
def test_whatever_is_tried_units_are_conserved(steps: list[tuple[str, int]]) -> None:
    """Any sequence of shipping, delivering, cancelling and taking back, some of it refused, keeps every line in its bounds."""
    order = placed(Line("A", 5, "1.00"))
    for hour, (step, count) in enumerate(steps):
        at = now(hour)
        try:
            order = after(order, moved(order, step, count, at), at)
        except (QuantityError, TransitionRefused):
            continue
    line = order.lines[0]

    assert 0 <= line.returned <= line.delivered <= line.shipped <= line.quantity - line.cancelled
    assert line.shipped == sum(count for parcel in order.shipments for _, count in parcel.units)
    assert line.delivered == sum(count for parcel in order.shipments for _, count in parcel.delivered)


def test_more_than_ordered_is_not_shipped() -> None:
    """Shipping four of three is refused, and the error says how many are left."""
    with pytest.raises(QuantityError, match="line 1: has 3 units left to ship; got 4"):
        rules.ship(placed(), {"1": 4}, "", "", now())


def test_more_than_shipped_is_not_delivered() -> None:
    """Delivering two of one on its way is refused."""
    with pytest.raises(QuantityError, match="has 1 units on their way; got 2"):
        rules.deliver(shipped(placed(), {"A": 1}), {"A": 2}, now(2))


def test_what_has_left_is_not_cancelled() -> None:
    """Cancelling after all was shipped is refused, and the way on is named."""
    with pytest.raises(QuantityError, match="take_back"):
        rules.cancel(shipped(placed()), None, None, now(2))


def test_the_oldest_parcel_arrives_first() -> None:
    """Units delivered are taken from the earliest parcel that still has some."""
    order = shipped(shipped(placed(), {"A": 2}, 1), {"A": 1, "B": 1}, 2)

    decision = rules.deliver(order, {"A": 3}, now(3))

    assert (ev.Portion("shipment-1", (("1", 2),)), ev.Portion("shipment-2", (("1", 1),))) == decision.events[0].portions  # type: ignore[attr-defined]


def test_cancelling_what_was_still_out_completes_the_delivery() -> None:
    """What remains is then delivered, since its last unit arrived."""
    order = shipped(placed(), {"A": 3})
    order = after(order, rules.deliver(order, None, now(2)), now(2))

    order = after(order, rules.cancel(order, None, None, now(5)), now(5))

    assert (OrderStatus.DELIVERED, START + timedelta(hours=2)) == (order.status, order.delivered_at)


@pytest.mark.parametrize("units", [{"A": 0}, {"A": -1}, {"A": True}, {}])
def test_units_must_be_above_zero(units: Mapping[str, int]) -> None:
    """No units, or a number that is none, is refused."""
    with pytest.raises(QuantityError):
        rules.ship(placed(), units, "", "", now())


def test_an_unknown_line_is_refused() -> None:
    """The error lists the lines that there are."""
    with pytest.raises(InvalidInput, match=r"'Z' is no line of it.*Its lines are 1, 2"):
        rules.ship(placed(), {"Z": 1}, "", "", now())


def test_a_product_on_two_lines_must_be_named_by_line() -> None:
    """Which of them is meant can't be guessed."""
    with pytest.raises(InvalidInput, match="on several lines"):
        rules.ship(placed(Line("A", 1, 1), Line("A", 2, 1)), {"A": 1}, "", "", now())


@pytest.mark.parametrize("step", ["confirm", "ship", "cancel"])
def test_a_cancelled_order_moves_no_more(step: str) -> None:
    """Once all of it is cancelled, nothing is confirmed, shipped or cancelled."""
    order = after(placed(), rules.cancel(placed(), None, None, now(1)), now(1))
    steps = {
        "confirm": lambda: rules.confirm(order, now(2)),
        "ship": lambda: rules.ship(order, None, "", "", now(2)),
        "cancel": lambda: rules.cancel(order, None, None, now(2)),
    }

    with pytest.raises(TransitionRefused, match=f"{step} is not possible"):
        steps[step]()


# --- Times, corrections, messages --------------------------------------------------------------------------------


def test_confirming_again_changes_nothing() -> None:
    """The first confirmation stands."""
    order = after(placed(), rules.confirm(placed(), now(1)), now(1))

    assert Decision() == rules.confirm(order, now(2))


def test_a_wrong_order_of_times_is_kept_and_marked_once() -> None:
    """A parcel said to have arrived before it left arrives then, and the order is marked."""
    order = shipped(placed(), {"A": 2}, hours=5)
    order = after(order, rules.deliver(order, {"A": 1}, now(3)), now(3))

    order = after(order, rules.deliver(order, {"A": 1}, now(3)), now(3))

    assert ("delivered_before_shipped",) == order.anomalies


def test_a_new_promise_never_erases_the_first() -> None:
    """Being on time is measured by the first, what is in force is the last."""
    order = placed(promised=date(2026, 3, 5))
    at = now(1)

    order = after(order, rules.amend(order, None, date(2026, 3, 9), None, Text("t", "supplier late"), at), at)

    assert (date(2026, 3, 5), date(2026, 3, 9)) == (order.first_promise.due, order.promise.due)  # type: ignore[union-attr]


def test_a_correction_keeps_the_old_value_in_the_record() -> None:
    """The event says what the field was and what it is."""
    decision = rules.amend(placed(), "1001", None, None, Text("t", "typo"), now())

    assert (ev.Change("number", "", "1001"),) == decision.events[0].changes  # type: ignore[attr-defined]


def test_a_correction_needs_a_reason() -> None:
    """Nobody corrects without saying why."""
    with pytest.raises(InvalidInput, match="needs a reason"):
        rules.amend(placed(), "1001", None, None, Text("t", " "), now())


def test_the_same_step_has_the_same_key() -> None:
    """Deciding twice gives one message: its key says what it is for, not when it was decided."""
    order = placed()

    assert rules.confirm(order, now(1)).intents[0].key == rules.confirm(order, now(2)).intents[0].key


def test_each_parcel_has_a_message_of_its_own() -> None:
    """A second parcel is not taken for the first again."""
    order = placed()
    first = rules.ship(order, {"A": 1}, "", "", now(1))

    second = rules.ship(after(order, first, now(1)), {"A": 1}, "", "", now(2))

    assert first.intents[0].key != second.intents[0].key


def test_nothing_is_written_about_an_imported_order() -> None:
    """A passive order plans no message."""
    order = placed(passive=True)

    assert () == rules.confirm(order, now(1)).intents


# --- What the desk asks for more rarely --------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1" * 65, "10\n01", "10\t01"], ids=["too long", "two lines", "a tab"])
def test_an_order_number_is_one_short_line(number: str) -> None:
    """At most 64 characters, without a break or a tab."""
    with pytest.raises(InvalidInput, match="one line of at most 64"):
        rules.amend(placed(), number, None, None, Text("t", "typo"), now())


@pytest.mark.parametrize("moved", [{"cancelled": 1}, {"shipped": 1}, {"shipped": 1, "delivered": 1}], ids=str)
def test_a_new_order_has_moved_nothing(moved: dict[str, int]) -> None:
    """What was cancelled, shipped or delivered is told by steps, never by a line that is placed."""
    with pytest.raises(QuantityError, match="no units moved yet"):
        placed(Line("A", 3, "10.00", **moved))  # type: ignore[arg-type]


def test_a_status_is_published_in_words() -> None:
    """The words go to the record by their reference; without any there is nothing to read."""
    words = Text("t", "waiting for glass")

    assert (ev.StatusPublished(words),) == rules.publish_status(placed(), words).events
    with pytest.raises(InvalidInput, match="a status needs words"):
        rules.publish_status(placed(), Text("t", " "))


def test_a_corrected_payment_takes_the_currency_of_the_order() -> None:
    """The record keeps both amounts as they are written."""
    order = placed()
    (amended,) = rules.amend(order, None, None, Money.zero(order.currency), Text("t", "never paid"), now()).events

    assert (ev.Change("captured", "35.00 EUR", "0.00 EUR"),) == amended.changes  # type: ignore[attr-defined]


def test_a_correction_changes_something() -> None:
    """A reason alone corrects nothing."""
    with pytest.raises(InvalidInput, match="a correction must change something"):
        rules.amend(placed(), None, None, None, Text("t", "typo"), now())


def test_the_words_of_a_source_are_noted() -> None:
    """As it says them, and nothing follows."""
    assert Decision((ev.SourceStatusNoted("en ruta"),)) == rules.source_status("en ruta")


def test_a_contradiction_is_marked_once() -> None:
    """The same one again changes nothing."""
    order = placed()
    marked = after(order, rules.note_anomaly(order, "delivered_twice"), now())

    assert ("delivered_twice",) == marked.anomalies
    assert Decision() == rules.note_anomaly(marked, "delivered_twice")


def test_a_line_is_named_once() -> None:
    """By its id or by its product."""
    with pytest.raises(InvalidInput, match="each line is named once"):
        rules.ship(placed(), {"1": 1, "A": 1}, "", "", now(1))
