"""The queue: what waits for somebody, the most pressing first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.times import from_micros
from incidentkit.errors import InvalidInput
from incidentkit.store.reading import queue_rows

__all__ = ["QueueItem", "queue_of"]


@frozen
class QueueItem:
    """An open incident in the queue.

    Args:
        order: the id of its first order; empty for none. ``number``: the shop's own number of it.
        owner: the agent, else the team. ``handover_to``: who was asked to take it and has not accepted; empty for nobody.
        promised: the delivery that the customer was promised last.
        due: the next deadline of its protocol; None when none is running. ``overdue``: it has passed.
        imported: it is passive: nothing is sent or timed.
    """

    incident: str
    type: str
    severity: str
    phase: str
    owner: str
    handover_to: str
    order: str
    number: str
    detected_at: datetime
    promised: datetime | None
    due: datetime | None
    overdue: bool
    imported: bool


def queue_of(runtime: Runtime, owner: str | None, limit: int) -> tuple[QueueItem, ...]:
    """The queue of everybody, or of one team or agent."""
    if not 1 <= limit <= 100_000:
        raise InvalidInput("limit", "must be from 1 to 100,000", got=limit)
    if owner is not None and runtime.shop.team(owner) is None and runtime.shop.agent(owner) is None:
        known = ", ".join([t.name for t in runtime.shop.teams] + [a.name for a in runtime.shop.agents])
        raise InvalidInput("owner", "must be a team or agent of the shop", got=repr(owner)[:40], next=f"Known: {known}.")
    now = runtime.clock()
    with runtime.store.reading() as unit:
        return tuple(_item(row, now) for row in queue_rows(unit, owner, limit))


def _item(row: Any, now: datetime) -> QueueItem:
    due = _at(row.next_due)
    return QueueItem(
        incident=row.incident_id,
        type=row.type,
        severity=row.severity,
        phase=row.phase,
        owner=row.owner_agent or row.owner_team,
        handover_to=row.handover_to or "",
        order=row.order_id or "",
        number=row.number or "",
        detected_at=from_micros(row.detected_at),
        promised=_at(row.promised_due),
        due=due,
        overdue=due is not None and due < now,
        imported=bool(row.passive),
    )


def _at(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)
