"""Cases that live through commands in any order, by the pure rules alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import define, field

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE, Actor
from incidentkit.domain.effects import Intent, Receipt, Timer
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import evolve as fold
from incidentkit.domain.ids import CustomerId, IncidentId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.substates import Substate
from incidentkit.domain.surveys import Ask, Scale
from incidentkit.domain.texts import Text
from incidentkit.errors import RuleViolation
from incidentkit.rules import incidents as rules
from incidentkit.rules import lapsing, orders
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.receipts import receive

__all__ = ["COMMANDS", "SHOP", "START", "Life", "drain"]

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(
    teams=(Team("after-sales"),),
    agents=(Agent("ana", "after-sales"), Agent("eva", "after-sales", "supervisor")),
    protocols=(Protocol("damaged", severity="critical", attempts=2),),
    substates=(
        Substate("waiting", "communicated", holds=("resolve",)),
        Substate("there", "communicated", ("waiting",)),
        Substate("in_doubt", "resolved", holds=("close",)),
        Substate("looked_at", "resolved", ("in_doubt",)),
    ),
)
WORDS = Text("text:0", "words")


@define
class Life:
    """One case and its time."""

    incident: Incident
    order: Order
    passive: bool
    at: datetime = START
    other: Incident | None = None
    events: list[Happening] = field(factory=list)
    asks: list[Ask] = field(factory=list)

    @classmethod
    def begin(cls, *, passive: bool = False) -> Life:
        """A case just reported."""
        order = _order()
        life = cls(_reported("i-1", order, passive), order, passive)
        life.other = _reported("i-2", order, passive)
        return life

    def now(self, by: Actor = Actor("agent", "ana")) -> Circumstances:  # noqa: B008 - a value
        """Circumstances at its time."""
        return Circumstances(SHOP, self.at, by, confirms={"local": True}, passive=self.passive)

    def take(self, command: str) -> bool:
        """Give a command; whether it was not refused."""
        try:
            decision = COMMANDS[command](self)
        except RuleViolation:
            return False
        self.apply(decision, "agent:eva" if command == "waive" else "agent:ana")
        return True

    def apply(self, decision: Decision, by: str = "agent:ana") -> None:
        """What a decision writes on the case."""
        for data in decision.events:
            event = Event("i-1", len(self.events) + 2, data, self.at, self.at, by, "test")
            state = fold(self.incident, event)
            assert isinstance(state, Incident)
            self.incident = state
            self.events.append(data)


def _order() -> Order:
    new = orders.Placement(OrderId("o-1"), (Line("A", 3, "10.00"),), CustomerId("c-1"))
    now = Circumstances(SHOP, START, Actor("agent", "ana"))
    state: Any = None
    for number, data in enumerate(orders.place(new, now).events, 1):
        state = fold(state, Event("o-1", number, data, START, START, "agent:ana", "test"))
    assert isinstance(state, Order)
    return state


def _reported(id_: str, order: Order, passive: bool) -> Incident:
    new = rules.Report(IncidentId(id_), "damaged", WORDS, (order,))
    now = Circumstances(SHOP, START, Actor("agent", "ana"), passive=passive)
    state: Any = None
    for number, data in enumerate(rules.report(new, now).events, 1):
        state = fold(state, Event(id_, number, data, START, START, "agent:ana", "test"))
    assert isinstance(state, Incident)
    return state


# --- Commands ----------------------------------------------------------------------------------------------------


def _wait(hours: float) -> Callable[[Life], Decision]:
    def wait(life: Life) -> Decision:
        life.at += timedelta(hours=hours)
        return Decision()

    return wait


def _notify(life: Life) -> Decision:
    return rules.notify(life.incident, None, life.order, life.now())


def _receipt(kind: ReceiptKind) -> Callable[[Life], Decision]:
    def receipt(life: Life) -> Decision:
        sent = [n for n in life.incident.notices if n.receipt is not ReceiptKind.BOUNCED]
        if not sent:
            return Decision()
        intent = Intent(sent[-1].key, "message", "local", "i-1", sent[-1].step, life.at)
        return receive(life.incident, intent, Receipt(kind), life.now(RULE), "task-1")

    return receipt


def _answer(score: int, by: str = "customer:customer") -> Callable[[Life], Decision]:
    def answer(life: Life) -> Decision:
        ask = Ask(f"ask-{len(life.incident.answers) + 1}", "csat", Scale(), life.at)  # type: ignore[arg-type]
        life.apply(Decision((ev.SurveyAnswerReceived(ask.id, "csat", score),)), by)
        return Decision()

    return answer


def _contact(automatic: bool) -> Callable[[Life], Decision]:
    def contact(life: Life) -> Decision:
        noted = ev.IncidentContactNoted(f"contact-{len(life.incident.contacts)}", "email", "in", automatic)  # type: ignore[arg-type]
        life.apply(Decision((noted,)), "customer:customer")
        return Decision()

    return contact


def _confirm(life: Life) -> Decision:
    case = life.incident
    found = [Evidence.conversation(c.id) for c in case.conversations[-1:]] + [Evidence.answer(a.ask) for a in case.answers[-1:]]
    return rules.confirm_satisfaction(case, found[-1] if found else Evidence.answer("none"), life.now())


def _offer(life: Life) -> Decision:
    by = life.at.date() + timedelta(days=5)
    made = rules.priced(life.incident, [Offer("refund", by, "1.00")], (life.order,), life.now())
    return rules.offer(life.incident, made, life.order, life.now())


def _accept(life: Life) -> Decision:
    open_ = [o.id for o in life.incident.offers if o.state is OfferState.OPEN]
    return rules.accept(life.incident, open_[0] if open_ else "offer-1", (life.order,), life.now())


def _carry_out(life: Life) -> Decision:
    owed = [r.id for r in life.incident.remedies if r.carried_out_at is None]
    return rules.carry_out(life.incident, owed[0] if owed else "remedy-1", "RF-1", (life.order,), life.now())


def _tick(life: Life) -> Decision:
    due = lapsing.awaited(life.incident, SHOP)
    if due is None or due.due is None:
        return Decision()
    life.at = max(life.at, due.due)
    timer = Timer("i-1", due.name, due.due)
    act = lapsing.attempt if due.name == lapsing.ATTEMPT else lapsing.lapse
    return act(life.incident, timer, Around((life.order,), ids=(f"id-{len(life.events)}",)), life.now(RULE))


def _merge(life: Life) -> Decision:
    assert life.other is not None
    return rules.merge(life.incident, [life.other], life.order, life.now())


def _unmerge(life: Life) -> Decision:
    parent = life.other if life.incident.merged_into is not None else None
    return rules.unmerge(life.incident, parent, WORDS, life.order, life.now())


def _enter(place: str) -> Callable[[Life], Decision]:
    return lambda life: rules.enter(life.incident, place, life.now())


COMMANDS: dict[str, Callable[[Life], Decision]] = {
    "wait": _wait(3),
    "wait long": _wait(24 * 12),
    "notify": _notify,
    "delivered": _receipt(ReceiptKind.DELIVERED),
    "bounced": _receipt(ReceiptKind.BOUNCED),
    "auto-replied": _receipt(ReceiptKind.AUTO_REPLIED),
    "converse": lambda life: rules.log_conversation(life.incident, "phone", WORDS, life.now()),
    "converse unnamed": lambda life: rules.log_conversation(life.incident, "phone", WORDS, life.now(Actor("host", "x"))),
    "offer": _offer,
    "accept": _accept,
    "carry out": _carry_out,
    "resolve": lambda life: rules.resolve(life.incident, WORDS, life.order, life.now()),
    "claim": lambda life: rules.claim(life.incident) if life.passive else Decision(),
    "praise": _answer(5),
    "complain by number": _answer(1),
    "praise by a rule": _answer(5, "rule:desk"),
    "praise by a source": _answer(5, "source:file"),
    "contact": _contact(automatic=False),
    "machine": _contact(automatic=True),
    "confirm": _confirm,
    "waive": lambda life: rules.waive(life.incident, WORDS, life.now(Actor("agent", "eva"))),
    "close": lambda life: rules.close(life.incident, life.order, life.now()),
    "reopen": lambda life: rules.reopen(life.incident, WORDS, life.order, life.now()),
    "withdraw": lambda life: rules.withdraw(life.incident, WORDS, (life.order,), life.now()),
    "tick": _tick,
    "merge": _merge,
    "unmerge": _unmerge,
    "graver": lambda life: rules.amend(life.incident, WORDS, life.now(), severity="critical"),
    **{f"enter {s.name}": _enter(s.name) for s in SHOP.substates},
}


def drain(life: Life) -> int:
    """Bring a case to rest by what people and time do; how many commands that took."""
    for count in range(100):
        step = _next(life)
        if step is None:
            return count
        assert life.take(step), f"{step} was refused from {life.incident.phase}/{life.incident.substate}"
    raise AssertionError("it never comes to rest")


def _next(life: Life) -> str | None:
    case = life.incident
    leave = {"waiting": "enter there", "in_doubt": "enter looked_at"}.get(case.substate)
    owed = any(r.carried_out_at is None for r in case.remedies)
    spoken = bool(case.conversations) and case.heard
    if leave is not None and case.phase in (Phase.COMMUNICATED, Phase.RESOLVED):
        return leave
    if case.phase is Phase.DETECTED or (case.phase is Phase.RESOLVED and case.communicated_at is None):
        return "converse" if case.phase is Phase.DETECTED else "reopen"
    if case.phase is Phase.COMMUNICATED:
        return "carry out" if owed else "resolve"
    if case.phase is Phase.RESOLVED:
        return "close" if case.evidence is not None else "waive" if spoken or case.passive or case.heard else "tick"
    return None
