"""Offers as they are written on a command line: ``refund:5.00``, ``replacement:1=2``, ``substitution:BLUE-MUG``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from incidentkit.cli.usage import Misused
from incidentkit.domain.remedies import Offer
from incidentkit.domain.times import Due

__all__ = ["offer_in_words"]


def offer_in_words(words: str, by: Due, until: Due | None = None, *, after_return: bool = False) -> Offer:
    """The offer that one argument says: a kind, and after a colon an amount, units by line, or the product instead.

    Args:
        after_return: where it is for units, it is done once they have come back.

    Raises:
        Misused: units that are no whole number.
    """
    kind, _, rest = words.partition(":")
    amount: Decimal | None = None
    product, lines = "", {}
    for part in filter(None, (part.strip() for part in rest.split(","))):
        line, equals, count = part.rpartition("=")
        if equals:
            lines[line] = _units(count, words)
        elif _amount(part) is not None:
            amount = _amount(part)
        else:
            product = part
    return Offer(kind, by, amount, product, lines=lines, until=until, after_return=after_return and bool(lines))


def _units(count: str, words: str) -> int:
    if not count.isdecimal():
        raise Misused("choice", "OFFER", got=words, choices="KIND:AMOUNT, KIND:LINE=UNITS, KIND:PRODUCT")
    return int(count)


def _amount(part: str) -> Decimal | None:
    try:
        found = Decimal(part)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
