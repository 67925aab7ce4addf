"""The context of an order: what whoever answers its customer must know, read at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from attrs import field, frozen

from incidentkit.desk.chains import EarlierCase, LineAttempts, attempts_in, chains_in
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.timeline import TimelineEntry, entry_of
from incidentkit.domain.accounts import Account
from incidentkit.domain.approvals import Approval
from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import ANSWERABLE, OfferState
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text
from incidentkit.domain.times import due_instant
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.clocks import clocks
from incidentkit.rules.promises import Expectation, expectations
from incidentkit.rules.protocols import StepReading, read_steps
from incidentkit.rules.tenures import Tenure, tenures
from incidentkit.store.surroundings import Surroundings, surroundings

__all__ = ["CaseInContext", "Context", "Owed", "Said", "context_of"]

OwedKind = Literal["answer", "approval", "call", "clock", "offer", "remedy", "task"]


@frozen
class Said:
    """Something that was said between the customer and the shop.

    Args:
        how: ``contact``, ``conversation`` or ``notice``.
        direction: ``in`` where the customer began it.
        who: the agent, or ``""`` for nobody by name.
        what: the words; for a notice the step that it was about is in ``step``.
        receipt: what the channel said of a notice; ``""`` while it said nothing.
        incident: the case that it was about, if it was about one.
    """

    at: datetime
    how: Literal["contact", "conversation", "notice"]
    channel: str
    direction: Literal["in", "out"]
    who: str = ""
    what: Text | None = None
    step: str = ""
    receipt: str = ""
    automatic: bool = False
    incident: str = ""


@frozen
class Owed:
    """Something that is still to be done.

    Args:
        kind: ``answer``: the customer asked, and nobody has answered; ``approval``: somebody wants to grant more than they may;
            ``call``: they are to be rung and asked whether all is well; ``offer``: open, the customer has the word;
            ``remedy``: agreed, and not carried out; ``task``; ``clock``: the next due time of a case.
        what: the kind of offer, remedy or task, or the clock's name; for an answer, the channel.
        words: of a task.
        due: by when; None for no date. ``overdue``: it has passed.
        whose: the team or agent that has it.
        reference: the id of the need, offer, remedy, task or incident.
    """

    kind: OwedKind
    what: str
    due: datetime | None
    overdue: bool
    whose: str = ""
    words: Text | None = None
    reference: str = ""
    incident: str = ""


@frozen
class CaseInContext:
    """One case of the order.

    Args:
        owner: who has it now, the agent, else the team; ``owners``: who had it when, the first first.
        above: the supervisors of its owning team other than the owner; those of the shop where the team has none.
        may_offer: what can be offered now; nothing while the case is not open to offers.
        chain: the same trouble of the same customer before, the latest first.
        steps: the steps of its protocol, in their order.
    """

    incident: Incident
    owner: str
    owners: tuple[Tenure, ...]
    above: tuple[str, ...]
    may_offer: tuple[str, ...]
    chain: tuple[EarlierCase, ...] = ()
    steps: tuple[StepReading, ...] = ()


@frozen
class Context:
    """Everything around one order, at one instant.

    Args:
        customer: who bought, from the vault; None where nobody is known, or they were forgotten. Not in the repr.
        account, manager: the company that they buy for, and who of the shop looks after it; empty for none.
        promised: what the customer was told to expect, by whom, and what came of it; the earliest due first.
        said: contacts, conversations and notices, in the order in which they happened.
        owed: what is to be done, the soonest due first.
        needs: of this order, and the customer's others that are open.
        cases: of this order, those still open first, then the latest.
        timeline: everything that happened to it, as `Orders.timeline` gives it.
        attempts: the lines that had to be taken to their customer more than once.
        calls: verification calls about it, the latest first.
    """

    at: datetime
    order: Order
    customer: Customer | None = field(repr=False)
    account: str
    manager: str
    promised: tuple[Expectation, ...]
    said: tuple[Said, ...]
    owed: tuple[Owed, ...]
    needs: tuple[Need, ...]
    cases: tuple[CaseInContext, ...]
    timeline: tuple[TimelineEntry, ...]
    attempts: tuple[LineAttempts, ...] = ()
    calls: tuple[VerificationCall, ...] = ()


def context_of(runtime: Runtime, order_id: str, at: datetime) -> Context:
    """The context of an order, from one state of the record."""
    with runtime.store.reading() as unit:
        found = surroundings(unit, order_id)
        again = _Again(
            chains_in(unit, (state for state in found.states if isinstance(state, Incident)), runtime.shop),
            attempts_in(unit, found.order),
            tuple(runtime.plugins.kinds),
        )
    return _context(found, again, runtime.shop, at)


@frozen
class _Again:
    chains: Mapping[str, tuple[EarlierCase, ...]]
    attempts: tuple[LineAttempts, ...]
    kinds: tuple[str, ...]


def _context(found: Surroundings, again: _Again, shop: Shop, at: datetime) -> Context:
    order, states = found.order, found.states
    cases = sorted((s for s in states if isinstance(s, Incident)), key=lambda c: (c.open, c.detected_at), reverse=True)
    needs = sorted((s for s in states if isinstance(s, Need) and s.joined is None), key=lambda n: n.opened_at, reverse=True)
    tasks = [state for state in states if isinstance(state, Task) and state.open]
    calls = sorted((s for s in states if isinstance(s, VerificationCall)), key=lambda c: c.listed_at, reverse=True)
    account = next((state for state in states if isinstance(state, Account)), None)
    about: tuple[Order | Incident, ...] = (order, *cases)
    promised = [e for state in about for e in expectations(state, shop.zone, at)]
    owed = [*_answers(needs), *(o for case in cases for o in _of_case(case, shop, at)), *_tasks(tasks, at), *_calls(calls, at)]
    return Context(
        at=at,
        order=order,
        customer=found.customer,
        account=order.account or (found.customer.account if found.customer else ""),
        manager=account.manager if account else "",
        promised=tuple(sorted(promised, key=lambda e: (e.due, e.promise.made_at))),
        said=tuple(sorted(_said(needs, cases), key=lambda s: s.at)),
        owed=tuple(sorted(owed, key=lambda o: (o.due is None, o.due or at, o.kind, o.reference))),
        needs=tuple(needs),
        cases=tuple(_case(case, found, shop, again, at) for case in cases),
        timeline=tuple(map(entry_of, found.events)),
        attempts=again.attempts,
        calls=tuple(calls),
    )


def _case(case: Incident, found: Surroundings, shop: Shop, again: _Again, at: datetime) -> CaseInContext:
    may_offer = _may_offer(case, shop, again.kinds) if case.phase in WORKABLE else ()
    history = [event for event in found.events if event.stream == case.id]
    chain, steps = again.chains[case.id], read_steps(case, shop, at)
    return CaseInContext(case, case.owner.label, tenures(history), _above(case, shop), may_offer, chain, steps)


def _may_offer(case: Incident, shop: Shop, kinds: tuple[str, ...]) -> tuple[str, ...]:
    protocol = shop.protocol_of(case)
    allowed = protocol.remedies if protocol is not None else ()
    return tuple(kind for kind in kinds if not allowed or kind in allowed)


def _above(case: Incident, shop: Shop) -> tuple[str, ...]:
    supervisors = [agent for agent in shop.supervisors if agent.name != case.owner.agent]
    of_team = [a.name for a in supervisors if a.team == case.owner.team]
    return tuple(of_team or (a.name for a in supervisors))


# --- What was said -----------------------------------------------------------------------------------------------


def _said(needs: Iterable[Need], cases: Iterable[Incident]) -> Iterator[Said]:
    told: set[str] = set()
    for need in needs:
        for contact in need.contacts:
            told.add(contact.summary.ref if contact.summary else "")
            case = contact.incidents[0] if contact.incidents else ""
            yield Said(
                contact.at,
                "contact",
                contact.channel,
                contact.direction,
                contact.agent,
                contact.summary,
                automatic=contact.automatic,
                incident=case,
            )
    for case_ in cases:
        # A conversation that is a contact of a need was told as that.
        spoken = (c for c in case_.conversations if c.summary.ref not in told)
        yield from (Said(c.at, "conversation", c.channel, "out", c.agent, c.summary, incident=case_.id) for c in spoken)
        for notice in case_.notices:
            receipt = notice.receipt.value if notice.receipt else ""
            yield Said(notice.planned_at, "notice", notice.channel, "out", step=notice.step, receipt=receipt, incident=case_.id)


# --- What is owed ------------------------------------------------------------------------------------------------


def _answers(needs: Iterable[Need]) -> Iterator[Owed]:
    for need in needs:
        if need.open and need.waiting is not None:
            yield Owed("answer", need.waiting.channel, None, False, reference=need.id, words=need.waiting.summary)


def _of_case(case: Incident, shop: Shop, at: datetime) -> Iterator[Owed]:
    whose = case.owner.label
    for offer in case.offers:
        if offer.state in ANSWERABLE and case.phase in WORKABLE:
            due = due_instant(offer.until or offer.by, shop.zone)
            answers = whose if offer.state is OfferState.ASKED else "customer"
            yield Owed("offer", offer.kind, due, due < at, answers, reference=offer.id, incident=case.id)
    for remedy in case.remedies:
        if remedy.owed and case.open:
            due = due_instant(remedy.by, shop.zone)
            yield Owed("remedy", remedy.kind, due, due < at, whose, reference=remedy.id, incident=case.id)
    for asked in case.approvals:
        if asked.pending:
            late = asked.until is not None and asked.until <= at
            whom = ", ".join(asked.asked_of)
            yield Owed("approval", _wanted(case, asked), asked.until, late, whom, reference=asked.id, incident=case.id)
    if case.open:
        for clock in clocks(case, shop):
            if clock.running:
                yield Owed("clock", clock.name, clock.due, clock.late(at), whose, reference=case.id, incident=case.id)


def _wanted(case: Incident, asked: Approval) -> str:
    """The kind of what is to be granted."""
    counter = case.offer(asked.agrees) if asked.agrees is not None else None
    return next((offer.kind for offer in (counter, *asked.offers) if offer is not None), "")


def _tasks(tasks: Sequence[Task], at: datetime) -> Iterator[Owed]:
    for task in tasks:
        late = task.due is not None and task.due < at
        yield Owed("task", task.kind, task.due, late, task.owner.label, task.what, task.id, task.incident or "")


def _calls(calls: Iterable[VerificationCall], at: datetime) -> Iterator[Owed]:
    for call in calls:
        if call.open:
            yield Owed("call", call.reason, call.due, call.due <= at, reference=call.id)
