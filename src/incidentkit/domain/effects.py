"""Effects: what will leave the process, stored with the events that caused it, performed afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from incidentkit.domain.messages import LostReason, ReceiptKind

__all__ = ["Intent", "IntentState", "Receipt", "Timer"]


class IntentState(StrEnum):
    """Where an effect stands. The words of receipts are not among them."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    ABANDONED = "abandoned"


@frozen
class Intent:
    """One effect to perform once.

    Args:
        key: derived from what it is for; the same effect has the same key, whoever asks for it and however often.
        kind: ``message`` so far.
        channel: who performs it.
        stream: the order, incident or survey ask that it is about.
        customer: who it goes to.
        step: which text it carries, e.g. ``order.shipped``.
        due: not before.
        values: plain values for the text; nothing personal.
        reason: why it was suppressed or failed, as a code.
        purpose: what it is sent for: ``service``, ``legal``, ``survey``, ``staff`` or ``marketing``.
        not_after: when there is no more use in sending it.
        reference: what its channel calls it, once it was sent.
        sent_at: when it was handed over.
        carrier: the key of the message that carried it along, where several were made one.
        cause: the event or the rule that it follows from.
    """

    key: str
    kind: str
    channel: str
    stream: str
    step: str
    due: datetime
    customer: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    state: IntentState = IntentState.PLANNED
    attempts: int = 0
    reason: str = ""
    purpose: str = "service"
    not_after: datetime | None = None
    reference: str = ""
    sent_at: datetime | None = None
    carrier: str | None = None
    cause: str = ""


@frozen
class Receipt:
    """What a channel says about a message: a normalised word, and the channel's own beside it.

    Args:
        reference: what the channel calls the message.
        raw: the channel's own words, as they came.
        reason: with ``bounced`` and ``rejected``, why, where the channel told.
    """

    kind: ReceiptKind
    reference: str = ""
    raw: str = field(default="", repr=False)
    reason: LostReason | None = None


@frozen
class Timer:
    """Something that comes due for a stream unless it is done before: at most one of a name per stream."""

    stream: str
    name: str
    due: datetime | None
