"""Messages as several workers share them: who has which, until when, and what is known of each before it is in the record.

A worker claims what is due under a lease. Claims need no turn: each is one statement, which passes over what others are
claiming in PostgreSQL, and is the only one that writes in SQLite. Just before a message goes out its row says so (``sent_at``);
just after, it says what came of it (``answer``). Then it is in the record, and nobody's any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import (
    JSON,
    ColumnElement,
    Executable,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    update,
)

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.times import from_micros, micros
from incidentkit.store import tables as t
from incidentkit.store.session import Question

if TYPE_CHECKING:
    from incidentkit.store.unit import Unit

__all__ = [
    "MARKED",
    "Leased",
    "asking_states",
    "begin",
    "beginning",
    "bind",
    "claim",
    "claiming",
    "count_due",
    "doubt",
    "expired",
    "held_by",
    "intent_of",
    "keeping_answer",
    "mark_row",
    "marking",
    "next_due",
    "next_end",
    "retake",
    "take",
    "taking",
]

_KEYS_AT_ONCE = 400

Given = Any


@frozen
class Leased:
    """A message that a worker has, or had until its lease ended.

    Args:
        worker: who.
        begun: its row says that it was about to be handed over: it may have gone out.
        answer: what came of that, as far as anybody noted it.
    """

    intent: Intent
    worker: str
    begun: bool
    answer: str | None


# --- Statements --------------------------------------------------------------------------------------------------


def claiming(dialect: str) -> Executable:
    """Claims what is due, the longest due first: ``limit`` at the most, none of the channels ``without``.

    Those of the channels ``at_once`` are marked as about to be handed over too.
    """
    i = t.intents
    due = (
        select(i.c.key)
        .where(
            _own(),
            _messages(),
            i.c.state == _said("planned"),
            i.c.due <= bindparam("now"),
            i.c.channel.not_in(_listed("without", dialect)),
        )
        .order_by(i.c.due, i.c.seq, i.c.key)
        .limit(bindparam("limit"))
    )
    return _claiming(due, dialect)


def taking(dialect: str) -> Executable:
    """Claims those of the given ``keys`` that are planned, though they are not due yet."""
    i = t.intents
    return _claiming(
        select(i.c.key).where(_own(), _messages(), i.c.state == _said("planned"), i.c.key.in_(_listed("keys", dialect))),
        dialect,
    )


def _claiming(found: Any, dialect: str) -> Executable:
    i = t.intents
    begun = case((i.c.channel.in_(_listed("at_once", dialect)), bindparam("now")), else_=null())
    changed = update(i).values(
        state=_said("claimed"),
        worker=bindparam("by"),
        leased_until=bindparam("until"),
        attempts=i.c.attempts + literal_column("1"),
        sent_at=begun,
    )
    if dialect == "postgresql":
        # Worked out once: within IN it may be asked again for each row, and then locks more than it gives.
        rows = found.with_for_update(skip_locked=True).cte("found")
        return changed.where(_own(), i.c.key == rows.c.key).returning(*i.c)
    return changed.where(_own(), i.c.key.in_(found)).returning(*i.c)


def beginning() -> Executable:
    """The mark before: this message is about to go out. No row where its lease is over, or it is somebody else's."""
    i = t.intents
    mine = i.c.state == _said("claimed"), i.c.worker == bindparam("by"), i.c.leased_until > bindparam("now")
    return update(i).where(_own(), i.c.key == bindparam("of_key"), *mine).values(sent_at=bindparam("now")).returning(i.c.key)


def keeping_answer() -> Executable:
    """The mark after: what came of a message, until it is in the record."""
    i = t.intents
    mine = i.c.state == _said("claimed"), i.c.worker == bindparam("by")
    return update(i).where(_own(), i.c.key == bindparam("of_key"), *mine).values(answer=bindparam("said")).returning(i.c.key)


MARKED: dict[str, Any] = {
    **dict.fromkeys(
        ("tenant", "of_key", "was", "holder", "now_state", "now_reason", "now_reference", "now_carrier", "now_worker"), Text()
    ),
    **{name: t.intents.c[name.removeprefix("now_")].type for name in ("now_attempts", "now_due", "now_sent_at")},
}
"""What `marking` is given, by name."""


