"""Events of needs, and of the contacts in them."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.contacts import Contact, Direction
from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import ContactId, CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.needs import Remedied
from incidentkit.domain.texts import Text

__all__ = [
    "ContactLogged",
    "IncidentContactNoted",
    "NeedJoined",
    "NeedLinked",
    "NeedOpened",
    "NeedRemedied",
    "NeedReopened",
    "NeedResolved",
    "NeedSplit",
    "NeedTookIn",
]


@frozen
class NeedOpened(Happening):
    """A customer wants something of the shop; the contact that says so comes next."""

    type = "need.opened"
    need: NeedId
    customer: CustomerId | None = None
    passive: bool = False


@frozen
class ContactLogged(Happening):
    """The customer and the shop touched."""

    type = "contact.logged"
    contact: Contact


@frozen
class NeedLinked(Happening):
    """The need is about an incident of that kind; ``remedied`` is what that has cost so far."""

    type = "need.linked"
    incident: IncidentId
    kind: str
    orders: tuple[OrderId, ...] = ()
    remedied: tuple[Remedied, ...] = ()


@frozen
class NeedRemedied(Happening):
    """A remedy of one of its incidents was carried out."""

    type = "need.remedied"
    remedied: Remedied


@frozen
class NeedResolved(Happening):
    """Nothing is owed any more; ``incident`` is the one that ended it, if any did."""

    type = "need.resolved"
    incident: IncidentId | None = None


@frozen
class NeedReopened(Happening):
    """It was not resolved after all: a contact or an incident shows it, or a person says why."""

    type = "need.reopened"
    contact: ContactId | None = None
    incident: IncidentId | None = None
    reason: Text | None = None


@frozen
class NeedJoined(Happening):
    """It is part of another need, which has all of it from now on."""

    type = "need.joined"
    into: NeedId


@frozen
class NeedTookIn(Happening):
    """What another need had belongs here: all of it, or the contacts that were split from it."""

    type = "need.took_in"
    of: NeedId
    contacts: tuple[Contact, ...]
    customer: CustomerId | None = None
    orders: tuple[OrderId, ...] = ()
    incidents: tuple[IncidentId, ...] = ()
    kind: str = ""
    remedied: tuple[Remedied, ...] = ()


@frozen
class NeedSplit(Happening):
    """Some of its contacts are about another need."""

    type = "need.split"
    contacts: tuple[ContactId, ...]
    into: NeedId


@frozen
class IncidentContactNoted(Happening):
    """The customer and the shop touched about the case; ``need`` has the contact itself."""

    type = "incident.contact_noted"
    contact: ContactId
    channel: str
    direction: Direction
    automatic: bool = False
    live: bool = False
    expects_answer: bool = True
    need: NeedId | None = None
