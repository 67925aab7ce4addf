"""Figures and money as people read them: a number in the language's form, and a unit that suits its size."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.money import Money, digits
from incidentkit.phrases.words import Words

__all__ = ["Amount", "Amounts"]

_SPANS = (("seconds", 1, 0, 60), ("minutes", 60, 0, 60), ("hours", 3600, 1, 48))
"""A unit of time, its seconds, its digits, and how many of it are too many."""

_DAY = 86_400
_DIGITS = {"score": 2, "share": 1, "contacts": 2, "points": 1, "": 2}
_MOST_FURTHER = 6
_SPACE = "\N{NO-BREAK SPACE}"


@frozen
class Amount:
    """A figure in two pieces, so that a page can show the number larger.

    Args:
        number: such as ``1,234.5``.
        unit: what follows it, with its own space where it takes one: ``%`` or `` hours``; may be empty.
    """

    number: str
    unit: str = ""

    def __str__(self) -> str:
        return self.number + self.unit


@frozen(slots=False)
class Amounts:
    """How figures are written in one language.

    Args:
        short: with ``min`` for ``minutes`` and no word for what is counted, for where there is little room.
    """

    words: Words
    short: bool = False

    def number(self, value: float, digits: int = 0, *, closing: bool = False) -> str:
        """Rounded to so many digits after the point.

        Args:
            closing: whether zeros that close it stay, as in a column of figures; else they say nothing.
        """
        whole, _, rest = f"{abs(value):.{digits}f}".partition(".")
        shown = self._grouped(whole, rest if closing else rest.rstrip("0"))
        return f"−{shown}" if value < 0 and shown.strip("0.,") else shown

    def amount(self, value: float, unit: str, further: int = 0, *, closing: bool = False) -> Amount:
        """A measure's value.

        Args:
            unit: the measure's: seconds and shares (0 to 1) become what people say; a currency's code is money in it.
            further: digits beyond the usual ones.
            closing: whether zeros that close it stay.
        """
        if unit == "seconds":
            return self._duration(value, further, closing)
        if unit == "share":
            percent = self.words.texts["numbers.percent"]  # with its space, which say() would take off
            number = self.number(100 * value, _DIGITS[unit] + further, closing=closing)
            return Amount(number, percent.replace(_SPACE, " ") if self.short else percent)
        if len(unit) == 3 and unit.isupper():
            return Amount(self.number(value, digits(unit) + further, closing=True), f" {unit}")
        number = self.number(value, _DIGITS.get(unit, 0) + further, closing=closing)
        return Amount(number) if unit in ("", "score") else self._with_unit(number, unit)

    def further(self, value: float, target: float, unit: str) -> int:
        """How many digits beyond the usual ones it takes to see that two values differ; 0 where none would show it."""
        if value == target:
            return 0
        pairs = ((self.amount(value, unit, more), self.amount(target, unit, more)) for more in range(_MOST_FURTHER + 1))
        return next((more for more, (first, second) in enumerate(pairs) if first != second), 0)

    def subjects(self, n: int, what: str) -> str:
        """``412 orders``."""
        number = self.number(n)
        return f"{number} {self.words.counted('subjects', what, number)}"

    def money(self, amount: Money) -> str:
        """With all its digits, and the currency by its code: ``1,204.50 EUR``."""
        whole, _, coins = str(amount.amount).partition(".")
        return f"{self._grouped(whole, coins)} {amount.currency}"

    def _grouped(self, whole: str, rest: str) -> str:
        grouped = f"{int(whole):,}".replace(",", self.words.say("numbers.group"))
        return grouped + (self.words.say("numbers.decimal") + rest if rest else "")

    def _duration(self, seconds: float, further: int, closing: bool) -> Amount:
        for unit, size, fine, too_many in _SPANS:
            # By what will be shown: never "60 minutes" for what is a little less than an hour.
            if round(abs(seconds) / size, fine) < too_many:
                return self._with_unit(self.number(seconds / size, fine + further, closing=closing), unit)
        return self._with_unit(self.number(seconds / _DAY, 1 + further, closing=closing), "days")

    def _with_unit(self, number: str, unit: str) -> Amount:
        if self.short:
            brief = self.words.texts.get(f"units.{unit}.short")
            return Amount(number, f" {brief}" if brief else "")
        return Amount(number, f"{_SPACE}{self.words.counted('units', unit, number)}")
