"""Imported cases made live: one by one and many at once, from now on, and silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.desk import Desk
from incidentkit.domain.incidents import Phase
from incidentkit.rules.clocks import clocks
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.importing import count, order, small, write
from tests.desk.test_importing_cases import LOG, tickets, when
from tests.desk.world import SHOP, reported

LATE = {"placed": "2024-01-01 10:00:00", "delivered": "2024-01-09 10:00:00", "promised": "2024-01-05 00:00:00", "person": "p"}
GONE = {"placed": "2024-02-01 10:00:00", "status": "unavailable", "promised": "2024-02-05 00:00:00", "person": "p"}
PEOPLE = [{"person": "p", "key": "eva@example.com", "name": "Eva"}]


@pytest.fixture
def taken_in(desk: Desk, tmp_path: Path) -> Desk:
    """A desk with a late order L and one that is sold out, G; both imported, each with its case."""
    rows = [order(id="L", number="L", **LATE), order(id="G", number="G", **GONE)]
    desk.imports.run(small(), [write(tmp_path, orders=rows, people=PEOPLE)])
    return desk


def case_of(desk: Desk, number: str) -> ik.Incident:
    """The case of an order."""
    (found,) = desk.incidents.find(order=desk.orders.find(number=number)[0].id)
    return found


# --- One ---------------------------------------------------------------------------------------------------------


def test_a_case_is_live_from_now_on(taken_in: Desk, clock: ManualClock) -> None:
    """It is no longer passive, its team is asked anew, and its deadlines count from the adoption."""
    before = case_of(taken_in, "G")
    after = taken_in.incidents.adopt(before.id, by="ana")

    assert (True, False) == (before.passive, after.passive)
    assert ("warehouse", clock.now) == (after.owner.team, after.owner.since)
    assert after.handover is not None
    assert ("warehouse", "agent:ana", clock.now) == (after.handover.to, after.handover.asked_by, after.handover.asked_at)
    assert after.deadlines.resolve_by is not None
    assert (clock.now, True) == (after.deadlines.since, after.deadlines.resolve_by > clock.now)
    assert before.detected_at == after.detected_at


def test_its_order_is_live_too(taken_in: Desk) -> None:
    """What happens to the order from now on is the desk's business."""
    taken_in.incidents.adopt(case_of(taken_in, "G").id)

    assert {"G": False, "L": True} == {found.number: found.passive for found in taken_in.orders.find()}


def test_nothing_is_sent_by_it(taken_in: Desk, post: Post, clock: ManualClock) -> None:
    """Neither the adoption nor what comes due in the next instants writes to the customer, or opens another case."""
    taken_in.adopt()
    taken_in.send_due()
    clock.advance(minutes=1)
    taken_in.tick()
    taken_in.send_due()

    assert [] == post.post.sent
    assert (2, 0) == (len(taken_in.incidents.find()), count(taken_in, "intents"))


def test_its_clocks_run_from_now(taken_in: Desk, clock: ManualClock) -> None:
    """No clock is broken by what lay before, and one breaks when its time from the adoption is over."""
    case = taken_in.incidents.adopt(case_of(taken_in, "G").id)
    clock.advance(minutes=1)
    at_first = taken_in.tick().done
    clock.advance(days=30)
    later = taken_in.tick().done

    assert {} == at_first
    assert later
    assert not case_of(taken_in, "G").passive
    assert case.id == case_of(taken_in, "G").id


def test_every_clock_begins_with_the_adoption(desk: Desk, clock: ManualClock, tmp_path: Path) -> None:
    """Also those that would run from what the customer asked, or last heard, long ago."""
    log = parse_profile(LOG)
    desk.imports.run(log, [tickets(tmp_path, {"opened": when(1), "written": when(1), "who": "customer"})])
    (case,) = desk.incidents.find()
    desk.incidents.log_conversation(case.id, channel="phone", summary="we know", by="ana", at=clock.now - timedelta(days=20))
    adopted = desk.incidents.adopt(case.id)
    running = [found for found in clocks(adopted, SHOP) if found.running]

    assert running
    assert {clock.now} == {found.started_at for found in running}


