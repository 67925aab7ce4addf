"""What a mail is known by: its Message-ID, and the same in the envelope, both made of the message's key."""

from __future__ import annotations

import re
from hashlib import sha256

from incidentkit.ports import Message

__all__ = ["digest", "envelope_id", "message_id", "of_envelope_id"]

_LONGEST_ENVELOPE_ID = 100
_ID = re.compile(r"[0-9a-f]{32}@[A-Za-z0-9.-]+")


def digest(key: str) -> str:
    """64 characters that stand for an intent's key, and tell nothing of it."""
    return sha256(key.encode()).hexdigest()


def message_id(message: Message) -> str:
    """The Message-ID: the same for the same key and sender."""
    return f"<{digest(message.key)[:32]}@{message.sender.rpartition('@')[2]}>"


def envelope_id(message: Message) -> str:
    """The ENVID (RFC 3461), which a delivery report brings back: the Message-ID without its brackets.

    Empty where it would be longer than is allowed; a report still quotes the Message-ID then.
    """
    found = message_id(message)[1:-1]
    return found if len(found) <= _LONGEST_ENVELOPE_ID else ""


def of_envelope_id(reported: str) -> str:
    """The Message-ID that a report's ``Original-Envelope-Id`` stands for; empty where it is none of ours."""
    found = reported.strip()
    return f"<{found}>" if _ID.fullmatch(found) else ""
