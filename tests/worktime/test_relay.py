"""Working time that another calendar takes over: what was counted stays, what is left goes on by the new hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, CalendarChange, Schedule
from incidentkit.domain.incidents import Period
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.testing.strategies import instants, schedules
from incidentkit.worktime.holds import deadline_past_holds, elapsed_less_holds
from incidentkit.worktime.relay import Leg, Relay
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import utc

LONG = WorkingTime(Calendar("long", Schedule("UTC", {"mon-fri": ["08:00-18:00"]})))
SHORT = WorkingTime(Calendar("short", Schedule("UTC", {"mon-fri": ["10:00-14:00"]})))
NIGHT = WorkingTime(Calendar("night", Schedule("UTC", {"mon-sun": ["22:00-06:00"]})))
HOUR, MICROSECOND = timedelta(hours=1), timedelta.resolution
TAKEN = utc(2026, 3, 4, 12)  # a Wednesday

relay = Relay(LONG, (Leg(TAKEN, SHORT),))
thrice = Relay(LONG, (Leg(TAKEN, SHORT), Leg(utc(2026, 3, 5, 12), NIGHT)))

moments = instants(utc(2026, 1, 1), utc(2026, 12, 31))
near = st.dates(utc(2026, 1, 1).date(), utc(2026, 12, 31).date())


@st.composite
def relays(draw: st.DrawFn) -> Relay:
    """Two to four calendars in turn."""
    since = sorted(draw(st.sets(moments, min_size=1, max_size=3)))
    hours = [WorkingTime(Calendar("x", draw(schedules(days=near)))) for _ in range(len(since) + 1)]
    return Relay(hours[0], tuple(Leg(at, leg) for at, leg in zip(since, hours[1:], strict=True)))


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (0, utc(2026, 3, 4, 8)),
        (3, utc(2026, 3, 4, 11)),
        (4, TAKEN),
        (5, utc(2026, 3, 4, 13)),
        (6, utc(2026, 3, 4, 14)),
        (8, utc(2026, 3, 5, 12)),
        (9, utc(2026, 3, 5, 13)),
        (11, utc(2026, 3, 6, 11)),
    ],
)
def test_what_is_left_runs_on_the_new_hours(hours: int, due: datetime) -> None:
    """Four hours of the long morning stay four, and the rest needs short days; what is due at the turn is due then."""
    assert due == relay.deadline(utc(2026, 3, 4, 8), hours * HOUR)


def test_each_calendar_counts_while_it_has_its_turn() -> None:
    """Four, two and two, and eight of the night; backwards with the other sign."""
    start, end = utc(2026, 3, 4), utc(2026, 3, 6, 8)

    assert (4 + 2 + 2 + 8) * HOUR == thrice.elapsed(start, end) == -thrice.elapsed(end, start)
    assert utc(2026, 3, 6, 6) == thrice.deadline(start, 16 * HOUR)
    assert utc(2026, 3, 5, 23) == thrice.deadline(utc(2026, 3, 5, 12), HOUR) == thrice.deadline(utc(2026, 3, 5, 18), HOUR)


def test_what_is_due_at_closing_is_due_then() -> None:
    """And not when another calendar takes over later in the night."""
    later = Relay(LONG, (Leg(utc(2026, 3, 4, 20), SHORT),))

    assert utc(2026, 3, 4, 18) == later.deadline(utc(2026, 3, 4, 8), 10 * HOUR)


def test_an_explanation_names_every_calendar() -> None:
    """The day on which the one takes over stands there twice, with the hours of both."""
    told = relay.explain(utc(2026, 3, 3), utc(2026, 3, 6))

    assert "long, short" == told.calendar
    assert [3, 4, 4, 5] == [day.date.day for day in told.days]
    assert ["08:00-18:00"] * 2 + ["10:00-14:00"] * 2 == [str(day.hours[0]) for day in told.days]
    assert Period(utc(2026, 3, 4, 12), utc(2026, 3, 4, 14)) in told.counted


@pytest.mark.parametrize(("since", "until", "name"), [(3, 4, "long"), (5, 6, "short"), (6, 5, "short")])
def test_an_explanation_names_nobody_who_was_not_asked(since: int, until: int, name: str) -> None:
    """Where only one of them had its turn, it is that one's, in whatever direction one asks."""
    told = relay.explain(utc(2026, 3, since), utc(2026, 3, until))

    assert name == told.calendar
    assert relay.elapsed(utc(2026, 3, since), utc(2026, 3, until)) == told.elapsed


