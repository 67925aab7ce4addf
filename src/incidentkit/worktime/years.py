"""One year of open time, prepared: how much of it lies before any instant is one search in a sorted list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.worktime.spans import Span

__all__ = ["MICROSECOND", "Year"]

MICROSECOND = timedelta(microseconds=1)


@frozen
class Year:
    """The open time of a year in UTC. All numbers are microseconds since its first instant.

    An empty stretch at 0 stands before all others, so that a search never falls off the front.

    Args:
        starts, ends: of each open stretch.
        before: the open time before each.
        shifts: ``before − starts``: added to an instant inside the stretch, it gives the open time before the instant.
        dones: the open time before the end of each.
        total: the open time of the whole year.
    """

    first: datetime
    starts: list[int]
    ends: list[int]
    before: list[int]
    shifts: list[int]
    dones: list[int]
    total: int

    @classmethod
    def of(cls, first: datetime, spans: Iterable[Span]) -> Year:
        """The year that begins at ``first``, with open stretches that are sorted and apart."""
        starts, ends, before, done = [0], [0], [0], 0
        for start, end in spans:
            starts.append(start)
            ends.append(end)
            before.append(done)
            done += end - start
        shifts = [b - s for b, s in zip(before, starts, strict=True)]
        return cls(first, starts, ends, before, shifts, [*before[1:], done], done)

    def since(self, at: datetime) -> int:
        """``at``, as this year counts."""
        gone = at - self.first
        return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds

    def worked(self, at: datetime) -> int:
        """The open time before ``at``."""
        gone = at - self.first
        now = (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds
        place = bisect_right(self.starts, now) - 1
        worked, done = now + self.shifts[place], self.dones[place]
        return min(worked, done)

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` lies in an open stretch."""
        now = self.since(at)
        return now < self.ends[bisect_right(self.starts, now) - 1]

    def next_start(self, at: datetime) -> datetime | None:
        """The first start of a stretch after ``at``, None where the year has no more."""
        place = bisect_right(self.starts, self.since(at))
        return self._instant(self.starts[place]) if place < len(self.starts) else None

    def earliest(self, worked: int) -> datetime:
        """The first instant with so much open time before it; ``worked`` is more than 0 and at most ``total``."""
        return self._instant(worked - self.shifts[bisect_left(self.before, worked) - 1])

    def latest(self, worked: int) -> datetime:
        """The last instant with so much open time before it; ``worked`` is at least 0 and less than ``total``."""
        return self._instant(worked - self.shifts[bisect_right(self.before, worked) - 1])

    def _instant(self, now: int) -> datetime:
        return self.first + now * MICROSECOND
