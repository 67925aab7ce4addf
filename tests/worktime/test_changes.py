"""Calendars that change: what becomes of time that was used, and of time that is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, CalendarChange, ChangePolicy, Schedule
from incidentkit.testing.strategies import calendars, instants, schedules
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import utc

LONG = Schedule("UTC", {"mon-fri": ["08:00-18:00"]})
SHORT = Schedule("UTC", {"mon-fri": ["10:00-14:00"]})
CHANGE = utc(2026, 3, 4)  # a Wednesday
START = utc(2026, 3, 3, 8)

moments = instants(utc(2026, 1, 1), utc(2026, 12, 31))


def clock(policy: ChangePolicy, as_of: datetime) -> WorkingTime:
    """What a clock that began on the day before the change counts on."""
    return WorkingTime(Calendar("shop", LONG, (CalendarChange(CHANGE, SHORT),), policy)).for_clock(START, as_of)


def test_keep_used_is_what_happens_unless_told_otherwise() -> None:
    """A calendar that names no policy keeps time used as it was counted."""
    assert "keep_used" == Calendar("shop", LONG).on_change


def test_keep_used_keeps_time_used_and_runs_on_by_the_new_hours() -> None:
    """Ten hours of the long day stay ten, and the four that are left need a whole short day."""
    kept = clock("keep_used", utc(2026, 3, 5))

    assert timedelta(hours=10) == kept.elapsed(START, CHANGE)
    assert utc(2026, 3, 4, 14) == kept.deadline(START, timedelta(hours=14))


def test_freeze_runs_to_the_end_on_the_hours_that_it_began_with() -> None:
    """The change is not seen by a clock that was running, and by one that begins after it it is."""
    frozen = clock("freeze", utc(2026, 3, 5))

    assert utc(2026, 3, 4, 12) == frozen.deadline(START, timedelta(hours=14))
    later = WorkingTime(Calendar("shop", LONG, (CalendarChange(CHANGE, SHORT),), "freeze")).for_clock(CHANGE, CHANGE)
    assert utc(2026, 3, 4, 12) == later.deadline(CHANGE, timedelta(hours=2))


def test_recompute_counts_everything_by_the_newest_hours() -> None:
    """Before the change the long hours count for all of it, from the change on the short ones do."""
    before, after = clock("recompute", CHANGE - timedelta.resolution), clock("recompute", CHANGE)

    assert timedelta(hours=10) == before.elapsed(START, CHANGE)
    assert timedelta(hours=4) == after.elapsed(START, CHANGE)
    assert utc(2026, 3, 6, 12) == after.deadline(START, timedelta(hours=14))


def test_a_calendar_is_prepared_once_for_each_of_its_schedules() -> None:
    """Asking again for the same clock brings what was worked out before."""
    shop = WorkingTime(Calendar("shop", LONG, (CalendarChange(CHANGE, SHORT),), "freeze"))

    assert shop.for_clock(START, START) is shop.for_clock(START - timedelta(days=1), CHANGE)
    assert shop.for_clock(START, START) is not shop.for_clock(CHANGE, CHANGE)


@given(st.sampled_from(["keep_used", "freeze", "recompute"]), schedules(), moments, moments)
def test_without_changes_all_policies_agree(policy: ChangePolicy, schedule: Schedule, began: datetime, as_of: datetime) -> None:
    """A policy says nothing about a calendar that has not changed."""
    working = WorkingTime(Calendar("shop", schedule, (), policy))

    assert working is working.for_clock(began, as_of)


@given(calendars(since=moments), moments, moments, moments, moments)
def test_every_clock_keeps_the_law_of_additivity(
    calendar: Calendar, as_of: datetime, a: datetime, b: datetime, c: datetime
) -> None:
    """Within one clock, whatever the policy, the parts add up to the whole."""
    working = WorkingTime(calendar).for_clock(a, as_of)

    assert working.elapsed(a, c) == working.elapsed(a, b) + working.elapsed(b, c)


@given(calendars(since=moments), moments, moments, moments)
def test_a_later_change_leaves_time_used_as_it_was(calendar: Calendar, a: datetime, b: datetime, as_of: datetime) -> None:
    """With keep_used and with freeze, no change that comes after it alters what was counted until then."""
    first = WorkingTime(Calendar(calendar.name, calendar.schedule))
    changed = calendar.changes[0].since if calendar.changes else max(a, b)
    low, high = min(a, b, changed), min(max(a, b), changed)

    if calendar.on_change != "recompute":
        clock = WorkingTime(calendar).for_clock(min(low, changed - timedelta.resolution), as_of)
        assert first.elapsed(low, high) == clock.elapsed(low, high)
