"""Public holidays by country and region, from the package `holidays`: computed from rules, nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from incidentkit.domain.calendars import PublicHolidays
from incidentkit.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from holidays import HolidayBase

__all__ = ["check_known", "public_holidays"]


def check_known(where: PublicHolidays) -> None:
    """Nothing, where its holidays are known.

    Raises:
        InvalidInput: the package knows no such country or region.
        MissingExtra: the extra ``locale`` is not installed.
    """
    _rules(where, 2000)


@lru_cache(maxsize=2_048)
def public_holidays(where: PublicHolidays, year: int) -> Mapping[date, str]:
    """The holidays of that year with their names, in English where the package has them.

    Raises:
        InvalidInput, MissingExtra: as `check_known` says.
    """
    return dict(_rules(where, year).items())


def _rules(where: PublicHolidays, year: int) -> HolidayBase:
    try:
        from holidays import country_holidays
    except ImportError as error:
        raise MissingExtra(
            f"The public holidays of {where}",
            "must have the extra locale installed",
            got="no package holidays",
            next="Install incidentkit[locale], or name the dates yourself.",
            extra="locale",
        ) from error
    try:
        # Without a language it would go by the machine's.
        return country_holidays(where.country, where.region or None, years=year, expand=False, language="en_US")
    except NotImplementedError:
        raise InvalidInput(
            "Public holidays", "must be a country or region that the package holidays knows", got=repr(str(where))
        ) from None
