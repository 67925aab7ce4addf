"""Effects: what will leave the process, stored with the events that caused it, performed afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from incidentkit.domain.messages import ReceiptKind

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


@frozen
class Receipt:
    """What a channel says about a message: a normalised word, and the channel's own beside it."""

    kind: ReceiptKind
    reference: str = ""
    raw: str = field(default="", repr=False)


@frozen
class Timer:
    """Something that comes due for a stream unless it is done before: at most one of a name per stream."""

    stream: str
    name: str
    due: datetime | None
