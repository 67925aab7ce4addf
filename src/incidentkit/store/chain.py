"""The hash chain of a stream: each event's hash covers the one before it, so that nothing can be changed unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

__all__ = ["CHAINED", "GENESIS", "link"]

GENESIS = "0" * 64
"""What stands before a stream's first event."""

CHAINED = (
    "tenant",
    "stream",
    "version",
    "type",
    "type_version",
    "occurred_at",
    "known_at",
    "actor",
    "cause",
    "data",
    "source",
    "source_key",
)
"""The columns of an event that its hash covers."""

_chained = itemgetter(*CHAINED)


def link(head: str, row: Mapping[str, Any]) -> str:
    """The hash of an event: SHA-256, in hex, over the hash before it and everything that its row says.

    Each part is preceded by its length, so that no two different events give the same bytes. ``seq`` is left out: a stream
    is ordered by its versions.
    """
    parts = (head, *[str(value or "") for value in _chained(row)])
    whole = "".join([f"{len(part)}:{part}" for part in parts])
    if not whole.isascii():
        # Lengths are those of the bytes.
        whole = "".join([f"{len(part.encode())}:{part}" for part in parts])
    return hashlib.sha256(whole.encode()).hexdigest()
