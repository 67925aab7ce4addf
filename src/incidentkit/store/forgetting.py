"""What is personal of somebody, found and deleted for good; what stays is a reference that says so."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, delete, literal, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.codec.record import text_refs
from incidentkit.domain.effects import IntentState
from incidentkit.domain.evolve import State
from incidentkit.domain.inbound import InboxOutcome, InboxState, ReceivedFile
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.times import from_micros, micros
from incidentkit.rules.retention import belongs_to
from incidentkit.store import tables as t
from incidentkit.store.bodies import handfuls, key_ref
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = [
    "FILE",
    "WORK",
    "Mail",
    "buried",
    "bury",
    "close_mails",
    "done_with",
    "events_of",
    "file_refs",
    "files_under",
    "forgotten",
    "looked_after",
    "lose_addresses",
    "lose_sight",
    "mails_of",
    "messages_to",
    "named_in",
    "owned",
    "receipts_about",
    "said_of_messages",
    "silence",
    "states_of",
    "streams_about",
    "work_left",
]

_AT_ONCE = 400
_FORGOTTEN = "person:"
_AGAIN = "again:"
FILE, AFTER_FILE = "file:", "file;"
_WORK = ("blob:", "key:", "ledger:", "scrub:")

WORK = (_AGAIN, *_WORK)
"""How tombstones begin that are no references, but work that is still to be done in this store."""


_OPEN = (IntentState.PLANNED.value, IntentState.FAILED.value, IntentState.ABANDONED.value)
"""Messages that may still go out, if a person tries them again."""


@frozen
class Mail:
    """Something that came in, by where the vault has its bytes."""

    raw: str
    source: str
    event_id: str
    received_at: datetime
    need: str | None


# --- What is about somebody --------------------------------------------------------------------------------------


def streams_about(unit: Unit, customer: str) -> dict[str, State]:
    """Everything in the record that is about a person, by id, without words: their orders, cases, needs, questions, tasks,
    calls, and what they want to be sent.
    """
    named = {stream for table, key in _NAMED for stream in _column(unit, FACT_TABLES[table], key, "customer", [customer])}
    orders = sorted(_column(unit, FACT_TABLES["facts_orders"], "order_id", "customer", [customer]))
    linked = set(_column(unit, t.links, "stream", "order_id", orders))
    written = set(_column(unit, t.vault, "stream", "customer", [customer]))
    cases = sorted(named | linked)
    tasks = {*_column(unit, FACT_TABLES["facts_tasks"], "task_id", "incident_id", cases)}
    tasks |= {*_column(unit, FACT_TABLES["facts_tasks"], "task_id", "order_id", orders)}
    about: dict[str, State] = {}
    found = states_of(unit, {customer, *named, *linked, *written, *tasks})
    for stream, state in sorted(found.items(), key=lambda each: (_place(each[1]), each[0])):
        if belongs_to(state, customer, about):
            about[stream] = state
    return about


def _place(state: State) -> int:
    """What belongs to a person by its order or case is looked at after that."""
    return (Order, Incident).index(type(state)) if isinstance(state, (Order, Incident)) else 2


_NAMED = (
    ("facts_orders", "order_id"),
    ("facts_incidents", "incident_id"),
    ("facts_asks", "ask_id"),
    ("facts_needs", "need_id"),
    ("facts_calls", "call_id"),
)
"""Tables of facts that are found by a customer, each with the id of what the fact is about."""


def _column(unit: Unit, table: Any, wanted: str, by: str, values: Iterable[str]) -> Iterator[str]:
    for some in handfuls(values):
        query = select(table.c[wanted]).where(table.c.tenant == unit.tenant, table.c[by].in_(some)).distinct()
        yield from (found for found in unit.connection.execute(query).scalars() if found is not None)


def states_of(unit: Unit, streams: Iterable[str]) -> dict[str, State]:
    """Things as they stand, by id, without words."""
    s, found = t.streams.c, dict[str, State]()
    for some in handfuls(streams):
        query = select(s.stream, s.kind, s.document).where(s.tenant == unit.tenant, s.stream.in_(some))
        found.update((row.stream, unit.said(row.kind, row.document)) for row in unit.connection.execute(query))
    return found


def named_in(unit: Unit, streams: Iterable[str]) -> set[str]:
    """The references into the vault that the events of some streams hold."""
    e = t.events.c
    found: set[str] = set()
    for some in handfuls(streams):
        query = select(e.data).where(e.tenant == unit.tenant, e.stream.in_(some))
        found.update(ref for data in unit.connection.execute(query).scalars() for ref in text_refs(data))
    return found


def owned(unit: Unit, customer: str) -> set[str]:
    """The references into the vault whose rows say that they are this person's, with their own."""
    return {customer, *_column(unit, t.vault, "ref", "customer", [customer])}


