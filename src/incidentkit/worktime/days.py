"""Which hours a date has, and why."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.calendars import Hours, Schedule
from incidentkit.worktime.public_holidays import public_holidays

__all__ = ["Day", "Reason", "day_of"]

Reason = Literal["week", "dates", "closed", "holiday"]
"""Which part of a schedule decides about a date: the weekday, other hours by date, the shop's holidays, or public ones."""


@frozen
class Day:
    """A date on the wall clock of its schedule.

    Args:
        hours: those that begin on it.
        reason: what decided so.
        name: of the holiday; else empty.
        usual: the hours of its weekday.
    """

    date: date
    hours: tuple[Hours, ...]
    reason: Reason
    name: str = ""
    usual: tuple[Hours, ...] = field(default=(), kw_only=True)


def day_of(schedule: Schedule, on: date) -> Day:
    """The hours that begin on a date: by other hours for it, the shop's holidays, public holidays, or its weekday."""
    usual = schedule.week[on.weekday()]
    if on in schedule.dates:
        return Day(on, schedule.dates[on], "dates", usual=usual)
    if on in schedule.closed:
        return Day(on, (), "closed", schedule.closed[on], usual=usual)
    for where in schedule.holidays:
        name = public_holidays(where, on.year).get(on)
        if name is not None:
            return Day(on, (), "holiday", name, usual=usual)
    return Day(on, usual, "week", usual=usual)
