from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, CalendarChange, Hours, PublicHolidays, Schedule, hours_of_day, weekdays
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.testing.strategies import hours, public_holidays

OFFICE = Schedule("Europe/Madrid", {"mon-fri": ["09:00-14:00", "16:00-19:00"], "sat": ["10:00-14:00"]})
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@given(hours())
def test_hours_come_back_from_their_text(some: Hours) -> None:
    """What is written of hours says all of them."""
    assert some == Hours.parse(str(some))


@given(public_holidays())
def test_public_holidays_come_back_from_their_text(some: PublicHolidays) -> None:
    """Country and region stand in one text."""
    assert some == PublicHolidays.parse(str(some))


@pytest.mark.parametrize(
    ("text", "minutes", "back"),
    [
        ("09:00-14:30", (540, 870), "09:00-14:30"),
        ("22:00-06:00", (1320, 1800), "22:00-06:00"),
        ("00:00-24:00", (0, 1440), "00:00-24:00"),
        ("18:00-00:00", (1080, 1440), "18:00-24:00"),
        ("06:00-06:00", (360, 1800), "06:00-06:00"),
        ("23:59-00:01", (1439, 1441), "23:59-00:01"),
    ],
)
def test_hours_that_close_before_they_open_close_the_next_day(text: str, minutes: tuple[int, int], back: str) -> None:
    """A night crosses midnight; a day that closes when it opens lasts 24 hours."""
    parsed = Hours.parse(text)

    assert (minutes, back) == (parsed.minutes, str(parsed))


@pytest.mark.parametrize(
    "text", ["", "9-14", "09:00", "09:00-24:30", "24:00-09:00", "09:60-10:00", "09:00 - 10:00", "9:00-10:00", 5, None]
)
def test_what_are_no_hours_is_refused(text: Any) -> None:
    """Only two times in hours and minutes are hours."""
    with pytest.raises(InvalidInput, match="must be hours such as 09:00-14:00 or 22:00-06:00"):
        Hours.parse(text)


@pytest.mark.parametrize("at", [time(9, 0, 1), time(9, 0, 0, 1), time(9, tzinfo=UTC), "09:00", None])
def test_hours_are_whole_minutes_of_a_wall_clock(at: Any) -> None:
    """A second, or a zone of its own, is refused at either end."""
    for ends in ((at, time(18)), (time(8), at)):
        with pytest.raises(InvalidInput, match="must be times of day in whole minutes, without a zone"):
            Hours(*ends)


@pytest.mark.parametrize("text", ["", "es", "ESP", "Spain", "ES-", "-MD", "ES- MD", 5, None, "ES-" + "x" * 41])
def test_what_is_no_place_is_refused(text: Any) -> None:
    """A country has two capital letters."""
    with pytest.raises(InvalidInput, match="must be a country such as ES, or a region such as ES-MD"):
        PublicHolidays.parse(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", (0,)),
        ("sun", (6,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat-mon", (5, 6, 0)),
        ("mon-mon", (0,)),
        ("mon-sun", tuple(range(7))),
    ],
)
def test_weekdays_are_one_or_a_range(text: str, days: tuple[int, ...]) -> None:
    """A range may go over the end of the week."""
    assert days == weekdays(text)


@pytest.mark.parametrize("text", ["", "monday", "Mon", "mon-", "-fri", "mon-fri-sun", "mon,tue"])
def test_what_are_no_weekdays_is_refused(text: str) -> None:
    """Days have three small letters."""
    with pytest.raises(InvalidInput, match="must be days such as mon or mon-fri"):
        weekdays(text)


# --- Schedules ---------------------------------------------------------------------------------------------------


def test_a_week_is_written_by_weekdays_or_as_seven_days() -> None:
    """Both are the same week, with the hours of each day in order."""
    day, saturday = (Hours(time(9), time(14)), Hours(time(16), time(19))), (Hours(time(10), time(14)),)

    assert (day, day, day, day, day, saturday, ()) == OFFICE.week
    assert OFFICE == Schedule("Europe/Madrid", [[*reversed(day)]] * 5 + [saturday, ()])


def test_dates_are_kept_in_order() -> None:
    """However they were given, a schedule shows them by date, so that equal ones look alike."""
    one, other = date(2026, 1, 1), date(2026, 2, 1)
    schedule = Schedule("UTC", {"mon": ["09:00-10:00"]}, {other: [], one: ["10:00-11:00"]}, {date.max: "b", date.min: "a"})

    assert [one, other] == list(schedule.dates)
    assert [date.min, date.max] == list(schedule.closed)


def test_hours_may_touch() -> None:
    """One stretch may begin where another ends."""
    assert 2 == len(hours_of_day(["14:00-18:00", "09:00-14:00"]))


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"week": {"mon": ["09:00-14:00", "13:59-18:00"]}}, "must not overlap; got 09:00-14:00 and 13:59-18:00"),
        ({"week": {"mon": ["22:00-06:00", "23:00-23:30"]}}, "must not overlap"),
        ({"dates": {date(2026, 1, 1): ["09:00-14:00", "09:00-14:00"]}}, "must not overlap"),
        ({"week": {"mon-fri": ["09:00-14:00"], "fri": []}}, "must name each day once; got fri twice"),
        ({"week": [["09:00-14:00"]] * 6}, "must have seven days, Monday first; got 6"),
        ({"week": {"mon": []}}, "must have open hours at some time; got none. Give it weekly hours."),
        ({"week": {}, "dates": {date(2026, 1, 1): []}}, "must have open hours at some time"),
        ({"dates": {date(2026, 1, 1): []}, "closed": {date(2026, 1, 1): "x"}}, "not both; got 2026-01-01"),
        ({"zone": "Mars/Olympus"}, "must be an IANA time zone such as Europe/Madrid; got 'Mars/Olympus'"),
    ],
)
def test_a_schedule_that_can_not_be_is_refused(given: dict[str, Any], match: str) -> None:
    """Each mistake when it is defined, in words."""
    with pytest.raises(InvalidInput, match=match):
        Schedule(**{"zone": "UTC", "week": {"mon": ["09:00-14:00"]}, **given})


