"""Finding the order that somebody at a terminal means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.orders import Order

__all__ = ["found_order"]


def found_order(desk: Desk, given: str) -> Order:
    """By the shop's number, else by the id.

    Raises:
        UnknownIdError: it is neither.
    """
    by_number = desk.orders.find(number=given, limit=1) if given else ()
    try:
        return by_number[0] if by_number else desk.orders.get(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The order",
            "must be in this record, under the shop's number or the id",
            got=repr(given)[:60],
            next="Those in incident are listed by: incidentkit queue",
        ) from error
