"""Telephone numbers as people write them: whether two of them may be the same one."""

from __future__ import annotations

import re

from attrs import field, frozen

__all__ = ["Phone", "read_phone"]

# Behind the number: what is dialled once somebody answers.
_EXTENSION = re.compile(r"(?i)\s*(?:ext|x|#|;|,).*", re.DOTALL)
_FEWEST = 5
_TAIL = 7
_LONGEST_COUNTRY = 4


@frozen
class Phone:
    """A telephone number.

    Args:
        digits: those that count: with the country's where it says that, else without the zeros that lead out of a town.
        international: whether it says its country.
    """

    digits: str = field(repr=False)
    international: bool = False

    @property
    def tail(self) -> str:
        """Its last digits: whatever way a number is written in, they are the same."""
        return self.digits[-_TAIL:]

    def may_be(self, other: Phone) -> bool:
        """Whether the two may be one number: where one of them names no country, it may be of the other's."""
        if self.international == other.international:
            return self.digits == other.digits
        whole, part = (self, other) if self.international else (other, self)
        return whole.digits.endswith(part.digits) and 0 < len(whole.digits) - len(part.digits) <= _LONGEST_COUNTRY


def read_phone(text: str) -> Phone | None:
    """The number in a text such as ``+34 600 00 00 00``, ``0034600000000`` or ``600-000-000``; None where there is none."""
    said = _EXTENSION.sub("", text).strip()
    digits = "".join(str(int(c)) for c in said.replace("(0)", "") if c.isdecimal())
    international = said.startswith("+") or digits.startswith("00")
    digits = digits.lstrip("0")
    return Phone(digits, international) if len(digits) >= _FEWEST else None
