"""One command at work: names resolved, words put aside for the vault, a decision applied."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from attrs import evolve as changed

from incidentkit.desk.calls import Call
from incidentkit.desk.recurring import Again, again
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.effects import Intent, Timer
from incidentkit.domain.events import Event, Happening, StepOpened
from incidentkit.domain.evolve import State, evolve
from incidentkit.domain.ids import CustomerId, TaskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import BY_HAND, MONEY
from incidentkit.domain.people import Customer
from incidentkit.domain.phones import read_phone
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules import needs as need_rules
from incidentkit.rules.approvals import closed_meanwhile
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.escalation import consequences
from incidentkit.rules.ledger import money_order
from incidentkit.rules.notices import notices, told_of
from incidentkit.rules.paying import to_pay
from incidentkit.rules.protocols import step_task, turns
from incidentkit.rules.tasks import NewTask, needless, open_task, settles_tasks
from incidentkit.rules.timers import following
from incidentkit.store.unit import Held, Unit

__all__ = ["Work", "details_of", "keyed_hash", "person_hash", "ways_to"]

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
        self._texts: list[tuple[Text, str | None]] = []
        self._people: list[Callable[[], None]] = []
        self._fresh: set[str] = set()
        self._steps: list[NewTask] = []

    def then(self, at: datetime) -> Work:
        """The same bench, for what happened at an instant before now and becomes known now."""
        return Work(self.unit, changed(self.now, at=at), self._known_at, self._ids, self._secret, self._call)

    @property
    def known_at(self) -> datetime:
        """When it becomes known: now, whenever it happened."""
        return self._known_at

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
        state = self.unit.load_case(incident_id).state
        assert isinstance(state, Incident)
        return state

    def chain(self, incident_id: str) -> tuple[Incident, ...]:
        """The incident with that id, what it was merged into, and so on to the one that goes on for it."""
        chain = [self.incident(incident_id)]
        while chain[-1].merged_into is not None:
            chain.append(self.incident(chain[-1].merged_into))
        return tuple(chain)

    def show(self, order: str, incident: Incident) -> None:
        """Put an incident on the timeline of an order that it is about from now on."""
        if order not in incident.orders:
            self.unit.link(order, incident.id)

    def survivor(self, incident_id: str) -> Incident:
        """The incident with that id, or the one that goes on for it since it was merged."""
        return self.chain(incident_id)[-1]

    def ask(self, ask_id: str) -> Ask:
        """The survey ask with that id."""
        state = self.unit.load("ask", ask_id).state
        assert isinstance(state, Ask)
        return state

    def task(self, task_id: str) -> Task:
        """The task with that id."""
        state = self.unit.load("task", task_id).state
        assert isinstance(state, Task)
        return state

    def need(self, need_id: str) -> Need:
        """The need with that id."""
        state = self.unit.load("need", need_id).state
        assert isinstance(state, Need)
        return state

    def analysis(self, analysis_id: str) -> Analysis:
        """The analysis with that id."""
        state = self.unit.load("analysis", analysis_id).state
        assert isinstance(state, Analysis)
        return state

    def corrective_action(self, action_id: str) -> CorrectiveAction:
        """The corrective action with that id."""
        state = self.unit.load("corrective_action", action_id).state
        assert isinstance(state, CorrectiveAction)
        return state

    def order_of(self, incident: Incident) -> Order | None:
        """The order that an incident's lines and money belong to."""
        return self.order(incident.orders[0]) if incident.orders else None

    def orders_of(self, incident: Incident) -> tuple[Order, ...]:
        """The orders that an incident is about, in its order, and then others that its remedies' units and money are of."""
        named = [remedy.order for remedy in incident.remedies if remedy.order is not None]
        orders = [self.order(order) for order in dict.fromkeys((*incident.orders, *named))]
        known = {order.id for order in orders}
        money = dict.fromkeys(money_order(order) for order in orders)
        return (*orders, *(self.order(order) for order in money if order not in known))

    def text(self, words: str | None, *, customer: str | None = None) -> Text | None:
        """Words on their way to the vault; kept when the decision is.

        Args:
            customer: whose they are; default: the customer of the stream that is decided about.
        """
        if words is None:
            return None
        if not isinstance(words, str) or len(words) > _LONGEST_TEXT or "\0" in words:
            raise InvalidInput("A text", f"must be words of at most {_LONGEST_TEXT:,} characters", got="something else")
        text = Text(f"text:{self._ids()}", words)
        self._texts.append((text, customer))
        return text

    def words(self, words: str | None, *, customer: str | None = None) -> Text:
        """As `text`, with none as empty words."""
        return self.text(words or None, customer=customer) or Text("")

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
            self._reach(new, person.email, person.phone)
            return new
        known = json.loads(found[1]) if found[1] else {}
        if known != {**known, **details}:
            self._people.append(lambda: self.unit.describe_person(hash_, found[0], _packed({**known, **details})))
            moved = [details[of] if known.get(of) != details.get(of) and of in details else "" for of in ("email", "phone")]
            self._reach(CustomerId(found[0]), *moved)
        return CustomerId(found[0])

    def _reach(self, customer: CustomerId, email: str, phone: str) -> None:
        for hash_ in [self.keyed(kind, text) for kind, text in ways_to(email, phone)]:
            self._people.append(partial(self.unit.reach, customer, hash_))

    def keyed(self, kind: str, text: str) -> str:
        """A keyed hash of an address or a Message-ID, by which it is found again without being kept."""
        return keyed_hash(self._secret, self.now.tenant, kind, text)

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
        again = self._again(changes)
        changes += self._followed(changes)
        changes += self._settled(changes)
        changes += self._given_out()
        changes += self._to_pay(decision.intents, changes)
        moved = [timer for events, state in changes for timer in self._moved(events[0], state)]
        for write in self._people:
            write()
        for events, state in changes:
            if isinstance(state, Need):
                self._show_need(state, events[0].version)
            self.unit.append(events, state)
            if isinstance(state, Task) and events[0].version == 1:
                self._show_task(state)
            elif isinstance(state, (Analysis, CorrectiveAction)):
                self._show_cause(state.id, events)
        held = self.unit.any(stream)
        assert held is not None, "a decision is about a stream that is there or that it starts"
        if changes:
            self._keep_texts(held)
        # What a source says of a live case moves its timers too; only what is passive itself has none.
        self.unit.time(moved)
        if not self.now.passive:
            self.unit.plan(decision.intents)
            self.unit.plan(notice for events, state in changes for notice in self._notices(events, state))
            self.unit.time(decision.timers)
            self._recurred(again)
        return held

    def _again(self, changes: list[tuple[list[Event], State]]) -> list[Again]:
        """What follows where it is the same trouble again, written down among the changes."""
        found = []

        def standing(stream: str) -> State:
            changed_here = next((state for events, state in changes if events[0].stream == stream), None)
            held = None if changed_here is not None else self.unit.any(stream)
            state = changed_here if held is None else held.state
            assert state is not None, "what is asked for is in the record, or written right now"
            return state

        for events, _ in list(changes):
            of = events[0].stream
            held = self.unit.any(of) if events[0].version > 1 else None
            for one in again(self, held.state if held is not None else None, standing(of), standing):
                found.append(one)
                for stream, happenings in self._by_stream(one.stream, one.decision).items():
                    self._add(changes, stream, happenings)
        return found

    def _add(self, changes: list[tuple[list[Event], State]], stream: str, happenings: Sequence[Happening]) -> None:
        """Add to what has been decided about a thing, or begin with that."""
        place = next((place for place, (events, _) in enumerate(changes) if events[0].stream == stream), None)
        if place is None:
            changes.append(self._changed(stream, happenings))
            return
        events, state = changes[place]
        for happening in happenings:
            events.append(self._event(stream, events[-1].version + 1, happening))
            state = evolve(state, events[-1])
        changes[place] = (events, state)

    def _recurred(self, found: Sequence[Again]) -> None:
        """What a recurrence asks for beside its events."""
        for one in found:
            self.unit.plan(one.decision.intents)
            self.unit.time(one.decision.timers)
            for order in one.opened:
                self.unit.link(order, one.stream)

    def _notices(self, events: list[Event], state: State) -> tuple[Intent, ...]:
        """What people of the shop are told of what happened to a thing."""
        if not told_of(events, self.now.shop):
            return ()
        orders = state.orders[:1] if isinstance(state, Incident) else ()
        about = state.order if isinstance(state, Task) else next(iter(orders), None)
        return notices(state, events, self.now, self.order(about).label if about is not None else "")

    def _moved(self, first: Event, state: State) -> tuple[Timer, ...]:
        """The timers that follow from how a thing stands, as far as that has changed."""
        held = self.unit.any(first.stream) if first.version > 1 else None
        return following(first.stream, held.state if held is not None else None, state, self.now.shop)

    def _followed(self, changes: Sequence[tuple[list[Event], State]]) -> list[tuple[list[Event], State]]:
        """What the needs of the incidents among these changes do about them."""
        written = {state.id: state for _, state in changes}
        follows: dict[str, list[Happening]] = {}
        for events, case in changes:
            happenings = [event.data for event in events]
            if isinstance(case, Incident) and case.needs and need_rules.followed(happenings):
                # A need that the same decision writes to has been told by it.
                for place, need in enumerate(self._needs_of(case, but=written)):
                    others = [written.get(other) or self.incident(other) for other in need.incidents if other != case.id]
                    cases = [other for other in others if isinstance(other, Incident)]
                    follows.setdefault(need.id, []).extend(need_rules.follow(need, case, happenings, cases, pays=not place))
        return [self._changed(need, happenings) for need, happenings in follows.items() if happenings]

    def _settled(self, changes: Sequence[tuple[list[Event], State]]) -> list[tuple[list[Event], State]]:
        """The tasks that these changes make needless."""
        written = {state.id for _, state in changes}
        ends: dict[str, list[Happening]] = {}
        for events, case in changes:
            happenings = [event.data for event in events]
            if isinstance(case, Incident) and not case.passive and events[0].version > 1 and settles_tasks(happenings):
                for task in self.unit.open_tasks(case.id):
                    ended = needless(self.task(task), happenings).events if task not in written else ()
                    ends.setdefault(task, []).extend(ended)
        return [self._changed(task, happenings) for task, happenings in ends.items() if happenings]

    def _needs_of(self, case: Incident, but: Container[str]) -> Iterable[Need]:
        """The needs that an incident is about, or those that they were joined into."""
        standing = (self._standing(need) for need in case.needs if need not in but)
        return {need.id: need for need in standing if need.id not in but}.values()

    def _standing(self, need_id: str) -> Need:
        need = self.need(need_id)
        return need if need.joined is None else self._standing(need.joined)

    def _show_need(self, need: Need, version: int) -> None:
        """Put a need on the timelines of orders that it was not about before."""
        known = self.need(need.id).orders if version > 1 else ()
        for order in need.orders:
            if order not in known:
                self.unit.link(order, need.id)

    def _show_task(self, task: Task) -> None:
        """Put a new task on the timelines of its orders, whoever opened it."""
        case = self.incident(task.incident).orders if task.incident is not None else ()
        for order in dict.fromkeys((*((task.order,) if task.order is not None else ()), *case)):
            self.unit.link(order, task.id)

    def _show_cause(self, stream: str, events: Iterable[Event]) -> None:
        """Put an analysis or a corrective action on the timelines of the cases that these events name."""
        cases = dict.fromkeys(case for event in events for case in getattr(event.data, "incidents", ()))
        for order in dict.fromkeys(order for case in cases for order in self.incident(case).orders):
            self.unit.link(order, stream)

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
        before = held.state if held is not None else None
        for happening in (*consequences(before, state, self.now), *closed_meanwhile(before, state)):
            version += 1
            events.append(self._event(stream, version, happening))
            state = evolve(state, events[-1])
        for happening in self._turned(state):
            version += 1
            events.append(self._event(stream, version, happening))
            state = evolve(state, events[-1])
        return events, state

    def _turned(self, state: State) -> list[StepOpened]:
        """The steps of a case's protocol whose turn has come: each is given out as a task."""
        if not isinstance(state, Incident) or self.now.passive:
            return []
        opened = []
        for reading in turns(state, self.now.shop, self.now.at):
            what = self.text(reading.step.own_words(self.now.shop.language) or None, customer=state.customer)
            new = step_task(reading, TaskId(self.new_id()), state, what, self.now)
            self._steps.append(new)
            opened.append(StepOpened(reading.name, new.task))
        return opened

    def _to_pay(
        self, intents: Iterable[Intent], changes: Sequence[tuple[list[Event], State]]
    ) -> list[tuple[list[Event], State]]:
        """The tasks of paying what no payer pays."""
        if self.now.passive:
            return []
        tasks = []
        for intent in intents:
            if intent.kind == MONEY and intent.channel == BY_HAND:
                case = next((state for events, state in changes if events[0].stream == intent.stream), None)
                case = case or self.incident(intent.stream)
                assert isinstance(case, Incident), "a payment is about a case"
                new = to_pay(intent, case, self.new_id(), self.now)
                tasks.append(self._changed(new.task, open_task(new, self.now).events))
        return tasks

    def _given_out(self) -> list[tuple[list[Event], State]]:
        """The tasks of the steps whose turn has come with these changes."""
        steps, self._steps = self._steps, []
        return [self._changed(new.task, open_task(new, self.now).events) for new in steps]

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
        for text, whose in self._texts:
            self.unit.keep(text.ref, text.value or "", whose or customer, held.stream)
        self._texts.clear()


