"""Imported incidents that are not live yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from incidentkit.domain.times import micros
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["imported_incidents"]

_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]


def imported_incidents(
    unit: Unit,
    *,
    type_: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    team: str | None = None,
    order: str | None = None,
    source: str | None = None,
) -> Sequence[Any]:
    """Passive incidents, the oldest first: id, type, severity, accountable team, phase, time of detection in microseconds.

    Args:
        since, until: of detection; up to and without ``until``.
        order: the id of an order that it is about.
        source: the name of the source that it came from.
    """
    i = _incidents.c
    query = (
        select(i.incident_id, i.type, i.severity, i.owner_team, i.phase, i.detected_at)
        .where(i.tenant == unit.tenant, i.passive == 1)
        .order_by(i.detected_at, i.incident_id)
    )
    for column, value in ((i.type, type_), (i.owner_team, team)):
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(i.detected_at >= micros(since))
    if until is not None:
        query = query.where(i.detected_at < micros(until))
    if order is not None:
        own = exists().where(_links.c.tenant == i.tenant, _links.c.incident_id == i.incident_id, _links.c.order_id == order)
        query = query.where(own)
    if source is not None:
        e = t.events.c
        query = query.where(exists().where(e.tenant == i.tenant, e.stream == i.incident_id, e.version == 1, e.source == source))
    return unit.connection.execute(query).all()
