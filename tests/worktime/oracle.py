"""Working time counted minute by minute on the wall clock: slow, and written from the definition alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from incidentkit.domain.calendars import Calendar, Hours, Schedule
from incidentkit.domain.incidents import Period

MINUTE = timedelta(minutes=1)


def shows_open(schedule: Schedule, at: datetime, public: Iterable[date] = ()) -> bool:
    """Whether the clock on the wall shows an open minute: of that day's hours, or of a night that began the day before.

    Args:
        public: the public holidays, as somebody looked them up.
    """
    wall = at.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    now = wall.hour * 60 + wall.minute
    return any(_has(hours, now) for hours in _hours(schedule, wall.date(), public)) or any(
        _has(hours, now + 1440) for hours in _hours(schedule, wall.date() - timedelta(days=1), public)
    )


def counted(
    calendar: Calendar, since: datetime, until: datetime, holds: Iterable[Period] = (), public: Iterable[date] = ()
) -> timedelta:
    """The open time between two whole minutes outside ``holds``, each minute by the schedule in force at its beginning."""
    total, at = timedelta(0), since
    stops, public = list(holds), frozenset(public)
    while at < until:
        schedule = calendar.schedule
        for change in calendar.changes:
            schedule = change.schedule if change.since <= at else schedule
        if shows_open(schedule, at, public) and not any(hold.since <= at < hold.until for hold in stops):
            total += MINUTE
        at += MINUTE
    return total


def _has(hours: Hours, minute: int) -> bool:
    opens, closes = hours.opens.hour * 60 + hours.opens.minute, hours.closes.hour * 60 + hours.closes.minute
    return opens <= minute < closes if opens < closes else opens <= minute < closes + 1440


def _hours(schedule: Schedule, day: date, public: Iterable[date]) -> tuple[Hours, ...]:
    if day in schedule.dates:
        return schedule.dates[day]
    return () if day in schedule.closed or day in public else schedule.week[day.weekday()]


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """An instant in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
