"""Texts of a table as values. Each reader takes a text that is there, and raises ValueError for one that can't be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo

from incidentkit.domain.money import Money
from incidentkit.domain.numbers import Writing, reader, signs

__all__ = ["Reader", "code", "flag", "line_of_text", "listed", "money", "signed", "time", "total", "whole", "words"]

Reader = Callable[[str], object]

_LAST_YEAR = 9999
"""How some say "never"; a promise for its last day would end outside of the calendar."""

_USUAL = "%Y-%m-%d %H:%M:%S"


def time(formats: Sequence[str], zone: tzinfo, latest: datetime | None = None) -> Callable[[str], datetime]:
    """Instants in UTC: the first format that fits; a wall clock without an offset is one at ``zone``.

    Args:
        latest: what happens later has not happened yet.
    """

    def read(text: str) -> datetime:
        value = _first_fit(text, formats)
        if value.utcoffset() is None:
            value = value.replace(tzinfo=zone)
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            raise ValueError("outside of the calendar") from None
        if value.year == _LAST_YEAR or (latest is not None and value > latest):
            raise ValueError("not a time that has come")
        return value

    return read


def _first_fit(text: str, formats: Sequence[str]) -> datetime:
    for form in formats:
        try:
            return _fit(text, form)
        except ValueError:
            continue
    raise ValueError("not a time")


def _fit(text: str, form: str) -> datetime:
    if form == "iso":
        return datetime.fromisoformat(text)
    # The commonest pattern is read many times faster without strptime.
    if form == _USUAL and len(text) == 19 and text[4] == text[7] == "-" and text[10] == " " and text[13] == text[16] == ":":
        return datetime.fromisoformat(text)
    return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the caller's to add


def money(writing: Writing, currency: str) -> Callable[[str], Money]:
    """Exact amounts in ``currency``; one below zero, or finer than its coins, can't be used."""
    number = reader(writing, signs(currency))
    return lambda text: Money(number(text), currency)


Signed = tuple[bool, Money]
"""Whether an amount is below zero, and how far it is from there."""


def signed(writing: Writing, currency: str) -> Callable[[str], Signed]:
    """Exact amounts in ``currency`` to be added up, below zero too; one finer than its coins can't be used."""
    number = reader(writing, signs(currency))

    def read(text: str) -> Signed:
        value = number(text)
        return value < 0, Money(value.copy_abs(), currency)

    return read


def total(currency: str) -> Callable[[Sequence[Signed]], Money]:
    """The sum of amounts; ValueError where it is below zero."""

    def added(amounts: Sequence[Signed]) -> Money:
        sums = {False: Money.zero(currency), True: Money.zero(currency)}
        for below, amount in amounts:
            sums[below] += amount
        return sums[False] - sums[True]

    return added


def whole(writing: Writing, low: int, high: int) -> Callable[[str], int]:
    """Whole numbers between both ends."""
    number = reader(writing)

    def read(text: str) -> int:
        value = number(text)
        if value != value.to_integral_value() or not low <= value <= high:
            raise ValueError("not a whole number in its bounds")
        return int(value)

    return read


def words(longest: int) -> Callable[[str], str]:
    """Free text up to a length."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise ValueError("too long")
        return text

    return read


def line_of_text(longest: int) -> Callable[[str], str]:
    """One line up to a length."""

    def read(text: str) -> str:
        if len(text) > longest or "\0" in text or len(text.splitlines()) != 1:
            raise ValueError("not one line, or too long")
        return text

    return read


def code(longest: int) -> Callable[[str], str]:
    """A name without blanks but spaces, up to a length."""

    def read(text: str) -> str:
        if len(text) > longest or not text.isprintable():
            raise ValueError("not a name, or too long")
        return text

    return read


def listed(known: Sequence[str]) -> Callable[[str], str]:
    """One of the texts that are known."""

    def read(text: str) -> str:
        if text not in known:
            raise ValueError("not one of those that are known")
        return text

    return read


_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def flag(text: str) -> bool:
    """``yes`` or ``no``, ``true`` or ``false``, ``1`` or ``0``; case does not count."""
    if text.lower() not in _FLAGS:
        raise ValueError("neither yes nor no")
    return _FLAGS[text.lower()]
