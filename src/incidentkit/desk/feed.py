"""The feed: what has happened since a place in the record, for programs that follow it."""

from __future__ import annotations

from attrs import frozen

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.events import Event
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.store.feed import events_after, last_place

__all__ = ["FeedPage", "feed_of"]

_MOST = 10_000


@frozen
class FeedPage:
    """Events in the order of the record, and how far it was read.

    Args:
        events: by ``seq``, without gaps.
        watermark: nothing will ever appear at or below it that was not given out. Ask for what comes after it the next time.
    """

    events: tuple[Event, ...]
    watermark: int


def feed_of(runtime: Runtime, after: int, limit: int) -> FeedPage:
    """The page after a watermark."""
    if not isinstance(after, int) or after < 0:
        raise InvalidInput("after", "must be 0 or the watermark of a page", got="something else")
    if not 1 <= limit <= _MOST:
        raise InvalidInput("limit", f"must be from 1 to {_MOST:,}", got=limit)
    # What it would show may never be committed.
    runtime.store.check_alone("feed")
    with runtime.store.reading() as unit:
        events = tuple(events_after(unit, after, limit))
        if not events and after > (last := last_place(unit)):
            step = "An older copy was put back: read again from the watermark that you had when it was made."
            raise RuleViolation(
                "after", "must be a place that this record has reached", got=f"{after}, beyond {last}", next=step
            )
    return FeedPage(events, events[-1].seq if events else after)
