"""Quiet hours: the laws, over every zone and every change of its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.sending import QuietHours
from incidentkit.domain.times import zone_names
from incidentkit.rules.quiet import is_quiet, quiet_until, zone_of
from incidentkit.rules.staffing import NEVER
from incidentkit.testing.strategies import quiet_hours

NIGHT = QuietHours("21:00-09:00")
MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
# Zones of the database that are no place on earth's wall, such as the one of the machine itself.
ZONES = sorted(zone_names() - {"localtime"})


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Every day from 2015 to 2030 on which the zone's clocks change, at its beginning in UTC."""
    here = ZoneInfo(zone)
    days = [datetime(2015, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(16 * 365)]
    offsets = [day.astimezone(here).utcoffset() for day in days]
    return tuple(day for day, one, other in zip(days, offsets, offsets[1:], strict=False) if one != other)


@st.composite
def moments(draw: st.DrawFn, zone: str) -> datetime:
    """Instants near a change of the zone's clocks, where it has any, else anywhere."""
    somewhere: st.SearchStrategy[datetime] = st.just(datetime(2026, 1, 5, tzinfo=UTC))
    near = st.sampled_from(changes(zone)) if changes(zone) else somewhere
    start: datetime = draw(near | near | near | somewhere)
    return start - timedelta(days=1) + timedelta(microseconds=draw(st.integers(0, 4 * 86_400_000_000)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[QuietHours, str, datetime]:
    zone = draw(st.sampled_from(ZONES))
    return draw(quiet_hours()), zone, draw(moments(zone))


def shows_quiet(quiet: QuietHours, zone: str, at: datetime) -> bool:
    """The slow way: whether the wall clock shows a minute of any stretch that began today or yesterday."""
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        for hours in quiet.week[day.weekday()]:
            opens = datetime.combine(day, hours.opens)
            closes = datetime.combine(day if hours.closes > hours.opens else day + timedelta(days=1), hours.closes)
            if opens <= wall < closes:
                return True
    return False


@given(cases())
def test_an_instant_is_quiet_when_the_wall_clock_shows_it(case: tuple[QuietHours, str, datetime]) -> None:
    """In every zone, on both sides of every change of its clocks."""
    quiet, zone, at = case

    assert shows_quiet(quiet, zone, at) == is_quiet(quiet, zone, at) == (quiet_until(quiet, zone, at) is not None)


@given(cases())
def test_what_is_put_off_goes_at_the_first_instant_that_is_not_quiet(case: tuple[QuietHours, str, datetime]) -> None:
    """The end of the deferral is not quiet, and every minute up to it is."""
    quiet, zone, at = case
    until = quiet_until(quiet, zone, at)
    assume(until is not None and until != NEVER)
    assert until is not None
    steps = min((until - at) // MINUTE, 3 * 1440)

    assert not shows_quiet(quiet, zone, until)
    assert shows_quiet(quiet, zone, until - TICK)
    assert all(shows_quiet(quiet, zone, at + n * MINUTE) for n in range(steps))


def madrid(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Madrid"), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("expected", "at"),
    [
        (None, "2026-05-05T20:59:59.999999"),
        ("2026-05-06T09:00", "2026-05-05T21:00"),
        ("2026-05-06T09:00", "2026-05-06T00:00"),
        ("2026-05-06T09:00", "2026-05-06T08:59:59.999999"),
        (None, "2026-05-06T09:00"),
    ],
)
def test_a_night_ends_in_the_morning(expected: str | None, at: str) -> None:
    """From nine in the evening, to the microsecond, until nine in the morning."""
    assert (madrid(expected) if expected else None) == quiet_until(NIGHT, "Europe/Madrid", madrid(at))


def test_an_hour_that_the_clocks_skip_is_not_waited_for() -> None:
    """Quiet until half past two on the night on which two becomes three: it ends when the clock shows three."""
    quiet = QuietHours("22:00-02:30")

    assert madrid("2026-03-29T03:00") == quiet_until(quiet, "Europe/Madrid", madrid("2026-03-29T01:59"))


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    """Quiet from two to half past two: both times on the night on which three becomes two."""
    quiet = QuietHours("02:00-02:30")
    ends = [quiet_until(quiet, "Europe/Madrid", madrid("2026-10-25T02:10", fold)) for fold in (0, 1)]

    assert [madrid("2026-10-25T02:30", 0), madrid("2026-10-25T02:30", 1)] == ends


def test_an_only_free_hour_that_is_skipped_comes_a_week_later() -> None:
    """Where the one hour of the week that is not quiet falls out with the clocks' change, the next one is waited for."""
    quiet = QuietHours({"mon-sat": ["00:00-24:00"], "sun": ["00:00-02:00", "03:00-24:00"]})

    assert madrid("2026-04-05T02:00") == quiet_until(quiet, "Europe/Madrid", madrid("2026-03-26T12:00"))


def test_nothing_is_quiet_where_nothing_is_said() -> None:
    """Without quiet hours, every instant will do."""
    assert quiet_until(QuietHours(), "Europe/Madrid", madrid("2026-05-05T03:00")) is None


def test_at_the_end_of_the_calendar_nothing_ends() -> None:
    """A night that outlasts the calendar is put off to its end."""
    assert NEVER == quiet_until(NIGHT, "UTC", datetime.combine(date.max, time(23), UTC))


@pytest.mark.parametrize(
    ("expected", "zone"), [("Asia/Tokyo", "Asia/Tokyo"), ("Europe/Madrid", ""), ("Europe/Madrid", "Mars/Olympus")]
)
def test_an_unknown_zone_is_the_shops(expected: str, zone: str) -> None:
    """Where a person lives nowhere that we know of, the shop's clock counts."""
    assert expected == zone_of(zone, "Europe/Madrid")
