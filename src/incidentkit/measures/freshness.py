"""Freshness: a record that nobody has told anything for a while can't say how things stand."""

from __future__ import annotations

from datetime import datetime, timedelta

__all__ = ["is_stale"]


def is_stale(known_until: datetime | None, as_of: datetime, stale_after: timedelta) -> bool:
    """Whether the last news is older than ``stale_after`` at ``as_of``.

    Args:
        known_until: when the last news came in; None where there never was any, which is empty and not stale.
    """
    return known_until is not None and as_of - known_until > stale_after