def test_a_promise_of_the_past_is_noted_as_broken(taken_in: Desk) -> None:
    """That the parcel did not come in time is known already, and is nothing that happens today."""
    taken_in.incidents.adopt(case_of(taken_in, "G").id)
    (found,) = taken_in.orders.find(number="G")

    assert found.promise is not None
    assert found.promise.broken_at is not None


def test_once_adopted_it_stays_as_it_is(taken_in: Desk, record: Callable[[], Copy]) -> None:
    """The second time nothing is written, and the case is returned."""
    case = case_of(taken_in, "G")
    first = taken_in.incidents.adopt(case.id)
    before = record().tables["events"]

    assert first == taken_in.incidents.adopt(case.id)
    assert before == record().tables["events"]


def test_a_live_case_is_worked_on_as_any_other(taken_in: Desk) -> None:
    """The customer can be written to, which an imported case does not allow."""
    case = case_of(taken_in, "G")
    with pytest.raises(ik.TransitionRefused, match="silent until it is adopted"):
        taken_in.incidents.notify(case.id)
    taken_in.incidents.adopt(case.id)
    taken_in.incidents.notify(case.id)

    assert 1 == count(taken_in, "intents")


@pytest.mark.parametrize("phase", [Phase.RESOLVED, Phase.WITHDRAWN])
def test_what_is_over_is_not_adopted(taken_in: Desk, phase: Phase) -> None:
    """A case that needs nobody any more is refused, with what it would take."""
    case = case_of(taken_in, "G")
    if phase is Phase.WITHDRAWN:
        taken_in.incidents.withdraw(case.id, reason="a mistake")
    else:
        taken_in.incidents.log_conversation(case.id, channel="phone", summary="told", by="ana")
        taken_in.incidents.resolve(case.id, reason="nothing was due")

    with pytest.raises(ik.TransitionRefused, match=f"got {phase.value}"):
        taken_in.incidents.adopt(case.id)


def test_a_type_that_the_shop_no_longer_has(taken_in: Desk, opened: Callable[..., Desk]) -> None:
    """Without a protocol there are no deadlines to give: the case is refused, and counted as left by many."""
    poorer = opened(shop=evolve(SHOP, protocols=SHOP.protocols[:2]))
    with pytest.raises(ik.InvalidInput, match="the protocol of its type"):
        poorer.incidents.adopt(case_of(poorer, "G").id)

    found = poorer.adopt(dry_run=True)

    assert ({"no_protocol": 1}, 1) == (found.left, found.adoptable)


def test_a_case_that_was_always_live(desk: Desk, record: Callable[[], Copy]) -> None:
    """It is returned as it is."""
    case = reported(desk)
    before = record().tables["events"]

    assert case == desk.incidents.adopt(case.id)
    assert before == record().tables["events"]


# --- Many --------------------------------------------------------------------------------------------------------


def test_a_preview_counts_and_changes_nothing(taken_in: Desk, record: Callable[[], Copy]) -> None:
    """The counts tell type, severity, team and age, and the record stays as it is."""
    before = record().tables
    found = taken_in.adopt(dry_run=True)

    assert (2, 0, {}) == (found.adoptable, found.adopted, found.left)
    assert {"late": 1, "out_of_stock": 1} == found.by_type
    assert ({"minor": 2}, {"older": 2}) == (found.by_severity, found.by_age)
    assert {"after-sales": 1, "warehouse": 1} == found.by_team
    assert before == record().tables


@pytest.mark.parametrize(
    ("which", "adopted"),
    [
        ({}, {"L", "G"}),
        ({"type": "late"}, {"L"}),
        ({"team": "warehouse"}, {"G"}),
        ({"source": "small"}, {"L", "G"}),
        ({"source": "other"}, set()),
        ({"since": date(2024, 1, 20)}, {"G"}),
        ({"until": date(2024, 1, 20)}, {"L"}),
        ({"type": "late", "team": "warehouse"}, set()),
    ],
)
def test_only_those_that_are_meant(taken_in: Desk, which: dict[str, Any], adopted: set[str]) -> None:
    """Each filter leaves the others passive, and what is adopted is what the preview counted."""
    preview, report = taken_in.adopt(dry_run=True, **which), taken_in.adopt(**which)

    assert adopted == {number for number in ("L", "G") if not case_of(taken_in, number).passive}
    assert preview.adoptable == report.adopted == len(adopted)


