"""Which schedule of a calendar is in force when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from attrs import frozen

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.worktime.zones import EPOCH

__all__ = ["Reign", "reigns_of"]

_EVER = 2**60


@frozen
class Reign:
    """A schedule while it is in force, in seconds since 1970 in UTC."""

    schedule: Schedule
    since: int
    until: int


def reigns_of(calendar: Calendar) -> Iterator[Reign]:
    """Each schedule in turn; together they cover all of time."""
    marks = (-_EVER, *(_seconds(change.since) for change in calendar.changes), _EVER)
    for schedule, (since, until) in zip(calendar.schedules, pairwise(marks), strict=True):
        yield Reign(schedule, since, until)


def _seconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(seconds=1)
