"""One transaction's worth of work: what was read is kept, what was decided is gathered and written in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from attrs import define, evolve, field, frozen
from sqlalchemy import Connection

from incidentkit.codec.record import WORDS, decode_document, decode_event, encode_document, encode_event, kind_of, text_refs
from incidentkit.domain.effects import Intent, IntentState, Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import from_micros, micros
from incidentkit.domain.wording import with_words
from incidentkit.errors import ConflictError, RuleViolation, StoreError, UnknownIdError
from incidentkit.measures.facts import action_facts
from incidentkit.measures.marks import day_of
from incidentkit.store.bodies import erase
from incidentkit.store.chain import GENESIS, link
from incidentkit.store.intents import mark_row
from incidentkit.store.projection import Projection
from incidentkit.store.recollection import Recollection
from incidentkit.store.schema import check_schema
from incidentkit.store.session import Question, Session, Write
from incidentkit.store.statements import WORDS_AT_ONCE, Statements
from incidentkit.store.transaction import Part, Snapshot, Transaction
from incidentkit.store.vault import Vault

__all__ = ["Held", "Remembered", "Unit"]

_FLUSH_AT = 2000
"""Events gathered before they are written, so that a long batch does not grow without bound."""

_KEYS_AT_ONCE = 500
"""Keys that are looked up together."""


@define(eq=False)
class Held:
    """A stream as this unit knows it.

    ``written`` is the version in the database, 0 for none; ``anchor`` what the first of the events that wait to be written
    follows, by its hash; ``projected`` the state that its facts there are about. Open incidents are those about an order, open
    tasks those about an incident, the latter as they were when it was read.
    """

    stream: str
    kind: str
    state: State
    version: int
    head: str
    written: int
    projected: State | None = None
    anchor: str = GENESIS
    open_incidents: set[str] = field(factory=set)
    open_tasks: Sequence[str] = ()
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
    addresses: list[dict[str, Any]] = field(factory=list)
    vault: dict[str, dict[str, Any]] = field(factory=dict)
    intents: list[dict[str, Any]] = field(factory=list)
    receipts: list[dict[str, Any]] = field(factory=list)
    marks: list[dict[str, Any]] = field(factory=list)
    timers: dict[tuple[str, str], datetime | None] = field(factory=dict)
    actions: dict[tuple[Any, ...], dict[str, Any]] = field(factory=dict)


_NOTHING = _Gathered()

_action = itemgetter("at", "order_id", "actor")


class Unit:
    """Everything that one transaction reads and writes, for one tenant.

    Not for use after its transaction has ended, nor by two threads.
    """

    def __init__(
        self,
        transaction: Transaction | Snapshot | Part,
        statements: Statements,
        tenant: str,
        shop: Shop,
        recollection: Recollection,
        vault: Vault,
    ) -> None:
        self._transaction = transaction
        self._recollection = recollection
        self._session = transaction.session
        self._run = statements
        self.tenant = tenant
        self.vault = vault
        self._shop = shop
        self._held: dict[str, Held] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._people: dict[str, tuple[str, str]] = {}
        self._keys: dict[str, Remembered] = {}
        self._stored_keys: set[str] = set()
        self._open: dict[str, dict[str, bool]] = {}
        self._tasks: dict[str, set[str]] = {}
        self._needs: dict[str, dict[str, Held]] = {}
        self._last_seq: int | None = None
        self._last_known = 0
        self._in_turn = False
        self._of_customers: set[str] = set()
        self._failed = False
        self._rows = _Gathered()
        self.recorded: list[Event] = []

    # --- Reading -------------------------------------------------------------------------------------------------

    @property
    def connection(self) -> Connection:
        """For what is asked through SQLAlchemy."""
        return self._transaction.connection

    @property
    def recollection(self) -> Recollection:
        """What it has learned of things: for others once its transaction is committed."""
        return self._recollection

    @property
    def statements(self) -> Statements:
        """What was compiled before."""
        return self._run

    @property
    def session(self) -> Session:
        """For what is asked with those."""
        return self._session

    def needs_about(self, subjects: Iterable[str | None]) -> list[Held]:
        """The needs that were changed in this unit, and are or were of one of these customers, or about one of these things."""
        found = [self._needs.get(subject, {}) for subject in subjects if subject is not None]
        return list({need: held for some in found for need, held in some.items()}.values())

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
        row = self._session.one(self._run.load, tenant=self.tenant, stream=stream)
        return None if row is None else self._hold(stream, row)

    def load_case(self, incident: str) -> Held:
        """As `load`, with its order at hand, where that can be asked for on the same way to the server.

        Raises:
            UnknownIdError: there is none, or it is of another kind.
        """
        beside = self._run.beside
        if beside is not None and incident not in self._held and isinstance(incident, str) and incident.isprintable():
            given = {"tenant": self.tenant, "stream": incident}
            own, orders = self._session.ask(Question(self._run.load, given), Question(beside, given))
            if own:
                self._hold(incident, own[0])
                for row in orders:
                    if row.stream not in self._held:
                        self._hold(row.stream, row)
        return self.load("incident", incident)

    def load_all(self, streams: Iterable[str]) -> None:
        """Have these at hand, all of them asked for together."""
        missing = [stream for stream in dict.fromkeys(streams) if stream not in self._held and stream.isprintable()]
        answers = self._session.ask(*(Question(self._run.load, {"tenant": self.tenant, "stream": s}) for s in missing))
        for stream, rows in zip(missing, answers, strict=True):
            if rows:
                self._hold(stream, rows[0])

    def _hold(self, stream: str, row: Any) -> Held:
        state = self.said(row.kind, row.document, lambda: self._words_for(row))
        self._recollection.share(row.head, state)
        held = Held(stream, row.kind, state, row.version, row.head, row.version, state)
        held.open_incidents.update(_listed(row.still_open))
        held.open_tasks = _listed(row.open_tasks)
        for incident, is_open in self._open.get(stream, {}).items():
            (held.open_incidents.add if is_open else held.open_incidents.discard)(incident)
        if self._last_seq is None and row.last_seq is not None:
            self._begin_at(row)
        self._held[stream] = held
        return held

    def said(self, kind: str, document: str, words: Callable[[], Mapping[str, str]] = dict) -> State:
        """What the document of a stream says.

        Args:
            words: gives the vault's for it, where they are asked for.
        """
        known = self._recollection.state(document)
        if known is None:
            known = decode_document(kind, document, words())
            self._recollection.note(document, known)
            return known
        return with_words(known, words()) if WORDS in document else known

    def _words_for(self, row: Any) -> Mapping[str, str]:
        if row.words is None or self._rows.vault:
            return self.words(row.document)
        return self.vault.all_words(row.words)

    def words(self, *texts: str) -> dict[str, str]:
        """The vault's words for every reference in encoded events or documents."""
        return self.bodies({ref for text in texts for ref in text_refs(text)})

    def bodies(self, refs: Iterable[str]) -> dict[str, str]:
        """What the vault holds under these references, in the clear; what was forgotten is left out."""
        waiting, wanted = self._rows.vault, set(refs)
        found = {ref: waiting[ref]["body"] for ref in wanted if ref in waiting}
        missing = sorted(wanted - found.keys()) if found else sorted(wanted)
        for start in range(0, len(missing), WORDS_AT_ONCE):
            some = missing[start : start + WORDS_AT_ONCE]
            statement, room = self._run.find_bodies(len(some))
            asked = {f"ref{place}": some[min(place, len(some) - 1)] for place in range(room)}
            rows = self._session.rows(statement, tenant=self.tenant, **asked)
            found |= self.vault.all_words({row.ref: row.body for row in rows})
        return found

    def erase(self, customer: str | None, refs: Iterable[str]) -> int:
        """Delete rows of the vault for good, and give up the keys that they lay under; how many rows there were.

        Args:
            customer: a person who is forgotten altogether.
        """
        return erase(self, customer, refs)

    def view(self, held: Held) -> State:
        """The state as the caller gets it, with what is derived filled in."""
        if isinstance(held.state, Order) and held.open_incidents:
            return evolve(held.state, in_incident=True)
        return held.state

    def history(self, stream: str, until: int | None = None) -> list[Event]:
        """The events of a stream in order, up to a version."""
        self.flush()
        bound = until if until is not None else 2**31 - 1
        rows = self._session.rows(self._run.history, tenant=self.tenant, stream=stream, until=bound)
        words = self.words(*(row.data for row in rows))
        return [event_of(row, words) for row in rows]

    def named(self, kind: str, name: str) -> str | None:
        """The stream that has a unique name."""
        if (kind, name) in self._names:
            return self._names[kind, name]
        if not name.isprintable():
            return None
        row = self._session.one(self._run.find_name, tenant=self.tenant, kind=kind, name=name)
        return None if row is None else row.stream

    def key(self, key: str) -> Remembered | None:
        """What is known of an idempotency key."""
        if key in self._keys:
            return self._keys[key]
        row = self._session.one(self._run.find_key, tenant=self.tenant, key=key)
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
        row = self._session.one(self._run.find_person, tenant=self.tenant, hash=hash_)
        return None if row is None else (row.customer, self.vault.words(row.customer, row.body or "") or "")

    def open_tasks(self, incident: str) -> list[str]:
        """The ids of the tasks about an incident that are open, or were changed in this unit."""
        held = self.any(incident)
        known = held.open_tasks if held is not None else ()
        return sorted({*known, *self._tasks.get(incident, ())})

    def source_streams(self, source: str, source_keys: Sequence[str]) -> dict[str, str]:
        """The streams that hold the events of a source, by their keys there; keys that are not in the record are left out."""
        found: dict[str, str] = {}
        for start in range(0, len(source_keys), _KEYS_AT_ONCE):
            some = source_keys[start : start + _KEYS_AT_ONCE]
            # One by one, sent together. A list of them would be looked up by reading the whole source, as long as the database
            # has not looked at how a new store's tables are filled.
            asked = [Question(self._run.source_keys, {"tenant": self.tenant, "source": source, "source_key": k}) for k in some]
            answers = self._session.ask(*asked)
            found.update((key, rows[0].stream) for key, rows in zip(some, answers, strict=True) if rows)
        return found

    # --- Writing -------------------------------------------------------------------------------------------------

    def append(self, events: Sequence[Event], state: State) -> Held:
        """Add events to the end of a stream, whose state they lead to."""
        stream = events[0].stream
        held = self._held.get(stream)
        if held is None:
            held = self._held[stream] = Held(stream, kind_of(state), state, 0, GENESIS, 0)
        if not held.dirty:
            held.anchor = held.head
        for event in events:
            self._add(held, event)
            # The events of one command are one action for each order.
            self._rows.actions |= {_action(row): row for row in action_facts(event, state, self._shop)}
        if isinstance(state, Incident):
            self._show_open(held.state, state)
            self._of_customers.add(state.customer or "")
        elif isinstance(state, Task) and state.incident is not None:
            self._tasks.setdefault(state.incident, set()).add(state.id)
        elif isinstance(state, Need):
            self._note_need(held, state)
        held.state, held.dirty = state, True
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

    def _show_open(self, before: State, incident: Incident) -> None:
        # A case that gave orders back is not about them any more.
        given_back = [o for o in before.orders if o not in incident.orders] if isinstance(before, Incident) else []
        for order in (*incident.orders, *given_back):
            is_open = incident.open and order in incident.orders
            self._open.setdefault(order, {})[incident.id] = is_open
            held = self._held.get(order)
            if held is not None:
                (held.open_incidents.add if is_open else held.open_incidents.discard)(incident.id)

    def _note_need(self, held: Held, need: Need) -> None:
        for state in (held.state, need):
            assert isinstance(state, Need), "a stream keeps its kind"
            for subject in (state.customer, *state.orders, *state.incidents):
                if subject is not None:
                    self._needs.setdefault(subject, {})[need.id] = held

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

    def name(self, kind: str, name: str, stream: str, *, free: bool = False) -> None:
        """Give a stream a name that no other of its kind may have.

        Args:
            free: nobody had it when the caller looked; if somebody has been quicker, it is a conflict, and decided again.

        Raises:
            RuleViolation: another one has it.
        """
        if free or self.check_name(kind, name, stream) is None:
            self._names[kind, name] = stream
            self._rows.names.append({"tenant": self.tenant, "kind": kind, "name": name, "stream": stream})

    def link(self, order: str, stream: str) -> None:
        """Put a stream on an order's timeline."""
        self._rows.links.append({"tenant": self.tenant, "order_id": order, "stream": stream})

    def unname(self, kind: str, name: str) -> None:
        """Take a name back."""
        self.flush()
        self._names.pop((kind, name), None)
        self._session.change(self._run.drop_names, tenant=self.tenant, kind=kind, name=name)

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

    def reach(self, customer: str, address: str) -> None:
        """Keep by which address, as its keyed hash, a person is found again when they write."""
        self._rows.addresses.append({"tenant": self.tenant, "hash": address, "customer": customer})

    def lose_sight(self, customer: str, streams: Iterable[str] = ()) -> None:
        """Nobody is found as that person any more, in this unit either.

        Args:
            streams: what is about them, whose words this unit has read; all of it is written already.
        """
        self._people = {hash_: found for hash_, found in self._people.items() if found[0] != customer}
        for stream in streams:
            self._held.pop(stream, None)

    def keep(self, ref: str, body: str, customer: str | None, stream: str | None) -> None:
        """Put words or details into the vault."""
        self._rows.vault[ref] = {"tenant": self.tenant, "ref": ref, "customer": customer, "stream": stream, "body": body}

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
                    "purpose": intent.purpose,
                    "cause": intent.cause,
                    "not_after": None if intent.not_after is None else micros(intent.not_after),
                    "reference": intent.reference,
                    "sent_at": None if intent.sent_at is None else micros(intent.sent_at),
                    "carrier": intent.carrier,
                    "worker": None,
                    "leased_until": None,
                    "answer": None,
                }
            )

    def hear(self, receipt: dict[str, Any]) -> None:
        """Keep what a channel said, as a row of its table; one that is there already stays as it is."""
        self._rows.receipts.append(receipt)

    def mark(self, intent: Intent, was: IntentState, holder: str = "") -> None:
        """Note where an effect stands now, if it still stands where it was, and with that worker; it is nobody's then.

        Args:
            holder: who has it, or had it; empty for a command, which may change what nobody has.
        """
        self._rows.marks.append(mark_row(self.tenant, intent, was, holder))

    def time(self, timers: Iterable[Timer]) -> None:
        """Set timers, or take them back."""
        for timer in timers:
            self._rows.timers[timer.stream, timer.name] = timer.due

    def take(self, timer: Timer) -> bool:
        """Take a timer away at once; False where it is gone, or due at another time. Only one of several can take it."""
        assert timer.due is not None, "only a timer that is set can be taken"
        row = {"tenant": self.tenant, "stream": timer.stream, "name": timer.name, "due": micros(timer.due)}
        return self._session.change(self._run.take_timer, **row) == 1

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

    def write_cases_of(self, customer: str | None) -> None:
        """See that the database knows of every case of a customer, also of those that this unit has just changed."""
        if customer in self._of_customers:
            self.flush()

    def wait_turn(self) -> None:
        """Be the tenant's only writer until the transaction ends; does nothing the second time.

        No row is locked before: whoever waits here holds nothing that another writer could wait for.
        """
        if self._in_turn:
            return
        # In SQLite a writing transaction begins with that.
        if self._run.turn is not None:
            last = self._session.ask(
                *(Question(asked, {"tenant": self.tenant}) for asked in (self._run.turn, self._run.last_seq))
            )
            self._begin_at(last[1][0])
        self._in_turn = True

    def _begin_at(self, row: Any) -> None:
        """Note where the record ends, and see that it is still the one that this process writes to."""
        check_schema(row.schema, "The store")
        self._last_seq, self._last_known = row.last_seq, row.last_known or 0
        if row.looked_at is not None:
            # Whoever looked has seen all that was known by then.
            self._last_known = max(self._last_known, int(row.looked_at) + 1)

    def _number(self, rows: _Gathered) -> None:
        """Give out the places in the record: from the last one on, which nobody else can take now."""
        if self._last_seq is None and rows.events:
            self._begin_at(self._session.one(self._run.last_seq, tenant=self.tenant))
        first = (self._last_seq or 0) + 1
        start = len(self.recorded) - len(rows.events)
        behind = False
        for place, row in enumerate(rows.events, start):
            row["seq"], event = first + place, self.recorded[place]
            known = event.known_at
            if row["known_at"] < self._last_known:
                row["known_at"], known, behind = self._last_known, from_micros(self._last_known), True
            self._last_known = row["known_at"]
            self.recorded[place] = _placed(event, first + place, known)
        if behind:
            self._chain_anew(rows.events)
        for row in rows.intents:
            row["seq"] += first - 1

    def _chain_anew(self, events: Iterable[dict[str, Any]]) -> None:
        """Their hashes, now that it is settled when they became known: never before an event that stands in front of them.

        Somebody else's, decided later and written sooner, may say a later instant; so may one from before a clock was set back.
        """
        heads: dict[str, str] = {}
        for row in events:
            stream = row["stream"]
            heads[stream] = row["hash"] = link(heads.get(stream) or self._held[stream].anchor, row)
        for stream, head in heads.items():
            self._held[stream].head = head

    def _write(self, dirty: list[Held]) -> None:
        rows, run = self._rows, self._run
        self._rows = _Gathered()
        self._of_customers.clear()
        self._number(rows)
        first = ((run.add_names, rows.names), (run.add_links, rows.links), (run.add_events, rows.events))
        people = ((run.add_people, rows.people), (run.add_addresses, rows.addresses))
        words = self.vault.sealed(rows.vault.values()) if rows.vault else []
        then = (*people, (run.put_vault, words), (run.add_intents, rows.intents), (run.add_receipts, rows.receipts))
        self._session.write(
            [
                *(Write(statement, some) for statement, some in first if some),
                *self._stream_writes(dirty),
                *self._fact_writes(dirty, list(rows.actions.values())),
                *(Write(statement, some) for statement, some in then if some),
                Write(self._run.mark_intents, rows.marks, "An effect"),
                *self._key_writes(rows),
                *self._timer_writes(rows.timers),
            ]
        )
        self._stored_keys |= rows.keys.keys()

    def _key_writes(self, rows: _Gathered) -> Iterator[Write]:
        if rows.keys:
            yield Write(self._run.drop_keys, rows.outlived, "A key")
            yield Write(self._run.add_keys, list(rows.keys.values()))

    def _stream_writes(self, dirty: list[Held]) -> Iterator[Write]:
        new, moved = [], []
        for held in dirty:
            document = encode_document(held.state)
            self._recollection.note(document, held.state)
            row = {"tenant": self.tenant, "version": held.version, "head": held.head, "document": document}
            if held.written:
                moved.append({**row, "of_stream": held.stream, "was": held.written})
            else:
                new.append({**row, "stream": held.stream, "kind": held.kind})
            self._recollection.share(held.head, held.state)
            held.written, held.dirty = held.version, False
        if new:
            yield Write(self._run.add_streams, new)
        yield Write(self._run.move_streams, moved, "A stream")

    def _fact_writes(self, dirty: list[Held], actions: list[dict[str, Any]]) -> Iterator[Write]:
        told = Projection(self._shop, self._order)
        for held in dirty:
            told.project(held.projected, held.state)
            held.projected = held.state
        for incident in self._cases_about(told.recarried):
            if incident.id not in told.signed:
                told.sign(incident)
        if actions:
            told.puts["facts_actions"] = actions
            told.marks.update(("actions", day_of(row["at"])) for row in actions)
        if told.unsigned:
            # Those that came after it may have been repeats of what it was.
            earlier = [{"tenant": self.tenant, "incident": incident} for incident in told.unsigned]
            yield Write(self._run.mark_repeats, earlier)
            yield Write(self._run.drop_signatures, earlier)
        for table, rows in told.puts.items():
            yield Write(self._run.put_facts[table], self._owned(rows))
        for table, rows in told.touches.items():
            yield Write(self._run.touch_facts[table], self._owned(rows))
        for table, rows in told.drops.items():
            yield Write(self._run.drop_facts[table], self._owned(rows))
        # In one order for all, so that no two writers wait for each other.
        yield Write(self._run.mark_days, [self._owned_mark(what, day) for what, day in sorted(told.marks)])
        if told.signed:
            yield Write(self._run.mark_repeats, [{"tenant": self.tenant, "incident": incident} for incident in told.signed])
        if told.redirected:
            yield Write(self._run.mark_around, [{"tenant": self.tenant, "order": order} for order in told.redirected])
        if told.asked:
            about = [{"tenant": self.tenant, "order": order, "incident": case} for order, case in sorted(told.asked)]
            yield Write(self._run.mark_asked, about)

    def _cases_about(self, orders: Sequence[str]) -> Iterator[Incident]:
        """Every incident about one of these orders that the database knows of."""
        asked = (Question(self._run.cases_of, {"tenant": self.tenant, "order": order}) for order in orders)
        answers = self._session.ask(*asked) if orders else []
        for incident in dict.fromkeys(row.incident_id for rows in answers for row in rows):
            state = self.load("incident", incident).state
            assert isinstance(state, Incident), "an incident's stream holds an incident"
            yield state

    def _order(self, order_id: str) -> Order:
        state = self.load("order", order_id).state
        assert isinstance(state, Order), "an order's stream holds an order"
        return state

    def _owned(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "tenant": self.tenant} for row in rows]

    def _owned_mark(self, what: str, day: int) -> dict[str, Any]:
        return {"tenant": self.tenant, "what": what, "day": day, "n": 1}

    def _timer_writes(self, timers: dict[tuple[str, str], datetime | None]) -> Iterator[Write]:
        if not timers:
            return
        at = [{"tenant": self.tenant, "stream": stream, "name": name} for stream, name in timers]
        set_, dropped = [], []
        for row, due in zip(at, timers.values(), strict=True):
            if due is None:
                dropped.append(row)
            else:
                set_.append({**row, "due": micros(due)})
        yield Write(self._run.put_timers, set_)
        yield Write(self._run.drop_timers, dropped)


def event_of(row: Any, words: dict[str, str]) -> Event:
    """A row of the record as an event."""
    # By their places, and no instant twice: whoever replays a record comes through here for each of its events.
    occurred_at = from_micros(row.occurred_at)
    return Event(
        row.stream,
        row.version,
        decode_event(row.type, row.type_version, row.data, words),
        occurred_at,
        occurred_at if row.known_at == row.occurred_at else from_micros(row.known_at),
        row.actor,
        row.cause,
        row.source or "",
        row.source_key or "",
        row.seq,
    )


def _placed(event: Event, seq: int, known_at: datetime) -> Event:
    # Each event of each command comes through here: attrs' evolve takes five times as long.
    e = event
    return Event(e.stream, e.version, e.data, e.occurred_at, known_at, e.actor, e.cause, e.source, e.source_key, seq)


def _listed(ids: Any) -> list[str]:
    """A list that the database made, which not every driver has read."""
    found: list[str] = json.loads(ids) if isinstance(ids, str) else ids or []
    return found


def _shown(stream: object) -> str:
    """An id for an error: cut short, and never more than an id."""
    return repr(stream)[:48] if isinstance(stream, str) else type(stream).__name__
