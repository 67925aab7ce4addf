"""Questions to the record and the facts: found, queued, on a timeline, due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Table, and_, case, func, literal, or_, select, tuple_, union_all

from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.times import from_micros, micros
from incidentkit.rules.cases import WORKABLE
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag, owned_tasks
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit, event_of

__all__ = [
    "cases_had_by",
    "count_due",
    "count_queued",
    "due_timers",
    "people",
    "queue_rows",
    "queued_incidents",
    "queued_tasks",
    "severities_open",
    "streams_of",
    "tasks_taken",
    "timeline_events",
    "troubles",
    "turns_of",
]

Q = TypeVar("Q", bound=Select[Any])

_orders = FACT_TABLES["facts_orders"]
_incidents = FACT_TABLES["facts_incidents"]
_tasks = FACT_TABLES["facts_tasks"]

_SHOWN_AT_ONCE = 500


_WEIGHED = (
    "incident_id",
    "customer",
    "type",
    "passive",
    "phase",
    "severity",
    "detected_at",
    "waits_for",
    "running",
    "first_response_by",
    "communicate_by",
    "update_by",
    "resolve_by",
)


def queued_incidents(unit: Unit, owner: str | None) -> Sequence[Any]:
    """Of every open incident, in no order, what its priority follows from.

    The columns `_WEIGHED`, then the promised delivery as long as it is waited for, and the order's value.
    """
    i, o = _incidents.c, _orders.c
    joined = _incidents.outerjoin(_orders, and_(o.tenant == i.tenant, o.order_id == i.order_id))
    query: Select[Any] = (
        select(*(i[name] for name in _WEIGHED), _awaited_delivery(), func.coalesce(o.value, 0))
        .select_from(joined)
        .where(i.tenant == unit.tenant, i.open == flag(value=True))
    )
    return unit.connection.execute(_by_open(query.where(*_incidents_of(owner)))).all()


def queued_tasks(unit: Unit, owner: str | None) -> Sequence[Any]:
    """Of every open task, in no order, what its priority follows from.

    Its id, since when it waits, when it is due, the severity of its case, and as for incidents the promised delivery and the
    value.
    """
    k, i, o = _tasks.c, _incidents.c, _orders.c
    query: Select[Any] = (
        select(k.task_id, k.opened_at, k.due, i.severity, _awaited_delivery(), func.coalesce(o.value, 0))
        .select_from(_with_subjects())
        .where(k.tenant == unit.tenant, k.open == flag(value=True))
    )
    return unit.connection.execute(_by_open(query.where(*owned_tasks(owner)), _tasks)).all()


def count_queued(unit: Unit, owner: str | None) -> int:
    """How many incidents and tasks are open."""
    i, k = _incidents.c, _tasks.c
    cases = select(func.count()).where(i.tenant == unit.tenant, i.open == flag(value=True), *_incidents_of(owner))
    tasks = select(func.count()).where(k.tenant == unit.tenant, k.open == flag(value=True), *owned_tasks(owner))
    return sum(unit.connection.execute(query).scalar_one() for query in (_by_open(cases), _by_open(tasks, _tasks)))


def _by_open(query: Q, table: Table = _incidents) -> Q:
    """The same by the index of what is open: by its statistics SQLite can't tell a tenant's open things from all of them."""
    return query.with_hint(table, f"INDEXED BY {table.name}_open", "sqlite")


def _incidents_of(owner: str | None) -> list[Any]:
    i = _incidents.c
    return [] if owner is None else [or_(i.owner_team == owner, i.owner_agent == owner, i.handover_to == owner)]


def queue_rows(unit: Unit, ids: Sequence[str]) -> dict[str, Any]:
    """What a queue shows of these incidents and tasks, by id."""
    i, o, k = _incidents.c, _orders.c, _tasks.c
    joined = _incidents.outerjoin(_orders, and_(o.tenant == i.tenant, o.order_id == i.order_id))
    cases = select(_incidents, o.number, o.promised_due).select_from(joined)
    tasks = select(_tasks, i.severity, o.number, o.promised_due).select_from(_with_subjects())
    found: dict[str, Any] = {}
    for start in range(0, len(ids), _SHOWN_AT_ONCE):
        some = ids[start : start + _SHOWN_AT_ONCE]
        for query, key, tenant in ((cases, i.incident_id, i.tenant), (tasks, k.task_id, k.tenant)):
            rows = unit.connection.execute(query.where(tenant == unit.tenant, key.in_(some)))
            found.update((getattr(row, key.name), row) for row in rows)
    return found


def _with_subjects() -> Any:
    """Tasks beside the case and the order that they are about."""
    k, i, o = _tasks.c, _incidents.c, _orders.c
    of_case = and_(i.tenant == k.tenant, i.incident_id == k.incident_id)
    return _tasks.outerjoin(_incidents, of_case).outerjoin(_orders, and_(o.tenant == k.tenant, o.order_id == k.order_id))


def _awaited_delivery() -> Any:
    o = _orders.c
    return case((and_(o.delivered_at.is_(None), o.cancelled == 0), o.promised_due))


def cases_had_by(unit: Unit, agents: Sequence[str]) -> list[tuple[str, str, datetime | None]]:
    """Live cases that are worked on, which these agents have and nobody was asked to take.

    Each by its id, with the agent, and when it is looked at who is there.
    """
    i, c = _incidents.c, t.timers.c
    joined = _incidents.outerjoin(t.timers, and_(c.tenant == i.tenant, c.stream == i.incident_id, c.name == "shift"))
    worked_on = i.phase.in_([phase.value for phase in WORKABLE])
    mine = (i.tenant == unit.tenant, worked_on, i.passive == 0, i.owner_agent.in_(agents), i.handover_to.is_(None))
    rows = unit.connection.execute(
        select(i.incident_id, i.owner_agent, c.due).select_from(joined).where(*mine, i.open == flag(value=True))
    )
    return [(row[0], row[1], None if row[2] is None else from_micros(row[2])) for row in rows]


def tasks_taken(unit: Unit) -> list[tuple[str, str]]:
    """Every open task that somebody has taken, with the agent."""
    k = _tasks.c
    query = select(k.task_id, k.owner_agent).where(
        k.tenant == unit.tenant, k.open == flag(value=True), k.owner_agent.is_not(None)
    )
    return [(row[0], row[1]) for row in unit.connection.execute(query)]


def severities_open(unit: Unit) -> dict[str, int]:
    """How many live incidents are open, by severity."""
    i = _incidents.c
    mine = (i.tenant == unit.tenant, i.open == flag(value=True), i.passive == 0)
    rows = unit.connection.execute(_by_open(select(i.severity, func.count()).where(*mine).group_by(i.severity)))
    return {row[0]: row[1] for row in rows}


def troubles(unit: Unit) -> Iterable[tuple[str, str, int]]:
    """Every incident that counts of a customer who has an open one: customer, type, when it was detected."""
    i, e = _incidents.c, _incidents.alias("earlier").c
    # Nobody is the customer NULL. Left out here, they would be looked for by customer, among all that there ever were.
    open_ = _by_open(select(i.customer).where(i.tenant == unit.tenant, i.open == flag(value=True)))
    query = select(e.customer, e.type, e.detected_at).where(e.tenant == unit.tenant, e.counts == 1, e.customer.in_(open_))
    return (tuple(row) for row in unit.connection.execute(query))


def timeline_events(unit: Unit, wanted: Wanted, order_id: str) -> Page[Event]:
    """The events of an order's stream and of every stream linked to it, by ``seq``."""
    e = t.events.c
    query = select(t.events).where(e.tenant == unit.tenant, e.stream.in_(streams_of(unit.tenant, order_id)))
    rows = page_of(unit, wanted, Stretch((e.seq,), few=[query]))
    words = unit.words(*(row.data for row in rows))
    return rows.map(lambda row: event_of(row, words))


