"""Promises: what, to whom, by when, made by whom, and what came after."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from incidentkit.domain.times import Due

__all__ = ["Promise"]


@frozen
class Promise:
    """Something that a customer was told to expect by a time.

    Args:
        id: unique within its order.
        what: ``delivery``, or the kind of offer that made it.
        due: an instant, or a date that lasts to the end of that day in the shop's zone.
        made_at: when it was made.
        made_by: the actor, as text.
        source: ``order``, ``offer``, ``message`` or ``conversation``.
        reference: the id of that offer; empty for none.
        replaced_by: the id of a later promise, which never erases this one.
        broken_at: when the desk saw that it was not kept.
    """

    id: str
    what: str
    due: Due
    made_at: datetime
    made_by: str
    source: str = "order"
    replaced_by: str | None = field(default=None)
    reference: str = ""
    broken_at: datetime | None = None
