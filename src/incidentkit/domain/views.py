"""What the customer of an order may see of it: facts as they are, and nothing that names a person.

There is no place in here for names, addresses, what agents wrote for each other, or who of a team works on a case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.money import Money
from incidentkit.domain.orders import OrderStatus
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.texts import Text
from incidentkit.domain.times import Due

__all__ = [
    "CaseView",
    "DeliveryPromise",
    "HistoryEntry",
    "LineView",
    "OfferView",
    "OrderView",
    "ParcelView",
    "RemedyView",
    "Stands",
    "StatusView",
]

Stands = Literal["at_work", "waiting", "resolved", "closed", "lapsed"]
"""How a case stands for its customer; ``waiting`` for their answer."""


@frozen
class LineView:
    """Something that was ordered, and how many of it were cancelled and have arrived."""

    product: str
    quantity: int
    cancelled: int = 0
    delivered: int = 0


@frozen
class ParcelView:
    """A parcel on its way, or arrived."""

    shipped_at: datetime
    carrier: str = ""
    tracking: str = ""
    delivered_at: datetime | None = None


@frozen
class DeliveryPromise:
    """By when the order was promised, and what came of it; an earlier promise stays."""

    due: Due
    made_at: datetime
    outcome: Literal["kept", "broken", "replaced", "pending"]
    kept_at: datetime | None = None


@frozen
class OfferView:
    """Something that the customer may take.

    Args:
        possible: it is open, and its date has not passed.
    """

    id: str
    kind: str
    by: Due
    amount: Money | None
    product: str
    state: OfferState
    possible: bool


@frozen
class RemedyView:
    """What was agreed, by when, and since when it is done."""

    kind: str
    by: Due
    amount: Money | None
    product: str
    done_at: datetime | None
    late: bool


@frozen
class CaseView:
    """Something that went wrong, and what is done about it.

    Args:
        cause: its code; empty while it is not known.
        responsible: the team that is accountable.
        told_at: since when the customer counts as told; None while they do not.
        put_right_by: when it should be put right; None where nothing says so, or it is. ``late``: that has passed.
        next_word: when the customer was promised to hear from the shop again.
    """

    id: str
    type: str
    cause: str
    responsible: str
    stands: Stands
    detected_at: datetime
    told_at: datetime | None
    offers: tuple[OfferView, ...] = ()
    remedies: tuple[RemedyView, ...] = ()
    put_right_by: datetime | None = None
    late: bool = False
    next_word: Due | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None


@frozen
class HistoryEntry:
    """Something that happened: a code, and for what is about a case its type."""

    at: datetime
    what: str
    about: str = ""


@frozen
class OrderView:
    """An order.

    Args:
        label: what it is called in front of people.
        said: what the shop last published about it.
    """

    label: str
    status: OrderStatus
    lines: tuple[LineView, ...]
    parcels: tuple[ParcelView, ...]
    promises: tuple[DeliveryPromise, ...]
    said: Text | None = None


@frozen
class StatusView:
    """An order with its cases, or a case that is about none; the newest case and the oldest entry first."""

    at: datetime
    order: OrderView | None
    cases: tuple[CaseView, ...]
    history: tuple[HistoryEntry, ...]