def events_of(unit: Unit, streams: Iterable[str]) -> dict[str, list[Any]]:
    """The rows of the events of some streams, in their order."""
    e = t.events.c
    found: dict[str, list[Any]] = {stream: [] for stream in streams}
    for some in handfuls(found):
        query = select(t.events).where(e.tenant == unit.tenant, e.stream.in_(some)).order_by(e.stream, e.version)
        for row in unit.connection.execute(query):
            found[row.stream].append(row)
    return found


def messages_to(unit: Unit, customer: str) -> list[Any]:
    """The rows of messages to a person, the earliest due first."""
    i = t.intents.c
    query = select(t.intents).where(i.tenant == unit.tenant, i.customer == customer).order_by(i.due, i.seq, i.key)
    return list(unit.connection.execute(query))


def receipts_about(unit: Unit, messages: Iterable[str]) -> dict[str, list[Any]]:
    """The rows of what channels said of some messages, by the message, the earliest first."""
    r = t.receipts.c
    found: dict[str, list[Any]] = {}
    for some in handfuls(messages):
        query = select(t.receipts).where(r.tenant == unit.tenant, r.message.in_(some)).order_by(r.at, r.key)
        for row in unit.connection.execute(query):
            found.setdefault(row.message, []).append(row)
    return found


def mails_of(unit: Unit, customer: str, needs: Collection[str]) -> list[Mail]:
    """What came in from a person: filed under them, sent from an address of theirs, or a contact of one of their needs."""
    a, v, i = t.addresses.c, t.vault.c, t.inbox.c
    filed = select(v.ref).where(v.tenant == unit.tenant, v.customer == customer)
    theirs = select(a.hash).where(a.tenant == unit.tenant, a.customer == customer)
    meant: list[ColumnElement[bool]] = [i.raw.in_(filed), and_(i.sender.is_not(None), i.sender.in_(theirs))]
    meant += [and_(i.need.is_not(None), i.need.in_(some)) for some in handfuls(needs)]
    found = {row.raw: row for where in meant for row in unit.connection.execute(_mails(unit).where(where))}
    return sorted(map(_mail, found.values()), key=lambda mail: (mail.received_at, mail.raw))


def _mails(unit: Unit) -> Any:
    i = t.inbox.c
    return select(i.raw, i.source, i.event_id, i.received_at, i.need).where(i.tenant == unit.tenant)


def _mail(row: Any) -> Mail:
    return Mail(row.raw, row.source, row.event_id, from_micros(row.received_at), row.need)


def files_under(unit: Unit, refs: Iterable[str], mails: Iterable[Mail] = ()) -> dict[str, ReceivedFile]:
    """The files that came in, by where the vault describes them: those among ``refs``, and those that came with mails."""
    v, found = t.vault.c, {ref for ref in refs if FILE <= ref < AFTER_FILE}
    for mail in mails:
        start = f"{FILE}{mail.raw}"
        query = select(v.ref).where(v.tenant == unit.tenant, v.ref >= f"{start}:", v.ref < f"{start};")
        found.update(unit.connection.execute(query).scalars())
    return {ref: ReceivedFile(**json.loads(body)) for ref, body in sorted(unit.bodies(found).items())}


def file_refs(files: Mapping[str, ReceivedFile]) -> set[str]:
    """Where the vault has what belongs to files: what they are, and the keys of their bytes."""
    return {*files, *(key_ref(file.ref) for file in files.values())}


def said_of_messages(unit: Unit, customer: str) -> set[str]:
    """Where the vault has what channels said of messages to a person."""
    r, i = t.receipts.c, t.intents.c
    theirs = select(i.key).where(i.tenant == unit.tenant, i.customer == customer)
    query = select(r.raw).where(r.tenant == unit.tenant, r.message.in_(theirs), r.raw.is_not(None))
    return set(unit.connection.execute(query).scalars())


# --- Deleting ----------------------------------------------------------------------------------------------------


def bury(
    unit: Unit,
    customer: str | None,
    refs: Iterable[str],
    reason: str,
    at: datetime,
    work: Iterable[str] = (),
    now: datetime | None = None,
) -> int:
    """Delete parts of the vault for good, and leave a tombstone for each; how many were there.

    Args:
        customer: whose they are; everything else that the vault says is theirs goes too. None where only these go.
        work: what must be done about it once it is committed, e.g. ``blob:REF``.
        now: since when that waits; default: ``at``.
    """
    gone = {*refs, *(owned(unit, customer) if customer is not None else ())}
    when = dict.fromkeys((*gone, *([f"{_FORGOTTEN}{customer}"] if customer is not None else ())), at)
    when |= dict.fromkeys(work, now or at)
    rows = [
        {"tenant": unit.tenant, "ref": ref, "customer": customer, "reason": reason, "at": micros(since)}
        for ref, since in sorted(when.items())
    ]
    insert: Any = (postgresql if unit.connection.dialect.name == "postgresql" else sqlite).insert(t.tombstones)
    for start in range(0, len(rows), _AT_ONCE):
        unit.connection.execute(insert.on_conflict_do_nothing(), rows[start : start + _AT_ONCE])
    return unit.erase(customer, gone)


