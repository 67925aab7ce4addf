"""Approvals: what somebody wants to grant beyond their authority, asked of those who may."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.authority import Budget
from incidentkit.domain.ids import ApprovalId, IncidentId, OfferId
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer
from incidentkit.domain.texts import Text

__all__ = ["Approval", "ApprovalState"]


class ApprovalState(StrEnum):
    """What became of a request. ``superseded``: the same was granted otherwise, or the case moved on."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


@frozen
class Approval:
    """A request to grant something beyond the authority of whoever asks.

    Args:
        id: ``approval-1``, ``approval-2``, ... within its case.
        offers: what is to be offered, as it was asked for; nothing of it has been offered yet.
        worth: what the largest of them gives away; None where nothing says so.
        exceeded: the limits that it goes beyond, as they were then.
        asked_by: who wants to grant it, as text.
        may: the agents who may grant it; ``asked_of``: those of them who were asked.
        until: when it expires; None for never.
        agrees: the customer's counter-offer that is to be agreed to; None for offers.
        reason: why it was refused; in words.
        by: who answered, as text; empty for nobody.
    """

    id: ApprovalId
    incident: IncidentId
    offers: tuple[Offer, ...]
    asked_by: str
    asked_at: datetime
    worth: Money | None = None
    exceeded: tuple[Budget, ...] = ()
    may: tuple[str, ...] = ()
    asked_of: tuple[str, ...] = ()
    until: datetime | None = None
    agrees: OfferId | None = None
    state: ApprovalState = ApprovalState.PENDING
    reason: Text | None = None
    by: str = ""
    ended_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether it waits for an answer."""
        return self.state is ApprovalState.PENDING
