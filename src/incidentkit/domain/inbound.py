"""The shop's policy for what comes in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from incidentkit.domain.retrying import RetryPolicy
from incidentkit.errors import InvalidInput

__all__ = ["FILE_TYPES", "Arrival", "InboundPolicy", "InboxOutcome", "InboxState", "ReceivedFile"]


class InboxState(StrEnum):
    """Where something that came in stands."""

    WAITING = "waiting"
    DONE = "done"
    HELD = "held"
    DEAD = "dead"


class InboxOutcome(StrEnum):
    """What became of something that came in.

    The first five are contacts, by what placed them: what the message answers, an earlier message of the same thread, the
    address it was sent to, its sender's one open case, or nothing. ``receipt``: news of messages of ours. ``automatic``: a
    machine wrote it. ``own``: we did. ``staff``: an agent did. ``empty``: its adapter found nothing in it. ``too_many``: its
    sender wrote too much at once. ``released``: a person wants it taken up again. ``failed``: it could not be processed.
    ``forgotten``: with the person it came from.
    """

    REFERENCE = "reference"
    THREAD = "thread"
    TOKEN = "token"  # noqa: S105 - no password
    SENDER = "sender"
    NONE = "none"
    RECEIPT = "receipt"
    AUTOMATIC = "automatic"
    OWN = "own"
    STAFF = "staff"
    EMPTY = "empty"
    TOO_MANY = "too_many"
    RELEASED = "released"
    FAILED = "failed"
    FORGOTTEN = "forgotten"
    NEW = ""


@frozen
class Arrival:
    """One thing that came in.

    Args:
        source, event_id: tell it from every other.
        raw: where the vault has its bytes.
        state: where it stands.
        attempts: how often processing it failed.
        due: when it is processed next, while it waits.
        outcome: what became of it.
        reason: the code of the error that it failed with last.
        sender, message: keyed hashes of its sender's address and its Message-ID, once it was read.
        need: the need that it became a contact of.
    """

    source: str
    event_id: str
    raw: str
    received_at: datetime
    state: InboxState = InboxState.WAITING
    attempts: int = 0
    due: datetime | None = None
    outcome: InboxOutcome = InboxOutcome.NEW
    reason: str = ""
    sender: str | None = field(default=None, repr=False)
    message: str | None = field(default=None, repr=False)
    need: str | None = None


@frozen
class ReceivedFile:
    """A file that came with a message.

    Args:
        ref: by which its bytes are asked for.
        name: safe to write to a disk, whatever the sender called it.
        media_type: what its content shows; empty for what is not known.
        left_out: why its bytes were not kept: ``size`` or ``type``; empty where they were.
    """

    ref: str
    name: str = field(repr=False)
    media_type: str
    size: int
    left_out: str = ""


FILE_TYPES = (
    "application/pdf",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
)
"""Every type of file that is known by its content."""

_MOST_BYTES = 1_000_000_000


def _bytes(policy: object, attribute: object, value: int) -> None:
    if not 0 <= value <= _MOST_BYTES:
        raise InvalidInput("attachment_bytes", f"must be from 0 to {_MOST_BYTES:,}", got=value)


def _types(policy: object, attribute: object, value: tuple[str, ...]) -> None:
    unknown = sorted(set(value) - set(FILE_TYPES))
    if unknown:
        raise InvalidInput("attachment_types", f"are among {', '.join(FILE_TYPES)}", got=", ".join(unknown)[:80])


def _messages(policy: object, attribute: object, value: int) -> None:
    if not 1 <= value <= 1_000_000:
        raise InvalidInput("per_sender", "must be from 1 to 1,000,000", got=value)


def _span(policy: object, attribute: object, value: timedelta) -> None:
    if not timedelta(0) < value <= timedelta(days=31):
        raise InvalidInput("per", "must be above nothing and at most 31 days", got=str(value))


@frozen(kw_only=True)
class InboundPolicy:
    """``[inbound]`` in shop.toml.

    Args:
        attachment_bytes: the largest file that is kept; a larger one is left out, and said to be.
        attachment_types: the types of files that are kept, as their content shows them, whatever a file is called.
        per_sender, per: how many messages of one sender are taken in in a time; what comes on top is held for a person.
        retry: when something that could not be processed is tried again, and when it is left to a person.
    """

    attachment_bytes: int = field(default=10_000_000, validator=_bytes)
    attachment_types: tuple[str, ...] = field(default=FILE_TYPES, converter=tuple, validator=_types)
    per_sender: int = field(default=20, validator=_messages)
    per: timedelta = field(default=timedelta(hours=1), validator=_span)
    retry: RetryPolicy = field(factory=RetryPolicy)
