"""Finding the case that somebody at a terminal means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from incidentkit.errors import UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident

__all__ = ["found_incident"]

_MOST = 10_000
_LEAST_OF_ID, _WHOLE_ID = 4, 36


def found_incident(desk: Desk, given: str) -> Incident:
    """By its id, by the number of its order where that means one case, or by how the id of an open one ends.

    Raises:
        UnknownIdError: it is none of these, or several.
    """
    meant = [given] if len(given) >= _WHOLE_ID else _of_order(desk, given) or _ending(desk, given)
    if len(meant) > 1:
        raise UnknownIdError(
            "The incident",
            "is one",
            got=f"{len(meant)} that {given[:40]!r} could mean",
            next=f"Give the id: {', '.join(meant)}.",
        )
    try:
        return desk.incidents.get(meant[0] if meant else given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The incident",
            "must be in this record, under its id, the end of that, or the number of its order",
            got=repr(given)[:60],
            next="Those that are open are listed by: incidentkit queue",
        ) from error


def _of_order(desk: Desk, number: str) -> Sequence[str]:
    """The open cases of an order; where all are over, all of them."""
    orders = desk.orders.find(number=number, limit=1) if number else ()
    cases = desk.incidents.find(order=orders[0].id, limit=_MOST) if orders else ()
    return [case.id for case in cases if case.open] or [case.id for case in cases]


def _ending(desk: Desk, end: str) -> Sequence[str]:
    if len(end) < _LEAST_OF_ID:
        return ()
    return [item.incident for item in desk.queue(limit=_MOST) if not item.task and item.incident.endswith(end)]
