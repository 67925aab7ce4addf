"""Payments as they are kept: rows of the table of effects, one for each remedy that gives money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, func, or_, select, update

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.pages import Page
from incidentkit.domain.payments import BY_HAND, MONEY
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import ConflictError
from incidentkit.rules.paying import DOUBTS
from incidentkit.store import tables as t
from incidentkit.store.finding import stated
from incidentkit.store.intents import intent_of
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = [
    "Taken",
    "called",
    "claim_payment",
    "count_due_payments",
    "expired_payments",
    "find_payments",
    "move_payment",
    "next_due_payment",
    "payment_row",
    "payments_of",
]

_OPEN = (IntentState.PLANNED, IntentState.CLAIMED, IntentState.UNKNOWN, IntentState.FAILED, IntentState.ABANDONED)


@frozen
class Taken:
    """A payment with the worker that has it, or may know more of it; empty for none."""

    intent: Intent
    worker: str


def payment_row(unit: Unit, key: str) -> Taken | None:
    """The payment with that key, as it stands."""
    i = t.intents.c
    row = unit.connection.execute(select(t.intents).where(*_own(unit), i.key == key)).one_or_none()
    return None if row is None else _taken(row)


def claim_payment(unit: Unit, now: datetime, without: Iterable[str] = ()) -> Taken | None:
    """The payment that has been due for longest and may be worked on, or one in doubt that its payer may be asked about.

    Asked for by one at a time, in a unit that has the turn; it is theirs once they say so by `move_payment`.

    Args:
        without: payers that are left alone.
    """
    i = t.intents.c
    due = (i.channel != stated(BY_HAND), i.due <= micros(now), _to_do())
    query = select(t.intents).where(*_own(unit), *due, i.channel.not_in(sorted(without)))
    row = unit.connection.execute(query.order_by(i.due, i.seq, i.key).limit(1)).one_or_none()
    return None if row is None else _taken(row)


def expired_payments(unit: Unit, now: datetime) -> list[Taken]:
    """What a worker had when its lease ended. Asked for in a unit that has the turn."""
    i = t.intents.c
    over = (i.state == stated(IntentState.CLAIMED), i.leased_until <= micros(now))
    rows = unit.connection.execute(select(t.intents).where(*_own(unit), *over).order_by(i.due, i.seq, i.key))
    return [_taken(row) for row in rows]


def move_payment(unit: Unit, intent: Intent, was: Taken, worker: str = "", until: datetime | None = None) -> None:
    """Note at once where a payment stands now, if it still stands where it did, with whom it was.

    Args:
        worker: who has it, ``until`` when; or who may know more of it, where it is in doubt.

    Raises:
        ConflictError: it was moved by somebody else.
    """
    i = t.intents.c
    mine = (*_own(unit), i.key == intent.key, i.state == was.intent.state.value, func.coalesce(i.worker, "") == was.worker)
    values = {
        "state": intent.state.value,
        "attempts": intent.attempts,
        "reason": intent.reason,
        "due": micros(intent.due),
        "reference": intent.reference,
        "sent_at": None if intent.sent_at is None else micros(intent.sent_at),
        "not_after": None if intent.not_after is None else micros(intent.not_after),
        "worker": worker or None,
        "leased_until": None if until is None else micros(until),
        "answer": None,
    }
    if unit.connection.execute(update(t.intents).where(*mine).values(values)).rowcount != 1:
        raise ConflictError(
            "A payment", "was moved by somebody else", got=was.intent.state.value, next="Make the call again.", retry=True
        )


# --- Looking -----------------------------------------------------------------------------------------------------


def payments_of(unit: Unit, streams: Sequence[str]) -> list[Taken]:
    """The payments of some cases that are not done, the earliest first."""
    i = t.intents.c
    query = select(t.intents).where(*_own(unit), i.stream.in_(streams), i.state.in_([state.value for state in _OPEN]))
    return [_taken(row) for row in unit.connection.execute(query.order_by(i.seq, i.key))] if streams else []


def called(unit: Unit, streams: Sequence[str], reference: str) -> Taken | None:
    """The payment of one of some cases that is called by that reference."""
    i = t.intents.c
    query = select(t.intents).where(*_own(unit), i.stream.in_(streams), i.reference == reference)
    row = unit.connection.execute(query.order_by(i.key).limit(1)).one_or_none() if streams and reference else None
    return None if row is None else _taken(row)


def find_payments(unit: Unit, wanted: Wanted, *, incident: str | None, payer: str | None, state: str | None) -> Page[Intent]:
    """Payments, the latest due first."""
    i = t.intents.c
    query = select(t.intents).where(*_own(unit))
    for column, value in ((i.stream, incident), (i.channel, payer), (i.state, state)):
        query = query if value is None else query.where(column == value)
    return page_of(unit, wanted, Stretch((i.due, i.seq, i.key), few=[query], descending=True)).map(intent_of)


def count_due_payments(unit: Unit, now: datetime) -> int:
    """How many payments a worker could take on."""
    i = t.intents.c
    due = (i.channel != stated(BY_HAND), i.due <= micros(now), _to_do())
    return unit.connection.execute(select(func.count()).where(*_own(unit), *due)).scalar_one()


def next_due_payment(unit: Unit) -> datetime | None:
    """When the next payment is due for a worker; None where there is none."""
    i = t.intents.c
    query = select(func.min(i.due)).where(*_own(unit), i.channel != stated(BY_HAND), _to_do())
    found = unit.connection.execute(query).scalar_one_or_none()
    return None if found is None else from_micros(found)


def _to_do() -> ColumnElement[bool]:
    i = t.intents.c
    asked = (i.state == stated(IntentState.UNKNOWN)) & i.reason.in_(sorted(DOUBTS))
    return or_(i.state == stated(IntentState.PLANNED), asked)


def _own(unit: Unit) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    i = t.intents.c
    return i.tenant == unit.tenant, i.kind == stated(MONEY)


def _taken(row: Any) -> Taken:
    return Taken(intent_of(row), row.worker or "")
