"""Orders at the desk: what commands return, and what can be found."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE, Line, OrderStatus
from incidentkit.errors import RuleViolation, UnknownIdError
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, LINES, MARTA, SOON, placed, reported


def test_an_order_is_returned_as_it_stands(desk: Desk, clock: ManualClock) -> None:
    """Lines are numbered, money is summed in the shop's currency, the promise is kept."""
    order = placed(desk, promised=SOON, number="1001")

    assert ["1", "2"] == [line.id for line in order.lines]
    assert Money("35.00", "EUR") == order.captured
    assert (clock.now, OrderStatus.PLACED, "1001") == (order.placed_at, order.status, order.label)
    assert order.promise is not None
    assert SOON == order.promise.due


def test_what_is_returned_is_what_is_kept(desk: Desk) -> None:
    """After each command ``get`` gives the same."""
    order = placed(desk, promised=SOON)
    steps = [
        desk.orders.confirm(order.id),
        desk.orders.ship(order.id, {"A": 2}, "SEUR", "T-1"),
        desk.orders.deliver(order.id, {"A": 1}),
        desk.orders.cancel(order.id, {"B": 1}, reason="none left"),
        desk.orders.take_back(order.id, {"1": 1}, reason="too small"),
        desk.orders.publish_status(order.id, "the rest follows on Monday"),
        desk.orders.amend(order.id, reason="typo", number="77", paid="40"),
    ]

    assert steps[-1] == desk.orders.get(order.id)
    assert "the rest follows on Monday" == str(desk.orders.get(order.id).status_text)


def test_an_order_without_lines_goes_as_a_whole(desk: Desk) -> None:
    """It is shipped and delivered in one piece."""
    order = desk.orders.place(MARTA, number="7")
    desk.orders.ship(order.id)

    assert WHOLE == order.lines[0].id
    assert OrderStatus.DELIVERED is desk.orders.deliver(order.id).status


def test_an_order_may_have_no_customer(desk: Desk) -> None:
    """A sale at the counter is an order too."""
    assert desk.orders.place(lines=LINES).customer is None


@pytest.mark.parametrize("paid", ["12.50", Decimal("12.50"), Money("12.50", "EUR"), 12])
def test_what_was_paid_can_be_said(desk: Desk, paid: Money | Decimal | int | str) -> None:
    """Text, a Decimal, Money, a whole number; a bare one takes the shop's currency."""
    assert "EUR" == placed(desk, paid=paid).captured.currency
    assert int(placed(desk, paid=paid).captured.amount) == 12


def test_it_may_have_happened_before_now(desk: Desk, clock: ManualClock) -> None:
    """``at`` is when it happened; the timeline also says when it became known."""
    then = clock.now - timedelta(days=2)
    order = placed(desk, at=then)
    entry = desk.orders.timeline(order.id)[0]

    assert (then, then, clock.now) == (order.placed_at, entry.at, entry.known_at)


def test_the_actor_is_kept(desk: Desk) -> None:
    """An agent is known by the settings; any other handle is the host's word."""
    order = placed(desk, by="ana")
    desk.orders.confirm(order.id, by="web-3")
    desk.orders.ship(order.id)

    assert ["agent:ana", "host:web-3", "host:host"] == [entry.by for entry in desk.orders.timeline(order.id)]


def test_a_number_is_in_the_record_once(desk: Desk) -> None:
    """A second order with it is refused, with the way on."""
    placed(desk, number="7")
    with pytest.raises(RuleViolation, match="Use the one that is there"):
        placed(desk, number="7")


def test_a_number_that_was_corrected_is_free(desk: Desk) -> None:
    """The old number can be given to another order, and the first one can have it back no more."""
    first = placed(desk, number="7")
    desk.orders.amend(first.id, reason="typo", number="8")
    second = placed(desk, number="7")
    with pytest.raises(RuleViolation):
        desk.orders.amend(first.id, reason="was right", number="7")

    assert [second.id] == [order.id for order in desk.orders.find(number="7")]
    assert [first.id] == [order.id for order in desk.orders.find(number="8")]


def test_numbers_can_change_places_in_a_batch(desk: Desk) -> None:
    """Two orders that got each other's number are put right."""
    first, second = placed(desk, number="1"), placed(desk, number="2")
    with desk.batch():
        desk.orders.amend(first.id, reason="swapped", number="")
        desk.orders.amend(second.id, reason="swapped", number="1")
        desk.orders.amend(first.id, reason="swapped", number="2")

    assert ("2", "1") == (desk.orders.get(first.id).number, desk.orders.get(second.id).number)


