"""Units by line, and the parcels that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen

from incidentkit.errors import QuantityError

__all__ = ["FailedAttempt", "Shipment", "Units", "add_units", "check_units"]

Units = tuple[tuple[str, int], ...]
"""How many of which line: ``(("1", 2), ("3", 1))``, by line id, each above zero."""


def check_units(units: Mapping[str, int]) -> Units:
    """``units`` as kept: in the given order, whole numbers above zero.

    Raises:
        QuantityError: a number that is not whole, or not above zero.
    """
    for line, count in units.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise QuantityError(f"Line {line}", "needs a whole number of units above zero", got=repr(count)[:20])
    return tuple(units.items())


def add_units(first: Units, second: Units) -> Units:
    """Both together, by line."""
    total = dict(first)
    for line, count in second:
        total[line] = total.get(line, 0) + count
    return tuple(total.items())


@frozen
class FailedAttempt:
    """Units that a carrier could not hand over; they are still on their way."""

    at: datetime
    units: Units


@frozen
class Shipment:
    """A parcel: what is in it, who carries it, what of it has arrived, and what could not be handed over when.

    Raises:
        QuantityError: more arrived of a line than was in it.
    """

    id: str
    units: Units
    shipped_at: datetime
    carrier: str = ""
    tracking: str = ""
    delivered: Units = ()
    delivered_at: datetime | None = field(default=None)
    failures: tuple[FailedAttempt, ...] = ()

    def __attrs_post_init__(self) -> None:
        carried = dict(self.units)
        for line, count in self.delivered:
            if count > carried.get(line, 0):
                raise QuantityError(
                    f"Shipment {self.id}, line {line}",
                    "delivered ≤ shipped",
                    got=f"delivered {count}, shipped {carried.get(line, 0)}",
                    next="Correct the units.",
                )

    def outstanding(self) -> dict[str, int]:
        """Units still on their way, by line."""
        arrived = dict(self.delivered)
        left = {line: count - arrived.get(line, 0) for line, count in self.units}
        return {line: count for line, count in left.items() if count}
