"""Open hours as stretches of real time: sorted, apart from each other, in seconds or microseconds since 1970 in UTC."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from incidentkit.domain.calendars import Hours, Schedule
from incidentkit.worktime.days import day_of
from incidentkit.worktime.zones import DAY, EPOCH, offsets

__all__ = ["Span", "joined", "open_spans"]

Span = tuple[int, int]
"""From, and up to and without."""

_EPOCH_DAY = EPOCH.toordinal()
_LAST_DAY = date.max.toordinal()


def open_spans(schedule: Schedule, low: int, high: int) -> list[Span]:
    """When the schedule is open between ``low`` and ``high``, in seconds.

    An instant is open when the wall clock then shows an open minute. So hours that the clock skips in spring count nothing,
    and those that it shows twice in autumn count twice.
    """
    walls = list(joined(_wall_spans(schedule, low // DAY - 2, high // DAY + 1)))
    ends = [end for _, end in walls]
    found = []
    for begun, until, offset in offsets(ZoneInfo(schedule.zone), low, high):
        for start, end in walls[bisect_right(ends, begun + offset) :]:
            if start - offset >= until:
                break
            found.append((max(start - offset, begun), min(end - offset, until)))
    return list(joined(found))


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The same stretches, in the order of their starts, where those that touch or overlap are one."""
    last: Span | None = None
    for start, end in spans:
        if last is None:
            last = start, end
        elif start <= last[1]:
            last = last[0], max(last[1], end)
        else:
            yield last
            last = start, end
    if last is not None:
        yield last


def _wall_spans(schedule: Schedule, first: int, last: int) -> Iterator[Span]:
    """The open hours of the days ``first`` to ``last`` since 1970, in seconds as the wall clock counts them."""
    for day in range(max(first, 1 - _EPOCH_DAY), min(last, _LAST_DAY - _EPOCH_DAY) + 1):
        for hours in _hours(schedule, day):
            opens, closes = hours.minutes
            yield day * DAY + opens * 60, day * DAY + closes * 60


def _hours(schedule: Schedule, day: int) -> tuple[Hours, ...]:
    return day_of(schedule, date.fromordinal(day + _EPOCH_DAY)).hours
