"""Quiet hours: whether an instant lies in them, and when they are over.

Laws, in every zone and over every change of its clocks: an instant is quiet when what the wall clock shows then is; what is
put off is put off to the first instant that is not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from incidentkit.domain.calendars import Schedule
from incidentkit.domain.sending import QuietHours
from incidentkit.domain.times import from_micros, micros, zone_names
from incidentkit.rules.staffing import NEVER
from incidentkit.worktime.spans import open_spans

__all__ = ["is_quiet", "quiet_until", "zone_of"]

_SECOND = 1_000_000
_LAST = micros(NEVER) // _SECOND
_HORIZONS = tuple(timedelta(days=days) // timedelta(seconds=1) for days in (9, 400))


def zone_of(wanted: str, shop: str) -> str:
    """A person's zone; the shop's where theirs is not known, to us or to this machine."""
    return wanted if wanted and wanted in zone_names() else shop


def is_quiet(quiet: QuietHours, zone: str, at: datetime) -> bool:
    """Whether the wall clock of the zone shows a quiet minute: one of that day, or of a night that began the day before."""
    wall = at.astimezone(ZoneInfo(zone))
    minute, today = wall.hour * 60 + wall.minute, wall.weekday()
    if any(opens <= minute < closes for opens, closes in (h.minutes for h in quiet.week[today])):
        return True
    return any(minute + 1440 < h.minutes[1] for h in quiet.week[today - 1])


def quiet_until(quiet: QuietHours, zone: str, at: datetime) -> datetime | None:
    """The first instant from ``at`` on that is not quiet; None where ``at`` itself is not."""
    if not quiet or not is_quiet(quiet, zone, at):
        return None
    schedule, now = _schedule(quiet, zone), micros(at) // _SECOND
    for ahead in _HORIZONS:
        for start, end in open_spans(schedule, now, now + ahead):
            if start <= now < end < min(now + ahead, _LAST):
                return from_micros(end * _SECOND)
    return NEVER  # the calendar ends before


@lru_cache(maxsize=1024)
def _schedule(quiet: QuietHours, zone: str) -> Schedule:
    return Schedule(zone, quiet.week)
