"""The simulated month: when it begins and ends, the slices that it runs in, and the hours that people keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

__all__ = [
    "CLOSES",
    "END",
    "OPENS",
    "SLICE",
    "SLICES",
    "START",
    "ZONE",
    "in_hours",
    "last_instant",
    "local_day",
    "minutes",
    "noon",
    "sent_after",
    "slice_of",
]

ZONE = "Europe/Madrid"
OPENS, CLOSES = 8, 20
"""The hours that count for the shop, every day of the week."""

_TZ = ZoneInfo(ZONE)

# Always the same month, so that a seed says everything.
START = datetime(2026, 9, 1, tzinfo=_TZ).astimezone(UTC)
END = datetime(2026, 10, 1, tzinfo=_TZ).astimezone(UTC)

SLICE = timedelta(hours=3)
"""What happens within a slice is written together; the slice's messages go out at its end."""

SLICES = (END - START) // SLICE


def slice_of(at: datetime) -> int:
    """The slice that an instant is in, counted from 0; an instant between two is in the later one."""
    return (at - START) // SLICE


def sent_after(at: datetime) -> datetime:
    """When a message that is planned at ``at`` has gone out."""
    return START + (slice_of(at) + 1) * SLICE


def minutes(rng: Random, least: float, most: float) -> timedelta:
    """A span of so many minutes, in whole seconds, short ones more often."""
    return timedelta(seconds=int(60 * rng.triangular(least, most, least)))


def in_hours(rng: Random, at: datetime, opens: int = OPENS, closes: int = CLOSES, *, sundays: bool = True) -> datetime:
    """``at``, or some minutes after the next opening where nobody works at ``at``."""
    local = at.astimezone(_TZ)
    while not (opens <= local.hour < closes and (sundays or local.weekday() < 6)):
        day = local.date() + timedelta(days=local.hour >= opens)
        local = datetime(day.year, day.month, day.day, opens, tzinfo=_TZ) + minutes(rng, 1, 50)
    return local.astimezone(UTC)


def local_day(at: datetime) -> date:
    """The shop's day that an instant is in."""
    return at.astimezone(_TZ).date()


def noon(day: date, hour: int = 12) -> datetime:
    """An hour of that day in the shop's zone, as an instant in UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=_TZ).astimezone(UTC)


def last_instant(promised: date | datetime) -> datetime:
    """The last instant that keeps a promise."""
    if isinstance(promised, datetime):
        return promised
    return noon(promised + timedelta(days=1), 0) - timedelta(microseconds=1)
