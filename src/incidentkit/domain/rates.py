"""Rates: what one contact on a channel costs the shop, and what carrying out a remedy does, from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from attrs import field, frozen
from attrs.converters import optional

from incidentkit.domain.money import Money
from incidentkit.errors import InvalidInput

__all__ = ["Rate", "rate_at", "remedy_rate_at"]

_NOTHING = Decimal(0)


def _number(value: Decimal | int | str, name: str) -> Decimal:
    try:
        number = Decimal(value) if isinstance(value, (Decimal, int, str)) and not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or number < 0:
        raise InvalidInput(name, "must be a decimal number of at least zero", got=repr(value)[:40])
    return number


def _amount(value: Decimal | int | str) -> Decimal:
    return _number(value, "A rate's amount")


def _share(value: Decimal | int | str) -> Decimal:
    share = _number(value, "A rate's share")
    if share > 1:
        raise InvalidInput("A rate's share", "must be a decimal number from 0 to 1", got=str(share)[:40])
    return share


def _day(value: date | None) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise InvalidInput("A rate's since", "must be a day", got=type(value).__name__)


@frozen
class Rate:
    """What a contact costs, or carrying out a remedy beside the money that it gives back.

    Args:
        channel: as contacts name it, e.g. ``phone``; empty for the rate of a remedy.
        amount: in the shop's currency; None where only the goods cost something.
        direction: of contacts: ``in``, ``out`` or ``both``.
        since: the first day on which it holds, in the shop's zone; None: it always has.
        remedy: the kind of remedy, e.g. ``replacement``; empty for the rate of a channel.
        per: of remedies: the amount is spent once for each ``remedy``, such as its parcel, or for each ``unit``.
        share: of remedies: how much of the value of the goods that are sent is spent, from 0 to 1.

    Raises:
        InvalidInput: a rate of both or neither, or one that says no cost.
    """

    channel: str = ""
    amount: Decimal | None = field(default=None, converter=optional(_amount))
    direction: Literal["in", "out", "both"] = "both"
    since: date | None = field(default=None, converter=_day)
    remedy: str = ""
    per: Literal["remedy", "unit"] = "remedy"
    share: Decimal = field(default=_NOTHING, converter=_share)

    def __attrs_post_init__(self) -> None:
        if bool(self.channel) == bool(self.remedy):
            got = "both" if self.channel else "neither"
            raise InvalidInput("A rate", "is that of a channel or of a remedy", got=got)
        if self.amount is None and not (self.remedy and self.share):
            rule = "must have an amount, or a share of the goods" if self.remedy else "must have an amount"
            raise InvalidInput("A rate", rule, got="none")
        if self.channel and (self.share or self.per != "remedy"):
            raise InvalidInput("A channel's rate", "has no share and counts no units", got="some")

    def contact(self, currency: str) -> Money:
        """What one contact costs, or one remedy or unit without the goods."""
        return Money(self.amount or 0, currency)

    def carried_out(self, units: int, goods: Money | None, currency: str) -> Money | None:
        """What carrying out a remedy costs, rounded once to the coin; None where it depends on goods of unknown value."""
        fixed = self.contact(currency) * (units if self.per == "unit" else 1)
        if not self.share:
            return fixed
        return None if goods is None or goods.currency != currency else fixed + goods.scaled(self.share)


def rate_at(rates: Iterable[Rate], channel: str, direction: str, day: date) -> Rate | None:
    """The rate in force on a day: the latest; of one day the one for that direction, and then the one named last."""
    holding = [
        (rate.since or date.min, rate.direction == direction, place, rate)
        for place, rate in enumerate(rates)
        if rate.channel == channel and rate.direction in (direction, "both") and (rate.since is None or rate.since <= day)
    ]
    return max(holding, key=lambda found: found[:3])[3] if holding else None


def remedy_rate_at(rates: Iterable[Rate], remedy: str, day: date) -> Rate | None:
    """The rate of a kind of remedy in force on a day: the latest, and of one day the one named last."""
    holding = [
        (rate.since or date.min, place, rate)
        for place, rate in enumerate(rates)
        if rate.remedy == remedy and (rate.since is None or rate.since <= day)
    ]
    return max(holding, key=lambda found: found[:2])[2] if holding else None
