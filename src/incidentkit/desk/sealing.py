"""Sealing the record, apart from every command."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.runtime import Runtime
from incidentkit.store.sealing import SEAL_EVENTS, due, seal

__all__ = ["seal_record"]


def seal_record(runtime: Runtime, now: datetime) -> int:
    """Put seals on what was written since the last one, where that is due; how many."""
    with runtime.store.reading() as unit:
        if not due(unit.connection, runtime.tenant, now):
            return 0
    made, events = 0, SEAL_EVENTS
    while events == SEAL_EVENTS:
        with runtime.store.unit() as unit:
            events = seal(unit, runtime.fingerprint_key, now)
        made += bool(events)
    return made
