"""Contacts: every time the customer and the shop touched, on any channel."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text

__all__ = ["Contact", "ContactNote", "Direction"]

Direction = Literal["in", "out"]


@frozen
class Contact:
    """One contact.

    Args:
        id: UUIDv7.
        need: the need that it is about.
        channel: ``phone``, ``email``, ``counter``, ``sms``, ``social``, ``self_service``, ``delivery_note``, ...
        direction: ``in`` when the customer began it.
        orders, incidents: what it named, and the open incidents of its need where it named none.
        automatic: a reply that no person wrote.
        live: both were there at once, as on the phone: it is answered as it happens.
        expects_answer: False for a "thanks", which starts no clock.
        agent, team: who of the shop had it, as it was then; empty for nobody by name.
        because: the reason why it belongs to its need, by code.
        cost: at the rate in force then; None where the shop had none for its channel.
        summary: what was said; kept in the vault.
        ticket: the number of its case in the ticket desk that the shop also has; empty for none.
        imported: it became known from a source's files, and not when it happened.
    """

    id: ContactId
    need: NeedId
    channel: str
    direction: Direction
    at: datetime
    orders: tuple[OrderId, ...] = ()
    incidents: tuple[IncidentId, ...] = ()
    customer: CustomerId | None = None
    automatic: bool = False
    live: bool = False
    expects_answer: bool = True
    agent: str = ""
    team: str = ""
    because: str = "new"
    cost: Money | None = None
    summary: Text | None = None
    ticket: str = ""
    imported: bool = False

    @property
    def asks(self) -> bool:
        """Whether the customer wants something: a person began it, and waits for an answer."""
        return self.direction == "in" and self.expects_answer and not self.automatic

    @property
    def answers(self) -> bool:
        """Whether a person of the shop spoke or wrote."""
        return not self.automatic and (self.direction == "out" or self.live)


@frozen
class ContactNote:
    """A contact as the incidents that it is about know it."""

    contact: ContactId
    channel: str
    direction: Direction
    at: datetime
    automatic: bool = False
    live: bool = False
    expects_answer: bool = True
