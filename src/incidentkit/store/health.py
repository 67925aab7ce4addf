"""What waits in a store, and since when: each a look at an index of those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from incidentkit.domain.effects import IntentState
from incidentkit.domain.health import Health, Waiting
from incidentkit.domain.payments import BY_HAND, MONEY
from incidentkit.domain.times import from_micros, micros
from incidentkit.store import tables as t
from incidentkit.store.finding import stated
from incidentkit.store.messages import count_dead, unsettled
from incidentkit.store.unit import Unit

__all__ = ["read_health"]

_UNPAID = (IntentState.FAILED, IntentState.ABANDONED)


def read_health(unit: Unit, now: datetime, timers: Sequence[str]) -> Health:
    """What there is to know at ``now``, without a judgement.

    Args:
        timers: the names of those that are acted on.
    """
    at, i, c = micros(now), t.intents.c, t.channel_state.c
    messages, payments = i.kind == stated("message"), i.kind == stated(MONEY)
    planned = (i.state == stated(IntentState.PLANNED), i.due <= at)
    acted_on = (t.timers.c.name.in_(timers), t.timers.c.due <= at)
    paused = select(c.channel).where(c.tenant == unit.tenant, c.open_until > at).order_by(c.channel)
    last = select(func.max(t.events.c.seq)).where(t.events.c.tenant == unit.tenant)

    def waiting(table: Table, column: str, *where: ColumnElement[bool]) -> Waiting:
        return _waiting(unit, table, column, where)

    return Health(
        at=now,
        tenant=unit.tenant,
        database=unit.connection.dialect.name,
        schema=t.SCHEMA_VERSION,
        events=unit.connection.execute(last).scalar() or 0,
        messages=waiting(t.intents, "due", messages, *planned),
        timers=waiting(t.timers, "due", *acted_on),
        inbox=waiting(t.inbox, "received_at", t.inbox.c.state == stated("waiting")),
        receipts=waiting(t.receipts, "at", t.receipts.c.state == stated("waiting")),
        dead=count_dead(unit),
        unknown=waiting(t.intents, "due", messages, i.state == stated(IntentState.UNKNOWN), unsettled(i.state)).count,
        inbox_dead=waiting(
            t.inbox, "received_at", t.inbox.c.state == stated("dead"), t.inbox.c.state.in_([stated("dead"), stated("held")])
        ).count,
        paused=tuple(unit.connection.execute(paused).scalars()),
        payments=waiting(t.intents, "due", payments, i.channel != stated(BY_HAND), *planned),
        payments_failed=waiting(t.intents, "due", payments, i.state.in_([stated(s) for s in _UNPAID])).count,
        payments_unknown=waiting(t.intents, "due", payments, i.state == stated(IntentState.UNKNOWN)).count,
    )


def _waiting(unit: Unit, table: Table, column: str, where: Sequence[ColumnElement[bool]]) -> Waiting:
    since: Any = func.min(table.c[column])
    row = unit.connection.execute(select(func.count(), since).where(table.c.tenant == unit.tenant, *where)).one()
    return Waiting(row[0], None if row[1] is None else from_micros(row[1]))