def test_no_time_has_nothing_to_explain() -> None:
    """Between an instant and itself nobody has counted."""
    told = relay.explain(TAKEN, TAKEN)

    assert ("", timedelta(0), (), ()) == (told.calendar, told.elapsed, told.counted, told.days)


def test_what_lies_behind_has_no_deadline() -> None:
    """A clock runs forwards only."""
    with pytest.raises(InvalidInput, match="must lie ahead"):
        relay.deadline(TAKEN, -MICROSECOND)


def test_a_time_without_a_zone_is_refused() -> None:
    """By every question."""
    naive = datetime(2026, 3, 3, 9)  # noqa: DTZ001

    for ask in (
        lambda: relay.elapsed(naive, TAKEN),
        lambda: relay.elapsed(TAKEN, naive),
        lambda: relay.deadline(naive, HOUR),
        lambda: relay.explain(naive, TAKEN),
    ):
        with pytest.raises(TimeError, match="must have a zone"):
            ask()


@given(schedules(days=near), schedules(days=near), instants(utc(2026, 1, 1), utc(2026, 12, 31)), moments, moments)
def test_a_calendar_that_changes_is_a_relay(one: Schedule, other: Schedule, since: datetime, a: datetime, b: datetime) -> None:
    """To take over is what a change of hours is with keep_used: on a whole second both count alike."""
    since = since.replace(microsecond=0)
    changed = WorkingTime(Calendar("x", one, (CalendarChange(since, other),)))
    passed = Relay(WorkingTime(Calendar("x", one)), (Leg(since, WorkingTime(Calendar("x", other))),))

    assert changed.elapsed(a, b) == passed.elapsed(a, b)


@given(relays(), moments, moments, moments)
def test_additivity(passed: Relay, a: datetime, b: datetime, c: datetime) -> None:
    """Additivity and signs: the parts add up to the whole, in whatever order the instants lie."""
    assert passed.elapsed(a, c) == passed.elapsed(a, b) + passed.elapsed(b, c)


@given(relays(), moments, st.timedeltas(MICROSECOND, timedelta(days=40)))
def test_a_deadline_is_met_exactly_and_is_the_nearest(passed: Relay, start: datetime, within: timedelta) -> None:
    """Inverse and nearest: exactly the duration passes until then, and less until a microsecond before."""
    due = _due(passed, start, within)

    assert within == passed.elapsed(start, due)
    assert within > passed.elapsed(start, due - MICROSECOND)


@given(relays(), moments, moments)
def test_an_explanation_adds_up(passed: Relay, a: datetime, b: datetime) -> None:
    """The stretches that are named add up to what was counted, and are in order."""
    told = passed.explain(a, b)

    assert abs(told.elapsed) == sum((period.until - period.since for period in told.counted), timedelta(0))
    assert sorted(told.counted, key=lambda period: period.since) == list(told.counted)


@given(relays(), moments, st.timedeltas(timedelta(0), timedelta(days=20)), st.lists(st.tuples(moments, moments), max_size=3))
def test_holds_stand_still_over_all_of_them(
    passed: Relay, start: datetime, within: timedelta, pairs: Sequence[tuple[datetime, datetime]]
) -> None:
    """Inverse with holds: past them exactly the duration passes, whoever counts."""
    holds = [Period(min(pair), max(pair)) for pair in pairs]
    try:
        due = deadline_past_holds(passed, start, within, holds)
    except TimeError:
        assume(False)
        raise

    assert within == elapsed_less_holds(passed, start, due, holds)


def _due(passed: Relay, start: datetime, within: timedelta) -> datetime:
    """The deadline, where the last calendar has one."""
    try:
        return passed.deadline(start, within)
    except TimeError:
        assume(False)
        raise
