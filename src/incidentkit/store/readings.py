"""Questions to the facts of readings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from incidentkit.domain.times import micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["find_readings"]

_readings = FACT_TABLES["facts_readings"]


def find_readings(
    unit: Unit,
    *,
    measure: str | None,
    team: str | None,
    agent: str | None,
    since: datetime | None,
    until: datetime | None,
    withdrawn: bool,
    limit: int,
) -> list[str]:
    """Ids of readings, the latest first; ``since`` and ``until`` are about when they were taken, half-open."""
    c = _readings.c
    query = select(c.reading_id).where(c.tenant == unit.tenant).order_by(c.at.desc(), c.reading_id).limit(limit)
    for column, value in ((c.measure, measure), (c.team, team), (c.agent, agent)):
        if value is not None:
            query = query.where(column == value)
    if not withdrawn:
        query = query.where(c.counts == 1)
    if since is not None:
        query = query.where(c.at >= micros(since))
    if until is not None:
        query = query.where(c.at < micros(until))
    return list(unit.connection.execute(query).scalars())
