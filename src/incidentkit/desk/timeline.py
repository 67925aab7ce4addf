"""One timeline per order: everything that is in the record about it."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events import Event, Happening
from incidentkit.domain.pages import Page
from incidentkit.store.paging import Wanted
from incidentkit.store.reading import timeline_events
from incidentkit.store.unit import Unit

__all__ = ["TimelineEntry", "entry_of", "timeline_of"]


@frozen
class TimelineEntry:
    """One thing that happened.

    Args:
        seq: its place in the record; what the timeline is ordered by.
        at: when it happened; known_at: when the desk learned of it.
        type: e.g. ``order.shipped``.
        by: who did it, as ``kind:name``.
        stream: the order, incident or survey ask that it happened to.
        data: what happened, in full.
    """

    seq: int
    at: datetime
    known_at: datetime
    type: str
    by: str
    stream: str
    data: Happening


def timeline_of(unit: Unit, wanted: Wanted, order_id: str) -> Page[TimelineEntry]:
    """The events of an order and of everything linked to it, in the order of the record."""
    return timeline_events(unit, wanted, order_id).map(entry_of)


def entry_of(event: Event) -> TimelineEntry:
    """An event as a timeline shows it."""
    return TimelineEntry(event.seq, event.occurred_at, event.known_at, event.type, event.actor, event.stream, event.data)
