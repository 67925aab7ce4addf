"""Why so much time was counted: the open stretches, and for each day what decided about its hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.incidents import Period
from incidentkit.worktime.days import Day, day_of
from incidentkit.worktime.reigns import Reign
from incidentkit.worktime.zones import EPOCH

__all__ = ["Explanation", "days_between"]

_SECOND = timedelta(seconds=1)


@frozen
class Explanation:
    """What was counted between two instants, and what was not.

    Args:
        calendar: its name.
        elapsed: the open time; negative where the instants were given the later one first.
        counted: the open stretches between them, in UTC; they add up to ``elapsed`` without its sign.
        days: every day that the wall clock shows between them; a day on which the hours changed stands there twice.
    """

    calendar: str
    elapsed: timedelta
    counted: tuple[Period, ...]
    days: tuple[Day, ...]

    @property
    def passed_over(self) -> tuple[Day, ...]:
        """The days without hours: holidays, the shop's own, those closed by date, and weekdays that have none."""
        return tuple(day for day in self.days if not day.hours)

    @property
    def unusual(self) -> tuple[Day, ...]:
        """The days about which something else than their weekday decided."""
        return tuple(day for day in self.days if day.reason != "week")


def days_between(reign: Reign, low: datetime, high: datetime) -> Iterator[Day]:
    """The days that the wall clock of a schedule shows from ``low`` up to ``high``, while it is in force."""
    since = low if _seconds(low) >= reign.since else EPOCH + reign.since * _SECOND
    until = high if _seconds(high) < reign.until else EPOCH + reign.until * _SECOND
    if since >= until:
        return
    zone = ZoneInfo(reign.schedule.zone)
    first, last = since.astimezone(zone).date(), (until - timedelta.resolution).astimezone(zone).date()
    for day in range(first.toordinal(), last.toordinal() + 1):
        yield day_of(reign.schedule, date.fromordinal(day))


def _seconds(at: datetime) -> int:
    return (at - EPOCH) // _SECOND
