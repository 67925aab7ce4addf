"""The hash chain of a stream: each event's hash covers the one before it, so that nothing can be changed unseen."""

from __future__ import annotations

import hashlib

__all__ = ["GENESIS", "link"]

GENESIS = "0" * 64
"""What stands before a stream's first event."""


def link(
    head: str, stream: str, version: int, type_: str, occurred_at: int, known_at: int, actor: str, cause: str, data: str
) -> str:
    """The hash of an event: SHA-256, in hex, over the hash before it and everything that the event says.

    Each part is preceded by its length, so that no two different events give the same bytes.
    """
    parts = (head, stream, str(version), type_, str(occurred_at), str(known_at), actor, cause, data)
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
    return digest.hexdigest()
