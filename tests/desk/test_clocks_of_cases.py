"""Clocks on the desk: which commands start, hold and stop them, who is told, and the lessons of other systems' clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.calendars import Calendar, CalendarChange, Schedule
from incidentkit.domain.incidents import Phase
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Offer
from incidentkit.domain.targets import Targets
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.clock_readings import ClockReading
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.test_ticking import history
from tests.desk.world import SHOP, placed, reported, resolved, told


def reading(desk: Desk, case: str, name: str) -> ClockReading:
    """The last clock of that name, as it stands now."""
    return [found for found in desk.incidents.clocks(case) if found.clock.name == name][-1]


def due(desk: Desk, case: str, name: str) -> datetime:
    """When it is due."""
    return reading(desk, case, name).clock.due


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026, in UTC; the team works from 8 to 17 then."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def offered(desk: Desk, case: str, days: float = 3) -> None:
    """An offer that waits for the customer."""
    desk.incidents.offer(case, [Offer("refund", desk.clock() + timedelta(days=days), "1.00")], by="ana")


# --- Lessons -----------------------------------------------------------------------------------------------------


def test_b01_a_hold_counts_only_where_it_overlaps_working_time(desk: Desk, clock: ManualClock) -> None:
    """A customer who is waited for from Friday evening to Monday morning stops nothing."""
    clock.now = at(6, 16)
    case = told(desk)
    before = due(desk, case.id, "resolve_by")
    clock.now = at(6, 17, 30)
    offered(desk, case.id)
    clock.now = at(9, 7, 30)
    desk.incidents.decline(case.id, "offer-1", by="customer")

    assert before == due(desk, case.id, "resolve_by")


def test_b02_off_hours_are_not_counted_twice(desk: Desk, clock: ManualClock) -> None:
    """A hold over a night gives back the two open hours that it covers, and not the night again."""
    case = told(desk)
    before = due(desk, case.id, "resolve_by")
    clock.now = at(2, 16)
    offered(desk, case.id)
    clock.now = at(3, 9)
    desk.incidents.decline(case.id, "offer-1", by="customer")

    assert (at(4, 15), at(4, 17)) == (before, due(desk, case.id, "resolve_by"))


def test_b03_resolved_straight_from_waiting_keeps_the_hold(desk: Desk, clock: ManualClock) -> None:
    """Waiting and resolved in one step: the weeks that the customer took are not the shop's."""
    case = told(desk)
    desk.incidents.wait(case.id, reason="asked for a photo", until=date(2026, 4, 20), by="ana")
    clock.advance(days=30)
    desk.incidents.resolve(case.id, reason="it was found", by="ana")

    assert not reading(desk, case.id, "resolve_by").clock.broken


def test_b04_a_clock_stands_still_over_lunch(opened: Any, clock: ManualClock) -> None:
    """Hours may have a break; four working hours from ten then end in the afternoon."""
    lunch = Calendar("lunch", Schedule("Europe/Madrid", {"mon-fri": ("09:00-14:00", "16:00-19:00")}))
    shop = evolve(SHOP, calendar="lunch", calendars={"lunch": lunch})
    with opened(shop=shop) as desk:
        case = reported(desk)

        # Ten in Madrid, so until two, and that is four hours.
        assert at(2, 13) == due(desk, case.id, "communicate_by")
        clock.now = at(2, 10)
        later = reported(desk)

        assert at(2, 16) == due(desk, later.id, "communicate_by")


def test_b05_the_setting_for_business_hours_is_heeded(opened: Any, clock: ManualClock) -> None:
    """Working and elapsed targets of one shop end at different times."""
    protocols = (Protocol("damaged", severity="critical"), Protocol("late", clock="elapsed"))
    with opened(shop=evolve(SHOP, protocols=protocols)) as desk:
        clock.now = at(6, 15)
        working, elapsed = reported(desk), reported(desk, type="late")

        assert (at(9, 10), at(6, 19)) == tuple(due(desk, case.id, "communicate_by") for case in (working, elapsed))


