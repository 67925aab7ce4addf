"""The offsets of a zone, as stretches of real time: what a wall clock shows is UTC plus the offset of its stretch."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = ["DAY", "EPOCH", "offsets"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400

_SECOND = timedelta(seconds=1)
# Near the ends of the calendar a local time could not be told; no zone changes its clocks there.
_FIRST = (datetime(1, 1, 3, tzinfo=UTC) - EPOCH) // _SECOND
_LAST = (datetime(9999, 12, 29, tzinfo=UTC) - EPOCH) // _SECOND


def offsets(zone: ZoneInfo, low: int, high: int) -> Iterator[tuple[int, int, int]]:
    """The stretches ``(from, until, offset)`` from ``low`` to ``high``, in seconds since 1970 in UTC.

    The clock is looked at once a day, and each change between two looks is found to the second. Two changes within a day
    that undo each other would go unseen; the time zone database has none.
    """
    begun, offset = low, _offset(zone, low)
    for day in range(low, high, DAY):
        end = min(day + DAY, high)
        if _offset(zone, end) != offset:
            changed = _change(zone, day, end, offset)
            yield begun, changed, offset
            begun, offset = changed, _offset(zone, end)
    if begun < high:
        yield begun, high, offset


def _offset(zone: ZoneInfo, at: int) -> int:
    moment = EPOCH + timedelta(seconds=min(max(at, _FIRST), _LAST))
    told = moment.astimezone(zone).utcoffset()
    assert told is not None, "a zone of the database has an offset at every instant"
    return told // _SECOND


def _change(zone: ZoneInfo, low: int, high: int, before: int) -> int:
    """The first second after ``low``, up to ``high``, with another offset than ``before``."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high
