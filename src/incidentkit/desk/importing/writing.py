"""Plans brought into the record, some hundred in one transaction; what is there already is left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime

from attrs import define, field

from incidentkit.desk import incidents, placing, surveys
from incidentkit.desk.calls import Call, Source
from incidentkit.desk.importing.accounts import AccountPlan
from incidentkit.desk.importing.answers import AnswerPlan
from incidentkit.desk.importing.bench import Marking
from incidentkit.desk.importing.contacts import ContactPlan
from incidentkit.desk.importing.incidents import IncidentPlan, Step
from incidentkit.desk.importing.naming import order_event
from incidentkit.desk.importing.orders import OrderPlan
from incidentkit.desk.importing.picking import Cell
from incidentkit.desk.importing.promises import PromisePlan
from incidentkit.desk.importing.report import Tally
from incidentkit.desk.importing.rows import Place
from incidentkit.desk.importing.turns import TurnPlan, Turns
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.times import micros
from incidentkit.errors import RuleViolation
from incidentkit.rules import incidents as incident_rules
from incidentkit.rules import orders as order_rules
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.store.unit import Held, Unit

__all__ = ["Plan", "Writer"]

Dealing = AccountPlan | PromisePlan | ContactPlan | TurnPlan
"""A plan that knows itself how it is brought in."""

Plan = OrderPlan | IncidentPlan | AnswerPlan | Dealing
"""What a rule makes of a record."""


def _take_all_back(order: Order, now: Circumstances) -> Decision:
    there: dict[str, int] = {line.id: line.delivered - line.returned for line in order.lines if line.delivered > line.returned}
    return order_rules.take_back(order, there, None, now)


_EVENTS: Mapping[str, Callable[[Order, Circumstances], Decision]] = {
    "confirmed": order_rules.confirm,
    "shipped": lambda order, now: order_rules.ship(order, None, "", "", now),
    "delivered": lambda order, now: order_rules.deliver(order, None, now),
    "cancelled": lambda order, now: order_rules.cancel(order, None, None, now),
    "returned": _take_all_back,
}


@define
class Writer:
    """Writes plans for one source: each event under its source key, silently and passively."""

    runtime: Runtime
    source: str
    tally: Tally
    _actor: Actor = field(init=False)
    _unit: Unit = field(init=False)
    _known: dict[str, str] = field(factory=dict, init=False)

    @_actor.default
    def _named(self) -> Actor:
        return Actor("source", self.source)

    # --- Transactions --------------------------------------------------------------------------------------------

    def write(self, plans: Sequence[tuple[Place, Plan]]) -> None:
        """Bring in plans, all of them or, after an error, none."""
        store = self.runtime.store
        # Inside a batch already: one that will be taken back as a whole.
        with nullcontext() if store.joined else store.batch(), store.unit() as unit:
            unit.flush()
            self._unit, self._known, before = unit, {}, len(unit.recorded)
            self._look_up(_first_key(plan) for _, plan in plans)
            self._look_up(key for _, plan in plans for key in self._further_keys(plan))
            for place, plan in plans:
                self._write(place, plan)
        self._count(unit.recorded[before:])

    def read(self, turns: Turns, incidents: Iterable[str]) -> None:
        """Look up what became of incidents, by the source keys of their reports."""
        with self.runtime.store.unit() as unit:
            unit.flush()
            turns.read(unit, self.source, incidents)

    @property
    def unit(self) -> Unit:
        """The transaction."""
        return self._unit

    def stream(self, key: str) -> str | None:
        """The stream of the source's event with that key, of those that the plans at hand look up."""
        return self._known.get(key)

    def _look_up(self, keys: Iterable[str]) -> None:
        self._known |= self._unit.source_streams(self.source, list(dict.fromkeys(keys)))

    def _further_keys(self, plan: Plan) -> Iterable[str]:
        """What else may be there. Of an order that is new nothing is."""
        if isinstance(plan, OrderPlan):
            return _order_keys(plan) if _first_key(plan) in self._known else ()
        marks = [order_event(plan.order, f"anomaly:{code}") for code in plan.anomalies] if plan.order else []
        own: Iterable[str] = plan.further_keys() if isinstance(plan, Dealing) else ()
        if isinstance(plan, IncidentPlan):
            own = [_step_key(plan, step) for step in plan.steps]
        return (*([order_event(plan.order, "placed")] if plan.order else []), *marks, *own)

    def _count(self, recorded: Sequence[ev.Event]) -> None:
        self.tally.done["events"] += len(recorded)
        self.tally.anomalies.update(_anomalies(recorded))

    def _write(self, place: Place, plan: Plan) -> None:
        try:
            if isinstance(plan, OrderPlan):
                self._order(place, plan)
            elif plan.order is not None and order_event(plan.order, "placed") not in self._known:
                self.tally.reject(place, "unknown:order", plan.naming, plan.order)
            elif isinstance(plan, IncidentPlan):
                self._incident(place, plan)
            elif isinstance(plan, Dealing):
                plan.enter(self, place)
            else:
                self._answer(plan)
        except RuleViolation as error:
            self.tally.reject(place, f"refused:{error.code}")

    def call(self, step: str, key: str, at: datetime, body: Callable[[Work], Held]) -> str:
        """Make one event of the source; the stream that it is in."""
        call = Call(f"import.{step}", {}, by=self._actor, at=at, source=Source(self.source, key))
        stream = str(self.runtime.run(call, body).id)
        self._known[key] = stream
        return stream

    # --- Orders --------------------------------------------------------------------------------------------------

    def _order(self, place: Place, plan: OrderPlan) -> None:
        before, key = len(self._unit.recorded), _first_key(plan)
        new = key not in self._known
        order_id = self.call("placed", key, plan.placed_at, _placing(plan)) if new else self._known[key]
        for event, at in plan.events:
            if order_event(plan.key, event) not in self._known:
                self._happen(place, plan, order_id, event, at)
        for event in plan.dropped:
            if order_event(plan.key, event) not in self._known:
                self._drop(place, plan, order_id, event)
        self._show_order(place, plan, order_id)
        self._status(plan, order_id)
        self.mark(plan, order_id)
        changed = "orders_changed" if len(self._unit.recorded) > before else "orders_unchanged"
        self.tally.done["orders_new" if new else changed] += 1

    def _happen(self, place: Place, plan: OrderPlan, order_id: str, event: str, at: datetime) -> None:
        try:
            if event == "delivered" and any(line.shipped < line.remaining for line in self._state(order_id).lines):
                self._change("shipped", order_event(plan.key, "delivered_at_once"), order_id, at)
            self._change(event, order_event(plan.key, event), order_id, at)
        except RuleViolation:
            self._drop(place, plan, order_id, event)

    def _change(self, event: str, key: str, order_id: str, at: datetime) -> None:
        decide = _EVENTS[event]
        self.call(event, key, at, lambda work: work.apply(order_id, decide(work.order(order_id), work.now)))

    def _drop(self, place: Place, plan: OrderPlan, order_id: str, event: str) -> None:
        code = f"{event}_dropped"
        self.tally.dropped[code] += 1
        self._show(place, plan.cell_of(event), code)
        self._note(plan.key, order_id, code, plan.last_known)

    def _show_order(self, place: Place, plan: OrderPlan, order_id: str) -> None:
        """List times that contradict each other, by the later step, whether they are marked now or were before."""
        times = {"placed": plan.placed_at, **dict(plan.events)}
        if sorted(times.values()) == list(times.values()):
            return
        for code in self._state(order_id).anomalies:
            later, _, earlier = code.partition("_before_")
            if later in times and earlier in times and times[later] < times[earlier]:
                self._show(place, plan.cell_of(later), code)

    def _show(self, place: Place, cell: Cell, reason: str) -> None:
        self.tally.show(place, cell.column, cell.value, reason)

    def _status(self, plan: OrderPlan, order_id: str) -> None:
        if plan.status is None:
            return
        key = order_event(plan.key, f"status:{plan.status}:{micros(plan.last_known)}")
        if key in self._known:
            return
        status, known = plan.status, self._state(order_id).source_status
        # An older copy of the source's tables does not take a later word back.
        if known is None or known.at <= plan.said_last:
            at = plan.last_known if known is None else max(plan.last_known, known.at)
            self.call("status", key, at, lambda work: work.apply(order_id, order_rules.source_status(status)))

    def mark(self, plan: OrderPlan | Marking, order_id: str | None) -> None:
        """Count what could not be used, and mark the order, where there is one."""
        self.tally.dropped.update(code for code in plan.anomalies if code.startswith("unusable:"))
        order_key = plan.key if isinstance(plan, OrderPlan) else plan.order
        if plan.anomalies and order_id is not None and order_key is not None:
            at = self._last_known(order_id)
            for code in plan.anomalies:
                self._note(order_key, order_id, code, at)

    def _note(self, order_key: str, order_id: str, code: str, at: datetime) -> None:
        key = order_event(order_key, f"anomaly:{code}")
        if key not in self._known:
            self.call(
                "anomaly", key, at, lambda work: work.apply(order_id, order_rules.note_anomaly(work.order(order_id), code))
            )

    def _state(self, order_id: str) -> Order:
        state = self._unit.load("order", order_id).state
        assert isinstance(state, Order)
        return state

    def _last_known(self, order_id: str) -> datetime:
        """The latest time of what has happened to an order."""
        order = self._state(order_id)
        parcels = [at for parcel in order.shipments for at in (parcel.shipped_at, parcel.delivered_at)]
        known = [order.placed_at, order.confirmed_at, order.delivered_at, order.cancelled_at, *parcels]
        if any(line.returned for line in order.lines):
            known += [e.occurred_at for e in self._unit.history(order_id) if isinstance(e.data, ev.OrderReturned)]
        return max(at for at in known if at is not None)

    # --- Incidents and answers -----------------------------------------------------------------------------------

    def _incident(self, place: Place, plan: IncidentPlan) -> None:
        key = _first_key(plan)
        new = key not in self._known
        steps = [step for step in plan.steps if new or _step_key(plan, step) not in self._known]
        order_id = self._known[order_event(plan.order, "placed")] if plan.order is not None else None
        if new or steps:
            last = self._last_known(order_id) if order_id is not None else None
            at = plan.detected_at or last
            assert at is not None, "a plan without an order has its time"
            incident_id = self.call("reported", key, at, _reporting(plan, order_id)) if new else self._known[key]
            for step in steps:
                self._step(place, plan, step, incident_id, step.at or last or at)
        self.tally.done["incidents"] += new
        self.mark(plan, order_id)

    def _step(self, place: Place, plan: IncidentPlan, step: Step, incident_id: str, at: datetime) -> None:
        def body(work: Work) -> Held:
            return work.apply(incident_id, _stepped(step, work.incident(incident_id), work, self.source))

        try:
            self.call(step.what, _step_key(plan, step), at, body)
        except RuleViolation:
            self.tally.dropped[f"{step.what}_dropped"] += 1
            self.tally.show(place, "", step.status, f"{step.what}_dropped")

    def _answer(self, plan: AnswerPlan) -> None:
        key = _first_key(plan)
        new = key not in self._known
        order_id = self._known[order_event(plan.order, "placed")] if plan.order is not None else None
        if new:
            ask_id = self.call("asked", key, plan.asked_at, lambda w: surveys.ask(w, plan.survey, order_id, None, silent=True))
            answering = _answering(plan, ask_id)
            self.call("answered", f"{plan.key}:answered", plan.answered_at, answering)
        self.tally.done["answers"] += new
        self.mark(plan, order_id)


