"""Which streams belong on which order's timeline, worked out from the events alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial

from sqlalchemy import Connection, select

from incidentkit.codec.record import decode_event
from incidentkit.domain.events import Happening, IncidentGaveBack, IncidentOrdersAdded, IncidentReported, IncidentTookIn
from incidentkit.domain.links import LINKING, links_of, orders_after
from incidentkit.store import tables as t
from incidentkit.store.unit import event_of

__all__ = ["OrdersThen", "derived_links"]

_AT_ONCE = 1000
_KNOWN = 10_000
_TYPES = [data.type for data in LINKING]
_CHANGING = [data.type for data in (IncidentReported, IncidentOrdersAdded, IncidentTookIn, IncidentGaveBack)]


class OrdersThen:
    """Tells which orders an incident was about at a place in the record."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self._changes = lru_cache(_KNOWN)(self._read)

    def __call__(self, at: int, incident: str) -> tuple[str, ...]:
        """Its orders once the event at place ``at`` was in the record."""
        return orders_after(data for seq, data in self._changes(incident) if seq <= at)

    def _read(self, incident: str) -> list[tuple[int, Happening]]:
        e = t.events.c
        query = select(e.seq, e.type, e.type_version, e.data).where(e.tenant == self._tenant, e.stream == incident)
        rows = self._connection.execute(query.where(e.type.in_(_CHANGING)).order_by(e.version))
        return [(row.seq, decode_event(row.type, row.type_version, row.data)) for row in rows]


def derived_links(connection: Connection, tenant: str, until: int) -> Iterator[tuple[str, str]]:
    """Every order with each stream on its timeline, as far as the record up to a place says; a pair may come again.

    Memory does not grow with the record.

    Args:
        until: the place in the record, which counts.
    """
    e, then = t.events.c, OrdersThen(connection, tenant)
    last = 0
    while True:
        query = select(t.events).where(e.tenant == tenant, e.seq > last, e.seq <= until, e.type.in_(_TYPES))
        rows = connection.execute(query.order_by(e.seq).limit(_AT_ONCE)).all()
        for row in rows:
            yield from ((order, row.stream) for order in links_of(event_of(row, {}), partial(then, row.seq)))
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].seq
