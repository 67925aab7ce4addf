"""Events of who is asked to take a case, and who takes it."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.incidents import Owner

__all__ = ["HandoverAccepted", "HandoverAsked", "HandoverReturned"]


@frozen
class HandoverAsked(Happening):
    """A team or an agent was asked to take the case; the owner stays until they accept, and where they don't by ``until``.

    ``afresh`` begins a new round of asking by rule.
    """

    type = "incident.handover_asked"
    to: str
    until: datetime | None = None
    afresh: bool = False


@frozen
class HandoverReturned(Happening):
    """Who was asked did not accept in time; the owner is who it was."""

    type = "incident.handover_returned"
    to: str


@frozen
class HandoverAccepted(Happening):
    """The case has a new owner."""

    type = "incident.handover_accepted"
    owner: Owner
