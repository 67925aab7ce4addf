"""The timeline of an order, and the queue of what waits."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, SOON, closed, placed, reported, resolved, told

# --- Timeline ----------------------------------------------------------------------------------------------------


def test_a_timeline_has_everything_about_an_order(desk: Desk) -> None:
    """Its own events, its incidents', its surveys' and its messages', in the record's order."""
    case = closed(desk)
    desk.surveys.answer(incident=case.id, score=5)
    desk.send_due()
    entries = desk.orders.timeline(case.orders[0])

    assert sorted(entry.seq for entry in entries) == [entry.seq for entry in entries]
    assert {"order.placed", "incident.closed", "order.money_returned", "survey.answered", "message.receipt"} <= {
        entry.type for entry in entries
    }


def test_a_timeline_has_nothing_of_another_order(desk: Desk) -> None:
    """Only what is linked to it."""
    mine = placed(desk)
    closed(desk)

    assert {mine.id} == {entry.stream for entry in desk.orders.timeline(mine.id)}


def test_a_timeline_goes_by_the_record_and_not_by_the_clock(desk: Desk, clock: ManualClock) -> None:
    """What became known later stands later, whenever it happened."""
    order = placed(desk)
    clock.advance(days=1)
    desk.orders.ship(order.id)
    desk.orders.confirm(order.id, at=clock.now - timedelta(hours=12))
    entries = desk.orders.timeline(order.id)

    assert ["order.placed", "order.shipped", "order.confirmed"] == [entry.type for entry in entries]
    assert entries[2].at < entries[1].at


def test_a_timeline_gives_words_back(desk: Desk) -> None:
    """What was written to the customer is readable, and in no repr."""
    order = placed(desk)
    desk.orders.publish_status(order.id, "it follows on Monday")
    entry = desk.orders.timeline(order.id)[-1]

    assert "it follows on Monday" == str(entry.data.text)  # type: ignore[attr-defined]
    assert "Monday" not in repr(entry)


# --- Queue -------------------------------------------------------------------------------------------------------


def test_the_queue_lists_what_is_open(desk: Desk) -> None:
    """Detected, communicated and resolved cases; neither closed nor withdrawn ones."""
    waiting = {reported(desk).id, told(desk).id, resolved(desk).id}
    closed(desk)
    desk.incidents.withdraw(reported(desk).id, reason="none")

    assert waiting == {item.incident for item in desk.queue()}


def test_the_most_pressing_come_first(desk: Desk, clock: ManualClock) -> None:
    """By severity, then by the promised date, none last, then by age."""
    minor = reported(desk, placed(desk, customer="c-1", promised=SOON), type="late")
    clock.advance(minutes=1)
    unpromised = reported(desk, placed(desk, customer="c-2"))
    clock.advance(minutes=1)
    younger = reported(desk, placed(desk, customer="c-3"))
    clock.advance(minutes=1)
    later = reported(desk, placed(desk, customer="c-4", promised=SOON + timedelta(days=1)))
    clock.advance(minutes=1)
    sooner = reported(desk, placed(desk, customer="c-5", promised=SOON))

    assert [case.id for case in (sooner, later, unpromised, younger, minor)] == [item.incident for item in desk.queue()]


def test_the_queue_of_an_agent(desk: Desk) -> None:
    """What they own, and what they were asked to take."""
    mine, asked = reported(desk), reported(desk)
    reported(desk)
    desk.incidents.accept_handover(mine.id, by="ana")
    desk.incidents.hand_over(asked.id, to="ana")

    assert {mine.id, asked.id} == {item.incident for item in desk.queue("ana")}
    assert {asked.id: "ana"} == {item.incident: item.handover_to for item in desk.queue("ana") if item.handover_to}


def test_the_queue_of_a_team(desk: Desk) -> None:
    """What the team and its agents own, and what it was asked to take."""
    gone = reported(desk, type="out_of_stock")
    asked = desk.incidents.hand_over(reported(desk).id, to="warehouse")
    reported(desk)

    assert {gone.id, asked.id} == {item.incident for item in desk.queue("warehouse")}


def test_the_queue_shows_the_next_deadline(desk: Desk, clock: ManualClock) -> None:
    """The one that is running and comes first; overdue once it has passed."""
    case = reported(desk)
    (first,) = desk.queue()
    clock.advance(hours=5)
    (late,) = desk.queue()
    desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    (next_,) = desk.queue()

    assert (case.deadlines.communicate_by, False) == (first.due, first.overdue)
    assert (case.deadlines.communicate_by, True) == (late.due, late.overdue)
    assert (desk.incidents.clocks(case.id)[-2].clock.due, False) == (next_.due, next_.overdue)


def test_a_case_without_deadlines_is_never_overdue(opened: Opened, clock: ManualClock) -> None:
    """Where the protocol demands nothing."""
    calm = tuple(evolve(p, communicate_within=None, resolve_within=None) for p in SHOP.protocols)
    desk = opened(shop=evolve(SHOP, protocols=calm))
    reported(desk)
    clock.advance(days=900)
    (item,) = desk.queue()

    assert (None, False) == (item.due, item.overdue)


def test_the_queue_shows_the_orders_number(desk: Desk) -> None:
    """And nothing for a case without an order."""
    reported(desk, placed(desk, number="1001"))
    desk.incidents.report(type="late", description="a complaint")

    assert {"1001", ""} == {item.number for item in desk.queue()}


def test_a_resolved_case_has_no_deadline(desk: Desk) -> None:
    """It waits for the customer's word, and for no protocol."""
    resolved(desk)

    assert [None] == [item.due for item in desk.queue()]