def _anomalies(recorded: Sequence[ev.Event]) -> list[str]:
    return [e.data.anomaly for e in recorded if isinstance(e.data, ev.AnomalyNoted)]


# --- Keys --------------------------------------------------------------------------------------------------------


def _first_key(plan: Plan) -> str:
    """The source key of the event that a plan begins with."""
    if isinstance(plan, OrderPlan):
        return order_event(plan.key, "placed")
    if isinstance(plan, Dealing):
        return plan.first_key
    return f"{plan.key}:{'reported' if isinstance(plan, IncidentPlan) else 'asked'}"


def _order_keys(plan: OrderPlan) -> list[str]:
    said = [*(event for event, _ in plan.events), *plan.dropped]
    codes = [*(f"{event}_dropped" for event in said), *plan.anomalies]
    events = [*said, *(f"anomaly:{code}" for code in codes)]
    status = [] if plan.status is None else [f"status:{plan.status}:{micros(plan.last_known)}"]
    return [order_event(plan.key, event) for event in (*events, *status)]


def _step_key(plan: IncidentPlan, step: Step) -> str:
    at = "" if step.at is None else micros(step.at)
    return f"{plan.key}:{step.what}:{step.status}:{at}:{step.again}"


# --- Bodies ------------------------------------------------------------------------------------------------------


def _placing(plan: OrderPlan) -> Callable[[Work], Held]:
    def body(work: Work) -> Held:
        given = (plan.customer, plan.lines, plan.promised, plan.number, plan.paid, plan.account)
        return placing.place(work, placing.placement(work, *given))

    return body


def _reporting(plan: IncidentPlan, order_id: str | None) -> Callable[[Work], Held]:
    about = () if order_id is None else (order_id,)
    return lambda work: incidents.report(
        work, about, plan.type, plan.description, plan.cause, plan.severity, (), None, plan.reported_by, team=plan.team
    )


def _answering(plan: AnswerPlan, ask_id: str) -> Callable[[Work], Held]:
    return lambda work: surveys.answer(work, ask_id, plan.score, plan.comment, plan.survey, None, None)


def _stepped(step: Step, incident: Incident, work: Work, source: str) -> Decision:
    if step.what == "status":
        return order_rules.source_status(step.status)
    if not incident.passive:
        raise RuleViolation(f"Incident {incident.id}", "is resolved and reopened by the shop once it is live", got=step.what)
    if step.what == "resolved":
        return incident_rules.claim(incident)
    return incident_rules.reopen(incident, work.words(f"{source}: reopened"), work.order_of(incident), work.now)
