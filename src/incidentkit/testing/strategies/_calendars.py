"""Strategies for working calendars: several intervals a day, nights, other hours by date, changes."""

from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, CalendarChange, Hours, PublicHolidays, Schedule
from incidentkit.testing.strategies._basics import ZONES, codes, instants

__all__ = ["calendars", "days_of_hours", "hours", "public_holidays", "schedules"]

_MINUTES = 24 * 60


def hours() -> st.SearchStrategy[Hours]:
    """Open hours of one stretch, nights and whole days among them."""
    return st.builds(Hours, _clock_times(), _clock_times())


def public_holidays() -> st.SearchStrategy[PublicHolidays]:
    """Countries and regions that have holidays."""
    return st.sampled_from(("ES", "ES-MD", "ES-CT", "DE-BY", "US", "IN", "BR-SP")).map(PublicHolidays.parse)


@st.composite
def days_of_hours(draw: st.DrawFn, most: int = 3) -> tuple[Hours, ...]:
    """The hours that begin on one day: none to ``most`` stretches, of which the last may be a night."""
    night = draw(st.booleans())
    marks = draw(st.lists(st.integers(0, _MINUTES - 1), max_size=2 * most, unique=True).map(sorted))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    if pairs and night:
        opens, _ = pairs.pop()
        pairs.append((opens, draw(st.integers(0, opens))))
    return tuple(Hours(_clock(opens), _clock(closes)) for opens, closes in pairs)


@st.composite
def schedules(
    draw: st.DrawFn, zones: st.SearchStrategy[str] | None = None, days: st.SearchStrategy[date] | None = None
) -> Schedule:
    """Schedules of any zone, with other hours and holidays of the shop's own on some dates, and without public holidays.

    Args:
        zones: default: a few that change their clocks in every way that there is.
        days: from which dates to take those with other hours.
    """
    on = instants().map(datetime.date) if days is None else days
    zone = st.sampled_from(ZONES) if zones is None else zones
    week = draw(st.lists(days_of_hours(), min_size=7, max_size=7).filter(any))
    other = draw(st.dictionaries(on, days_of_hours(), max_size=3))
    closed = draw(st.dictionaries(on.filter(lambda day: day not in other), codes(), max_size=2))
    return Schedule(draw(zone), week, other, closed)


@st.composite
def calendars(
    draw: st.DrawFn, schedule: st.SearchStrategy[Schedule] | None = None, since: st.SearchStrategy[datetime] | None = None
) -> Calendar:
    """Calendars with any policy, whose hours change up to twice.

    Args:
        schedule: what draws each of their schedules.
        since: when hours may change.
    """
    drawn = schedules() if schedule is None else schedule
    seconds = (instants() if since is None else since).map(lambda at: at.replace(microsecond=0))
    marks = draw(st.lists(seconds, max_size=2, unique=True).map(sorted))
    changes = tuple(CalendarChange(at, draw(drawn)) for at in marks)
    return Calendar(draw(codes()), draw(drawn), changes, draw(st.sampled_from(("keep_used", "freeze", "recompute"))))


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _clock_times() -> st.SearchStrategy[time]:
    return st.integers(0, _MINUTES - 1).map(_clock)
