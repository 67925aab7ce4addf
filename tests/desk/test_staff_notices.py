"""Notices to people of the shop: in their working time, several at once, and nothing in the record of a case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.rotas import Absence
from incidentkit.domain.shop import Agent
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed, reported

Record = Callable[[], Copy]
NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)  # a Monday; noon in Madrid
STAFFED = evolve(
    SHOP,
    agents=(
        Agent("ana", "after-sales", email="ana@example.com", language="en"),
        Agent("leo", "warehouse", email="leo@example.com"),
        Agent("eva", "after-sales", "supervisor", email="eva@example.com"),
    ),
    calendar="office",
    calendars={"office": Calendar("office", Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]}))},
)


@pytest.fixture
def staffed(opened: Opened, clock: ManualClock) -> Desk:
    """A desk whose agents have addresses, at noon."""
    clock.now = NOON
    return opened(shop=STAFFED)


def notices(record: Record) -> list[tuple[str, str]]:
    """What was sent to staff, and to whom, by what became of it."""
    rows = record().tables["intents"]
    return sorted((row["step"], row["key"].split("agent:")[1].split("/")[0]) for row in rows if row["purpose"] == "staff")


def test_who_is_asked_is_told(staffed: Desk, record: Record, post: Post, clock: ManualClock) -> None:
    """Ten minutes later, by a message of their own, of which the case's record says nothing."""
    case = staffed.incidents.hand_over(reported(staffed).id, to="ana", by="eva")
    staffed.send_due()
    before = len(post.post.sent)
    clock.advance(minutes=10)
    report = staffed.send_due()

    assert [("staff.assigned", "ana")] == notices(record)
    assert (1, 1) == (report.done, len(post.post.sent) - before)
    assert not any(
        event.type == "message.receipt" for event in staffed.orders.timeline(case.orders[0]) if event.stream == case.id
    )
    assert [] == faults(record(), STAFFED)


def test_several_notices_are_one_message(staffed: Desk, post: Post, clock: ManualClock) -> None:
    """Three cases in ten minutes: one message."""
    for _ in range(3):
        staffed.incidents.hand_over(reported(staffed).id, to="ana", by="eva")
        clock.advance(minutes=3)
    staffed.send_due()
    before = len(post.post.sent)
    clock.advance(minutes=10)
    staffed.send_due()

    assert 1 == len(post.post.sent) - before


def test_nobody_is_told_of_what_they_did_themselves(staffed: Desk, record: Record) -> None:
    """Who hands a case to the own team is left out."""
    staffed.incidents.hand_over(reported(staffed).id, to="ana", by="ana")

    assert [] == notices(record)


def test_what_was_taken_meanwhile_is_not_told(staffed: Desk, record: Record, clock: ManualClock) -> None:
    """Whoever was asked, and has seen somebody else take it, needs no message."""
    case = staffed.incidents.hand_over(reported(staffed).id, to="leo", by="eva")
    staffed.incidents.hand_over(case.id, to="ana", by="eva")
    staffed.incidents.accept_handover(case.id, by="ana")
    clock.advance(minutes=10)
    staffed.send_due()
    rows = {row["key"].split("agent:")[1].split("/")[0]: row for row in record().tables["intents"] if row["purpose"] == "staff"}

    assert ("suppressed", "not_theirs") == (rows["leo"]["state"], rows["leo"]["reason"])
    assert "done" == rows["ana"]["state"]
    assert [] == faults(record(), STAFFED)


def test_after_hours_it_waits_for_the_morning(opened: Opened, post: Post, clock: ManualClock) -> None:
    """And past an absence."""
    clock.now = NOON + timedelta(hours=9)
    desk = opened(
        shop=evolve(STAFFED, absences=(Absence("ana", NOON.date() + timedelta(days=1), NOON.date() + timedelta(days=1)),))
    )
    case = reported(desk, placed(desk, customer=None))
    desk.tasks.open(kind="call", what="call her", why="she asked", incident=case.id, owner="leo", by="eva")
    desk.incidents.hand_over(case.id, to="leo", by="eva")
    sent = []
    for hours in (0, 11, 1):
        clock.advance(hours=hours)
        desk.send_due()
        sent.append(len(post.post.sent))

    assert [0, 0, 1] == sent


def test_what_comes_due_is_told_by_the_clock(staffed: Desk, record: Record, clock: ManualClock) -> None:
    """A case that nobody works on: who has it hears that it is due, and then whom it is raised to."""
    case = staffed.incidents.hand_over(reported(staffed, placed(staffed, customer=None)).id, to="ana", by="eva")
    staffed.incidents.accept_handover(case.id, by="ana")
    for _ in range(12):
        clock.advance(hours=1)
        staffed.tick()
        staffed.send_due()
    told = notices(record)

    assert ("staff.due", "ana") in told
    assert ("staff.escalated", "eva") in told
    assert [] == faults(record(), STAFFED)
