"""Ids: UUIDs of version 7 (RFC 9562), which sort by the time they were made."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["instant_of", "uuid7_source"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid7_source(clock: Callable[[], datetime], draw: Callable[[int], bytes] = os.urandom) -> Callable[[], str]:
    """A source of ids, by a clock and a source of random bytes."""

    def make() -> str:
        milliseconds = (clock() - _EPOCH) // timedelta(milliseconds=1)
        random = int.from_bytes(draw(10))
        value = (milliseconds & (2**48 - 1)) << 80 | random & (2**80 - 1)
        value = value & ~(0xF << 76) | 7 << 76  # version
        value = value & ~(0x3 << 62) | 2 << 62  # variant
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    return make


def instant_of(id: str) -> datetime | None:
    """When an id of version 7 was made; None for any other text."""
    digits = id.replace("-", "")
    if len(id) != 36 or digits[12:13] != "7":
        return None
    try:
        return _EPOCH + timedelta(milliseconds=int(digits[:12], 16))
    except (ValueError, OverflowError):
        return None