def lose_sight(unit: Unit, customer: str, streams: Iterable[str]) -> None:
    """Nobody is found as this person any more, by their key, an address or a telephone number.

    Args:
        streams: what is about them.
    """
    unit.connection.execute(delete(t.people).where(t.people.c.tenant == unit.tenant, t.people.c.customer == customer))
    lose_addresses(unit, customer)
    unit.lose_sight(customer, streams)


def lose_addresses(unit: Unit, customer: str) -> None:
    """Whoever writes from an address or a number of theirs is nobody known."""
    mine = (t.addresses.c.tenant == unit.tenant, t.addresses.c.customer == customer)
    unit.connection.execute(delete(t.addresses).where(*mine))


def silence(unit: Unit, customer: str) -> None:
    """No message to a person goes out any more, none waits for anybody, and none says what it said.

    What a worker is just handing over is its own to conclude.
    """
    i, r = t.intents.c, t.receipts.c
    mine = (i.tenant == unit.tenant, i.customer == customer)
    idle = update(t.intents).where(*mine, i.state != literal_column("'claimed'"))
    unit.connection.execute(idle.where(i.state.in_(_OPEN)).values(state=IntentState.SUPPRESSED.value, reason="forgotten"))
    unit.connection.execute(idle.values(vals="{}"))
    keys = select(i.key).where(*mine)
    lost = (r.tenant == unit.tenant, r.state == literal_column("'lost'"), r.message.in_(keys))
    unit.connection.execute(update(t.receipts).where(*lost).values(state="applied"))


def close_mails(unit: Unit, mails: Sequence[Mail]) -> None:
    """What came in is not looked at any more, nor found by who sent it."""
    i = t.inbox.c
    gone = {"state": InboxState.DONE.value, "outcome": InboxOutcome.FORGOTTEN.value, "sender": None, "message": None}
    for some in handfuls(mail.raw for mail in mails):
        unit.connection.execute(update(t.inbox).where(i.tenant == unit.tenant, i.raw.in_(some)).values(**gone))


# --- Tombstones --------------------------------------------------------------------------------------------------


def forgotten(unit: Unit, customers: Collection[str] | None = None) -> dict[str, datetime]:
    """Who was forgotten, by id, and when: of some people, or of all."""
    s = t.tombstones.c
    query = select(s.customer, s.at).where(s.tenant == unit.tenant)
    if customers is None:
        rows = list(unit.connection.execute(query.where(*_between(_FORGOTTEN))))
    else:
        of = [[f"{_FORGOTTEN}{customer}" for customer in some] for some in handfuls(customers)]
        rows = [row for some in of for row in unit.connection.execute(query.where(s.ref.in_(some)))]
    return {row.customer: from_micros(row.at) for row in rows}


def buried(connection: Connection, tenant: str, refs: Iterable[str]) -> set[str]:
    """Those references into the vault whose rows were deleted for good."""
    s, found = t.tombstones.c, set[str]()
    for some in handfuls(refs):
        found.update(connection.execute(select(s.ref).where(s.tenant == tenant, s.ref.in_(some))).scalars())
    return found


def work_left(unit: Unit) -> list[str]:
    """What is still to be done about deletions that are committed."""
    s = t.tombstones.c
    ranges = or_(*(and_(*_between(start)) for start in _WORK))
    return list(unit.connection.execute(select(s.ref).where(s.tenant == unit.tenant, ranges).order_by(s.ref)).scalars())


def looked_after(unit: Unit, until: datetime) -> list[str]:
    """Those who were forgotten up to an instant, and were not looked after since: ``again:ID``."""
    s = t.tombstones.c
    query = select(s.ref).where(s.tenant == unit.tenant, *_between(_AGAIN), s.at <= micros(until))
    return list(unit.connection.execute(query.order_by(s.ref)).scalars())


def done_with(unit: Unit, work: Iterable[str]) -> None:
    """Note that it was done."""
    s = t.tombstones.c
    for some in handfuls(work):
        unit.connection.execute(delete(t.tombstones).where(s.tenant == unit.tenant, s.ref.in_(some)))


def _between(start: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """References that begin so."""
    after = start[:-1] + chr(ord(start[-1]) + 1)
    return t.tombstones.c.ref >= literal(start), t.tombstones.c.ref < literal(after)
