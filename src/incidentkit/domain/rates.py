"""Rates: what one contact on a channel costs the shop, from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["Rate", "rate_at"]


def _amount(value: Decimal | int | str) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, (Decimal, int, str)) and not isinstance(value, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or amount < 0:
        raise InvalidInput("A rate's amount", "must be a decimal number of at least zero", got=repr(value)[:40])
    return amount


def _day(value: date | None) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise InvalidInput("A rate's since", "must be a day", got=type(value).__name__)


@frozen
class Rate:
    """What a contact costs.

    Args:
        channel: as contacts name it, e.g. ``phone``.
        amount: in the shop's currency.
        direction: ``in``, ``out`` or ``both``.
        since: the first day on which it holds, in the shop's zone; None: it always has.
    """

    channel: str
    amount: Decimal = field(converter=_amount)
    direction: Literal["in", "out", "both"] = "both"
    since: date | None = field(default=None, converter=_day)


def rate_at(rates: Iterable[Rate], channel: str, direction: str, day: date) -> Rate | None:
    """The rate in force on a day: the latest; of one day the one for that direction, and then the one named last."""
    holding = [
        (rate.since or date.min, rate.direction == direction, place, rate)
        for place, rate in enumerate(rates)
        if rate.channel == channel and rate.direction in (direction, "both") and (rate.since is None or rate.since <= day)
    ]
    return max(holding, key=lambda found: found[:3])[3] if holding else None
