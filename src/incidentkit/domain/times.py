"""Instants and due times: aware at the surface, UTC inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from incidentkit.errors import TimeError

__all__ = ["Due", "due", "due_instant", "from_micros", "instant", "micros", "zone_names"]

Due = date | datetime
"""When something is promised: an instant, or a day that lasts until its end in the shop's zone."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def instant(value: datetime, name: str = "at") -> datetime:
    """The same instant in UTC; one without a zone is refused.

    Raises:
        TimeError: ``value`` is no datetime, or has no zone.
    """
    if not isinstance(value, datetime):
        raise TimeError(name, "must be a datetime with a zone", got=type(value).__name__, next="Give a datetime.")
    if value.utcoffset() is None:
        raise TimeError(
            name, "must have a zone", got=f"the naive time {value.isoformat()}", next="Attach one, e.g. tzinfo=ZoneInfo(...)."
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise TimeError(name, "must lie in the years 1 to 9999 in UTC", got=value.isoformat()) from None


def due(value: Due, name: str) -> Due:
    """A due time as it is kept: a date stays a date, an instant goes to UTC."""
    if isinstance(value, datetime):
        return instant(value, name)
    if not isinstance(value, date):
        raise TimeError(name, "must be a date or a datetime with a zone", got=type(value).__name__)
    if value == date.max:
        raise TimeError(name, "must be a date whose end can be told", got=value.isoformat())  # it ends in the year 10000
    return value


def due_instant(value: Due, zone: str) -> datetime:
    """The last instant at which something due ``value`` is still in time; a date lasts to its end in ``zone``."""
    if isinstance(value, datetime):
        return value
    midnight = datetime.combine(value + timedelta(days=1), time(), ZoneInfo(zone))
    # Where clocks change at midnight it comes twice, or not at all: the last reading that the day still lasts until counts.
    ends = [midnight.replace(fold=fold).astimezone(UTC) - _MICROSECOND for fold in (0, 1)]
    return max((end for end in ends if end.astimezone(midnight.tzinfo).date() == value), default=ends[0])


def micros(value: datetime) -> int:
    """Microseconds since 1970 in UTC: exact, and what the store counts in."""
    return (value - _EPOCH) // _MICROSECOND


def from_micros(value: int) -> datetime:
    """The inverse of `micros`."""
    return _EPOCH + timedelta(microseconds=value)


@cache
def zone_names() -> frozenset[str]:
    """The IANA names of every zone that this machine knows; looking them up takes a while, so it is done once."""
    return frozenset(available_timezones())
