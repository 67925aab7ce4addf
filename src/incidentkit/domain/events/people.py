"""Events of people: what they want to be sent, and where; legal holds; being forgotten. Addresses lie in the vault."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.texts import Text

__all__ = [
    "AddressFailed",
    "AddressRestored",
    "PersonConsented",
    "PersonForgotten",
    "PersonHeld",
    "PersonOptedIn",
    "PersonOptedOut",
    "PersonReleased",
]


@frozen
class PersonConsented(Happening):
    """The person agreed to be sent messages for a purpose, or took that back; an empty channel is every channel.

    ``source``: where they said so, as a short code.
    """

    type = "person.consented"
    purpose: str
    channel: str = ""
    given: bool = True
    source: str = ""


@frozen
class PersonOptedOut(Happening):
    """The person wants no more of something: for a purpose, on a channel, at an address; what is empty means every one."""

    type = "person.opted_out"
    purpose: str = ""
    channel: str = ""
    address: Text | None = None
    source: str = ""


@frozen
class PersonOptedIn(Happening):
    """The person wants something again; it takes back opt-outs as far as it goes, and no further."""

    type = "person.opted_in"
    purpose: str = ""
    channel: str = ""
    address: Text | None = None
    source: str = ""


@frozen
class AddressFailed(Happening):
    """An address takes no messages: ``kind`` is ``email`` or ``phone``, ``code`` what its server or carrier said."""

    type = "person.address_failed"
    kind: str
    address: Text
    code: str = ""


@frozen
class AddressRestored(Happening):
    """Addresses take messages again: this one, or without one all of that kind."""

    type = "person.address_restored"
    kind: str
    address: Text | None = None


@frozen
class PersonHeld(Happening):
    """What is kept of the person must stay.

    ``reason``: the rule that demands it, as a short code; ``until``: until when, None until it is released.
    """

    type = "person.held"
    reason: str
    until: datetime | None = None


@frozen
class PersonReleased(Happening):
    """A legal hold ended: that for this reason, or where it is empty every one."""

    type = "person.released"
    reason: str = ""


@frozen
class PersonForgotten(Happening):
    """Everything personal about them was deleted; what they wanted counts no more. ``reason``: why, as a short code."""

    type = "person.forgotten"
    reason: str = ""