def marking(given: Given) -> Executable:
    """Notes where a message stands now, if it stands where it was, with whom it was."""
    i = t.intents
    where = i.c.tenant == given("tenant"), i.c.key == given("of_key"), i.c.state == given("was")
    # An empty holder is whoever asks: a command of a person, who has the turn.
    held = (given("holder") == literal_column("''")) | (i.c.worker == given("holder"))
    return (
        update(i)
        .where(*where, held)
        .values(
            state=given("now_state"),
            attempts=given("now_attempts"),
            reason=given("now_reason"),
            due=given("now_due"),
            reference=given("now_reference"),
            sent_at=given("now_sent_at"),
            carrier=given("now_carrier"),
            worker=given("now_worker"),
            leased_until=null(),
            answer=null(),
        )
    )


def asking_states(dialect: str) -> Executable:
    """Where some messages stand, and who has them."""
    i = t.intents
    return select(i.c.key, i.c.state, i.c.worker).where(_own(), i.c.key.in_(_listed("keys", dialect)))


def _own() -> ColumnElement[bool]:
    return t.intents.c.tenant == bindparam("tenant")


def _messages() -> ColumnElement[bool]:
    # Payments have workers' rounds of their own.
    return t.intents.c.kind == _said("message")


def _said(state: str) -> ColumnElement[str]:
    # A constant, for the indexes that hold such rows alone.
    return literal_column(f"'{state}'")


def _listed(name: str, dialect: str) -> Any:
    """A list that is given as JSON."""
    given: Any = bindparam(name, type_=Text)
    if dialect == "postgresql":
        return select(func.json_array_elements_text(cast(given, JSON)))
    values = func.json_each(given).table_valued(column("value", Text))
    return select(values.c.value)


# --- Claiming ----------------------------------------------------------------------------------------------------


def claim(
    unit: Unit,
    worker: str,
    now: datetime,
    until: datetime,
    limit: int,
    *,
    at_once: Iterable[str] = (),
    without: Iterable[str] = (),
) -> list[Intent]:
    """What is due, the longest due first, now leased to a worker.

    Args:
        at_once: channels whose messages are marked as about to go out together, here and now.
        without: channels that are left alone.
    """
    rows = unit.session.rows(
        unit.statements.claim_intents,
        tenant=unit.tenant,
        by=worker,
        now=micros(now),
        until=micros(until),
        limit=limit,
        at_once=_packed(at_once),
        without=_packed(without),
    )
    return _in_order(rows)


def take(
    unit: Unit, worker: str, keys: Iterable[str], now: datetime, until: datetime, *, at_once: Iterable[str] = ()
) -> list[Intent]:
    """Those of some messages that nobody has, now leased to a worker, due or not."""
    asked = {"by": worker, "now": micros(now), "until": micros(until), "at_once": _packed(at_once), "keys": _packed(keys)}
    return _in_order(unit.session.rows(unit.statements.take_intents, tenant=unit.tenant, **asked))


def begin(unit: Unit, worker: str, keys: Sequence[str], now: datetime, answers: Sequence[tuple[str, str]] = ()) -> bool:
    """Note what came of messages that are out, and that further ones are about to go out.

    Whether all of the further ones are still the worker's; where one is not, the transaction must not be kept.
    """
    run, of = unit.statements, {"tenant": unit.tenant, "by": worker}
    after = [Question(run.keep_answer, {**of, "of_key": key, "said": said}) for key, said in answers]
    before = [Question(run.begin_intent, {**of, "of_key": key, "now": micros(now)}) for key in keys]
    found = unit.session.ask(*after, *before)
    return all(found[len(after) :])


def bind(unit: Unit, worker: str, carrier: str, carried: Iterable[str]) -> None:
    """Note that messages go out as parts of another one, whatever becomes of it."""
    i = t.intents
    mine = i.c.tenant == unit.tenant, i.c.worker == worker, i.c.state == _said("claimed")
    for keys in _pages(sorted(carried)):
        unit.connection.execute(update(i).where(*mine, i.c.key.in_(keys)).values(carrier=carrier))


def expired(unit: Unit, now: datetime) -> list[Leased]:
    """What a worker had when its lease ended: it has died, or was held up for longer than it may.

    Asked by one at a time: in a unit that has the turn.
    """
    i = t.intents
    over = i.c.state == _said("claimed"), i.c.leased_until <= micros(now)
    query = select(i).where(i.c.tenant == unit.tenant, _messages(), *over)
    rows = unit.connection.execute(query.order_by(i.c.due, i.c.seq, i.c.key).with_for_update()).all()
    return [Leased(intent_of(row), row.worker or "", row.sent_at is not None, row.answer) for row in rows]


def retake(unit: Unit, worker: str, keys: Iterable[str], until: datetime) -> None:
    """Lease to a worker what another one had, as it stands."""
    _release_to(unit, keys, {"worker": worker, "leased_until": micros(until)})


