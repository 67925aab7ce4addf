"""Notices: what the customer was sent about an incident, and what is known of its arrival."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from incidentkit.domain.ids import ConversationId, NoticeId
from incidentkit.domain.texts import Text

__all__ = ["ARRIVED", "LOST", "Conversation", "LostReason", "Notice", "ReceiptKind"]


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


ARRIVED = frozenset({ReceiptKind.DELIVERED, ReceiptKind.READ})
"""Words that say that a message arrived."""
LOST = frozenset({ReceiptKind.BOUNCED, ReceiptKind.REJECTED})
"""Words that say that a message did not arrive."""
_ARRIVAL = ARRIVED | LOST
# Of two words from one instant the later in this list stands: nobody counts as told while it is in doubt.
_RANKS = {kind: rank for rank, kind in enumerate(ReceiptKind)}


class LostReason(StrEnum):
    """Why a message did not arrive, as far as its channel told. Only the first is about the address itself."""

    UNKNOWN_ADDRESS = "unknown_address"
    MAILBOX_FULL = "mailbox_full"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    CONTENT = "content"
    POLICY = "policy"
    OTHER = "other"


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
        if self.receipt in ARRIVED:
            return True
        return self.receipt is ReceiptKind.ACCEPTED and not self.confirms

    @property
    def lost(self) -> bool:
        """Whether it is known not to have arrived."""
        return self.receipt in LOST

    def received(self, receipt: ReceiptKind, at: datetime) -> Notice:
        """This notice after a further receipt, which was given at that instant.

        In whatever order they come, and however often: the last word about the arrival stands, before any word that the
        message is on its way, before any other.
        """
        told = self.told_at
        if receipt in ARRIVED or (receipt is ReceiptKind.ACCEPTED and not self.confirms):
            told = at if told is None else min(told, at)
        known = None if self.receipt is None or self.receipt_at is None else _weight(self.receipt, self.receipt_at)
        if known is not None and known >= _weight(receipt, at):
            return self if told == self.told_at else evolve(self, told_at=told)
        return evolve(self, receipt=receipt, receipt_at=at, told_at=told)


def _weight(receipt: ReceiptKind, at: datetime) -> tuple[int, datetime, int]:
    """Of two receipts of one message, the one that weighs more is its last word."""
    says = 2 if receipt in _ARRIVAL else 1 if receipt is ReceiptKind.ACCEPTED else 0
    return says, at, _RANKS[receipt]


@frozen
class Conversation:
    """Somebody of the shop spoke with the customer."""

    id: ConversationId
    channel: str
    agent: str
    at: datetime
    summary: Text