def test_b06_neither_a_thanks_nor_an_automatic_reply_starts_a_clock(desk: Desk, clock: ManualClock) -> None:
    """Only what wants an answer does."""
    case = reported(desk)
    desk.contacts.log(channel="email", incident=case.id, summary="thanks", expects_answer=False, by="customer")
    desk.contacts.log(channel="email", incident=case.id, summary="I am away", automatic=True, by="customer")

    assert "first_response" not in [found.clock.name for found in desk.incidents.clocks(case.id)]

    desk.contacts.log(channel="email", incident=case.id, summary="when?", by="customer")

    assert clock.now == reading(desk, case.id, "first_response").clock.started_at


def test_b06_a_thanks_does_not_end_a_hold(desk: Desk, clock: ManualClock) -> None:
    """It answers no offer."""
    case = told(desk)
    offered(desk, case.id)
    clock.advance(hours=1)
    desk.contacts.log(channel="email", incident=case.id, summary="thanks", expects_answer=False, by="customer")

    assert "customer" == reading(desk, case.id, "resolve_by").waits_for

    desk.contacts.log(channel="email", incident=case.id, summary="which colour?", by="customer")

    assert "shop" == reading(desk, case.id, "resolve_by").waits_for


def test_b07_every_clock_names_whom_it_waits_for(desk: Desk) -> None:
    """And the queue says whom the case waits for."""
    case = told(desk)
    offered(desk, case.id)

    assert {"communicate_by": "nobody", "update_by": "customer", "resolve_by": "customer"} == {
        found.clock.name: found.waits_for for found in desk.incidents.clocks(case.id)
    }
    assert ["customer"] == [item.waits_for for item in desk.queue()]


def test_b08_regrading_keeps_used_time_and_holds(opened: Any, clock: ManualClock) -> None:
    """Forty hours from the beginning instead of twenty-four, and the four hours of waiting on top, as before."""
    slower = Targets(communicate_within=timedelta(hours=4), resolve_within=timedelta(hours=40))
    shop = evolve(SHOP, protocols=(Protocol("damaged", severity="critical", by_severity={"minor": slower}),))
    with opened(shop=shop) as desk:
        case = told(desk)
        offered(desk, case.id)
        clock.advance(hours=4)
        desk.incidents.decline(case.id, "offer-1", by="customer")
        desk.incidents.amend(case.id, reason="a substitute will do", severity="minor", by="ana")

        assert timedelta(hours=44) == shop_hours(desk, case.id)


def shop_hours(desk: Desk, case: str) -> timedelta:
    """Working time from the beginning of a case to the end of its clock."""
    found = desk.incidents.get(case)
    hours = desk.shop.worked_out["hours of after-sales"]
    elapsed: timedelta = hours.elapsed(found.detected_at, due(desk, case, "resolve_by"))
    return elapsed


def test_b08_another_calendar_keeps_what_was_used(opened: Any, clock: ManualClock) -> None:
    """From Tuesday on the team works half as long: Monday's hours stay as they were counted."""
    half = CalendarChange(at(3, 0), Schedule("Europe/Madrid", {"mon-fri": ("09:00-13:30",)}))
    calendar = Calendar("team", Schedule("Europe/Madrid", {"mon-fri": ("09:00-18:00",)}), (half,))
    with opened(shop=evolve(SHOP, calendar="team", calendars={"team": calendar})) as desk:
        case = reported(desk)
        clock.now = at(3, 12)

        # Eight hours on Monday, four on Tuesday.
        assert timedelta(hours=12) == reading(desk, case.id, "resolve_by").used


def test_b09_waiting_for_the_customer_delays_what_the_shop_owes(desk: Desk) -> None:
    """As long as the wait lasts at the most."""
    case = told(desk)
    before = due(desk, case.id, "resolve_by")
    desk.incidents.wait(case.id, reason="asked for a photo", by="ana")

    assert ("customer", True) == ((found := reading(desk, case.id, "resolve_by")).waits_for, found.clock.due > before)


def test_b11_a_deadline_explains_itself(desk: Desk, clock: ManualClock) -> None:
    """Which stretches it counted, and which days it passed over."""
    clock.now = at(6, 15)
    case = reported(desk)
    clock.now = at(9, 9)
    found = reading(desk, case.id, "resolve_by")

    assert [(at(6, 15), at(6, 17)), (at(9, 8), at(9, 9))] == [(p.since, p.until) for p in found.counted]
    assert [7, 8] == [day.date.day for day in found.hours.passed_over]