def test_a_correction_keeps_what_was(desk: Desk) -> None:
    """The event has the old value beside the new one."""
    order = placed(desk, number="7")
    desk.orders.amend(order.id, reason="typo", number="8")
    (change,) = desk.orders.timeline(order.id)[-1].data.changes  # type: ignore[attr-defined]

    assert ("number", "7", "8") == (change.field, change.old, change.new)


def test_a_later_promise_never_erases_the_first(desk: Desk) -> None:
    """Being on time is measured by the first."""
    order = placed(desk, promised=SOON)
    later = desk.orders.amend(order.id, reason="snow", promised=SOON + timedelta(days=3))

    assert later.first_promise is not None
    assert later.promise is not None
    assert (SOON, SOON + timedelta(days=3)) == (later.first_promise.due, later.promise.due)


def test_an_unknown_order_is_an_error(desk: Desk) -> None:
    """It is an UnknownIdError, which is also a LookupError."""
    with pytest.raises(UnknownIdError, match="must be in this record"):
        desk.orders.get("nothing")
    with pytest.raises(LookupError):
        desk.orders.get("nothing")


def test_a_long_id_is_cut_in_the_error(desk: Desk) -> None:
    """Whatever was given instead of an id, an error shows a short piece of it."""
    with pytest.raises(UnknownIdError) as caught:
        desk.orders.get("x" * 10_000)

    assert len(str(caught.value)) < 150


# --- Finding -----------------------------------------------------------------------------------------------------


def test_the_latest_come_first(desk: Desk, clock: ManualClock) -> None:
    """By when they were placed."""
    orders = []
    for _ in range(3):
        orders.append(placed(desk).id)
        clock.advance(hours=1)

    assert orders[::-1] == [order.id for order in desk.orders.find()]
    assert orders[:0:-1] == [order.id for order in desk.orders.find(limit=2)]


def test_orders_are_found_by_their_customer(desk: Desk) -> None:
    """By the person or their key; nobody unknown has any."""
    mine = placed(desk)
    placed(desk, customer=JOAN)

    assert [mine.id] == [order.id for order in desk.orders.find(person=MARTA)]
    assert [mine.id] == [order.id for order in desk.orders.find(person=MARTA.key)]
    assert () == desk.orders.find(person="c-nobody")


def test_orders_are_found_by_their_status(desk: Desk) -> None:
    """By its name or its member."""
    placed(desk)
    order = desk.orders.confirm(placed(desk).id)

    assert [order.id] == [found.id for found in desk.orders.find(status="confirmed")]
    assert [order.id] == [found.id for found in desk.orders.find(status=OrderStatus.CONFIRMED)]


def test_orders_are_found_by_being_in_incident(desk: Desk) -> None:
    """Those with an open incident, those without, or all."""
    fine, wrong, over = placed(desk), placed(desk), placed(desk)
    reported(desk, wrong)
    desk.incidents.withdraw(reported(desk, over).id, reason="none")

    assert {wrong.id} == {order.id for order in desk.orders.find(in_incident=True)}
    assert {fine.id, over.id} == {order.id for order in desk.orders.find(in_incident=False)}
    assert 3 == len(desk.orders.find())


def test_what_is_found_is_whole(desk: Desk) -> None:
    """An order that is found is the order that is got."""
    order = placed(desk, number="7")
    reported(desk, order)

    assert (desk.orders.get(order.id),) == desk.orders.find(number="7", person=MARTA, in_incident=True, status="placed")


def test_in_incident_lasts_until_the_last_one_is_over(desk: Desk) -> None:
    """With two open incidents on it, one that ends changes nothing."""
    order = placed(desk)
    first, second = reported(desk, order), reported(desk, order)
    desk.incidents.withdraw(first.id, reason="none")
    still = desk.orders.get(order.id).in_incident
    desk.incidents.withdraw(second.id, reason="none")

    assert (True, False) == (still, desk.orders.get(order.id).in_incident)


def test_units_are_named_by_line_or_product(desk: Desk) -> None:
    """Where a product is on one line only, its code names the line."""
    order = placed(desk, lines=(Line("A", 2, "1"), Line("B", 2, "1")))
    desk.orders.ship(order.id, {"A": 1, "2": 1})

    assert [1, 1] == [line.shipped for line in desk.orders.get(order.id).lines]
