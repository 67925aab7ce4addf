"""Working time between two instants, as a column of facts."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.rules.hours import hours_of

__all__ = ["worked"]

_MICROSECOND = timedelta(microseconds=1)


def worked(since: datetime, until: datetime | None, team: str, shop: Shop) -> int | None:
    """The team's open time from one to the other, in microseconds; None without an end, below zero for one before its start."""
    if until is None:
        return None
    return hours_of(shop, team).elapsed(since, until) // _MICROSECOND if until >= since else micros(until) - micros(since)
