"""What truly happens to an order, as values: no desk, no command, only times and things."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from attrs import frozen

from incidentkit.domain.people import Customer

__all__ = [
    "Cancellation",
    "Course",
    "Custody",
    "Item",
    "Parcel",
    "Poll",
    "Proposal",
    "Return",
    "Round",
    "Said",
    "Score",
    "Trouble",
    "Units",
]

Units = Mapping[str, int]
"""How many of which line, by the line's number in the order."""


@frozen
class Item:
    """One line of a basket."""

    line: str
    product: str
    quantity: int
    price: Decimal


@frozen
class Parcel:
    """A parcel: when it leaves, and when it arrives; None for never."""

    units: Units
    shipped_at: datetime
    delivered_at: datetime | None
    carrier: str
    tracking: str


@frozen
class Cancellation:
    """Units that will not be sent; None for the whole order."""

    at: datetime
    units: Units | None
    reason: str


@frozen
class Return:
    """Units that come back."""

    at: datetime
    units: Units
    reason: str


@frozen
class Score:
    """One answer to a survey."""

    at: datetime
    score: int
    comment: str | None = None


@frozen
class Poll:
    """A survey put to the customer, and the answers in their order: each replaces the one before.

    ``asked_at`` is None where nobody asked through the desk and the answer was taken down by hand.
    """

    survey: str
    asked_at: datetime | None
    answers: tuple[Score, ...] = ()


@frozen
class Proposal:
    """One offer, and what the customer said to it: None for nothing."""

    kind: str
    by: date
    amount: Decimal | None
    product: str
    replied_at: datetime | None = None
    accepted: bool | None = None
    carried_out_at: datetime | None = None
    reference: str = ""


@frozen
class Round:
    """One attempt to put a case right, from the offers to its close; None for what never happened.

    Args:
        spoken_at: the customer said on the phone that all is well.
        evidence: what shows that they are satisfied: ``answer`` (the last one of the poll) or ``conversation``.
        waived_at: a supervisor did without the customer's word.
        reopened_at: it was not solved after all; another round follows.
    """

    offered_at: datetime | None = None
    proposals: tuple[Proposal, ...] = ()
    resolved_at: datetime | None = None
    reason: str | None = None
    poll: Poll | None = None
    spoken_at: datetime | None = None
    evidence: str | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    waived_at: datetime | None = None
    reopened_at: datetime | None = None


@frozen
class Custody:
    """Somebody takes the case; ``by`` hands it over first, when it is not the first."""

    agent: str
    at: datetime
    by: str = ""
    to: str = ""
    asked_at: datetime | None = None


@frozen
class Trouble:
    """Something that went wrong, and what was done about it.

    Args:
        about_order: whether the case names the order; else only the customer.
        written_at, called_at: when the customer was told, by mail or on the phone.
        custodies: who took it, one after the other; the last may never have accepted (``agent`` empty).
        told_on: the channel on which the customer told of it; empty where the shop saw it, or nobody noted how.
        by_rule: nobody reported it: a broken promise of delivery did.
    """

    type: str
    detected_at: datetime
    reported_by: str
    description: str
    cause: str | None = None
    lines: tuple[str, ...] = ()
    about_order: bool = True
    written_at: datetime | None = None
    called_at: datetime | None = None
    custodies: tuple[Custody, ...] = ()
    rounds: tuple[Round, ...] = ()
    withdrawn_at: datetime | None = None
    told_on: str = ""
    by_rule: bool = False


@frozen
class Said:
    """One thing that is said about an order that nothing is wrong with, or the end of it.

    Args:
        what: ``asked`` and ``thanks`` by the customer; ``answered`` by an agent, ``automatic`` by nobody; ``solved``.
        channel: empty for ``solved``.
        by: the agent who had it; empty for nobody.
        live: both were there at once.
    """

    at: datetime
    what: Literal["asked", "answered", "automatic", "thanks", "solved"]
    channel: str = ""
    by: str = ""
    live: bool = False


@frozen
class Course:
    """Everything that happens to one order, also what lies beyond the month.

    Args:
        promised: the first promise, a day or an instant; ``promised_again`` when it was changed, and to what.
    """

    number: str
    customer: Customer
    language: str
    placed_at: datetime
    items: tuple[Item, ...]
    promised: date | datetime | None
    confirmed_at: datetime | None = None
    parcels: tuple[Parcel, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    returns: tuple[Return, ...] = ()
    promised_again: tuple[datetime, date] | None = None
    published_at: datetime | None = None
    polls: tuple[Poll, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    said: tuple[Said, ...] = ()
