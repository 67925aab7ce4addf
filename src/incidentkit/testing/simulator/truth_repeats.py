"""What comes again, in truth: troubles of the same customer with the same cause about the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from incidentkit.testing.simulator.courses import Course, Trouble
from incidentkit.testing.simulator.days import END

__all__ = ["order_wrong", "repeated"]

_SO_LONG = timedelta(days=90)
_WRONG = frozenset({"wrong_product", "wrong_quantity", "wrong_address", "wrong_description"})
_ABOUT: Mapping[str, Literal["product", "carrier"]] = MappingProxyType(
    {
        "stock_count": "product",
        "oversold": "product",
        "supplier_short": "product",
        "defect": "product",
        "wrong_description": "product",
        "carrier_delay": "carrier",
        "carrier_damage": "carrier",
        "carrier_loss": "carrier",
    }
)
"""What a cause is about; every other one is about a step of the process, and so about nothing more."""


def repeated(course: Course, trouble: Trouble, all_of_them: Iterable[tuple[Course, Trouble]]) -> bool:
    """Whether the customer had the same trouble in the ninety days before."""
    mine = _things(course, trouble)
    return any(
        other.customer == course.customer
        and earlier.cause == trouble.cause
        and timedelta(0) < trouble.detected_at - earlier.detected_at <= _SO_LONG
        and mine & _things(other, earlier)
        for other, earlier in all_of_them
    )


def _things(course: Course, trouble: Trouble) -> set[str]:
    """What the cause is about; nothing where the cause is not known, and one thing where it is about nothing more."""
    if trouble.cause in (None, "unknown"):
        return set()
    about = _ABOUT.get(trouble.cause or "") if trouble.about_order else None
    found: set[str] = set()
    if about == "product":
        found = {item.product for item in course.items if not trouble.lines or item.line in trouble.lines}
    elif about == "carrier":
        found = {parcel.carrier for parcel in course.parcels if parcel.shipped_at < END and parcel.carrier}
    return found or {"a step"}


def order_wrong(troubles: Iterable[Trouble]) -> bool:
    """Whether one of an order's troubles is a mistake in the order itself, of which the customer told first."""
    return any(t.about_order and t.reported_by == "customer" and t.cause in _WRONG for t in troubles)