def test_b12_nobody_is_reminded_at_midnight(desk: Desk, clock: ManualClock) -> None:
    """What broke in the evening is acted on when the team opens, also where the tick was late."""
    case = reported(desk)
    clock.now = at(3, 0)
    quiet = desk.tick().done
    clock.now = at(3, 8, 1)

    assert ({}, 1) == (quiet, desk.tick().done["incident.escalated"])
    assert 1 == desk.incidents.get(case.id).level


def test_b16_a_reopened_case_has_its_first_response_long_behind_it(desk: Desk, clock: ManualClock) -> None:
    """Neither the first answer nor the first resolution starts again; the whole time goes on."""
    case = resolved(desk, reported_by="customer")
    clock.advance(days=4)
    desk.incidents.reopen(case.id, reason="it came back", by="ana")
    clock.advance(hours=1)

    assert case.resolved_at == reading(desk, case.id, "resolve_by").clock.stopped_at
    assert not reading(desk, case.id, "first_response").clock.running
    assert timedelta(hours=1) == reading(desk, case.id, "resolve_again_by").used


def test_b17_a_case_that_is_reopened_again_goes_to_the_second_level(desk: Desk, clock: ManualClock) -> None:
    """By rule, at once."""
    case = resolved(desk)
    desk.incidents.reopen(case.id, reason="it came back", by="ana")
    first = desk.incidents.get(case.id).level
    desk.incidents.resolve(case.id, reason="sent again", by="ana")
    desk.incidents.reopen(case.id, reason="and again", by="ana")

    assert (0, 2) == (first, desk.incidents.get(case.id).level)


def test_b20_every_channel_feeds_the_same_clock(desk: Desk, clock: ManualClock) -> None:
    """A question on a delivery note is asked, and a call answers it."""
    case = reported(desk)
    desk.contacts.log(channel="delivery_note", incident=case.id, summary="broken", by="customer")
    clock.advance(hours=1)
    desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")

    assert clock.now == reading(desk, case.id, "first_response").clock.stopped_at


def test_b32_what_was_done_meanwhile_is_not_raised(desk: Desk, clock: ManualClock) -> None:
    """A timer that fires after its reason has gone does nothing."""
    case = reported(desk)
    clock.advance(hours=5)
    desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    desk.tick()

    assert (0, ()) == ((after := desk.incidents.get(case.id)).level, after.broke)


def test_b33_a_timer_far_ahead_is_kept_as_it_is(opened: Any, record: Callable[[], Copy]) -> None:
    """Half a year of working time is not cut short."""
    shop = evolve(
        SHOP, protocols=(Protocol("damaged", severity="critical", clock="elapsed", resolve_within=timedelta(days=700)),)
    )
    with opened(shop=shop) as desk:
        case = told(desk)

        assert case.detected_at + timedelta(days=700) == due(desk, case.id, "resolve_by")
        assert 1 == sum(row["due"] > 10**6 * (case.detected_at + timedelta(days=699)).timestamp() for row in timers_of(record))


def timers_of(record: Callable[[], Copy]) -> list[dict[str, Any]]:
    """All that is waited for."""
    return record().of("timers", "default")


# --- Commands ----------------------------------------------------------------------------------------------------


def test_the_customer_who_is_silent_is_waited_for_no_longer(desk: Desk, clock: ManualClock, store_url: str) -> None:
    """When the wait is over, the clocks go on, which the record says."""
    case = told(desk)
    desk.incidents.wait(case.id, reason="asked for a photo", until=clock.now + timedelta(hours=2), by="ana")
    clock.advance(hours=3)
    desk.tick()

    assert "incident.wait_over" in history(desk, case.id)
    assert "shop" == reading(desk, case.id, "resolve_by").waits_for
    assert [] == faults(Copy(store_url), SHOP)


