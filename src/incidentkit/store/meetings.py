"""Questions to the facts of check-ins: commitments and meetings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from incidentkit.domain.pages import Page
from incidentkit.domain.times import micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["commitments_between", "find_checkins", "find_commitments"]

_commitments = FACT_TABLES["facts_commitments"]
_checkins = FACT_TABLES["facts_checkins"]


def find_commitments(
    unit: Unit,
    wanted: Wanted,
    *,
    person: str | None,
    team: str | None,
    asked_by: str | None,
    measure: str | None,
    open_: bool | None,
    since: datetime | None,
    until: datetime | None,
) -> Page[str]:
    """Ids of commitments, the soonest due first; ``since`` and ``until`` are about when they are due, half-open."""
    c = _commitments.c
    asked = ((c.agent, person), (c.team, team), (c.asked_by, asked_by), (c.measure, measure), (c.open, open_))
    query = given(select(c.commitment_id).where(c.tenant == unit.tenant), *asked)
    if since is not None:
        query = query.where(c.due >= micros(since))
    if until is not None:
        query = query.where(c.due < micros(until))
    return page_of(unit, wanted, Stretch((c.due, c.commitment_id), [query])).map(lambda row: str(row[0]))


def commitments_between(unit: Unit, team: str, since: datetime, until: datetime, limit: int) -> list[str]:
    """Ids of a team's commitments that are open, or were due or reported on from ``since`` to ``until``; the soonest due first.

    Args:
        until: what was made later is left out.
    """
    c = _commitments.c
    low, high = micros(since), micros(until)
    moved = or_(c.open == 1, (c.due >= low) & (c.due <= high), (c.reported_at >= low) & (c.reported_at <= high))
    mine = (c.tenant == unit.tenant, c.team == team, c.made_at <= high)
    query = select(c.commitment_id).where(*mine, moved).order_by(c.open.desc(), c.due.desc(), c.commitment_id).limit(limit)
    return list(unit.connection.execute(query).scalars())


def find_checkins(unit: Unit, wanted: Wanted, *, team: str | None, until: datetime | None = None) -> Page[str]:
    """Ids of check-ins, the latest first; ``until`` leaves out those that were held then or later."""
    c = _checkins.c
    query = given(select(c.checkin_id).where(c.tenant == unit.tenant), (c.team, team))
    if until is not None:
        query = query.where(c.held_at < micros(until))
    latest = Stretch((c.held_at, c.checkin_id), [query], descending=True)
    return page_of(unit, wanted, latest).map(lambda row: str(row[0]))
