"""The laws of working time, for any calendar. The page on working time tells them by these names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.incidents import Period
from incidentkit.errors import TimeError
from incidentkit.testing.strategies import calendars, instants, schedules
from incidentkit.worktime.holds import deadline_past_holds, elapsed_less_holds
from incidentkit.worktime.working_time import WorkingTime

LOW, HIGH = datetime(2024, 12, 25, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)
ZERO = timedelta(0)

moments = instants(LOW, HIGH)
near = st.dates(LOW.date(), HIGH.date())


def prepared() -> st.SearchStrategy[WorkingTime]:
    """Calendars of which at least some changes and dates lie where the instants do."""
    return calendars(schedules(days=near), moments).map(WorkingTime)


def worked_out(working: WorkingTime, start: datetime, within: timedelta) -> datetime:
    """The deadline, where the calendar has one."""
    try:
        return working.deadline(start, within)
    except TimeError:
        assume(False)
        raise


@given(prepared(), moments, moments, moments)
def test_additivity(working: WorkingTime, a: datetime, b: datetime, c: datetime) -> None:
    """Additivity: from a to b and from b to c is from a to c, in whatever order they lie."""
    assert working.elapsed(a, c) == working.elapsed(a, b) + working.elapsed(b, c)


@given(prepared(), moments, moments)
def test_signs(working: WorkingTime, a: datetime, b: datetime) -> None:
    """Signs: backwards is the same with the other sign, and nothing passes in no time."""
    assert working.elapsed(b, a) == -working.elapsed(a, b)
    assert ZERO == working.elapsed(a, a)


@given(prepared(), moments, st.timedeltas(timedelta(days=-40), timedelta(days=40)))
def test_a_deadline_is_met_exactly(working: WorkingTime, start: datetime, within: timedelta) -> None:
    """Inverse: from the start to the deadline exactly the duration passes, forwards and backwards."""
    assert within == working.elapsed(start, worked_out(working, start, within))


@given(prepared(), moments, st.timedeltas(timedelta(microseconds=1), timedelta(days=40)))
def test_a_deadline_is_the_nearest_instant(working: WorkingTime, start: datetime, within: timedelta) -> None:
    """Nearest: a microsecond before the deadline, less than the duration has passed; and so for one that lies behind."""
    ahead, behind = worked_out(working, start, within), worked_out(working, start, -within)

    assert working.elapsed(start, ahead - timedelta.resolution) < within
    assert working.elapsed(behind + timedelta.resolution, start) < within


@given(prepared(), moments, *[st.timedeltas(ZERO, timedelta(days=20))] * 2)
def test_deadlines_follow_each_other(working: WorkingTime, start: datetime, one: timedelta, two: timedelta) -> None:
    """Steps: the deadline of a deadline is the deadline of both durations together."""
    assert worked_out(working, start, one + two) == working.deadline(working.deadline(start, one), two)


@given(prepared(), st.lists(moments, min_size=2, max_size=5).map(sorted))
def test_monotone(working: WorkingTime, instants: list[datetime]) -> None:
    """Monotony: a later end never makes it less, and open time never passes quicker than time."""
    for one, other in pairwise(instants):
        assert ZERO <= working.elapsed(one, other) <= other - one


@given(prepared(), moments, st.lists(st.timedeltas(ZERO, timedelta(days=30)), min_size=2, max_size=4).map(sorted))
def test_deadlines_are_monotone(working: WorkingTime, start: datetime, spans: list[timedelta]) -> None:
    """Monotony of deadlines: more time is never due earlier."""
    ends = [worked_out(working, start, span) for span in spans]

    assert sorted(ends) == ends


@given(prepared(), moments)
def test_sub_seconds_are_kept(working: WorkingTime, at: datetime) -> None:
    """Sub-seconds: an open microsecond counts as one, a closed one as none."""
    expected = timedelta(microseconds=1) if working.is_open(at) else ZERO

    assert expected == working.elapsed(at, at + timedelta(microseconds=1))


@given(moments, moments)
def test_day_and_night_is_time_itself(a: datetime, b: datetime) -> None:
    """Day and night: where it is always open, working time is elapsed time."""
    always = WorkingTime(Calendar("always", Schedule.always("Europe/Madrid")))

    assert b - a == always.elapsed(a, b)
    assert b == always.deadline(a, b - a)


@given(prepared(), moments)
def test_the_next_opening_is_open_and_nothing_passes_until_it(working: WorkingTime, at: datetime) -> None:
    """Openings: the next opening is open, no time passes until it, and the first deadline lies right behind it."""
    try:
        opening = working.next_open(at)
    except TimeError:
        assume(False)
        raise

    assert working.is_open(opening)
    assert ZERO == working.elapsed(at, opening)
    assert opening + timedelta.resolution == working.deadline(at, timedelta.resolution)


@given(prepared(), moments, moments)
def test_an_explanation_adds_up(working: WorkingTime, a: datetime, b: datetime) -> None:
    """Explanations: the stretches that are named lie between the instants, are open, apart, and add up to what was counted."""
    told = working.explain(a, b)
    low, high = min(a, b), max(a, b)

    assert abs(working.elapsed(a, b)) == sum((period.until - period.since for period in told.counted), ZERO)
    assert all(low <= period.since < period.until <= high and working.is_open(period.since) for period in told.counted)
    assert all(one.until < other.since for one, other in pairwise(told.counted))


# --- Holds -------------------------------------------------------------------------------------------------------


def periods() -> st.SearchStrategy[Period]:
    spans = st.timedeltas(ZERO, timedelta(days=30))
    return st.builds(lambda since, span: Period(since, since + span), moments, spans)


holds = st.lists(periods(), max_size=4)


@given(prepared(), moments, moments, st.data())
def test_a_hold_outside_hours_changes_nothing(working: WorkingTime, a: datetime, b: datetime, data: st.DataObject) -> None:
    """Holds outside hours: time on hold while it is closed takes nothing away."""
    low, high = min(a, b), max(a, b)
    marks = [low, *(mark for period in working.explain(low, high).counted for mark in (period.since, period.until)), high]
    closed = [Period(since, until) for since, until in zip(marks[::2], marks[1::2], strict=True)]
    chosen = data.draw(st.lists(st.sampled_from(closed), max_size=4))

    assert working.elapsed(a, b) == elapsed_less_holds(working, a, b, chosen)


@given(prepared(), moments, moments, holds)
def test_overlapping_holds_are_not_counted_twice(working: WorkingTime, a: datetime, b: datetime, holds: list[Period]) -> None:
    """Overlapping holds: a hold that is given twice, or in two overlapping parts, takes away what it takes away once."""
    halves = [
        part
        for h in holds
        for part in (
            Period(h.since, h.since + (h.until - h.since) * 0.75),
            Period(h.since + (h.until - h.since) * 0.5, h.until),
        )
    ]

    once = elapsed_less_holds(working, a, b, holds)
    assert once == elapsed_less_holds(working, a, b, [*reversed(holds), *holds])
    assert once == elapsed_less_holds(working, a, b, halves)


@given(prepared(), moments, moments, moments, holds)
def test_additivity_with_holds(working: WorkingTime, a: datetime, b: datetime, c: datetime, holds: list[Period]) -> None:
    """Additivity holds for time less holds too, and so do the signs."""
    whole = elapsed_less_holds(working, a, c, holds)

    assert whole == elapsed_less_holds(working, a, b, holds) + elapsed_less_holds(working, b, c, holds)
    assert -whole == elapsed_less_holds(working, c, a, holds)
    assert ZERO <= abs(whole) <= abs(working.elapsed(a, c))


@given(prepared(), moments, st.timedeltas(ZERO, timedelta(days=30)), holds)
def test_a_deadline_past_holds_is_met_exactly(
    working: WorkingTime, start: datetime, within: timedelta, holds: list[Period]
) -> None:
    """Inverse with holds: from the start to the deadline past holds exactly the duration passes outside of them."""
    try:
        end = deadline_past_holds(working, start, within, holds)
    except TimeError:
        assume(False)
        raise

    assert within == elapsed_less_holds(working, start, end, holds)
    assert end >= worked_out(working, start, within)
    if within:
        assert elapsed_less_holds(working, start, end - timedelta.resolution, holds) < within


@given(prepared(), moments, st.timedeltas(ZERO, timedelta(days=30)))
def test_without_holds_a_deadline_is_a_deadline(working: WorkingTime, start: datetime, within: timedelta) -> None:
    """No holds: both ways of asking agree."""
    assert worked_out(working, start, within) == deadline_past_holds(working, start, within, [])
