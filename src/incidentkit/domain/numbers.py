"""How tables write numbers and amounts: the point, the sign between thousands, and what stands beside a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from attrs import frozen

from incidentkit.errors import InvalidInput

__all__ = ["BLANKS", "SIGNS", "Grouping", "Point", "Writing", "reader", "signs"]

Point = Literal[".", ","]
Grouping = Literal["", ".", ",", " ", "'"]

BLANKS = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
"""What may stand where a blank does."""

_SAME: Mapping[str, str] = {" ": BLANKS, "'": "'\N{RIGHT SINGLE QUOTATION MARK}"}
_MINUS = "-\N{MINUS SIGN}"

SIGNS: Mapping[str, tuple[str, ...]] = {
    "EUR": ("€",),
    "USD": ("$", "US$"),
    "GBP": ("£",),
    "BRL": ("R$",),
    "MXN": ("$", "MX$", "Mex$"),
    "ARS": ("$", "AR$"),
    "CLP": ("$", "CLP$"),
    "COP": ("$", "COL$"),
    "UYU": ("$", "$U"),
    "PEN": ("S/", "S/."),
    "BOB": ("Bs", "Bs."),
    "VES": ("Bs", "Bs."),
    "PYG": ("₲", "Gs", "Gs."),
    "CRC": ("₡",),
    "GTQ": ("Q",),
    "HNL": ("L",),
    "NIO": ("C$",),
    "DOP": ("$", "RD$"),
    "PAB": ("B/.",),
    "CUP": ("$",),
    "CAD": ("$", "CA$", "C$"),
    "AUD": ("$", "AU$", "A$"),
    "NZD": ("$", "NZ$"),
    "CHF": ("Fr", "Fr.", "SFr."),
    "JPY": ("¥", "￥"),
    "CNY": ("¥", "￥"),
    "INR": ("₹", "Rs", "Rs."),
    "KRW": ("₩",),
    "TRY": ("₺",),
    "RUB": ("₽",),
    "UAH": ("₴",),
    "PLN": ("zł",),
    "CZK": ("Kč",),
    "HUF": ("Ft",),
    "RON": ("lei",),
    "SEK": ("kr", "kr."),
    "NOK": ("kr", "kr."),
    "DKK": ("kr", "kr."),
    "ISK": ("kr", "kr."),
    "ILS": ("₪",),
    "PHP": ("₱",),
    "THB": ("฿",),
    "VND": ("₫",),
    "NGN": ("₦",),
    "ZAR": ("R",),
}
"""What stands beside an amount in a currency (ISO 4217), apart from its code."""


def signs(currency: str) -> tuple[str, ...]:
    """What may stand beside an amount in ``currency``: its code, and its own signs."""
    return (currency, *SIGNS.get(currency, ()))


@frozen
class Writing:
    """How numbers are written.

    Args:
        decimal: the point.
        grouping: what may stand between groups of three digits before the point; empty for nothing. A blank stands for one
            that does not break as well, an apostrophe for a curly one.

    Raises:
        InvalidInput: both are the same.
    """

    decimal: Point = "."
    grouping: Grouping = ""

    def __attrs_post_init__(self) -> None:
        if self.decimal == self.grouping:
            raise InvalidInput("grouping", "a grouping that is another sign than the decimal", got=repr(self.grouping))

    @property
    def pattern(self) -> str:
        """A regular expression for numbers of at least zero. Where thousands are grouped, all of them are, by one sign."""
        point, whole = re.escape(self.decimal), "[0-9]+"
        if self.grouping:
            same = f"[{re.escape(_SAME.get(self.grouping, self.grouping))}]"
            whole = rf"(?:[0-9]{{1,3}}(?:{same}[0-9]{{3}})+|[0-9]+)"
        return rf"(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)"

    def plain(self, text: str) -> Decimal:
        """The number of a text that fits the pattern."""
        if self.grouping:
            for sign in _SAME.get(self.grouping, self.grouping):
                text = text.replace(sign, "")
        return Decimal(text.replace(self.decimal, "."))

    def of(self, number: str) -> str:
        """A number that is written with a full stop, with this point."""
        return number.replace(".", self.decimal)


def reader(writing: Writing, beside: tuple[str, ...] = ()) -> Callable[[str], Decimal]:
    """Exact numbers, written like that.

    One below zero has a minus before or behind it, or stands in brackets, as in accounts.

    Args:
        beside: signs of a currency, of which one may stand before or behind a number.

    Raises (what is returned):
        ValueError: a text is no such number.
    """
    bare, dressed = re.compile(f"-?{writing.pattern}"), _dressed(writing, beside)

    def read(text: str) -> Decimal:
        if bare.fullmatch(text):
            return writing.plain(text)
        found = dressed.fullmatch(text)
        if found is None:
            raise ValueError("not a number")
        number, marks = writing.plain(found["number"]), found.groupdict()
        below = sum(marks[name] is not None for name in ("first", "then", "last", "open"))
        named = sum(marks[name] is not None for name in ("before", "behind"))
        if below > 1 or named > 1 or (found["open"] is None) is not (found["close"] is None):
            raise ValueError("not a number")
        return number.copy_negate() if below else number

    return read


def _dressed(writing: Writing, beside: tuple[str, ...]) -> re.Pattern[str]:
    blank, minus = f"[{BLANKS}]?", f"[{_MINUS}]"
    # Longer ones first: of "R$" not only the "$" is the sign.
    sign = "|".join(re.escape(text) for text in sorted(beside, key=len, reverse=True)) or "(?!)"
    return re.compile(
        rf"(?P<open>\()?{blank}(?P<first>{minus})?{blank}(?P<before>{sign})?{blank}(?P<then>{minus})?{blank}"
        rf"(?P<number>{writing.pattern}){blank}(?P<last>{minus})?{blank}(?P<behind>{sign})?{blank}(?P<close>\))?"
    )
