"""Events of approvals: something was asked for that goes beyond somebody's authority, and what became of it."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import ApprovalId
from incidentkit.domain.texts import Text

__all__ = ["ApprovalAsked", "ApprovalEnded", "ApprovalGiven", "ApprovalRefused"]


@frozen
class ApprovalAsked(Happening):
    """Somebody wants to grant more than they may; those who may were asked."""

    type = "incident.approval_asked"
    approval: Approval


@frozen
class ApprovalGiven(Happening):
    """It was approved, and is granted with that."""

    type = "incident.approved"
    approval: ApprovalId


@frozen
class ApprovalRefused(Happening):
    """It was not approved; ``reason`` says why."""

    type = "incident.approval_refused"
    approval: ApprovalId
    reason: Text


@frozen
class ApprovalEnded(Happening):
    """Nobody answered in time (``expired``), or there was nothing left to answer (``superseded``)."""

    type = "incident.approval_ended"
    approval: ApprovalId
    state: ApprovalState