def free(unit: Unit, worker: str, keys: Iterable[str], now: datetime, until: datetime, *, at_once: Iterable[str] = ()) -> None:
    """The same for what was not begun, each message for itself; those of the channels ``at_once`` are about to go out."""
    begun = case((t.intents.c.channel.in_(sorted(at_once)), micros(now)), else_=null())
    _release_to(unit, keys, {"worker": worker, "leased_until": micros(until), "carrier": None, "sent_at": begun})


def _release_to(unit: Unit, keys: Iterable[str], values: Mapping[str, Any]) -> None:
    i = t.intents
    for some in _pages(sorted(keys)):
        mine = i.c.tenant == unit.tenant, i.c.state == _said("claimed"), i.c.key.in_(some)
        unit.connection.execute(update(i).where(*mine).values(values))


def doubt(unit: Unit, now: datetime) -> int:
    """Have everything that is due, or was somebody's, stand as if a worker had died right after it began with it; how much."""
    i = t.intents
    # What people pay by hand is nobody's to take up again.
    due = (i.c.state == _said("planned")) & (i.c.due <= micros(now)) & (i.c.channel != _said(""))
    open_ = i.c.tenant == unit.tenant, due | (i.c.state == _said("claimed"))
    changed = (
        update(i)
        .where(*open_)
        .values(
            state=_said("claimed"),
            worker=func.coalesce(i.c.worker, _said("put back")),
            leased_until=micros(now),
            attempts=i.c.attempts + case((i.c.state == _said("planned"), 1), else_=0),
            sent_at=func.coalesce(i.c.sent_at, i.c.due),
        )
    )
    return len(unit.connection.execute(changed.returning(i.c.key)).all())


def held_by(unit: Unit, keys: Iterable[str]) -> dict[str, tuple[IntentState, str]]:
    """Where some messages stand, and whose they are or were."""
    asked = unit.session.rows(unit.statements.ask_states, tenant=unit.tenant, keys=_packed(keys))
    return {row.key: (IntentState(row.state), row.worker or "") for row in asked}


# --- What there is to do -----------------------------------------------------------------------------------------


def count_due(unit: Unit, now: datetime, without: Iterable[str] = ()) -> int:
    """How many messages are due, and nobody's."""
    i = t.intents.c
    planned = i.state == _said("planned"), i.due <= micros(now)
    query = select(func.count()).where(i.tenant == unit.tenant, _messages(), *planned)
    gone = list(without)
    return unit.connection.execute(query.where(i.channel.not_in(gone)) if gone else query).scalar_one()


def next_due(unit: Unit) -> datetime | None:
    """When the next planned message is due; None where there is none."""
    i = t.intents.c
    query = select(func.min(i.due)).where(i.tenant == unit.tenant, _messages(), i.state == _said("planned"))
    found = unit.connection.execute(query).scalar_one_or_none()
    return None if found is None else from_micros(found)


def next_end(unit: Unit) -> datetime | None:
    """When the first lease ends; None where there is none."""
    i = t.intents.c
    query = select(func.min(i.leased_until)).where(i.tenant == unit.tenant, _messages(), i.state == _said("claimed"))
    found = unit.connection.execute(query).scalar_one_or_none()
    return None if found is None else from_micros(found)


# --- Rows --------------------------------------------------------------------------------------------------------


def intent_of(row: Any) -> Intent:
    """A row of the table as an intent."""
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
        purpose=row.purpose,
        not_after=None if row.not_after is None else from_micros(row.not_after),
        reference=row.reference,
        sent_at=None if row.sent_at is None else from_micros(row.sent_at),
        carrier=row.carrier,
        cause=row.cause,
    )


def mark_row(tenant: str, intent: Intent, was: IntentState, holder: str) -> dict[str, Any]:
    """What `marking` is given for one message. What is in doubt keeps the name of who may know more of it."""
    return {
        "tenant": tenant,
        "of_key": intent.key,
        "was": was.value,
        "holder": holder,
        "now_state": intent.state.value,
        "now_attempts": intent.attempts,
        "now_reason": intent.reason,
        "now_due": micros(intent.due),
        "now_reference": intent.reference,
        "now_sent_at": None if intent.sent_at is None else micros(intent.sent_at),
        "now_carrier": intent.carrier,
        "now_worker": holder or None if intent.state is IntentState.UNKNOWN else None,
    }


def _in_order(rows: Iterable[Any]) -> list[Intent]:
    # A database gives back what it changed in no order.
    return [intent_of(row) for row in sorted(rows, key=lambda row: (row.due, row.seq, row.key))]


def _packed(names: Iterable[str]) -> str:
    return json.dumps(sorted(names))


def _pages(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
