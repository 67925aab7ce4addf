"""Strategies for whole incidents: histories as the lifecycle allows them, and the states they add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import evolve, frozen
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.contacts import Direction
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import AskId, ContactId, CustomerId, IncidentId, LineId, NeedId, OrderId
from incidentkit.domain.incidents import (
    Deadlines,
    Incident,
    Owner,
    Phase,
    next_conversation,
    next_notice,
    next_offer,
    next_remedy,
)
from incidentkit.domain.messages import Notice, ReceiptKind
from incidentkit.domain.remedies import ANSWERABLE, Offer, OfferState, Remedy
from incidentkit.testing.strategies._again import recur, repeat, stand_in_the_way
from incidentkit.testing.strategies._approvals import answer_approval, ask_approval
from incidentkit.testing.strategies._basics import codes, currencies, dues, handles, ids, texts
from incidentkit.testing.strategies._clocks import looked_at, promise_update, raise_case, wait_for_customer, workable
from incidentkit.testing.strategies._incidents import CAUSE_CODES, CONVERSATION_CHANNELS, INCIDENT_TYPES, offers, references
from incidentkit.testing.strategies._judged import (
    ask_again,
    enter_place,
    give_back,
    lapse,
    link,
    merge,
    merge_and_back,
    silent,
    take_in,
    waive,
)
from incidentkit.testing.strategies._mass import add_orders, part_of, pass_stage
from incidentkit.testing.strategies._payments import pay_in_vain, unpaid
from incidentkit.testing.strategies._protocols import move_protocol, protocols, work_on_steps
from incidentkit.testing.strategies._stream import Stream

__all__ = ["incident_histories", "incidents", "reports"]

Happenings = tuple[Happening, ...]

_SATISFIED = 4
_PROVABLE = (Phase.RESOLVED, Phase.LAPSED)


@st.composite
def reports(
    draw: st.DrawFn, incident: str | None = None, *, passive: bool = False, at: datetime | None = None
) -> ev.IncidentReported:
    """First events of incidents: about no order, one or several; ``at``: when, for the deadlines of live ones."""
    about = draw(st.lists(ids().map(OrderId), max_size=2, unique=True))
    affected = draw(st.lists(st.integers(1, 3).map(str), max_size=2, unique=True)) if len(about) == 1 else []
    kind = draw(st.sampled_from(INCIDENT_TYPES))
    many = about and not affected and not passive
    mass = draw(st.none() | part_of([OrderId(order) for order in about])) if many else None
    return ev.IncidentReported(
        incident=IncidentId(incident or draw(ids())),
        kind=kind,
        severity=draw(st.sampled_from(("critical", "minor"))),
        description=draw(texts()),
        owner=Owner(draw(codes())),
        orders=tuple(about),
        customer=draw(st.none() | ids().map(CustomerId)),
        lines=tuple(LineId(line) for line in affected),
        cause=draw(st.none() | st.sampled_from(CAUSE_CODES)),
        reported_by=draw(st.sampled_from(("shop", "customer"))),
        currency=draw(currencies()),
        deadlines=Deadlines() if passive or at is None else Deadlines(at + timedelta(hours=4), at + timedelta(days=3)),
        passive=passive,
        protocol=None if passive else draw(st.none() | protocols(kind)),
        mass=mass,
        products=tuple(draw(st.lists(codes(), max_size=2, unique=True))) if mass is not None else (),
    )


# --- Steps -------------------------------------------------------------------------------------------------------


@frozen
class _Step:
    """Something that may happen next: when, what it writes, and how likely it is against the others."""

    command: str
    possible: Callable[[Incident], bool]
    write: Callable[[st.DrawFn, Incident, datetime], Happenings]
    weight: int = 1


def _workable(incident: Incident) -> bool:
    return incident.phase in (Phase.DETECTED, Phase.COMMUNICATED)


def _plan_notice(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    step = f"incident.{incident.phase.value}"
    channel, confirms = draw(st.sampled_from((("local", True), ("email", False))))
    return (ev.NoticePlanned(next_notice(incident), step, channel, draw(ids()), confirms),)


def _receipt(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return _received(incident, draw(st.sampled_from(incident.notices)), draw(st.sampled_from(ReceiptKind)), now)


def _received(incident: Incident, notice: Notice, kind: ReceiptKind, now: datetime) -> Happenings:
    """A receipt, and what it changes about the customer being told."""
    noted = ev.MessageReceipt(notice.key, notice.step, notice.channel, kind, notice.id)
    after = notice.received(kind, now)
    if after.effective and incident.phase is Phase.DETECTED:
        return noted, ev.CustomerTold(notice.id)
    others = bool(incident.conversations) or any(n.effective for n in incident.notices if n.id != notice.id)
    if after.lost and incident.phase is Phase.COMMUNICATED and not others:
        return noted, ev.CustomerUntold(notice.id)
    return (noted,)


def _undelivered(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    notice = draw(st.sampled_from(incident.notices))
    about = (notice.key, notice.step, notice.channel)
    return (
        draw(
            st.sampled_from(
                (ev.MessageUndelivered(*about, "no_address"), ev.MessageResent(*about), ev.MessageSettled(*about, sent=False))
            )
        ),
    )


def _converse(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    agent, channel = draw(st.just("") | handles()), draw(st.sampled_from(CONVERSATION_CHANNELS))
    return _spoken(draw, incident, channel, agent)


def _spoken(draw: st.DrawFn, incident: Incident, channel: str, agent: str) -> Happenings:
    spoken = ev.ConversationLogged(next_conversation(incident), channel, agent, draw(texts()))
    return (spoken, ev.CustomerTold(spoken.conversation)) if incident.phase is Phase.DETECTED else (spoken,)


def _contact(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    directions: tuple[Direction, ...] = ("in", "out")
    return (
        ev.IncidentContactNoted(
            contact=ContactId(draw(ids())),
            channel=draw(st.sampled_from(CONVERSATION_CHANNELS)),
            direction=draw(st.sampled_from(directions)),
            automatic=draw(st.booleans()),
            live=draw(st.booleans()),
            expects_answer=draw(st.booleans()),
            need=NeedId(draw(ids())),
        ),
    )


def _offer(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    by = dues(now + timedelta(days=1), now + timedelta(days=60))
    turn = max((offer.round for offer in incident.offers), default=0) + 1
    made = (draw(offers(incident.currency, by=by, id=next_offer(incident, n))) for n in range(draw(st.integers(1, 2))))
    return (ev.OffersMade(tuple(evolve(offer, round=turn) for offer in made)),)


def _counter(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    answered = draw(st.sampled_from(_open_offers(incident)))
    by = dues(now + timedelta(days=1), now + timedelta(days=60))
    asked = draw(offers(incident.currency, by=by, id=next_offer(incident), state=OfferState.ASKED, answers=answered.id))
    return (ev.OfferCountered(answered.id, evolve(asked, round=answered.round)),)


def _open_offers(incident: Incident) -> list[Offer]:
    return [offer for offer in incident.offers if offer.state is OfferState.OPEN]


def _accept(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    taken = draw(st.sampled_from([offer for offer in incident.offers if offer.state in ANSWERABLE]))
    remedy = Remedy(next_remedy(incident), taken.id, taken.kind, taken.by, taken.amount, taken.product, lines=taken.lines)
    return (ev.OfferAccepted(taken.id, remedy),)


def _drop(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.RemedyDropped(draw(st.sampled_from(_owed(incident))).id, draw(texts())),)


def _expire(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.OffersExpired((draw(st.sampled_from(_open_offers(incident))).id,)),)


def _decline(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.OfferDeclined(draw(st.sampled_from(_open_offers(incident))).id),)


def _owed(incident: Incident) -> list[Remedy]:
    return [remedy for remedy in incident.remedies if remedy.owed]


def _carry_out(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.RemedyCarriedOut(draw(st.sampled_from(_owed(incident))).id, draw(references())),)


def _resolvable(incident: Incident) -> bool:
    return incident.phase is Phase.COMMUNICATED and not _owed(incident)


def _resolve(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    if incident.passive and draw(st.booleans()):
        return (ev.IncidentResolved(claimed=True),)
    return (ev.IncidentResolved(None if incident.remedies else draw(texts())),)


def _answer(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.SurveyAnswerReceived(AskId(draw(ids())), "csat", draw(st.integers(1, 5))),)


def _proofs(incident: Incident) -> list[Evidence]:
    since = incident.resolved_at
    if since is None:
        return []
    answers = [Evidence.answer(a.ask) for a in incident.answers if a.at >= since and a.score >= _SATISFIED]
    return answers + [Evidence.conversation(c.id) for c in incident.conversations if c.at >= since and c.agent]


def _satisfy(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.SatisfactionConfirmed(draw(st.sampled_from(_proofs(incident)))),)


def _closable(incident: Incident) -> bool:
    return incident.phase in _PROVABLE and incident.communicated_at is not None and incident.evidence is not None


def _reopen(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.IncidentReopened(draw(texts()), draw(st.booleans())),)


def _amend(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    described = draw(st.none() | texts())
    changes = [
        ev.Change("type", incident.type, draw(st.sampled_from(INCIDENT_TYPES))),
        ev.Change("severity", incident.severity, draw(st.sampled_from(("critical", "minor")))),
        ev.Change("cause", incident.cause, draw(st.sampled_from(CAUSE_CODES))),
    ]
    chosen = draw(st.lists(st.sampled_from(changes), min_size=1, unique=True))
    if described is not None:
        chosen.append(ev.Change("description", incident.description.ref, described.ref))
    return (ev.IncidentAmended(tuple(chosen), draw(texts()), described),)


def _hand_over(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    until = draw(st.none() | st.integers(1, 600).map(lambda minutes: now + timedelta(minutes=minutes)))
    return (ev.HandoverAsked(draw(codes() | handles()), until, draw(st.booleans())),)


def _hand_back(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    assert incident.handover is not None
    return (ev.HandoverReturned(incident.handover.to),)


def _take_over(draw: st.DrawFn, incident: Incident, now: datetime) -> Happenings:
    return (ev.HandoverAccepted(Owner(draw(codes()), draw(handles()))),)


def _heard(incident: Incident) -> bool:
    return incident.phase in (Phase.RESOLVED, Phase.CLOSED, Phase.LAPSED)


def _unproved(incident: Incident) -> bool:
    return incident.phase in _PROVABLE and incident.evidence is None


def _settled(incident: Incident) -> bool:
    return incident.open and not _owed(incident) and not _open_offers(incident)


def _always(incident: Incident) -> bool:
    return True


def _open(incident: Incident) -> bool:
    return incident.open


def _waiting(incident: Incident) -> bool:
    return incident.open and bool(incident.holds) and incident.holds[-1].until is None


_TELL = _Step("incidents.log_conversation", _always, lambda draw, case, _: _spoken(draw, case, "phone", "ana"))
_NOTIFY = _Step("incidents.notify", lambda i: _open(i) and not i.passive, _plan_notice, 2)
_OFFER = _Step("incidents.offer", _workable, _offer, 2)
_ACCEPT = _Step("incidents.accept", lambda i: _workable(i) and bool(_open_offers(i)), _accept, 4)
_DECLINE = _Step("incidents.decline", lambda i: _workable(i) and bool(_open_offers(i)), _decline, 2)
_CARRY_OUT = _Step("incidents.carry_out", lambda i: _workable(i) and bool(_owed(i)), _carry_out, 4)
_RESOLVE = _Step("incidents.resolve", _resolvable, _resolve)
_CLAIM = _Step("import", lambda i: i.passive and _workable(i), lambda *_: (ev.IncidentResolved(claimed=True),))
_SATISFY = _Step("incidents.confirm_satisfaction", lambda i: i.phase in _PROVABLE and bool(_proofs(i)), _satisfy)
_CLOSE = _Step("incidents.close", _closable, lambda *_: (ev.IncidentClosed(),))
_REOPEN = _Step("incidents.reopen", _heard, _reopen, 2)
_PRAISE = _Step("surveys.answer", _heard, lambda draw, *_: (ev.SurveyAnswerReceived(AskId(draw(ids())), "csat", 5),))
_ADOPT = _Step(
    "incidents.adopt", lambda i: i.passive and _workable(i), lambda _draw, case, _now: (ev.IncidentAdopted(case.owner),)
)
_ASK = _Step("tick", silent, ask_again, 8)
_LAPSE = _Step("tick", silent, lapse)
_WAIVE = _Step("incidents.waive", _unproved, waive, 3)
_MERGE = _Step("incidents.merge", _settled, merge)
_WITHDRAW = _Step("incidents.withdraw", _open, lambda draw, *_: (ev.IncidentWithdrawn(draw(texts())),))

_STEPS = (
    _NOTIFY,
    _Step("send", lambda i: bool(i.notices), _receipt, 4),
    _Step("send", lambda i: bool(i.notices), _undelivered),
    _Step("incidents.log_conversation", _always, _converse),
    _Step("contacts.log", _always, _contact),
    _OFFER,
    _ACCEPT,
    _DECLINE,
    _CARRY_OUT,
    _Step("incidents.drop", lambda i: _workable(i) and bool(_owed(i)), _drop),
    _Step("send", lambda i: not i.passive and bool(unpaid(i)), pay_in_vain),
    _Step("tick", lambda i: _workable(i) and bool(_open_offers(i)), _expire),
    _Step("incidents.counter", lambda i: _workable(i) and bool(_open_offers(i)), _counter, 2),
    _RESOLVE,
    _Step("surveys.answer", _heard, _answer, 2),
    _SATISFY,
    _CLOSE,
    _REOPEN,
    _ASK,
    _LAPSE,
    _WAIVE,
    _Step("incidents.unmerge", _settled, merge_and_back),
    _Step("incidents.merge", _open, take_in),
    _Step("incidents.unmerge", lambda i: bool(i.took_in), give_back),
    _Step("incidents.report", _always, link),
    _Step("incidents.enter", _open, enter_place),
    _Step("incidents.amend", _always, _amend),
    _Step("incidents.hand_over", _open, _hand_over),
    _Step("incidents.wait", workable, wait_for_customer, 3),
    _Step("incidents.escalate", workable, raise_case),
    _Step("incidents.promise", workable, promise_update, 3),
    _Step("tick", workable, looked_at, 6),
    _Step("tick", _waiting, lambda *_: (ev.WaitEnded(),), 12),
    _Step("tick", lambda i: _open(i) and i.handover is not None, _hand_back),
    _Step("incidents.accept_handover", lambda i: _open(i) and i.handover is not None, _take_over),
    _Step("incidents.report", lambda i: _open(i) and not i.passive, recur),
    _Step("incidents.report", _always, repeat),
    _Step("incidents.blocked", lambda i: _open(i) and not i.passive, stand_in_the_way),
    _Step("tick", lambda i: _open(i) and bool(i.protocol and i.protocol.steps), work_on_steps, 2),
    _Step("incidents.move_protocol", lambda i: _open(i) and not i.passive, move_protocol),
    _Step("incidents.offer", lambda i: _workable(i) and not i.passive, ask_approval),
    _Step("incidents.approve", lambda i: any(a.pending for a in i.approvals), answer_approval, 6),
    _Step("mass.work", lambda i: _workable(i) and i.mass is not None, add_orders),
    _Step("mass.notify", lambda i: _open(i) and i.mass is not None, pass_stage),
    _Step("import", lambda i: i.passive, lambda draw, *_: (ev.SourceStatusNoted(draw(codes())),)),
    _ADOPT,
)
"""What may happen at any time; what is final, after which nothing does, comes last or not at all."""


# --- Histories ---------------------------------------------------------------------------------------------------


class _Case:
    """An incident that is taken, step by step, to where it shall end."""

    def __init__(self, draw: st.DrawFn, passive: bool) -> None:
        incident = draw(ids())
        self._draw = draw
        self.stream: Stream[Incident] = Stream(draw, incident, passive)
        self.stream.add("incidents.report", draw(reports(incident, passive=passive, at=self.stream.now)))

    @property
    def phase(self) -> Phase:
        return self.stream.state.phase

    def take(self, step: _Step) -> None:
        self.stream.later()
        self.stream.add(step.command, *step.write(self._draw, self.stream.state, self.stream.now))

    def wander(self, steps: tuple[_Step, ...]) -> None:
        possible = [step for step in steps if step.possible(self.stream.state)]
        self.take(self._draw(st.sampled_from([step for step in possible for _ in range(step.weight)])))

    def drive(self, phase: Phase) -> None:
        """The shortest way from here."""
        {
            Phase.DETECTED: self._untell,
            Phase.COMMUNICATED: self._communicate,
            Phase.RESOLVED: self._resolve_or_claim,
            Phase.CLOSED: self._close,
            Phase.LAPSED: self._lapse,
            Phase.WITHDRAWN: self._withdraw,
            Phase.MERGED: self._merge,
        }[phase]()

    def _communicate(self) -> None:
        if self.phase is Phase.DETECTED:
            self._tell()
        elif self.phase is not Phase.COMMUNICATED:
            self.take(_REOPEN)

    def _tell(self) -> None:
        if self.stream.state.passive or self._draw(st.booleans()):
            self.take(_TELL)
        else:
            self._write()

    def _write(self) -> None:
        """A message that arrives."""
        self.take(_NOTIFY)
        self._receive(self.stream.state.notices[-1], ReceiptKind.DELIVERED)

    def _receive(self, notice: Notice, kind: ReceiptKind) -> None:
        self.stream.later()
        self.stream.add("send", *_received(self.stream.state, notice, kind, self.stream.now))

    def _untell(self) -> None:
        """Every message comes back. Needs a history without conversations."""
        if self.phase is not Phase.DETECTED:
            self._communicate()
        elif not self.stream.state.passive and self._draw(st.booleans()):
            self._write()
        for notice in self.stream.state.notices:
            if self.stream.state.told:
                self._receive(notice, ReceiptKind.BOUNCED)

    def _resolve_or_claim(self) -> None:
        """A source may claim it before anybody told the customer; such a case can't be closed."""
        claimed = self.phase is Phase.DETECTED and self.stream.state.passive and self._draw(st.booleans())
        self.take(_CLAIM) if claimed else self._resolve()
        if silent(self.stream.state) and self._draw(st.booleans()):
            self.take(_ASK)

    def _resolve(self) -> None:
        if self.phase is Phase.RESOLVED:
            return
        self._communicate()
        while _owed(self.stream.state):
            self.take(_CARRY_OUT)
        self.take(_RESOLVE)

    def _close(self) -> None:
        if self.phase is Phase.CLOSED:
            return
        self._resolve()
        if self.stream.state.evidence is None and self._draw(st.integers(0, 3)) == 0:
            self.take(_WAIVE)
        elif not _proofs(self.stream.state):
            self.take(self._draw(st.sampled_from((_TELL, _PRAISE))))
        if self.stream.state.evidence is None:
            self.take(_SATISFY)
        self.take(_CLOSE)

    def _lapse(self) -> None:
        if self.phase is Phase.LAPSED:
            return
        if self.phase is not Phase.RESOLVED or not silent(self.stream.state):
            if self.phase in (Phase.RESOLVED, Phase.CLOSED):
                self.take(_REOPEN)
            self._resolve()
        for _ in range(self._draw(st.integers(0, 2))):
            self.stream.later()
            self.stream.add("tick", ev.IncidentAttempted(AskId(self._draw(ids())), self.stream.state.attempts + 1))
        self.take(_LAPSE)

    def _merge(self) -> None:
        if not self.stream.state.open:
            self.take(_REOPEN)
        while not _settled(self.stream.state):
            self.take(_CARRY_OUT if _owed(self.stream.state) else _DECLINE)
        self.take(_MERGE)

    def _withdraw(self) -> None:
        if not self.stream.state.open:
            self.take(_REOPEN)
        self.take(_WITHDRAW)