@pytest.mark.parametrize("until", [timedelta(0), -timedelta(days=3)])
def test_a_wait_ends_in_the_future(desk: Desk, clock: ManualClock, until: timedelta) -> None:
    """Another end would hold nothing."""
    with pytest.raises(InvalidInput, match="waits until a time to come"):
        desk.incidents.wait(told(desk).id, reason="asked", until=clock.now + until, by="ana")


def test_waiting_needs_a_reason_and_a_case_in_work(desk: Desk) -> None:
    """What is solved waits for nothing."""
    with pytest.raises(InvalidInput, match="reason"):
        desk.incidents.wait(told(desk).id, reason=" ", by="ana")
    with pytest.raises(TransitionRefused, match="the customer must have been told"):
        desk.incidents.wait(reported(desk).id, reason="asked", by="ana")
    with pytest.raises(TransitionRefused, match="must be detected or communicated"):
        desk.incidents.wait(resolved(desk).id, reason="asked", by="ana")


def test_a_person_raises_a_case(desk: Desk) -> None:
    """To the next level, whose supervisor is asked; a second time, to whom they name."""
    case = told(desk)
    once = desk.incidents.escalate(case.id, reason="she is furious", by="ana")
    twice = desk.incidents.escalate(case.id, reason="still", to="warehouse", by="ana")

    assert [(1, "eva"), (2, "warehouse")] == [(c.level, c.handover and c.handover.to) for c in (once, twice)]
    assert 1.0 == desk.measure("escalation_rate").rows[0].value


def test_raising_is_refused_where_it_makes_no_sense(desk: Desk) -> None:
    """To nobody of the shop, without a reason, or when the case is over."""
    case = told(desk)
    with pytest.raises(InvalidInput, match="team or agent of the shop"):
        desk.incidents.escalate(case.id, reason="she is furious", to="nobody", by="ana")
    with pytest.raises(InvalidInput, match="reason"):
        desk.incidents.escalate(case.id, reason="", by="ana")
    gone = desk.incidents.withdraw(case.id, reason="a mistake", by="ana")
    with pytest.raises(TransitionRefused, match="must be open"):
        desk.incidents.escalate(gone.id, reason="she is furious", by="ana")


def test_a_message_that_comes_back_late_asks_for_a_call(desk: Desk, post: Post, clock: ManualClock) -> None:
    """In phase resolved the phase stays; the customer is called instead."""
    case = resolved(desk)
    post.post.mood = "bounced"
    desk.send_due()

    assert Phase.RESOLVED is desk.incidents.get(case.id).phase
    assert [("call", "notice_bounced")] == [(task.kind, task.rule) for task in desk.tasks.find(incident=case.id)]


# --- Figures -----------------------------------------------------------------------------------------------------


def test_the_sla_is_met_when_every_clock_was(desk: Desk, clock: ManualClock) -> None:
    """A case counts once all its clocks have ended or are due."""
    resolved(desk)
    late = reported(desk)
    rows = [desk.measure("sla_met_rate").rows[0]]
    clock.advance(hours=5)
    rows.append(desk.measure("sla_met_rate").rows[0])
    clock.advance(days=9)
    rows.append(desk.measure("sla_met_rate").rows[0])

    assert [(1, 1.0), (1, 1.0), (2, 0.5)] == [(row.n, row.value) for row in rows]
    assert desk.incidents.get(late.id).open


def test_a_kept_figure_of_a_week_waits_for_its_clocks(desk: Desk, clock: ManualClock) -> None:
    """What was not due at the week's end counts once it is, though nothing has happened since."""
    clock.now = at(6, 15)
    reported(desk)
    values = []
    for day in (9, 11, 12, 20):
        clock.now = at(day, 7)
        values.append(desk.measure("sla_met_rate", by="week").rows[0].n)

    assert [0, 0, 1, 1] == values


def test_the_queue_shows_the_next_due_time(desk: Desk, clock: ManualClock) -> None:
    """Of the clocks that run, as they stand after holds."""
    case = told(desk, order=placed(desk))
    first = desk.queue()[0].due
    offered(desk, case.id)

    then = desk.queue()[0].due

    assert first is not None
    assert then is not None
    assert first < then == min(due(desk, case.id, name) for name in ("update_by", "resolve_by"))
