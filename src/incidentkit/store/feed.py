"""The events of a record in their order, page by page, for whoever follows it."""

from __future__ import annotations

from sqlalchemy import select

from incidentkit.domain.events import Event
from incidentkit.errors import StoreError
from incidentkit.store import tables as t
from incidentkit.store.unit import Unit, event_of

__all__ = ["events_after", "last_place"]


def last_place(unit: Unit) -> int:
    """The place of the last event; 0 where there is none."""
    found: int = unit.session.one(unit.statements.last_seq, tenant=unit.tenant).last_seq
    return found


def events_after(unit: Unit, after: int, limit: int) -> list[Event]:
    """Those whose places come next, by the index of places.

    Places are given out to one writer at a time, who keeps the others waiting until it has committed: whoever sees one of them
    sees all that are before it.

    Raises:
        StoreError: a place is missing.
    """
    e = t.events
    query = select(e).where(e.c.tenant == unit.tenant, e.c.seq > after).order_by(e.c.seq).limit(limit)
    rows = unit.connection.execute(query).all()
    if rows and rows[-1].seq != after + len(rows):
        rule, step = "has an event at every place", "See what incidentkit verify says."
        raise StoreError("The record", rule, got=f"a gap after {after}", next=step)
    words = unit.words(*(row.data for row in rows))
    return [event_of(row, words) for row in rows]
