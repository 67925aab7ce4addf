"""Promises on the desk: what was promised, by whom, and what became of it; a broken delivery opens a case by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.remedies import Offer
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.promises import expectations
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.test_ticking import history
from tests.desk.world import SHOP, agreed, placed, reported, resolved, told


def test_a_broken_delivery_opens_a_case_once(desk: Desk, clock: ManualClock, store_url: str) -> None:
    """With an owner and deadlines like any report, on the order's timeline, before the customer asks."""
    order = placed(desk, promised=clock.now.date())
    clock.advance(days=2)
    desk.tick()
    desk.tick()
    (case,) = desk.incidents.find(order=order.id)

    assert ("late", "after-sales", "shop", "rule:desk") == (
        case.type,
        case.owner.team,
        case.reported_by,
        desk.orders.timeline(order.id)[-1].by,
    )
    assert desk.orders.get(order.id).in_incident
    assert str(case.description)
    assert [] == faults(Copy(store_url), SHOP)


def test_what_came_in_time_opens_none(desk: Desk, clock: ManualClock) -> None:
    """Nor what was cancelled, or promised anew."""
    came, gone, moved = (placed(desk, promised=clock.now + timedelta(hours=3)) for _ in range(3))
    desk.orders.ship(came.id)
    desk.orders.deliver(came.id)
    desk.orders.cancel(gone.id)
    desk.orders.amend(moved.id, promised=clock.now + timedelta(days=3), reason="asked by the customer")
    clock.advance(days=1)
    desk.tick()

    assert () == desk.incidents.find()


def test_a_case_about_the_delivery_is_enough(desk: Desk, clock: ManualClock) -> None:
    """A second one would only be one more."""
    order = placed(desk, promised=clock.now.date())
    reported(desk, order, type="late")
    clock.advance(days=2)
    desk.tick()

    assert 1 == len(desk.incidents.find(order=order.id))
    assert "promise.broken" in history(desk, order.id)


def test_the_next_promise_is_watched_too(desk: Desk, clock: ManualClock) -> None:
    """A new date after a broken one can be broken as well; the open case is enough for both."""
    order = placed(desk, promised=clock.now + timedelta(hours=1))
    clock.advance(hours=2)
    desk.tick()
    desk.orders.amend(order.id, promised=clock.now + timedelta(hours=1), reason="the carrier said so")
    clock.advance(hours=2)
    desk.tick()

    assert 2 == history(desk, order.id).count("promise.broken")
    assert 1 == len(desk.incidents.find(order=order.id))


def test_a_promised_word_that_does_not_come_raises_the_case(desk: Desk, clock: ManualClock) -> None:
    """Who made it, and by when, stays in the record."""
    case = told(desk)
    desk.incidents.promise(case.id, by_when=clock.now + timedelta(hours=2), by="ana")
    clock.advance(hours=3)
    desk.tick()
    after = desk.incidents.get(case.id)

    assert (1, "agent:ana", "broken") == (
        after.level,
        after.promises[0].made_by,
        expectations(after, SHOP.zone, clock.now)[0].outcome,
    )


def test_a_word_in_time_keeps_it(desk: Desk, clock: ManualClock) -> None:
    """By whatever way."""
    case = told(desk)
    desk.incidents.promise(case.id, by_when=clock.now + timedelta(hours=2), by="ana")
    clock.advance(hours=1)
    desk.contacts.log(channel="sms", direction="out", incident=case.id, summary="on its way", by="ana")
    clock.advance(hours=2)
    desk.tick()

    assert "kept" == expectations(desk.incidents.get(case.id), SHOP.zone, clock.now)[0].outcome
    assert "promise.broken" not in history(desk, case.id)


def test_a_later_promise_never_erases_the_first(desk: Desk, clock: ManualClock) -> None:
    """Both are there; the first is said to be replaced, and broken once its time is over."""
    case = told(desk)
    for hours in (1, 9):
        desk.incidents.promise(case.id, by_when=clock.now + timedelta(hours=hours), by="ana")
    found = desk.incidents.get(case.id)

    assert [["replaced", "pending"], ["broken", "pending"]] == [
        [each.outcome for each in expectations(found, SHOP.zone, clock.now + timedelta(hours=hours))] for hours in (0, 2)
    ]


def test_only_what_can_be_kept_is_promised(desk: Desk, clock: ManualClock) -> None:
    """In the future, of something that the record shows, in a case that is open."""
    case = told(desk)
    with pytest.raises(InvalidInput, match="what can still be kept"):
        desk.incidents.promise(case.id, by_when=clock.now, by="ana")
    with pytest.raises(InvalidInput, match="what is promised is update"):
        desk.incidents.promise(case.id, by_when=clock.now + timedelta(hours=1), what="the moon", by="ana")
    gone = desk.incidents.withdraw(case.id, reason="a mistake", by="ana")
    with pytest.raises(TransitionRefused, match="must be open"):
        desk.incidents.promise(gone.id, by_when=clock.now + timedelta(hours=1), by="ana")


def test_an_agreed_date_that_passes_raises_the_case(desk: Desk, clock: ManualClock) -> None:
    """The refund was promised within three days."""
    case = agreed(desk)
    desk.incidents.log_conversation(case.id, channel="phone", summary="soon", by="ana")
    clock.advance(days=4)
    desk.tick()

    assert "promise.broken" in history(desk, case.id)


def test_every_promise_counts_by_its_own_time(desk: Desk, clock: ManualClock) -> None:
    """Deliveries, agreed remedies and promised words alike; those of a withdrawn case nowhere."""
    placed(desk, promised=clock.now + timedelta(hours=1))
    resolved(desk)
    case = told(desk)
    desk.incidents.promise(case.id, by_when=clock.now + timedelta(hours=1), by="ana")
    mistaken = told(desk)
    desk.incidents.promise(mistaken.id, by_when=clock.now + timedelta(hours=1), by="ana")
    desk.incidents.withdraw(mistaken.id, reason="a mistake", by="ana")
    clock.advance(days=5)

    assert (3, 1 / 3) == ((row := desk.measure("promise_kept_rate").rows[0]).n, row.value)


def test_an_offer_without_an_answer_is_no_promise(desk: Desk, clock: ManualClock) -> None:
    """Nobody expects what they have not taken."""
    case = told(desk)
    desk.incidents.offer(case.id, [Offer("refund", clock.now + timedelta(days=1), "1.00")])

    assert () == desk.incidents.get(case.id).promises
