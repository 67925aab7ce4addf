"""Questions to the record and the facts: found, queued, on a timeline, due."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.events import Event
from incidentkit.domain.people import Customer
from incidentkit.domain.times import from_micros, micros
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit, event_of

__all__ = ["claimable", "find_incidents", "find_orders", "people", "queue_rows", "source_streams", "timeline_events"]

_orders = FACT_TABLES["facts_orders"]
_incidents = FACT_TABLES["facts_incidents"]
_links = FACT_TABLES["facts_incident_orders"]


def find_orders(
    unit: Unit, *, number: str | None, customer: str | None, in_incident: bool | None, status: str | None, limit: int
) -> list[str]:
    """Ids of orders, the latest first."""
    if number is not None and unit.named("order", number) is None:
        return []
    o = _orders.c
    query = select(o.order_id).where(o.tenant == unit.tenant).order_by(o.placed_at.desc(), o.order_id.desc()).limit(limit)
    for column, value in ((o.number, number), (o.customer, customer), (o.status, status)):
        if value is not None:
            query = query.where(column == value)
    if in_incident is not None:
        open_ = exists().where(_links.c.tenant == o.tenant, _links.c.order_id == o.order_id, _links.c.open == 1)
        query = query.where(open_ if in_incident else ~open_)
    return list(unit.connection.execute(query).scalars())


def find_incidents(unit: Unit, *, order: str | None, open_: bool | None, type_: str | None, limit: int) -> list[str]:
    """Ids of incidents, the latest first."""
    i = _incidents.c
    query = (
        select(i.incident_id).where(i.tenant == unit.tenant).order_by(i.detected_at.desc(), i.incident_id.desc()).limit(limit)
    )
    if order is not None:
        mine = exists().where(_links.c.tenant == i.tenant, _links.c.incident_id == i.incident_id, _links.c.order_id == order)
        query = query.where(mine)
    if open_ is not None:
        query = query.where(i.open == int(open_))
    if type_ is not None:
        query = query.where(i.type == type_)
    return list(unit.connection.execute(query).scalars())


def queue_rows(unit: Unit, owner: str | None, limit: int) -> Sequence[Any]:
    """Open incidents with what a queue shows of them: live before imported, by severity, promised date, age."""
    i, o = _incidents.c, _orders.c
    joined = _incidents.outerjoin(_orders, and_(o.tenant == i.tenant, o.order_id == i.order_id))
    query: Select[Any] = (
        select(_incidents, o.number, o.promised_due, _next_due().label("next_due"))
        .select_from(joined)
        .where(i.tenant == unit.tenant, i.open == 1)
        .order_by(i.passive, i.severity_rank, o.promised_due.is_(None), o.promised_due, i.detected_at, i.incident_id)
        .limit(limit)
    )
    if owner is not None:
        query = query.where(or_(i.owner_team == owner, i.owner_agent == owner, i.handover_to == owner))
    return unit.connection.execute(query).all()


def _next_due() -> Any:
    timers = t.timers.c
    mine: ColumnElement[bool] = and_(timers.tenant == _incidents.c.tenant, timers.stream == _incidents.c.incident_id)
    return select(timers.due).where(mine).order_by(timers.due).limit(1).scalar_subquery()


def timeline_events(unit: Unit, order_id: str) -> list[Event]:
    """The events of an order's stream and of every stream linked to it, by ``seq``."""
    linked = select(t.links.c.stream).where(t.links.c.tenant == unit.tenant, t.links.c.order_id == order_id)
    e = t.events.c
    query = select(t.events).where(e.tenant == unit.tenant, or_(e.stream == order_id, e.stream.in_(linked))).order_by(e.seq)
    rows = unit.connection.execute(query).all()
    words = unit.words(*(row.data for row in rows))
    return [event_of(row, words) for row in rows]


def claimable(unit: Unit, now: datetime, limit: int) -> list[Intent]:
    """Effects that are due, and those that an earlier worker claimed and did not finish, the longest due first."""
    i = t.intents.c
    live = i.state.in_([IntentState.PLANNED.value, IntentState.CLAIMED.value])
    query = (
        select(t.intents).where(i.tenant == unit.tenant, i.due <= micros(now), live).order_by(i.due, i.seq, i.key).limit(limit)
    )
    return [_intent(row) for row in unit.connection.execute(query)]


def _intent(row: Any) -> Intent:
    return Intent(
        key=row.key,
        kind=row.kind,
        channel=row.channel,
        stream=row.stream,
        step=row.step,
        due=from_micros(row.due),
        customer=row.customer,
        values=tuple(json.loads(row.vals).items()),
        state=IntentState(row.state),
        attempts=row.attempts,
        reason=row.reason,
    )


def people(unit: Unit, customers: Sequence[str]) -> dict[str, Customer]:
    """What the vault holds of people, by customer id; those who were forgotten are left out."""
    v = t.vault.c
    found: dict[str, Customer] = {}
    for start in range(0, len(customers), 500):
        some = customers[start : start + 500]
        query = select(v.ref, v.body).where(v.tenant == unit.tenant, v.ref.in_(some))
        found.update((row.ref, Customer(**json.loads(row.body))) for row in unit.connection.execute(query))
    return found


def source_streams(unit: Unit, source: str, keys: Sequence[str]) -> dict[str, str]:
    """The streams of events by their source keys; keys that are not in the record are left out."""
    e = t.events.c
    found: dict[str, str] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        query = select(e.source_key, e.stream).where(e.tenant == unit.tenant, e.source == source, e.source_key.in_(some))
        found.update((row.source_key, row.stream) for row in unit.connection.execute(query))
    return found
