"""Dates and windows in words, in the shop's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.web.phrases import Phrases

__all__ = ["Dates"]


@frozen
class Dates:
    """How dates are written in one language."""

    phrases: Phrases
    zone: ZoneInfo

    def day(self, value: date) -> str:
        """``5 September 2026``."""
        return self.phrases.say("dates.day", day=str(value.day), month=self._month(value), year=str(value.year))

    def moment(self, value: datetime) -> str:
        """Day, time and the zone that they are of."""
        local = value.astimezone(self.zone)
        zone = self.zone.key.replace("_", " ")
        return self.phrases.say("dates.moment", day=self.day(local), time=f"{local:%H:%M}", zone=zone)

    def window(self, from_: datetime, until: datetime, kind: str) -> str:
        """A half-open window by the days that it covers."""
        first = from_.astimezone(self.zone).date()
        last = (until - timedelta(microseconds=1)).astimezone(self.zone).date()
        month, year = self._month(first), str(first.year)
        if kind == "month":
            return self.phrases.say("dates.month", month=month, year=year)
        if kind == "quarter":
            return self.phrases.say("dates.quarter", quarter=str((first.month + 2) // 3), year=year)
        return self.day(first) if first == last else self._days(first, last)

    def _days(self, first: date, last: date) -> str:
        end = {"last": str(last.day), "month": self._month(last), "year": str(last.year)}
        if first.year != last.year:
            return self.phrases.say("dates.days_of_two_years", first=self.day(first), last=self.day(last))
        if first.month != last.month:
            return self.phrases.say("dates.days_of_two_months", first=str(first.day), first_month=self._month(first), **end)
        return self.phrases.say("dates.days", first=str(first.day), **end)

    def _month(self, value: date) -> str:
        return self.phrases.say("dates.months").split()[value.month - 1]