def test_hours_on_dates_alone_are_hours() -> None:
    """A fair that has no weekly hours is open at some time."""
    assert ((),) * 7 == Schedule("UTC", {}, {date(2026, 1, 1): ["09:00-14:00"]}).week


def test_day_and_night_is_a_schedule() -> None:
    """Every day from 00:00 to 24:00."""
    assert ((Hours(time(), time()),),) * 7 == Schedule.always("Europe/Madrid").week
    assert "UTC" == Schedule.always().zone


# --- Calendars ---------------------------------------------------------------------------------------------------


def test_the_schedule_in_force_is_that_of_the_last_change() -> None:
    """A change is in force from its instant on."""
    other = Schedule.always()
    calendar = Calendar("shop", OFFICE, [CalendarChange(NOON, other), CalendarChange(NOON + timedelta(days=1), OFFICE)])

    assert (OFFICE, other, OFFICE) == calendar.schedules
    assert [0, 1, 1, 2] == [
        calendar.in_force(NOON + d) for d in (-timedelta.resolution, timedelta(0), timedelta(hours=23), timedelta(days=1))
    ]


def test_a_change_is_kept_in_utc() -> None:
    """In whatever zone it was said."""
    change = CalendarChange(datetime(2026, 3, 3, 14, tzinfo=timezone(timedelta(hours=2))), OFFICE)

    assert (NOON, UTC) == (change.since, change.since.tzinfo)


@pytest.mark.parametrize("since", [datetime(2026, 3, 3), NOON + timedelta(microseconds=1), date(2026, 3, 3)])  # noqa: DTZ001
def test_a_change_begins_at_a_whole_second_of_a_known_zone(since: Any) -> None:
    """Anything else is refused."""
    with pytest.raises(TimeError):
        CalendarChange(since, OFFICE)


@pytest.mark.parametrize("second", [NOON, NOON - timedelta(seconds=1)])
def test_changes_are_in_order(second: datetime) -> None:
    """Two at once, or an earlier one after a later, are refused."""
    with pytest.raises(TimeError, match="must each be later than the one before"):
        Calendar("shop", OFFICE, [CalendarChange(NOON, OFFICE), CalendarChange(second, OFFICE)])


@pytest.mark.parametrize("given", [{"name": ""}, {"name": " "}, {"on_change": "forget"}])
def test_a_calendar_has_a_name_and_a_policy(given: dict[str, Any]) -> None:
    """An empty name and a policy that is none are refused."""
    with pytest.raises(InvalidInput):
        Calendar(**{"name": "shop", "schedule": OFFICE, **given})


@given(st.data())
def test_every_mistake_in_a_text_is_told_shortly(data: st.DataObject) -> None:
    """However long what stands there instead is."""
    text = data.draw(st.text(min_size=60, max_size=90))

    for parse in (Hours.parse, PublicHolidays.parse, weekdays):
        with pytest.raises(InvalidInput) as caught:
            parse(text)
        assert len(str(caught.value)) < 160
