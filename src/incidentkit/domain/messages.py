"""Notices: what the customer was sent about an incident, and what is known of its arrival."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from incidentkit.domain.ids import ConversationId, NoticeId
from incidentkit.domain.texts import Text

__all__ = ["LOST", "Conversation", "Notice", "ReceiptKind"]


class ReceiptKind(StrEnum):
    """What a channel says about a message that is already out."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    REJECTED = "rejected"
    COMPLAINED = "complained"
    AUTO_REPLIED = "auto_replied"


_ARRIVED = {ReceiptKind.DELIVERED, ReceiptKind.READ}
LOST = frozenset({ReceiptKind.BOUNCED, ReceiptKind.REJECTED})
"""Words that say that a message did not arrive."""
# Words that say nothing new of the arrival: they stand only where nothing is known yet.
_BESIDE = {ReceiptKind.DEFERRED, ReceiptKind.COMPLAINED, ReceiptKind.AUTO_REPLIED}


@frozen
class Notice:
    """One message to the customer about an incident.

    Args:
        id: unique within its incident.
        step: which text it carries, e.g. ``incident.detected``.
        channel: the name of the channel.
        key: the idempotency key of its intent.
        confirms: whether the channel can confirm delivery; where it can't, ``accepted`` without a bounce counts.
        receipt: the last word about its arrival; None before the channel took it.
        told_at: when it first counted as having told the customer.
        automatic: it followed from what the customer or a rule did; no person of the shop wrote it.
    """

    id: NoticeId
    step: str
    channel: str
    key: str
    confirms: bool
    planned_at: datetime
    receipt: ReceiptKind | None = None
    receipt_at: datetime | None = None
    told_at: datetime | None = None
    automatic: bool = False

    @property
    def effective(self) -> bool:
        """Whether the customer counts as told by it."""
        if self.receipt in _ARRIVED:
            return True
        return self.receipt is ReceiptKind.ACCEPTED and not self.confirms

    @property
    def lost(self) -> bool:
        """Whether it is known not to have arrived."""
        return self.receipt in LOST

    def received(self, receipt: ReceiptKind, at: datetime) -> Notice:
        """This notice after a further receipt.

        Receipts come late and out of order: one that says less about the arrival never hides what is known.
        """
        beside = receipt in _BESIDE and self.receipt in _ARRIVED | LOST | {ReceiptKind.ACCEPTED}
        late = receipt is ReceiptKind.ACCEPTED and self.receipt in _ARRIVED | LOST
        if beside or late:
            return self
        after = evolve(self, receipt=receipt, receipt_at=at)
        return evolve(after, told_at=at) if after.effective and self.told_at is None else after


@frozen
class Conversation:
    """Somebody of the shop spoke with the customer."""

    id: ConversationId
    channel: str
    agent: str
    at: datetime
    summary: Text
