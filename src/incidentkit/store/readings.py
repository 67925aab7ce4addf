"""Questions to the facts of readings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from incidentkit.domain.pages import Page
from incidentkit.domain.times import micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["find_readings"]

_readings = FACT_TABLES["facts_readings"]


def find_readings(
    unit: Unit,
    wanted: Wanted,
    *,
    measure: str | None,
    team: str | None,
    agent: str | None,
    since: datetime | None,
    until: datetime | None,
    withdrawn: bool,
) -> Page[str]:
    """Ids of readings, the latest first; ``since`` and ``until`` are about when they were taken, half-open."""
    c = _readings.c
    query = select(c.reading_id).where(c.tenant == unit.tenant)
    query = given(query, (c.measure, measure), (c.team, team), (c.agent, agent))
    if not withdrawn:
        query = query.where(c.counts == 1)
    if since is not None:
        query = query.where(c.at >= micros(since))
    if until is not None:
        query = query.where(c.at < micros(until))
    return page_of(unit, wanted, Stretch((c.at, c.reading_id), [query], descending=True)).map(lambda row: str(row[0]))
