"""Agreement with the wall clock, read minute by minute: over zones, changes of clocks, and nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, PublicHolidays, Schedule
from incidentkit.domain.incidents import Period
from incidentkit.domain.times import zone_names
from incidentkit.testing.strategies import calendars, schedules
from incidentkit.worktime.holds import elapsed_less_holds
from incidentkit.worktime.public_holidays import public_holidays
from incidentkit.worktime.working_time import WorkingTime
from tests.worktime.oracle import MINUTE, counted, shows_open, utc

LOW = utc(2025, 1, 1)
ALL = sorted(zone_names())
# Whole, half and quarter hours; clocks that change at midnight, by half an hour, by a whole day, for Ramadan, or never.
SAMPLE = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Madrid",
    "Pacific/Apia",
    "UTC",
)
WEEKS = {
    "office": {"mon-fri": ["09:00-18:00"]},
    "lunch": {"mon-fri": ["09:00-14:00", "16:00-19:00"], "sat": ["10:00-14:00"]},
    "night": {"mon-sun": ["22:00-06:00"]},
    "small hours": {"mon-sun": ["00:00-00:30", "00:45-01:15", "01:30-02:30", "02:45-03:15", "23:15-00:00"]},
    "always": {"mon-sun": ["00:00-24:00"]},
}


def clock_changes(zone: str, first: int, last: int) -> list[datetime]:
    """The days on which its clocks change, in UTC."""
    info = ZoneInfo(zone)
    days = [utc(first, 1, 1) + timedelta(days=day) for day in range((last - first) * 365)]
    pairs = pairwise(days)
    return [one for one, other in pairs if one.astimezone(info).utcoffset() != other.astimezone(info).utcoffset()]


def disagreements(zone: str, starts: list[datetime], days: int) -> list[str]:
    """Where the minutes that are counted differ from those between the same instants, for every week."""
    found = []
    for name, week in WEEKS.items():
        calendar = Calendar(name, Schedule(zone, week))
        working = WorkingTime(calendar)
        for start in starts:
            end = start + timedelta(days=days)
            if counted(calendar, start, end) != working.elapsed(start, end):
                found.append(f"{name} in {zone} from {start}")
    return found


@pytest.mark.parametrize("zone", SAMPLE)
def test_agreement_where_clocks_change(zone: str) -> None:
    """Oracle: in the days around each change of clocks, exactly the open minutes are counted."""
    starts = [day - timedelta(days=1) for day in clock_changes(zone, 2010, 2013)] or [LOW]

    assert [] == disagreements(zone, starts, 3)


@pytest.mark.long
@pytest.mark.parametrize("zone", ALL)
def test_agreement_in_every_zone(zone: str) -> None:
    """Oracle: so it is in every zone, around changes of clocks drawn from half a century, and in days drawn from all of it."""
    draw = Random(zone)
    plain = [utc(draw.randint(1973, 2036), draw.randint(1, 12), draw.randint(1, 28)) for _ in range(2)]
    changes = clock_changes(zone, 1973, 2036)
    starts = [day - timedelta(days=1) for day in draw.sample(changes, min(10, len(changes)))]

    assert [] == disagreements(zone, starts, 3) + disagreements(zone, plain, 8)


minutes = st.integers(0, 60 * 24 * 60).map(lambda minute: LOW + minute * MINUTE)
near = st.dates(date(2025, 1, 1), date(2025, 3, 5))


def anywhere() -> st.SearchStrategy[Calendar]:
    """Calendars of any zone, with dates and changes at whole minutes near the instants."""
    return calendars(schedules(st.sampled_from(ALL), near), minutes)


@given(anywhere(), minutes, st.integers(0, 8 * 1440))
@settings(max_examples=40)
def test_agreement_of_any_calendar(calendar: Calendar, start: datetime, length: int) -> None:
    """Oracle: several stretches a day, nights, dates, holidays and changes, in any zone, to the minute."""
    end = start + length * MINUTE

    assert counted(calendar, start, end) == WorkingTime(calendar).elapsed(start, end)


@given(anywhere(), minutes)
def test_agreement_about_being_open(calendar: Calendar, at: datetime) -> None:
    """Oracle: open is what the wall clock shows to be."""
    schedule = calendar.schedules[calendar.in_force(at)]

    assert shows_open(schedule, at) == WorkingTime(calendar).is_open(at)


@given(anywhere(), minutes, st.lists(st.tuples(minutes, st.integers(0, 3000)), max_size=4))
@settings(max_examples=30)
def test_agreement_with_holds(calendar: Calendar, start: datetime, drawn: list[tuple[datetime, int]]) -> None:
    """Oracle: a minute on hold is not counted, however many holds it lies in."""
    end = start + timedelta(days=6)
    holds = [Period(since, since + length * MINUTE) for since, length in drawn]

    assert counted(calendar, start, end, holds) == elapsed_less_holds(WorkingTime(calendar), start, end, holds)


@pytest.mark.parametrize("place", ["ES-MD", "DE-BY"])
def test_agreement_with_public_holidays(place: str) -> None:
    """Oracle: a public holiday has no hours, and the days beside it have theirs."""
    zone = "Europe/Madrid" if place.startswith("ES") else "Europe/Berlin"
    schedule = Schedule(zone, WEEKS["lunch"], holidays=[PublicHolidays.parse(place)])
    days = [day for year in (2025, 2026) for day in public_holidays(schedule.holidays[0], year)]
    calendar, working = Calendar("shop", schedule), WorkingTime(Calendar("shop", schedule))

    assert len(days) > 20
    for day in days:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=20)
        end = start + timedelta(days=3)
        assert counted(calendar, start, end, public=days) == working.elapsed(start, end)
