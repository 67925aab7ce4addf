"""One transaction's worth of work: what was read is kept, what was decided is gathered and written in one go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import define, evolve, field, frozen
from sqlalchemy import Connection

from incidentkit.codec.record import decode_document, decode_event, encode_document, encode_event, kind_of, text_refs
from incidentkit.domain.effects import Intent, IntentState, Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import ConflictError, RuleViolation, StoreError, UnknownIdError
from incidentkit.measures.facts import action_facts
from incidentkit.measures.marks import day_of
from incidentkit.store.chain import GENESIS, link
from incidentkit.store.projection import Projection
from incidentkit.store.statements import WORDS_AT_ONCE, Statements

__all__ = ["Held", "Remembered", "Unit"]

_FLUSH_AT = 2000
"""Events gathered before they are written, so that a long batch does not grow without bound."""


@define(eq=False)
class Held:
    """A stream as this unit knows it.

    ``written`` is the version in the database, 0 for none; ``projected`` the state that its facts there are about.
    """

    stream: str
    kind: str
    state: State
    version: int
    head: str
    written: int
    projected: State | None = None
    open_incidents: set[str] = field(factory=set)
    dirty: bool = False


@frozen
class Remembered:
    """What an idempotency key was given for, and what came of it: the stream, its version, and how it was seen then."""

    fingerprint: str
    stream: str
    version: int
    in_incident: bool
    made_at: datetime


@define
class _Gathered:
    """Rows that wait to be written."""

    events: list[dict[str, Any]] = field(factory=list)
    names: list[dict[str, Any]] = field(factory=list)
    links: list[dict[str, Any]] = field(factory=list)
    keys: dict[str, dict[str, Any]] = field(factory=dict)
    outlived: list[dict[str, Any]] = field(factory=list)
    people: list[dict[str, Any]] = field(factory=list)
    vault: list[dict[str, Any]] = field(factory=list)
    intents: list[dict[str, Any]] = field(factory=list)
    marks: list[dict[str, Any]] = field(factory=list)
    timers: dict[tuple[str, str], datetime | None] = field(factory=dict)
    actions: list[dict[str, Any]] = field(factory=list)


_NOTHING = _Gathered()


class Unit:
    """Everything that one transaction reads and writes, for one tenant.

    Not for use after its transaction has ended, nor by two threads.
    """

    def __init__(self, connection: Connection, statements: Statements, tenant: str, shop: Shop) -> None:
        self.connection = connection
        self._run = statements
        self.tenant = tenant
        self._shop = shop
        self._held: dict[str, Held] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._people: dict[str, tuple[str, str]] = {}
        self._keys: dict[str, Remembered] = {}
        self._stored_keys: set[str] = set()
        self._open: dict[str, dict[str, bool]] = {}
        self._first_seq: int | None = None
        self._in_turn = False
        self._failed = False
        self._rows = _Gathered()
        self.recorded: list[Event] = []

    # --- Reading -------------------------------------------------------------------------------------------------

    def load(self, kind: str, stream: str) -> Held:
        """The stream with that id.

        Raises:
            UnknownIdError: there is none, or it is of another kind.
        """
        held = self._held.get(stream) or self._load(stream)
        if held is None or held.kind != kind:
            raise UnknownIdError(
                f"The {kind}", "must be in this record", got=_shown(stream), next="Look the id up.", id=_shown(stream)
            )
        return held

    def any(self, stream: str) -> Held | None:
        """The stream with that id, of whatever kind."""
        return self._held.get(stream) or self._load(stream)

    def _load(self, stream: str) -> Held | None:
        if not isinstance(stream, str) or not stream.isprintable():
            return None  # no database need be asked for it, and not every one could be
        row = self._run.load.one(self.connection, tenant=self.tenant, stream=stream)
        if row is None:
            return None
        state = decode_document(row.kind, row.document, self.words(row.document))
        held = Held(stream, row.kind, state, row.version, row.head, row.version, state)
        if row.kind == "order":
            found = self._run.open_incidents.all(self.connection, tenant=self.tenant, stream=stream)
            held.open_incidents = {r.incident_id for r in found}
            for incident, is_open in self._open.get(stream, {}).items():
                (held.open_incidents.add if is_open else held.open_incidents.discard)(incident)
        self._held[stream] = held
        return held

    def words(self, *texts: str) -> dict[str, str]:
        """The vault's words for every reference in encoded events or documents."""
        refs = {ref for text in texts for ref in text_refs(text)}
        waiting = {row["ref"]: row["body"] for row in self._rows.vault} if refs and self._rows.vault else {}
        found = {ref: waiting[ref] for ref in refs if ref in waiting}
        missing = sorted(refs - found.keys())
        for start in range(0, len(missing), WORDS_AT_ONCE):
            some = missing[start : start + WORDS_AT_ONCE]
            # Short of a full hand, a reference is asked for again: one statement serves all lengths.
            asked = {f"ref{n}": some[min(n, len(some) - 1)] for n in range(WORDS_AT_ONCE)}
            rows = self._run.find_bodies.all(self.connection, tenant=self.tenant, **asked)
            found.update((row.ref, row.body) for row in rows)
        return found

    def view(self, held: Held) -> State:
        """The state as the caller gets it, with what is derived filled in."""
        if isinstance(held.state, Order) and held.open_incidents:
            return evolve(held.state, in_incident=True)
        return held.state

    def history(self, stream: str, until: int | None = None) -> list[Event]:
        """The events of a stream in order, up to a version."""
        self.flush()
        bound = until if until is not None else 2**31 - 1
        rows = self._run.history.all(self.connection, tenant=self.tenant, stream=stream, until=bound)
        words = self.words(*(row.data for row in rows))
        return [event_of(row, words) for row in rows]

    def named(self, kind: str, name: str) -> str | None:
        """The stream that has a unique name."""
        if (kind, name) in self._names:
            return self._names[kind, name]
        if not name.isprintable():
            return None
        row = self._run.find_name.one(self.connection, tenant=self.tenant, kind=kind, name=name)
        return None if row is None else row.stream

    def key(self, key: str) -> Remembered | None:
        """What is known of an idempotency key."""
        if key in self._keys:
            return self._keys[key]
        row = self._run.find_key.one(self.connection, tenant=self.tenant, key=key)
        if row is None:
            return None
        known = Remembered(row.fingerprint, row.stream, row.version, bool(row.in_incident), from_micros(row.made_at))
        self._keys[key] = known
        self._stored_keys.add(key)
        return known

    def person(self, hash_: str) -> tuple[str, str] | None:
        """(customer id, what the vault holds of them as JSON) of a person by keyed hash."""
        if hash_ in self._people:
            return self._people[hash_]
        row = self._run.find_person.one(self.connection, tenant=self.tenant, hash=hash_)
        return None if row is None else (row.customer, row.body or "")

    def source_stream(self, source: str, source_key: str) -> str | None:
        """The stream that holds the event of that source and key."""
        row = self._run.source_keys.one(self.connection, tenant=self.tenant, source=source, source_key=source_key)
        return None if row is None else row.stream

    # --- Writing -------------------------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], state: State) -> Held:
        """Add events to the end of a stream, whose state they lead to."""
        stream = events[0].stream
        held = self._held.get(stream)
        if held is None:
            held = self._held[stream] = Held(stream, kind_of(state), state, 0, GENESIS, 0)
        for event in events:
            self._add(held, event)
            self._rows.actions += action_facts(event, state, self._shop)
        held.state, held.dirty = state, True
        if isinstance(state, Incident):
            self._show_open(state)
        if len(self._rows.events) >= _FLUSH_AT:
            self.flush()
        return held

    def _add(self, held: Held, event: Event) -> None:
        if event.version != held.version + 1:
            raise ConflictError(f"Stream {held.stream}", f"stands at version {held.version}", got=event.version, retry=True)
        row = {
            "tenant": self.tenant,
            "stream": held.stream,
            "version": event.version,
            "type": event.type,
            "type_version": event.data.version,
            "occurred_at": micros(event.occurred_at),
            "known_at": micros(event.known_at),
            "actor": event.actor,
            "cause": event.cause,
            "data": encode_event(event.data),
            "source": event.source or None,
            "source_key": event.source_key or None,
        }
        held.version, held.head = event.version, link(held.head, row)
        self._rows.events.append({**row, "hash": held.head})
        self.recorded.append(event)

    def _show_open(self, incident: Incident) -> None:
        for order in incident.orders:
            self._open.setdefault(order, {})[incident.id] = incident.open
            held = self._held.get(order)
            if held is not None:
                (held.open_incidents.add if incident.open else held.open_incidents.discard)(incident.id)

    def check_name(self, kind: str, name: str, stream: str) -> str | None:
        """Which stream has the name: this one, or none.

        Raises:
            RuleViolation: another one has it.
        """
        taken = self.named(kind, name)
        if taken is not None and taken != stream:
            raise RuleViolation(
                f"The {kind} {name[:64]}",
                "is in the record once",
                got="a second one",
                next="Use the one that is there.",
                stream=taken,
            )
        return taken

    def name(self, kind: str, name: str, stream: str) -> None:
        """Give a stream a name that no other of its kind may have.

        Raises:
            RuleViolation: another one has it.
        """
        if self.check_name(kind, name, stream) is None:
            self._names[kind, name] = stream
            self._rows.names.append({"tenant": self.tenant, "kind": kind, "name": name, "stream": stream})

    def link(self, order: str, stream: str) -> None:
        """Put a stream on an order's timeline."""
        self._rows.links.append({"tenant": self.tenant, "order_id": order, "stream": stream})

    def unname(self, kind: str, name: str) -> None:
        """Take a name back."""
        self.flush()
        self._names.pop((kind, name), None)
        self._run.drop_names.many(self.connection, [{"tenant": self.tenant, "kind": kind, "name": name}])

    def remember_key(self, key: str, fingerprint: str, held: Held, made_at: datetime) -> None:
        """Keep what an idempotency key was given for, and what came of it."""
        known = Remembered(fingerprint, held.stream, held.version, bool(held.open_incidents), made_at)
        if key in self._stored_keys:
            self._stored_keys.discard(key)
            self._rows.outlived.append({"tenant": self.tenant, "of_key": key, "made_at": micros(self._keys[key].made_at)})
        self._keys[key] = known
        self._rows.keys[key] = {
            "tenant": self.tenant,
            "key": key,
            "fingerprint": fingerprint,
            "stream": known.stream,
            "version": known.version,
            "in_incident": int(known.in_incident),
            "made_at": micros(made_at),
        }

    def add_person(self, hash_: str, customer: str, details: str) -> None:
        """Keep a person who was not known."""
        self._rows.people.append({"tenant": self.tenant, "hash": hash_, "customer": customer})
        self.describe_person(hash_, customer, details)

    def describe_person(self, hash_: str, customer: str, details: str) -> None:
        """Keep what is known of a person now."""
        self._people[hash_] = (customer, details)
        self.keep(customer, details, customer, None)

    def keep(self, ref: str, body: str, customer: str | None, stream: str | None) -> None:
        """Put words or details into the vault."""
        self._rows.vault.append({"tenant": self.tenant, "ref": ref, "customer": customer, "stream": stream, "body": body})

    def plan(self, intents: Iterable[Intent]) -> None:
        """Store effects to be performed; one that is there already stays as it is."""
        for intent in intents:
            self._rows.intents.append(
                {
                    "tenant": self.tenant,
                    "key": intent.key,
                    "kind": intent.kind,
                    "channel": intent.channel,
                    "stream": intent.stream,
                    "step": intent.step,
                    "customer": intent.customer,
                    "vals": json.dumps(dict(intent.values), separators=(",", ":"), ensure_ascii=False),
                    "due": micros(intent.due),
                    "state": intent.state.value,
                    "attempts": intent.attempts,
                    "reason": intent.reason,
                    "seq": len(self.recorded),
                }
            )

    def mark(self, intent: Intent, was: IntentState) -> None:
        """Note where an effect stands now, if it still stands where it was; only one worker can claim it."""
        self._rows.marks.append(
            {
                "tenant": self.tenant,
                "of_key": intent.key,
                "was": was.value,
                "state": intent.state.value,
                "attempts": intent.attempts,
                "reason": intent.reason,
                "due": micros(intent.due),
            }
        )

    def time(self, timers: Iterable[Timer]) -> None:
        """Set timers, or take them back."""
        for timer in timers:
            self._rows.timers[timer.stream, timer.name] = timer.due

    def flush(self) -> None:
        """Write what was gathered. The transaction stays open."""
        if self._failed:
            raise StoreError(
                "A transaction",
                "ends with the first write that fails",
                got="a further one",
                next="Leave the batch and begin anew.",
            )
        dirty = [held for held in self._held.values() if held.dirty]
        if not dirty and self._rows == _NOTHING:
            return
        self._failed = True  # until all of it is written
        self.wait_turn()
        self._write(dirty)
        self._failed = False

    def wait_turn(self) -> None:
        """Be the tenant's only writer until the transaction ends; does nothing the second time.

        No row is locked before: whoever waits here holds nothing that another writer could wait for.
        """
        if not self._in_turn:
            self._run.wait_turn(self.connection, tenant=self.tenant)
            self._in_turn = True

    def _number(self, rows: _Gathered) -> None:
        """Give out the places in the record: from the last one on, which nobody else can take now."""
        if self._first_seq is None and rows.events:
            self._first_seq = self._run.last_seq.one(self.connection, tenant=self.tenant)[0] + 1
        first = self._first_seq or 1
        start = len(self.recorded) - len(rows.events)
        for place, row in enumerate(rows.events, start):
            row["seq"] = first + place
            self.recorded[place] = evolve(self.recorded[place], seq=first + place)
        for row in rows.intents:
            row["seq"] += first - 1

    def _write(self, dirty: list[Held]) -> None:
        rows, connection, run = self._rows, self.connection, self._run
        self._rows = _Gathered()
        self._number(rows)
        run.add_names.many(connection, rows.names)
        run.add_links.many(connection, rows.links)
        run.add_events.many(connection, rows.events)
        self._write_streams(dirty)
        self._write_facts(dirty, rows.actions)
        run.add_people.many(connection, rows.people)
        run.put_vault.many(connection, rows.vault)
        run.add_intents.many(connection, rows.intents)
        claims = [row for row in rows.marks if row["state"] == IntentState.CLAIMED.value]
        self._changed(run.mark_intents.many(connection, claims), claims, "An effect")
        run.mark_intents.many(connection, [row for row in rows.marks if row["state"] != IntentState.CLAIMED.value])
        self._changed(run.drop_keys.many(connection, rows.outlived), rows.outlived, "A key")
        run.add_keys.many(connection, list(rows.keys.values()))
        self._stored_keys |= rows.keys.keys()
        self._write_timers(rows.timers)

    def _write_streams(self, dirty: list[Held]) -> None:
        new, moved = [], []
        for held in dirty:
            row = {
                "tenant": self.tenant,
                "version": held.version,
                "head": held.head,
                "document": encode_document(held.state),
            }
            if held.written:
                moved.append({**row, "of_stream": held.stream, "was": held.written})
            else:
                new.append({**row, "stream": held.stream, "kind": held.kind})
            held.written, held.dirty = held.version, False
        self._run.add_streams.many(self.connection, new)
        self._changed(self._run.move_streams.many(self.connection, moved), moved, "A stream")

    @staticmethod
    def _changed(found: int, rows: Sequence[object], what: str) -> None:
        if found != len(rows):
            raise ConflictError(
                what, "was changed by somebody else", got="an older version", next="Make the call again.", retry=True
            )

    def _write_facts(self, dirty: list[Held], actions: list[dict[str, Any]]) -> None:
        told = Projection(self._shop, self._order)
        for held in dirty:
            told.project(held.projected, held.state)
            held.projected = held.state
        if actions:
            told.puts["facts_actions"] = actions
            told.marks.update(("actions", day_of(row["at"])) for row in actions)
        for table, rows in told.puts.items():
            self._run.put_facts[table].many(self.connection, self._owned(rows))
        for table, rows in told.drops.items():
            self._run.drop_facts[table].many(self.connection, self._owned(rows))
        # In one order for all, so that no two writers wait for each other.
        self._run.mark_days.many(self.connection, [self._owned_mark(what, day) for what, day in sorted(told.marks)])
        self._run.mark_around.many(self.connection, [{"tenant": self.tenant, "order": order} for order in told.redirected])

    def _order(self, order_id: str) -> Order:
        state = self.load("order", order_id).state
        assert isinstance(state, Order), "an order's stream holds an order"
        return state

    def _owned(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "tenant": self.tenant} for row in rows]

    def _owned_mark(self, what: str, day: int) -> dict[str, Any]:
        return {"tenant": self.tenant, "what": what, "day": day, "n": 1}

    def _write_timers(self, timers: dict[tuple[str, str], datetime | None]) -> None:
        at = [{"tenant": self.tenant, "stream": stream, "name": name} for stream, name in timers]
        set_, dropped = [], []
        for row, due in zip(at, timers.values(), strict=True):
            if due is None:
                dropped.append(row)
            else:
                set_.append({**row, "due": micros(due)})
        self._run.put_timers.many(self.connection, set_)
        self._run.drop_timers.many(self.connection, dropped)


def event_of(row: Any, words: dict[str, str]) -> Event:
    """A row of the record as an event."""
    return Event(
        stream=row.stream,
        version=row.version,
        data=decode_event(row.type, row.type_version, row.data, words),
        occurred_at=from_micros(row.occurred_at),
        known_at=from_micros(row.known_at),
        actor=row.actor,
        cause=row.cause,
        source=row.source or "",
        source_key=row.source_key or "",
        seq=row.seq,
    )


def _shown(stream: object) -> str:
    """An id for an error: cut short, and never more than an id."""
    return repr(stream)[:48] if isinstance(stream, str) else type(stream).__name__
