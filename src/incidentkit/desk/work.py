"""One command at work: names resolved, words put aside for the vault, a decision applied."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from incidentkit.desk.calls import Call
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import State, evolve
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.surveys import Ask
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.store.unit import Held, Unit

__all__ = ["Work", "person_hash"]

_LONGEST_TEXT = 20_000


class Work:
    """The bench of one call. ``now`` is what its decisions may look at."""

    def __init__(
        self, unit: Unit, now: Circumstances, known_at: datetime, ids: Callable[[], str], secret: bytes, call: Call
    ) -> None:
        self.unit = unit
        self.now = now
        self._known_at = known_at
        self._ids = ids
        self._secret = secret
        self._call = call
        self._made = 0
        self._texts: list[Text] = []
        self._people: list[Callable[[], None]] = []
        self._fresh: set[str] = set()

    # --- Gather --------------------------------------------------------------------------------------------------

    def new_id(self) -> str:
        """A fresh id."""
        fresh = self._ids()
        self._fresh.add(fresh)
        return fresh

    def order(self, order_id: str) -> Order:
        """The order with that id."""
        state = self.unit.load("order", order_id).state
        assert isinstance(state, Order)
        return state

    def incident(self, incident_id: str) -> Incident:
        """The incident with that id."""
        state = self.unit.load("incident", incident_id).state
        assert isinstance(state, Incident)
        return state

    def ask(self, ask_id: str) -> Ask:
        """The survey ask with that id."""
        state = self.unit.load("ask", ask_id).state
        assert isinstance(state, Ask)
        return state

    def order_of(self, incident: Incident) -> Order | None:
        """The order that an incident's lines and money belong to."""
        return self.order(incident.orders[0]) if incident.orders else None

    def text(self, words: str | None) -> Text | None:
        """Words on their way to the vault; kept when the decision is."""
        if words is None:
            return None
        if not isinstance(words, str) or len(words) > _LONGEST_TEXT or "\0" in words:
            raise InvalidInput("A text", f"must be words of at most {_LONGEST_TEXT:,} characters", got="something else")
        text = Text(f"text:{self._ids()}", words)
        self._texts.append(text)
        return text

    def words(self, words: str | None) -> Text:
        """As `text`, with none as empty words."""
        return self.text(words or None) or Text("")

    def customer(self, customer: Customer | str | None) -> CustomerId | None:
        """The id of a person, who is kept in the vault when new; found again by a keyed hash of the shop's own key."""
        if customer is None:
            return None
        person = Customer(customer) if isinstance(customer, str) else customer
        if not isinstance(person, Customer):
            raise InvalidInput("customer", "must be a Customer or the shop's key for one", got=type(customer).__name__)
        hash_ = person_hash(self._secret, self.now.tenant, person.key)
        details = {name: value for name, value in _details(person) if value}
        found = self.unit.person(hash_)
        if found is None:
            new = CustomerId(self._ids())
            self._people.append(lambda: self.unit.add_person(hash_, new, _packed(details)))
            return new
        known = json.loads(found[1]) if found[1] else {}
        if known != {**known, **details}:
            self._people.append(lambda: self.unit.describe_person(hash_, found[0], _packed({**known, **details})))
        return CustomerId(found[0])

    def foreseen(self, stream: str, decision: Decision) -> Any:
        """The state that a decision would start a stream with; nothing is written."""
        state: State | None = None
        for version, happening in enumerate(decision.events, 1):
            event = Event(stream, version, happening, self.now.at, self._known_at, str(self.now.actor), self._call.command)
            state = evolve(state, event)
        return state

    # --- Apply ---------------------------------------------------------------------------------------------------

    def apply(self, stream: str, decision: Decision) -> Held:
        """Write what was decided. Every state is worked out before anything is gathered, so that a refusal leaves nothing."""
        changes = [self._changed(of, list(events)) for of, events in self._by_stream(stream, decision).items()]
        for write in self._people:
            write()
        for events, state in changes:
            self.unit.append(events, state)
        held = self.unit.any(stream)
        assert held is not None, "a decision is about a stream that is there or that it starts"
        if changes:
            self._keep_texts(held)
        if not self.now.passive:
            self.unit.plan(decision.intents)
            self.unit.time(decision.timers)
        return held

    @staticmethod
    def _by_stream(stream: str, decision: Decision) -> dict[str, list[Happening]]:
        grouped: dict[str, list[Happening]] = {stream: list(decision.events)} if decision.events else {}
        for of, event in decision.elsewhere:
            grouped.setdefault(of, []).append(event)
        return grouped

    def _changed(self, stream: str, happenings: Iterable[Happening]) -> tuple[list[Event], State]:
        # Nothing can stand in the record under an id that was made just now: not worth asking.
        held = None if stream in self._fresh else self.unit.any(stream)
        self._fresh.discard(stream)
        state, version = (held.state, held.version) if held is not None else (None, 0)
        events: list[Event] = []
        for happening in happenings:
            version += 1
            event = self._event(stream, version, happening)
            state = evolve(state, event)
            events.append(event)
        assert state is not None, "a change has at least one event"
        return events, state

    def _event(self, stream: str, version: int, happening: Happening) -> Event:
        source = self._call.source
        # One call may write to several streams: each of its events has a key of its own.
        source_key = "" if source is None else source.key if not self._made else f"{source.key}#{self._made}"
        self._made += 1
        return Event(
            stream,
            version,
            happening,
            self.now.at,
            self._known_at,
            str(self.now.actor),
            self._call.command,
            source.name if source else "",
            source_key,
        )

    def _keep_texts(self, held: Held) -> None:
        customer = getattr(held.state, "customer", None)
        for text in self._texts:
            self.unit.keep(text.ref, text.value or "", customer, held.stream)
        self._texts.clear()


def person_hash(secret: bytes, tenant: str, key: str) -> str:
    """By what a person is found again without being named."""
    return hmac.new(secret, f"customer\0{tenant}\0{key}".encode(), hashlib.sha256).hexdigest()


def _details(person: Customer) -> list[tuple[str, Any]]:
    return [
        ("key", person.key),
        ("name", person.name),
        ("email", person.email),
        ("phone", person.phone),
        ("language", person.language),
        ("account", person.account),
    ]


def _packed(details: dict[str, Any]) -> str:
    return json.dumps(details, ensure_ascii=False, separators=(",", ":"))
