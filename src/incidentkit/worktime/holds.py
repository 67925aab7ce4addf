"""Clocks that stand still for a while: a hold counts only where it overlaps open hours, and two at once count as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from incidentkit.domain.incidents import Period
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.worktime.relay import Counting

__all__ = ["deadline_past_holds", "elapsed_less_holds"]


def elapsed_less_holds(working: Counting, since: datetime, until: datetime, holds: Iterable[Period]) -> timedelta:
    """The open time from one instant to another without what fell into ``holds``; negative where ``until`` is the earlier one.

    Args:
        holds: in any order; what of them lies outside the two instants, or outside open hours, changes nothing. One that
            still lasts has ``until`` as its end.

    Raises:
        TimeError: an instant without a zone, or a hold that ends before it begins.
    """
    since, until = instant(since, "since"), instant(until, "until")
    low, high = min(since, until), max(since, until)
    counted = working.elapsed(since, until)
    for hold in _apart(holds):
        held = working.elapsed(max(low, hold.since), max(low, min(high, hold.until)))
        if held > timedelta(0):
            counted += held if until < since else -held
    return counted


def deadline_past_holds(working: Counting, start: datetime, within: timedelta, holds: Sequence[Period]) -> datetime:
    """The first instant by which so much open time outside ``holds`` has passed since ``start``.

    A clock that still stands has no deadline: the caller knows that, and asks when it runs again.

    Raises:
        InvalidInput: ``within`` is negative.
        TimeError: as `WorkingTime.deadline` says, or a hold that ends before it begins.
    """
    if within < timedelta(0):
        raise InvalidInput("A deadline past holds", "must lie ahead", got=str(within))
    if not holds:
        return working.deadline(start, within)
    start = instant(start, "start")
    for hold in _apart(holds):
        if hold.until <= start:
            continue
        ahead = working.elapsed(start, max(start, hold.since))
        if within <= ahead:
            break
        start, within = hold.until, within - ahead
    return working.deadline(start, within)


def _apart(holds: Iterable[Period]) -> Iterator[Period]:
    """The same holds in order, where those that touch or overlap are one."""
    last: Period | None = None
    for hold in sorted(map(_checked, holds), key=lambda hold: hold.since):
        if last is None:
            last = hold
        elif hold.since <= last.until:
            last = Period(last.since, max(last.until, hold.until))
        else:
            yield last
            last = hold
    if last is not None:
        yield last


def _checked(hold: Period) -> Period:
    since, until = instant(hold.since, "A hold's beginning"), instant(hold.until, "A hold's end")
    if until < since:
        raise TimeError("A hold", "must not end before it begins", got=f"{since.isoformat()} to {until.isoformat()}")
    return Period(since, until)
