"""Whether effects stand where the record says, and refer to what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from incidentkit.domain import events as ev
from incidentkit.domain.effects import IntentState
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.payments import MONEY
from incidentkit.rules.paying import UNPLACED, payment_key
from incidentkit.store import tables as t
from incidentkit.store.loading import LOADED
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded
from incidentkit.store.verifying.histories import Page, within

__all__ = ["judge_effects", "judge_intents", "loaded_up_to"]

_STATES = frozenset(state.value for state in IntentState)
_PURPOSES = frozenset({"service", "legal", "survey", "staff", "marketing", MONEY})
_OF_WORKERS = ("worker", "leased_until", "answer")
_SPEAKS = (ev.MessageReceipt, ev.MessageResent, ev.MessageSettled, ev.MessageUndelivered)


def judge_intents(
    connection: Connection, tenant: str, page: Page, found: Mapping[str, Folded], last: int, findings: Findings
) -> None:
    """Look at the effects about a page's streams beside what their events say of them.

    Args:
        last: the last place in the record.
    """
    c = t.intents.c
    query = select(t.intents).where(c.tenant == tenant, *within(c.stream, page))
    rows = {row.key: row for row in connection.execute(query)}
    told = {key: kinds for stream in found.values() for key, kinds in _told(stream).items()}
    for row in rows.values():
        subject, seq = f"{row.step} {row.key}", row.seq or None
        if row.stream not in page.events:
            findings.add("intents", subject, "it is about nothing that is in the record", seq)
        for words in _bad_row(row, last):
            findings.add("intents", subject, words, seq)
        if row.stream in found:
            said = told.get(row.key, frozenset())
            state = found[row.stream].state
            for words in _bad_payment(row, tenant, state) if row.kind == MONEY else _bad_standing(row, said):
                findings.add("intents", subject, words, seq)
    loaded = loaded_up_to(connection, tenant)
    for stream in found.values():
        for key in _spoken_of(stream, loaded) - rows.keys():
            findings.add("intents", key, "the record speaks of it, and it is not there", stream.last.seq, stream.last.version)


def _told(stream: Folded) -> dict[str, frozenset[type[ev.Happening]]]:
    """The kinds of events that speak of each effect."""
    told: dict[str, frozenset[type[ev.Happening]]] = {}
    for event, _ in stream.steps:
        data = event.data
        if isinstance(data, _SPEAKS):
            told[data.key] = told.get(data.key, frozenset()) | {type(data)}
    return told


def _spoken_of(stream: Folded, after: int) -> set[str]:
    """The keys of the effects that events after a place in the record speak of."""
    said = (event.data for event, _ in stream.steps if event.seq > after)
    return {data.key for data in said if isinstance(data, (*_SPEAKS, ev.NoticePlanned))}


def loaded_up_to(connection: Connection, tenant: str) -> int:
    """How far the record came from a file, without the effects that it speaks of, and perhaps without its people."""
    s = t.settings.c
    found = connection.execute(select(s.value).where(s.tenant == tenant, s.name == LOADED)).scalar() or "0"
    return int(found) if found.isdecimal() else 0


def _bad_row(row: Any, last: int) -> Iterator[str]:
    """What is wrong with an effect by itself."""
    if row.state not in _STATES or row.purpose not in _PURPOSES:
        yield "its state or its purpose is unknown"
    if not _is_object(row.vals):
        yield "its values can't be read"
    if not 0 <= row.seq <= last:
        yield "it was planned at a place that the record does not have"
    held = {name for name in _OF_WORKERS if getattr(row, name) is not None}
    # One in doubt keeps the name of the worker that may know more.
    if row.state != "claimed" and held - ({"worker"} if row.state == "unknown" else set()):
        yield f"it is {row.state}, and some worker's"
    if row.attempts < 0:
        yield "it was tried less than never"


def _bad_standing(row: Any, told: frozenset[type[ev.Happening]]) -> Iterator[str]:
    """What is wrong with an effect beside what its stream says of it."""
    if row.purpose == "staff":
        if told:
            yield "it went to people of the shop, and is in the record"
        return
    received = ev.MessageReceipt in told
    if (row.state == "done") != received:
        yield f"it is {row.state}, {'with' if received else 'without'} a receipt in the record"


def _bad_payment(row: Any, tenant: str, state: State) -> Iterator[str]:
    """What is wrong with a payment beside the remedy that it is for."""
    said = dict(json.loads(row.vals)) if _is_object(row.vals) else {}
    remedy = state.remedy(said.get("remedy", "")) if isinstance(state, Incident) else None
    if remedy is None or row.key != payment_key(tenant, row.stream, remedy.id):
        yield "it pays no remedy of its case"
        return
    if str(remedy.amount) != said.get("amount"):
        yield "it pays another amount than was agreed"
    carried_out = remedy.carried_out_at is not None
    if row.state == "done" and row.reason != UNPLACED and (not carried_out or remedy.reference != row.reference):
        yield "it is paid, and its remedy is not carried out by that"
    if row.state not in ("done", "suppressed") and carried_out:
        yield f"it is {row.state}, and its remedy is carried out"


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


# --- What refers to effects, and to what came in -------------------------------------------------------------------


def judge_effects(connection: Connection, tenant: str, findings: Findings) -> None:
    """Look at what refers to something else: effects that others carried, receipts, what came in, and keys of calls."""
    for kind, name, columns, clause, words in _loose(tenant):
        query = select(*columns).where(columns[0].table.c.tenant == tenant, clause)
        for row in connection.execute(query):
            findings.add(kind, " ".join([name, *map(str, row)]).strip(), words)


Loose = tuple[str, str, Sequence[Any], ColumnElement[bool], str]


def _loose(tenant: str) -> Iterator[Loose]:
    i, r, n, k = t.intents, t.receipts, t.inbox, t.keys
    carrying = i.alias()
    there = exists().where(carrying.c.tenant == tenant, carrying.c.key == i.c.carrier)
    yield "intents", "", [i.c.key], and_(i.c.carrier.is_not(None), ~there), "what carried it along is not there"
    meant = exists().where(i.c.tenant == tenant, i.c.key == r.c.message)
    yield "receipts", "", [r.c.channel, r.c.key], and_(r.c.message.is_not(None), ~meant), "its message is not there"
    known = r.c.state.in_(["waiting", "applied", "lost"])
    yield "receipts", "", [r.c.channel, r.c.key], ~known, "its state is unknown"
    yield "receipts", "", [r.c.channel, r.c.key], and_(r.c.raw.is_not(None), _gone(r.c.raw, tenant)), "its words are missing"
    yield "inbox", "", [n.c.source, n.c.event_id], _gone(n.c.raw, tenant), "what came in is missing"
    need = exists().where(t.streams.c.tenant == tenant, t.streams.c.stream == n.c.need, t.streams.c.kind == "need")
    yield "inbox", "", [n.c.source, n.c.event_id], and_(n.c.need.is_not(None), ~need), "its need is not in the record"
    states = n.c.state.in_(["waiting", "done", "held", "dead"])
    yield "inbox", "", [n.c.source, n.c.event_id], ~states, "its state is unknown"
    made = exists().where(t.streams.c.tenant == tenant, t.streams.c.stream == k.c.stream, t.streams.c.version >= k.c.version)
    yield "keys", "", [k.c.stream, k.c.version], ~made, "what came of a call is not in the record"
    wrong = or_(k.c.in_incident.not_in([0, 1]), func.length(k.c.fingerprint) != 64, k.c.version < 1)
    yield "keys", "", [k.c.stream, k.c.version], wrong, "what is remembered of a call can't be read"


def _gone(ref: ColumnElement[str], tenant: str) -> ColumnElement[bool]:
    """Whether a reference into the vault leads nowhere, and nobody has forgotten what was there."""
    v, b = t.vault.c, t.tombstones.c
    words = exists().where(v.tenant == tenant, v.ref == ref)
    return and_(~words, ~exists().where(b.tenant == tenant, b.ref == ref))
