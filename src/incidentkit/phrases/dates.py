"""Dates, times and windows in words, in the shop's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.phrases.words import Words

__all__ = ["Dates"]


@frozen(slots=False)
class Dates:
    """How dates are written in one language, for a shop in one zone.

    Args:
        short: ``5 Sep 2026`` for ``5 September 2026``, for where there is little room.
    """

    words: Words
    zone: ZoneInfo
    short: bool = False

    def day(self, value: date) -> str:
        """``5 September 2026``."""
        return self._say("day", day=value.day, month=self._month(value), year=value.year)

    def clock(self, value: datetime) -> str:
        """``10:36`` in the shop's zone."""
        return f"{self.local(value):%H:%M}"

    def moment(self, value: datetime) -> str:
        """Day and time in the shop's zone, which the long form names."""
        zone = self.zone.key.replace("_", " ")
        return self._say("moment", day=self.day(self.local(value)), time=self.clock(value), zone=zone)

    def due(self, value: date | datetime) -> str:
        """A due time: a day, or a day with its time."""
        return self.moment(value) if isinstance(value, datetime) else self.day(value)

    def local(self, value: datetime) -> datetime:
        """The same instant in the shop's zone."""
        return value.astimezone(self.zone)

    def window(self, from_: datetime | None, until: datetime | None, kind: str | None) -> str:
        """A half-open window by the days that it covers.

        Args:
            kind: ``day``, ``week``, ``month`` or ``quarter``; None for one of any other length.
        """
        if from_ is None or until is None:
            return self._unbounded(from_, until)
        first, last = self.local(from_).date(), self.local(until - timedelta(microseconds=1)).date()
        if kind == "month":
            return self._say("month", month=self._month(first), year=first.year)
        if kind == "quarter":
            return self._say("quarter", quarter=(first.month + 2) // 3, year=first.year)
        return self.day(first) if first == last else self._days(first, last)

    def _unbounded(self, from_: datetime | None, until: datetime | None) -> str:
        if from_ is not None:
            return self.words.say("dates.since", moment=self.moment(from_))
        return self.words.say("dates.all") if until is None else self.words.say("dates.until", moment=self.moment(until))

    def _days(self, first: date, last: date) -> str:
        end = {"last": last.day, "month": self._month(last), "year": last.year}
        if first.year != last.year:
            return self._say("days_of_two_years", first=self.day(first), last=self.day(last))
        if first.month != last.month:
            return self._say("days_of_two_months", first=first.day, first_month=self._month(first), **end)
        return self._say("days", first=first.day, **end)

    def _month(self, value: date) -> str:
        return self._say("months").split()[value.month - 1]

    def _say(self, key: str, **values: object) -> str:
        return self.words.say(f"dates.{'short.' if self.short else ''}{key}", **values)
