"""Whose hours count: the working time of a team, or all time."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.shop import Shop
from incidentkit.domain.targets import ClockKind
from incidentkit.errors import TimeError
from incidentkit.worktime.working_time import WorkingTime

__all__ = ["after_hours", "hours_of", "somebody_there"]


def hours_of(shop: Shop, team: str, clock: ClockKind = "working") -> WorkingTime:
    """What a clock of a team's counts. Worked out once for each shop and team."""
    key = f"hours of {team}" if clock == "working" else "all hours"
    found: WorkingTime | None = shop.worked_out.get(key)
    if found is None:
        calendar = shop.calendar_of(team) if clock == "working" else Calendar("elapsed", Schedule.always())
        # Whoever comes second overwrites it with the same.
        found = shop.worked_out[key] = WorkingTime(calendar)
    return found


def somebody_there(hours: WorkingTime, at: datetime) -> datetime:
    """The next instant at which somebody works; ``at`` itself where nobody ever will again: then nothing is waited for."""
    try:
        return hours.next_open(at)
    except TimeError:
        return at


def after_hours(hours: WorkingTime, since: datetime, within: timedelta) -> datetime | None:
    """When so much has been worked since; None where the calendar ends before."""
    try:
        return hours.deadline(since, within)
    except TimeError:
        return None
