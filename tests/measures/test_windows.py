"""Windows partition time, and start where the zone's calendar says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import InvalidInput, TimeError
from incidentkit.measures.windows import MOST_WINDOWS, WINDOWS, Window, complete_windows, first_instant, windows

# Zones that change their clocks at night, at midnight, around it, by half an hour, and by a whole day.
PLAIN = ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Etc/GMT+3", "Australia/Lord_Howe", "America/Mexico_City")
TRICKY = (
    "America/Sao_Paulo",
    "America/St_Johns",
    "Pacific/Apia",
    "Atlantic/Azores",
    "Africa/Cairo",
    "America/Havana",
    "Asia/Beirut",
)
TICK = timedelta(microseconds=1)

kinds = st.sampled_from(WINDOWS)
# From 1950 to 2100; and from 1990 on, when none of the plain zones changes at midnight.
instants = st.integers(-631_152_000, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
lately = st.integers(631_152_000, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
spans = st.timedeltas(TICK, timedelta(days=1000))


@given(kinds, st.sampled_from(PLAIN + TRICKY), instants, spans)
def test_windows_partition_the_span(by: str, zone: str, since: datetime, length: timedelta) -> None:
    """Windows follow each other without gap or overlap, from the one with the first instant to the one with the last."""
    found = windows(by, zone, since, since + length)

    assert all(earlier.until == later.from_ for earlier, later in pairwise(found))
    assert all(window.from_ < window.until for window in found)
    assert found[0].from_ <= since < found[0].until
    assert found[-1].from_ < since + length <= found[-1].until


@given(kinds, st.sampled_from(PLAIN + TRICKY), instants, spans, st.floats(0, 1))
def test_a_window_does_not_depend_on_the_span_asked_for(
    by: str, zone: str, since: datetime, length: timedelta, share: float
) -> None:
    """The window that an instant is in is the same, whatever the span that is asked for around it."""
    at = min(since + length * share, since + length - TICK)
    around = [w for w in windows(by, zone, since, since + length) if w.from_ <= at < w.until]

    assert list(windows(by, zone, at, at + TICK)) == around


@given(kinds, st.sampled_from(PLAIN), lately, spans)
def test_windows_start_at_local_midnight(by: str, zone: str, since: datetime, length: timedelta) -> None:
    """Windows start at midnight on the shop's wall: weeks on Mondays, months and quarters on the first of theirs."""
    starts = [w.from_.astimezone(ZoneInfo(zone)) for w in windows(by, zone, since, since + length)]

    assert {start.time().isoformat() for start in starts} == {"00:00:00"}
    assert by != "week" or {start.weekday() for start in starts} == {0}
    assert by not in ("month", "quarter") or {start.day for start in starts} == {1}
    assert by != "quarter" or {start.month for start in starts} <= {1, 4, 7, 10}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Madrid", date(2024, 3, 31), 23),
        ("Europe/Madrid", date(2024, 10, 27), 25),
        ("Europe/Madrid", date(2024, 10, 28), 24),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    """The day on which the clocks change is shorter or longer by exactly that change."""
    start = first_instant(day, zone, "since")
    (window,) = windows("day", zone, start, start + TICK)

    assert Window(start, start + timedelta(hours=hours)) == window


def test_a_day_that_a_zone_left_out_has_no_window() -> None:
    """Samoa crossed the date line and had no 30 December 2011."""
    found = windows("day", "Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC), datetime(2012, 1, 1, 9, tzinfo=UTC))

    assert [29, 31, 1] == [w.from_.astimezone(ZoneInfo("Pacific/Apia")).day for w in found]


@given(kinds, st.sampled_from(PLAIN), instants, st.integers(1, 30))
def test_complete_windows(by: str, zone: str, as_of: datetime, count: int) -> None:
    """They are exactly so many, and the next one has not ended."""
    found = complete_windows(by, zone, as_of, count)
    following = windows(by, zone, found[-1].until, found[-1].until + TICK)

    assert count == len(found)
    assert found[-1].until <= as_of < following[0].until


@given(kinds, instants, st.integers(1, 90))
def test_a_window_is_complete_once_it_is_mature(by: str, as_of: datetime, days: int) -> None:
    """What needs so many days after its window is complete in windows that ended so many days ago."""
    maturity = timedelta(days=days)

    assert complete_windows(by, "UTC", as_of - maturity, 3) == complete_windows(by, "UTC", as_of, 3, maturity)


@given(kinds, instants)
def test_an_empty_span_has_no_windows(by: str, at: datetime) -> None:
    """A half-open span without length meets no window."""
    assert () == windows(by, "UTC", at, at)


def test_an_unknown_window_is_refused() -> None:
    """A kind of window that there is not is refused, naming those that there are."""
    with pytest.raises(InvalidInput, match="day, week, month, quarter"):
        windows("year", "UTC", datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))


def test_too_many_windows_are_refused() -> None:
    """A span with more windows than anybody reads is refused before they are made."""
    with pytest.raises(InvalidInput, match=str(MOST_WINDOWS)):
        windows("day", "UTC", datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC))


def test_a_date_stands_for_its_first_instant() -> None:
    """A bound given as a date is that day's midnight in the shop's zone."""
    assert datetime(2024, 6, 30, 22, tzinfo=UTC) == first_instant(date(2024, 7, 1), "Europe/Madrid", "since")


@pytest.mark.parametrize("bound", [datetime(2024, 1, 1), date(1, 1, 1), datetime(9999, 12, 31, tzinfo=UTC)])  # noqa: DTZ001
def test_a_bound_out_of_reach_is_refused(bound: date) -> None:
    """An instant without a zone, and a year that no shop was open in, are refused."""
    with pytest.raises(TimeError, match="since"):
        first_instant(bound, "Europe/Madrid", "since")