def ways_to(email: str, phone: str) -> list[tuple[str, str]]:
    """By what else a person is found again, each with its kind for `keyed_hash`."""
    number = read_phone(phone)
    said = (("address", email), ("phone", number.tail if number is not None else ""))
    return [(kind, text) for kind, text in said if text]


def details_of(person: Customer) -> str:
    """What the vault keeps of a person."""
    return _packed({name: value for name, value in _details(person) if value})


def person_hash(secret: bytes, tenant: str, key: str) -> str:
    """By what a person is found again without being named."""
    return hmac.new(secret, f"customer\0{tenant}\0{key}".encode(), hashlib.sha256).hexdigest()


def keyed_hash(secret: bytes, tenant: str, kind: str, text: str) -> str:
    """By what an address or a Message-ID is found again; letters may be small or large."""
    said = f"{kind}\0{tenant}\0{text.strip().lower()}".encode("utf-8", "replace")
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def _details(person: Customer) -> list[tuple[str, Any]]:
    return [
        ("key", person.key),
        ("name", person.name),
        ("email", person.email),
        ("phone", person.phone),
        ("language", person.language),
        ("account", person.account),
        ("zone", person.zone),
    ]


def _packed(details: dict[str, Any]) -> str:
    return json.dumps(details, ensure_ascii=False, separators=(",", ":"))
