"""Figures as people read them: a number in the language's form, and a unit that suits its size."""

from __future__ import annotations

from attrs import frozen

from incidentkit.web.phrases import Phrases

__all__ = ["Amount", "Amounts"]

_SPANS = (("seconds", 1, 0, 60), ("minutes", 60, 0, 60), ("hours", 3600, 1, 48))
"""A unit of time, its seconds, its digits, and how many of it are too many."""

_DIGITS = {"score": 2, "share": 1}
_MOST_DIGITS = 4


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


@frozen
class Amounts:
    """How figures are written in one language."""

    phrases: Phrases

    def number(self, value: float, digits: int = 0) -> str:
        """With at most so many digits after the point; a closing zero says nothing."""
        whole, _, rest = f"{abs(value):,.{digits}f}".partition(".")
        rest = rest.rstrip("0")
        whole = whole.replace(",", self.phrases.say("numbers.group"))
        shown = whole + (self.phrases.say("numbers.decimal") + rest if rest else "")
        return f"−{shown}" if value < 0 and shown != "0" else shown

    def amount(self, value: float, unit: str, further: int = 0) -> Amount:
        """A measure's value.

        Args:
            further: digits beyond the usual ones.
        """
        if unit == "seconds":
            return self._duration(value, further)
        if unit == "share":
            return Amount(self.number(100 * value, _DIGITS[unit] + further), self.phrases.say("numbers.percent"))
        number = self.number(value, _DIGITS.get(unit, 0) + further)
        return Amount(number) if unit == "score" else self._with_word(number, unit)

    def apart(self, value: float, target: float, unit: str) -> tuple[Amount, Amount]:
        """A value and its target, with as many digits as it takes to see that they differ."""
        usual, *finer = ((self.amount(value, unit, more), self.amount(target, unit, more)) for more in range(_MOST_DIGITS))
        if value == target:
            return usual
        return next((pair for pair in (usual, *finer) if pair[0] != pair[1]), usual)

    def subjects(self, n: int, what: str) -> str:
        """``412 orders``."""
        number = self.number(n)
        return f"{number} {self.phrases.counted('subjects', what, number)}"

    def _duration(self, seconds: float, further: int) -> Amount:
        for word, size, digits, too_many in _SPANS:
            # By what will be shown: never "60 minutes" for what is a little less than an hour.
            if round(abs(seconds) / size, digits) < too_many:
                return self._with_word(self.number(seconds / size, digits + further), word)
        return self._with_word(self.number(seconds / 86_400, 1 + further), "days")

    def _with_word(self, number: str, unit: str) -> Amount:
        return Amount(number, f"\N{NO-BREAK SPACE}{self.phrases.counted('units', unit, number)}")
