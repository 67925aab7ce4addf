"""Windows: days, weeks, months and quarters of a zone, half-open, as instants in UTC.

A window starts at local midnight. Where a zone has no such midnight, or two, it starts at the instant that the clock
before the change gives, or at the first of the two; so windows always meet without a gap, and a day is 23 or 25 hours
long where the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput, TimeError

__all__ = ["MOST_WINDOWS", "WINDOWS", "Window", "check_window", "complete_windows", "first_instant", "windows"]

WINDOWS = ("day", "week", "month", "quarter")
"""What ``by`` may be."""

MOST_WINDOWS = 20_000
"""More than that at once is a slip of the pen."""

_DAY = timedelta(days=1)
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92}
_YEARS = range(1900, 3000)


@frozen
class Window:
    """A half-open span: from ``from_``, up to and without ``until``; both in UTC."""

    from_: datetime
    until: datetime


def check_window(by: str) -> str:
    """``by`` if it names a kind of window.

    Raises:
        InvalidInput: it does not.
    """
    if by not in WINDOWS:
        raise InvalidInput("by", f"must be one of {', '.join(WINDOWS)}", got=repr(by)[:40])
    return by


def first_instant(value: Due, zone: str, name: str) -> datetime:
    """The instant that a bound stands for, in UTC: itself, or the start of that day in ``zone``.

    Raises:
        TimeError: no date or datetime, an instant without a zone, or a year before 1900 or after 2999.
    """
    given = due(value, name)
    if given.year not in _YEARS:
        raise TimeError(name, f"must lie in the years {_YEARS.start} to {_YEARS.stop - 1}", got=str(given.year))
    return given if isinstance(given, datetime) else _start(given, ZoneInfo(zone))


def windows(by: str, zone: str, since: datetime, until: datetime) -> tuple[Window, ...]:
    """The whole windows that meet ``[since, until)``, in order and without gaps; none where that span is empty.

    Raises:
        InvalidInput: ``by`` is no kind of window, or there are more than `MOST_WINDOWS`.
    """
    check_window(by)
    if (until - since).days // _LONGEST[by] > MOST_WINDOWS:
        raise InvalidInput(
            "since and until", f"may span at most {MOST_WINDOWS} windows at once", got=f"by {by}", next="Shorten the span."
        )
    return _between(by, zone, since, until) if since < until else ()


# A page asks for the same year many times over.
@lru_cache(maxsize=64)
def _between(by: str, zone: str, since: datetime, until: datetime) -> tuple[Window, ...]:
    return tuple(_windows(by, ZoneInfo(zone), since, until))


def complete_windows(by: str, zone: str, as_of: datetime, count: int, maturity: timedelta = timedelta(0)) -> tuple[Window, ...]:
    """The last ``count`` windows whose end lies at least ``maturity`` before ``as_of``, the earliest first."""
    last = as_of - maturity
    reach = timedelta(days=_LONGEST[check_window(by)] * (count + 1))
    return tuple(window for window in windows(by, zone, last - reach, last) if window.until <= last)[-count:]


def _windows(by: str, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Window]:
    for day, following in pairwise(_first_days(by, since.astimezone(zone).date() - _DAY)):
        start, end = _start(day, zone), _start(following, zone)
        if start >= until:
            return
        # A day that a zone left out (it crossed the date line) has no instant, and so no window.
        if start < end and since < end:
            yield Window(start, end)


def _first_days(by: str, day: date) -> Iterator[date]:
    day = _first_day(by, day)
    while True:
        yield day
        day = _first_day(by, day + timedelta(days=_LONGEST[by]))


def _first_day(by: str, day: date) -> date:
    if by == "day":
        return day
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
