"""Strategies for what everything else is made of: ids, words, money, instants, actors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args
from uuid import UUID

from hypothesis import strategies as st

from incidentkit.domain.actors import Actor, ActorKind
from incidentkit.domain.money import Money, digits
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due

__all__ = ["actors", "codes", "currencies", "dues", "handles", "ids", "instants", "money", "one_liners", "texts", "words"]

EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
LATEST = datetime(2035, 12, 31, tzinfo=UTC)

# None, two and three digits after the point.
CURRENCIES = ("EUR", "USD", "BRL", "GBP", "JPY", "CLP", "KWD", "TND")

# Whole and half hours, clocks that change at midnight, by half an hour, in the south, and never.
ZONES = (
    "UTC",
    "Europe/Madrid",
    "Etc/GMT+3",
    "America/Sao_Paulo",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)

_HANDLE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"
_CODE = "abcdefghijklmnopqrstuvwxyz_"


def ids() -> st.SearchStrategy[str]:
    """UUIDv7 as text: the ids of orders, incidents, asks and customers."""
    return st.integers(0, 2**122 - 1).map(_uuid7)


def _uuid7(free: int) -> str:
    # 48 + 12 free bits, the version, 2 bits of variant, 62 free bits.
    high, low = free >> 62, free & (2**62 - 1)
    return str(UUID(int=(high >> 12) << 80 | 7 << 76 | (high & 0xFFF) << 64 | 2 << 62 | low))


def handles() -> st.SearchStrategy[str]:
    """Short handles of agents and actors: letters, digits and ``. _ + -``, up to 64."""
    return st.text(_HANDLE, min_size=1, max_size=12) | st.text(_HANDLE, min_size=64, max_size=64)


def codes() -> st.SearchStrategy[str]:
    """Codes as settings have them: lower-case letters and underscores."""
    return st.text(_CODE, min_size=1, max_size=16)


def words(token: str = "") -> st.SearchStrategy[str]:
    """Free text with at least one visible character, of any script and any number of lines, that has ``token`` in it."""
    anything = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
    visible = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8)
    return st.builds(lambda first, rest: f"{first}{token}{rest}", visible, anything)


def one_liners(token: str = "", *, min_size: int = 0, max_size: int = 40) -> st.SearchStrategy[str]:
    """One line of any script that has ``token`` in it."""
    line = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=min_size, max_size=max_size)
    return line.map(lambda text: f"{text}{token}")


def texts(*, forgotten: bool = False, token: str = "") -> st.SearchStrategy[Text]:
    """Texts by or about a person; ``forgotten``: those whose words are gone.

    Args:
        token: woven into the words, to look for where it must not be.
    """
    return st.builds(Text, ids(), st.none() if forgotten else words(token))


def currencies() -> st.SearchStrategy[str]:
    """ISO 4217 codes, with none, two and three digits after the point."""
    return st.sampled_from(CURRENCIES)


@st.composite
def money(draw: st.DrawFn, currency: str | None = None, *, at_most: Money | None = None, above_zero: bool = False) -> Money:
    """Amounts in ``currency`` (of ``at_most`` where that is given, else any), to the coin.

    Args:
        at_most: the highest amount; without it about a million coins.
        above_zero: never nothing.
    """
    unit = currency or (at_most.currency if at_most is not None else draw(currencies()))
    places = digits(unit)
    top = 10**6 if at_most is None else int(at_most.in_currency(unit).amount.scaleb(places))
    return Money(Decimal(draw(st.integers(int(above_zero), top))).scaleb(-places), unit)


def instants(min_value: datetime = EARLIEST, max_value: datetime = LATEST) -> st.SearchStrategy[datetime]:
    """Instants in UTC, to the microsecond, from 2015 to 2035 unless told otherwise."""
    return st.datetimes(
        min_value.astimezone(UTC).replace(tzinfo=None), max_value.astimezone(UTC).replace(tzinfo=None), timezones=st.just(UTC)
    )


def dues(min_value: datetime = EARLIEST, max_value: datetime = LATEST) -> st.SearchStrategy[Due]:
    """Due times: days and instants."""
    days: st.SearchStrategy[date] = st.dates(min_value.date(), max_value.date())
    return days | instants(min_value, max_value)


def actors(kind: ActorKind | None = None) -> st.SearchStrategy[Actor]:
    """Actors of ``kind``, or of any."""
    return st.builds(Actor, st.just(kind) if kind else st.sampled_from(get_args(ActorKind)), handles())
