"""Working time that several calendars count in turn: whoever takes over goes on by hours of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from attrs import frozen

from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput
from incidentkit.worktime.explanation import Explanation
from incidentkit.worktime.working_time import WorkingTime

__all__ = ["Counting", "Leg", "Relay"]

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@frozen
class Leg:
    """The working time that counts from an instant on, until the next leg begins."""

    since: datetime
    hours: WorkingTime


@frozen
class Relay:
    """The working time of one calendar until another takes over, and so on.

    Law: what was counted before a leg begins stays as it was, whatever hours come after it. Within it, the laws of
    `WorkingTime` hold.

    Args:
        first: what counts until the first leg begins.
        legs: in the order of time.
    """

    first: WorkingTime
    legs: tuple[Leg, ...]

    def elapsed(self, since: datetime, until: datetime) -> timedelta:
        """The open time from one instant to another; negative where ``until`` is the earlier one.

        Raises:
            TimeError: an instant without a zone.
        """
        since, until = instant(since, "since"), instant(until, "until")
        parts = (hours.elapsed(_within(since, a, b), _within(until, a, b)) for hours, a, b in self._spells())
        return sum(parts, timedelta(0))

    def deadline(self, start: datetime, within: timedelta) -> datetime:
        """The first instant by which so much open time has passed since ``start``; ``start`` itself for none.

        Raises:
            InvalidInput: ``within`` is negative.
            TimeError: as `WorkingTime.deadline` says.
        """
        if within < timedelta(0):
            raise InvalidInput("A deadline of several calendars", "must lie ahead", got=str(within))
        start = instant(start, "start")
        hours = self.first
        for leg in self.legs:
            if start < leg.since:
                ahead = hours.elapsed(start, leg.since)
                if within <= ahead:
                    break
                start, within = leg.since, within - ahead
            hours = leg.hours
        return hours.deadline(start, within)

    def explain(self, since: datetime, until: datetime) -> Explanation:
        """What `elapsed` counts, by every calendar in turn; a day on which one takes over from another stands there twice.

        Raises:
            TimeError: an instant without a zone.
        """
        since, until = instant(since, "since"), instant(until, "until")
        low, high = min(since, until), max(since, until)
        told = [hours.explain(max(low, a), min(high, b)) for hours, a, b in self._spells() if max(low, a) < min(high, b)]
        names = dict.fromkeys(part.calendar for part in told)
        counted = tuple(period for part in told for period in part.counted)
        days = tuple(day for part in told for day in part.days)
        return Explanation(", ".join(names), self.elapsed(since, until), counted, days)

    def _spells(self) -> Iterator[tuple[WorkingTime, datetime, datetime]]:
        """Each calendar, from when to when it counts."""
        turns = pairwise((_FIRST, *(leg.since for leg in self.legs), _LAST))
        return ((hours, a, b) for hours, (a, b) in zip((self.first, *(leg.hours for leg in self.legs)), turns, strict=True))


Counting = WorkingTime | Relay
"""What a clock counts on."""


def _within(at: datetime, low: datetime, high: datetime) -> datetime:
    return min(max(at, low), high)
