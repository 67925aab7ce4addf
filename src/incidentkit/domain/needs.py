"""Needs: what a customer wants from the shop, on however many channels they have to say it."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.contacts import Contact
from incidentkit.domain.ids import CustomerId, IncidentId, NeedId, OrderId, RemedyId
from incidentkit.domain.journeys import Journey, journey_of
from incidentkit.domain.money import Money

__all__ = ["Need", "Remedied"]


@frozen
class Remedied:
    """A remedy of one of a need's incidents that was carried out, and what it cost."""

    incident: IncidentId
    remedy: RemedyId
    amount: Money


@frozen
class Need:
    """One need as it stands.

    Args:
        id: UUIDv7.
        opened_at: when the first of its contacts happened.
        customer: whose need it is; None when unknown.
        orders: none, one or several.
        incidents: the incidents that it is about; it is resolved with the last of them, and reopened with any.
        type: that of its first incident, as it was then; empty for none.
        contacts: in the order in which they were noted; `journey` has them by time.
        remedied: what its incidents' remedies cost.
        resolved_at: since when nothing is owed; None while something is.
        reopened: how often it turned out not to be resolved.
        joined: the need that it turned out to be part of; it counts nowhere then.
        passive: imported.
    """

    id: NeedId
    opened_at: datetime
    customer: CustomerId | None = None
    orders: tuple[OrderId, ...] = ()
    incidents: tuple[IncidentId, ...] = ()
    type: str = ""
    contacts: tuple[Contact, ...] = ()
    remedied: tuple[Remedied, ...] = ()
    resolved_at: datetime | None = None
    first_resolved_at: datetime | None = None
    reopened: int = 0
    joined: NeedId | None = None
    passive: bool = False

    @property
    def open(self) -> bool:
        """Whether something is still owed."""
        return self.resolved_at is None and self.joined is None

    @property
    def asked(self) -> Contact | None:
        """The customer's first contact that waits for an answer."""
        return min((c for c in self.contacts if c.asks), key=lambda c: c.at, default=None)

    @property
    def answered(self) -> Contact | None:
        """The first answer by a person to it, on any channel; the contact itself where it was live."""
        asked = self.asked
        if asked is None:
            return None
        answers = (c for c in self.contacts if c.answers and c.at >= asked.at)
        return asked if asked.answers else min(answers, key=lambda c: c.at, default=None)

    @property
    def waiting(self) -> Contact | None:
        """The first question that came after the last answer: the customer waits for one."""
        last = max((c.at for c in self.contacts if c.answers), default=None)
        open_ = (c for c in self.contacts if c.asks and not c.answers and (last is None or c.at > last))
        return min(open_, key=lambda c: c.at, default=None)

    @property
    def journey(self) -> Journey:
        """Its contacts by time, with every switch of channel, every repeat and the cost."""
        return journey_of(self.contacts, (paid.amount for paid in self.remedied))

    def contact(self, contact_id: str) -> Contact | None:
        """The contact with that id."""
        return next((c for c in self.contacts if c.id == contact_id), None)