def test_those_of_one_order(taken_in: Desk) -> None:
    """An order's cases are adopted by its id; an unknown one is refused."""
    (late,) = taken_in.orders.find(number="L")

    assert {"late": 1} == taken_in.adopt(order=late.id).by_type
    with pytest.raises(ik.UnknownIdError):
        taken_in.adopt(order="nowhere")


def test_a_second_time_adopts_nothing(taken_in: Desk, record: Callable[[], Copy]) -> None:
    """What is live is no longer imported."""
    taken_in.adopt()
    before = record().tables["events"]
    again = taken_in.adopt()

    assert (0, 0) == (again.adoptable, again.adopted)
    assert before == record().tables["events"]


def test_what_is_left_is_counted_by_its_reason(taken_in: Desk) -> None:
    """Resolved and withdrawn cases stay passive, and the report says how many."""
    taken_in.incidents.withdraw(case_of(taken_in, "G").id, reason="a mistake")
    found = taken_in.adopt()

    assert ({"withdrawn": 1}, 1) == (found.left, found.adopted)


def test_an_adoption_that_was_cut_short_is_made_again(desk: Desk, tmp_path: Path) -> None:
    """What was done stays done, and the rest is adopted by the next call."""
    rows = [order(id=f"o{n:03}", status="unavailable") for n in range(250)]
    desk.imports.run(small(), [write(tmp_path, orders=rows)])

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.adopt(progress=stop)
    heard: list[tuple[int, int]] = []
    rest = desk.adopt(progress=lambda done, total: heard.append((done, total)))

    assert (150, [(100, 150), (150, 150)]) == (rest.adopted, heard)
    assert 0 == desk.adopt(dry_run=True).adoptable


def test_not_inside_a_batch(taken_in: Desk) -> None:
    """It needs transactions of its own."""
    with taken_in.batch(), pytest.raises(ik.RuleViolation, match="another"):
        taken_in.adopt()


# --- Imported again ----------------------------------------------------------------------------------------------


def test_a_later_import_leaves_a_live_case_alone(taken_in: Desk, tmp_path: Path) -> None:
    """The same files change nothing, and news about the order is noted without sending or asking."""
    taken_in.adopt()
    again = taken_in.imports.run(small(), [tmp_path])
    rows = [order(id="L", number="L", **LATE), order(id="G", number="G", **{**GONE, "shipped": "2024-03-01 10:00:00"})]
    news = taken_in.imports.run(small(), [write(tmp_path, orders=rows)])

    assert (0, 2) == (again.events, again.orders_unchanged)
    assert (1, 0) == (news.orders_changed, count(taken_in, "intents"))
    assert not case_of(taken_in, "G").passive


def test_a_source_does_not_resolve_a_live_case(desk: Desk, tmp_path: Path) -> None:
    """What a source claims of a case that the shop works on is left out, listed, and its word noted."""
    log = parse_profile(LOG)
    first = {"opened": when(1), "written": when(1), "state": "New"}
    desk.imports.run(log, [tickets(tmp_path, first)])
    desk.adopt()
    report = desk.imports.run(log, [tickets(tmp_path, first, {**first, "written": when(3), "state": "Resolved"})])
    (case,) = desk.incidents.find()

    assert (Phase.DETECTED, {"resolved_dropped": 1}) == (case.phase, report.dropped)
    assert case.source_status is not None
    assert "Resolved" == case.source_status.status


def test_time_without_a_person_counts_from_the_adoption(taken_in: Desk, clock: ManualClock) -> None:
    """Years in a file are nobody's neglect: the gap begins when the case is live."""
    case = taken_in.incidents.adopt(case_of(taken_in, "G").id)
    clock.advance(hours=2)
    mine = taken_in.incidents.accept_handover(case.id, by="leo")

    assert timedelta(hours=2) == mine.unowned[0].until - mine.unowned[0].since


def test_a_live_shop_is_untouched(desk: Desk) -> None:
    """Cases that were never imported are none of its business."""
    reported(desk)

    assert 0 == desk.adopt().adoptable
