"""Clocks: what a case must have reached by when, as its events and the calendar say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.incidents import Period

__all__ = ["CLOCK_NAMES", "Clock", "ClockName", "WaitsFor"]

ClockName = Literal["first_response", "communicate_by", "update_by", "resolve_by", "resolve_again_by"]
CLOCK_NAMES: tuple[ClockName, ...] = ("first_response", "communicate_by", "update_by", "resolve_by", "resolve_again_by")
"""``resolve_by`` ends with the first resolution for good; ``resolve_again_by`` is the same time, which a reopening goes on
with: what was used stays used, and what was resolved meanwhile does not count."""

WaitsFor = Literal["shop", "customer", "nobody"]


@frozen
class Clock:
    """One clock of a case.

    Args:
        within: how much time it has, in its calendar; None where only a fixed instant is demanded.
        due: the last instant that is in time.
        waits_for: ``shop`` while it runs, ``customer`` while it stands still, ``nobody`` once it has stopped.
        held: when it stood still; of a hold that lasts, as long as it can.
        stopped_at: when what it asks for happened.
    """

    name: ClockName
    started_at: datetime
    due: datetime
    within: timedelta | None = None
    waits_for: WaitsFor = "shop"
    held: tuple[Period, ...] = ()
    stopped_at: datetime | None = None

    @property
    def broken(self) -> bool:
        """Whether what it asks for came too late. One that still runs is not broken before somebody looks: see `late`."""
        return self.stopped_at is not None and self.stopped_at > self.due

    @property
    def running(self) -> bool:
        """Whether it has not stopped, be it that it stands still."""
        return self.stopped_at is None

    def late(self, at: datetime) -> bool:
        """Whether it is broken as things are at an instant."""
        return self.broken if self.stopped_at is not None else at > self.due

    @property
    def decided_at(self) -> datetime:
        """From when on nothing can change any more whether it was met: when it stopped, or else its due time."""
        return self.due if self.stopped_at is None else self.stopped_at
