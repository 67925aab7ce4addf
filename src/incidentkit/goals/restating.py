"""A figure of one clock restated in the other: what 24 hours are in working time.

Something that began at any time and took 24 hours has, on average, as many of them inside open hours as a week has of
its own: with 45 open hours a week, 24 × 45 / 168 = 6.43. It is the calendar that says so, not the record: good for a start
that people state; where the record has both clocks, it is measured.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.domain.goals import GoalClock
from incidentkit.worktime.working_time import WorkingTime

__all__ = ["open_share", "restated"]


def open_share(hours: WorkingTime, since: datetime, until: datetime) -> float:
    """The share of the time from ``since`` to ``until`` that is open; 0 where there is no time between them."""
    whole = until - since
    return hours.elapsed(since, until) / whole if whole > timedelta(0) else 0.0


def restated(value: float, said_in: GoalClock, clock: GoalClock, share: float) -> float | None:
    """A duration in another clock, by the share of time that is open; None where nothing ever is."""
    if said_in == clock:
        return value
    if clock == "working":
        return value * share
    return value / share if share else None
