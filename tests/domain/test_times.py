"""Instants are aware, days last to their end in the shop's zone, and the store's count is exact."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.times import due, due_instant, from_micros, instant, micros
from incidentkit.errors import TimeError
from incidentkit.testing.strategies import dues, instants

# Inside the calendar in every zone.
EARLY, LATE = datetime.fromisoformat("0001-01-03"), datetime.fromisoformat("9999-12-29")
TICK = timedelta(microseconds=1)
ZONES = (
    "UTC",
    "Europe/Madrid",
    "Etc/GMT+3",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Beirut",
    "Atlantic/Azores",
)


@given(st.datetimes(EARLY, LATE, timezones=st.timezones(), allow_imaginary=False))
def test_an_instant_is_kept_in_utc(value: datetime) -> None:
    """It is the same instant, said in UTC."""
    kept = instant(value)

    assert UTC == kept.tzinfo
    assert value.astimezone(UTC) == kept


@given(st.datetimes())
def test_a_time_without_a_zone_is_refused(naive: datetime) -> None:
    """A naive time says no instant; the refusal names the argument and the way out."""
    with pytest.raises(TimeError, match=r"^promised: must have a zone; got the naive time .* Attach one"):
        instant(naive, "promised")
    with pytest.raises(TimeError, match="must have a zone"):
        due(naive, "promised")


@pytest.mark.parametrize("value", [None, 0, "2026-01-01", date(2026, 1, 1)])
def test_what_is_no_datetime_is_no_instant(value: Any) -> None:
    """Dates, numbers and text are refused."""
    with pytest.raises(TimeError, match="must be a datetime with a zone"):
        instant(value)


@pytest.mark.parametrize(
    "value",
    [
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    ],
)
def test_an_instant_outside_the_calendar_is_refused(value: datetime) -> None:
    """One whose UTC time has no year from 1 to 9999 is a clear error, not an overflow."""
    with pytest.raises(TimeError, match="years 1 to 9999"):
        instant(value)


def test_the_last_day_of_all_is_no_due_day() -> None:
    """The day that ends in the year 10000 is refused."""
    with pytest.raises(TimeError, match="9999-12-31"):
        due(date.max, "promised")


@pytest.mark.parametrize("value", [None, 5, "2026-01-01"])
def test_what_is_no_date_is_not_due(value: Any) -> None:
    """Text and numbers are refused."""
    with pytest.raises(TimeError, match="must be a date or a datetime"):
        due(value, "promised")


@given(st.dates(max_value=date(9999, 12, 30)))
def test_a_due_day_stays_a_day(day: date) -> None:
    """A date keeps its meaning until a zone is known."""
    assert day is due(day, "promised")


@given(dues())
def test_keeping_a_due_time_twice_changes_nothing(value: date) -> None:
    """What is kept is kept as it is."""
    assert due(value, "promised") == due(due(value, "promised"), "promised")


@given(instants(), st.sampled_from(ZONES))
def test_an_instant_is_due_at_itself(value: datetime, zone: str) -> None:
    """A promise given as an instant is that instant, in any zone."""
    assert value == due_instant(value, zone)


@given(st.dates(date(2012, 1, 1), date(2037, 12, 31)), st.sampled_from(ZONES))
def test_a_day_lasts_to_its_end_in_the_zone(day: date, zone: str) -> None:
    """The last instant is still that day there, and one tick later it is the next, whatever the clocks do."""
    last = due_instant(day, zone)

    assert day == last.astimezone(ZoneInfo(zone)).date()
    assert day + timedelta(days=1) == (last + TICK).astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Europe/Madrid", date(2026, 3, 28), "2026-03-28T23:00"),  # the clocks go forward the night after
        ("Europe/Madrid", date(2026, 3, 29), "2026-03-29T22:00"),  # a day of 23 hours
        ("Europe/Madrid", date(2026, 10, 25), "2026-10-25T23:00"),  # a day of 25 hours
        ("America/Sao_Paulo", date(2018, 11, 3), "2018-11-04T03:00"),  # the next day begins at one o'clock
        ("America/Sao_Paulo", date(2018, 2, 17), "2018-02-18T03:00"),  # the last hour comes twice
        ("America/Havana", date(2026, 10, 31), "2026-11-01T04:00"),  # the next day's first hour comes twice
        ("America/St_Johns", date(2010, 11, 6), "2010-11-07T03:30"),  # 00:01 goes back to 23:01 of the day that had ended
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00"),  # there was no 30 December
        ("Etc/GMT+3", date(2026, 1, 1), "2026-01-02T03:00"),
    ],
)
def test_a_day_ends_where_the_clocks_say(zone: str, day: date, end: str) -> None:
    """The day's last microsecond across changes of the clocks."""
    assert datetime.fromisoformat(end).replace(tzinfo=UTC) - TICK == due_instant(day, zone)


@given(st.datetimes(timezones=st.just(UTC)))
def test_micros_are_exact(value: datetime) -> None:
    """Every instant of the calendar comes back from the store's count to the microsecond."""
    assert value == from_micros(micros(value))


@given(instants(), instants())
def test_micros_keep_the_order(a: datetime, b: datetime) -> None:
    """Counts compare as their instants do."""
    assert (a < b) == (micros(a) < micros(b))