def streams_of(tenant: str, order_id: str, *others: Select[Any]) -> Any:
    """The order's own stream, those linked to it, and others. In one list: joined with OR a database might read every event."""
    linked = select(t.links.c.stream).where(t.links.c.tenant == tenant, t.links.c.order_id == order_id)
    return union_all(select(literal(order_id)), linked, *others)


def count_due(unit: Unit, now: datetime, names: Sequence[str]) -> int:
    """How many timers of those names are due."""
    c = t.timers.c
    query = select(func.count()).where(c.tenant == unit.tenant, c.due <= micros(now), c.name.in_(names))
    return unit.connection.execute(query).scalar_one()


def due_timers(unit: Unit, now: datetime, names: Sequence[str], after: Timer | None, limit: int) -> list[Timer]:
    """Timers of those names that are due, the longest due first; a page of them, from behind ``after`` on."""
    c = t.timers.c
    query = select(t.timers).where(c.tenant == unit.tenant, c.due <= micros(now), c.name.in_(names))
    if after is not None and after.due is not None:
        query = query.where(tuple_(c.due, c.stream, c.name) > tuple_(micros(after.due), after.stream, after.name))
    rows = unit.connection.execute(query.order_by(c.due, c.stream, c.name).limit(limit))
    return [Timer(row.stream, row.name, from_micros(row.due)) for row in rows]


def people(unit: Unit, customers: Sequence[str]) -> dict[str, Customer]:
    """What the vault holds of people, by customer id; those who were forgotten are left out."""
    return {ref: Customer(**json.loads(body)) for ref, body in unit.bodies(customers).items()}


def turns_of(unit: Unit, incidents: Sequence[str]) -> list[tuple[str, int, datetime, bool]]:
    """When incidents were resolved and reopened, by time: id, version of the event, when, and whether it was resolved."""
    e = t.events.c
    found: list[tuple[int, int, str, int, bool]] = []
    for start in range(0, len(incidents), 500):
        query = select(e.occurred_at, e.seq, e.stream, e.version, e.type).where(
            e.tenant == unit.tenant,
            e.stream.in_(incidents[start : start + 500]),
            e.type.in_(["incident.resolved", "incident.reopened"]),
        )
        found += [
            (r.occurred_at, r.seq, r.stream, r.version, r.type == "incident.resolved") for r in unit.connection.execute(query)
        ]
    return [(stream, version, from_micros(at), resolved) for at, _, stream, version, resolved in sorted(found)]