@st.composite
def incident_histories(
    draw: st.DrawFn, phase: Phase | None = None, *, passive: bool | None = None, max_steps: int = 8
) -> tuple[Event, ...]:
    """Streams of one incident that end in ``phase``, along any way that the lifecycle allows.

    Args:
        phase: where it ends; any by default. What is imported never lapses: nobody was asked.
        passive: imported and not adopted, or neither; by default anything.
        max_steps: the most commands between the first and those that lead to the end.
    """
    ends = [end for end in Phase if not (passive and end is Phase.LAPSED)]
    end = phase or draw(st.sampled_from(ends))
    if end not in ends:
        raise ValueError("what is imported never lapses: nobody was asked; draw it with passive=False")
    imported = passive if passive is not None else end is not Phase.LAPSED and draw(st.booleans())
    case = _Case(draw, imported)
    # A conversation can't be taken back: whoever spoke with us stays told.
    never = {
        *(("incidents.log_conversation",) if end is Phase.DETECTED else ()),
        *(("incidents.adopt",) if passive is not None else ()),
    }
    steps = tuple(step for step in _STEPS if step.command not in never)
    for _ in range(draw(st.integers(0, max_steps))):
        case.wander(steps)
    case.drive(end)
    return case.stream.events


@st.composite
def incidents(draw: st.DrawFn, phase: Phase | None = None, *, passive: bool | None = None) -> Incident:
    """Incidents in ``phase``, by default in every one, each folded from a history: whatever is drawn can be reached."""
    return _as_incident(draw(incident_histories(phase, passive=passive)))


def _as_incident(events: tuple[Event, ...]) -> Incident:
    state = replay(events)
    assert isinstance(state, Incident)
    return state
