"""Values as people read them: durations, shares, money, dates in the shop's zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.cli.words import Words
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE

__all__ = ["Values", "span", "sparkline"]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_BLOCKS = "▁▂▃▄▅▆▇█"
_GAP = "·"
_MOST_DIGITS = 6


@frozen
class Values:
    """How values are written in one language, for a shop in one zone."""

    words: Words
    zone: ZoneInfo

    # --- Numbers ---

    def number(self, value: float, digits: int = 0) -> str:
        """Rounded to so many digits after the point."""
        grouped = f"{value:,.{digits}f}"
        whole, _, rest = grouped.partition(".")
        whole = whole.replace(",", self.words.say("numbers.group"))
        return whole + (self.words.say("numbers.decimal") + rest if rest else "")

    def figure(self, value: float | None, unit: str, further: int = 0) -> str:
        """A measure's value, in a unit of time that suits its size.

        Args:
            further: digits beyond the usual ones.
        """
        if value is None:
            return self.words.say("numbers.none")
        if unit == "seconds":
            return self.duration(value, further)
        if unit == "share":
            return self.words.say("numbers.share", number=self.number(100 * value, 1 + further))
        return self.number(value, 2 + further if unit == "score" else further)

    def target(self, value: float | None, unit: str, further: int = 0) -> str:
        """A value that somebody set: zeros that close it say nothing."""
        point = re.escape(self.words.say("numbers.decimal"))
        return re.sub(rf"{point}0+(?!\d)|({point}\d*[1-9])0+(?!\d)", r"\1", self.figure(value, unit, further))

    def apart(self, value: float | None, target: float | None, unit: str) -> tuple[str, str]:
        """A value and its target, with as many digits as it takes to see that they differ."""
        further = 0
        while (
            value != target
            and further < _MOST_DIGITS
            and self.target(value, unit, further) == self.target(target, unit, further)
        ):
            further += 1
        return self.figure(value, unit, further), self.target(target, unit, further)

    def duration(self, seconds: float, further: int = 0) -> str:
        """In the largest unit that it fills: seconds, minutes, hours up to two days, days."""
        if seconds < _MINUTE:
            return f"{self.number(seconds, further)} s"
        if seconds < _HOUR:
            return f"{self.number(seconds / _MINUTE, further)} min"
        if seconds < 2 * _DAY:
            return f"{self.number(seconds / _HOUR, 1 + further)} h"
        return f"{self.number(seconds / _DAY, 1 + further)} d"

    def money(self, amount: Money) -> str:
        """With all its digits."""
        whole, point, coins = str(amount.amount).partition(".")
        grouped = f"{int(whole):,}".replace(",", self.words.say("numbers.group"))
        return f"{grouped}{self.words.say('numbers.decimal') if point else ''}{coins} {amount.currency}"

    # --- Times ---

    def day(self, value: date) -> str:
        """``5 Sep 2026``."""
        return f"{value.day} {self._month(value)} {value.year}"

    def clock(self, value: datetime) -> str:
        """``10:36`` in the shop's zone."""
        return f"{self.local(value):%H:%M}"

    def moment(self, value: datetime) -> str:
        """Day and time in the shop's zone."""
        return f"{self.day(self.local(value))} {self.clock(value)}"

    def due(self, value: date | datetime) -> str:
        """A due time: a day, or a day with its time."""
        return self.moment(value) if isinstance(value, datetime) else self.day(value)

    def local(self, value: datetime) -> datetime:
        """The same instant in the shop's zone."""
        return value.astimezone(self.zone)

    def window(self, from_: datetime | None, until: datetime | None, by: str | None) -> str:
        """A half-open window by the days that it covers."""
        if from_ is None and until is None:
            return self.words.say("windows.all")
        if from_ is None or until is None:
            bound = from_ or until
            assert bound is not None, "one of the two is there"
            return self.words.say("windows.since" if from_ else "windows.until", day=self.moment(bound))
        first, last = self.local(from_).date(), self.local(until - timedelta(microseconds=1)).date()
        if by == "month":
            return f"{self._month(first)} {first.year}"
        if by == "quarter":
            return self.words.say("windows.quarter", number=(first.month + 2) // 3, year=first.year)
        return self.day(first) if first == last else self._days(first, last)

    def _days(self, first: date, last: date) -> str:
        if first.year != last.year:
            return f"{self.day(first)}–{self.day(last)}"
        if first.month != last.month:
            return f"{first.day} {self._month(first)}–{self.day(last)}"
        return f"{first.day}–{self.day(last)}"

    def _month(self, value: date) -> str:
        return self.words.say("dates.months").split()[value.month - 1]

    # --- Things ---

    def units(self, units: Mapping[str, int], products: Mapping[str, str]) -> str:
        """``2 × tea, 1 × cup``; an order without lines counts as a whole."""
        shown = [
            self.words.say("things.whole") if line == WHOLE else f"{count} × {products.get(line, line)}"
            for line, count in units.items()
        ]
        return ", ".join(shown)


def span(seconds: float) -> str:
    """How long something is ago or ahead, roughly: ``45 min``, ``5 h``, ``12 d``."""
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min"
    return f"{int(seconds // _HOUR)} h" if seconds < 2 * _DAY else f"{int(seconds // _DAY)} d"


def sparkline(values: tuple[float | None, ...]) -> str:
    """A small picture of a series, from its lowest to its highest; a dot where there is no value after the first."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    values = values[values.index(known[0]) :]
    low, reach = min(known), max(known) - min(known)
    return "".join(_GAP if value is None else _block((value - low) / reach if reach else 0.5) for value in values)


def _block(height: float) -> str:
    return _BLOCKS[min(int(height * len(_BLOCKS)), len(_BLOCKS) - 1)]
