"""Contacts: every time the customer and the shop touched, on any channel."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import CustomerId, IncidentId, OrderId
from incidentkit.domain.texts import Text

__all__ = ["Contact"]


@frozen
class Contact:
    """One contact.

    Args:
        channel: ``phone``, ``email``, ``counter``, ``delivery_note``, ...
        direction: ``in`` when the customer began it.
        automatic: a reply that no person wrote.
    """

    id: str
    channel: str
    direction: Literal["in", "out"]
    at: datetime
    orders: tuple[OrderId, ...] = ()
    incidents: tuple[IncidentId, ...] = ()
    customer: CustomerId | None = None
    automatic: bool = False
    summary: Text | None = None
