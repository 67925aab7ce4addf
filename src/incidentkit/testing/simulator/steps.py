"""The commands by which a course comes to the desk's knowledge, as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, evolve, field, frozen

from incidentkit.domain.orders import Line
from incidentkit.domain.remedies import Offer
from incidentkit.testing.simulator.courses import Course, Custody, Poll, Round, Said, Trouble
from incidentkit.testing.simulator.words import say

__all__ = ["MEET", "Id", "Part", "Shown", "Step", "steps_of"]

MEET = "incidents.find"
"""No command: what the desk did by itself is looked up."""


@frozen
class Id:
    """The id of what an earlier step made, by the plan's own name for it."""

    name: str


@frozen
class Part:
    """The id of an incident's n-th offer, remedy or conversation, counted from 0."""

    incident: str
    of: str
    place: int


@frozen
class Shown:
    """Evidence: an answer by its ask, or a conversation."""

    kind: str
    reference: Id | Part


@frozen
class Step:
    """One command of the desk.

    Args:
        at: when it happens.
        command: e.g. ``orders.ship``.
        about: the plan's name for what it is about, or for what it makes.
        makes: whether it makes that.
        arguments: as the command takes them; `Id`, `Part` and `Shown` stand for what is known only when it runs.
        key: the same for the same plan.
    """

    at: datetime
    command: str
    about: str
    arguments: Mapping[str, Any]
    by: str | None = None
    makes: bool = False
    key: str = ""


def steps_of(course: Course) -> list[Step]:
    """The steps of an order in the order of their times, also those beyond the month."""
    tale = _Tale(course)
    _order(tale)
    for place, poll in enumerate(course.polls, start=1):
        _poll(tale, f"{course.number}/poll-{place}", poll, {"order": Id(course.number)})
    for place, trouble in enumerate(course.troubles, start=1):
        _trouble(tale, f"{course.number}/case-{place}", trouble)
    for place, said in enumerate(course.said, start=1):
        _said(tale, f"{course.number}/said-{place}", said)
    in_time = sorted(tale.steps, key=lambda step: step.at)
    return [evolve(step, key=f"demo/{course.number}/{place}") for place, step in enumerate(in_time)]


@define
class _Tale:
    course: Course
    steps: list[Step] = field(factory=list)

    def tell(
        self, at: datetime | None, command: str, about: str, by: str | None, given: Mapping[str, Any], *, makes: bool = False
    ) -> None:
        """One more step, if it ever happens."""
        if at is not None:
            self.steps.append(Step(at, command, about, {n: v for n, v in given.items() if v is not None}, by, makes))


# --- Orders ------------------------------------------------------------------------------------------------------


def _order(tale: _Tale) -> None:
    course, number = tale.course, tale.course.number
    lines = tuple(Line(item.product, item.quantity, item.price) for item in course.items)
    given = {"customer": course.customer, "lines": lines, "promised": course.promised, "number": number}
    tale.tell(course.placed_at, "orders.place", number, "customer", given, makes=True)
    tale.tell(course.confirmed_at, "orders.confirm", number, None, {})
    tale.tell(course.published_at, "orders.publish_status", number, "marta", {"text": say("packing", course.language)})
    _parcels(tale)
    for gone in course.cancellations:
        tale.tell(gone.at, "orders.cancel", number, None, {"units": gone.units, "reason": gone.reason})
    for back in course.returns:
        tale.tell(back.at, "orders.take_back", number, "ivan", {"units": back.units, "reason": back.reason})
    if course.promised_again is not None:
        at, day = course.promised_again
        tale.tell(at, "orders.amend", number, "luis", {"promised": day, "reason": say("new_date", course.language)})


def _parcels(tale: _Tale) -> None:
    course = tale.course
    everything = {item.line: item.quantity for item in course.items}
    for parcel in course.parcels:
        units = None if parcel.units == everything else parcel.units
        sent = {"units": units, "carrier": parcel.carrier, "tracking": parcel.tracking or None}
        tale.tell(parcel.shipped_at, "orders.ship", course.number, "ivan", sent)
        tale.tell(parcel.delivered_at, "orders.deliver", course.number, None, {"units": units})


def _poll(tale: _Tale, name: str, poll: Poll, about: Mapping[str, Id]) -> None:
    asked = {"survey": poll.survey, **about}
    tale.tell(poll.asked_at, "surveys.ask", name, None, asked, makes=True)
    for place, answer in enumerate(poll.answers):
        by_hand = poll.asked_at is None and not place
        to: Mapping[str, Any] = asked if by_hand else {"ask": Id(name)}
        said = {**to, "score": answer.score, "comment": answer.comment}
        tale.tell(answer.at, "surveys.answer", name, "customer", said, makes=by_hand)


def _said(tale: _Tale, name: str, said: Said) -> None:
    if said.what == "solved":
        # The need of what was said first; a repeat is about the same one.
        tale.tell(said.at, "needs.resolve", f"{tale.course.number}/said-1", said.by, {})
        return
    ours = said.what in ("answered", "automatic")
    given = {
        "channel": said.channel,
        "direction": "out" if ours else "in",
        "order": Id(tale.course.number),
        "summary": None if said.what == "automatic" else say(said.what, tale.course.language),
        "automatic": True if said.what == "automatic" else None,
        "live": True if said.live else None,
        "expects_answer": False if said.what == "thanks" else None,
    }
    tale.tell(said.at, "contacts.log", name, said.by or ("customer" if not ours else None), given, makes=True)


# --- Incidents ---------------------------------------------------------------------------------------------------


@define
class _Case:
    """A case as it is told: who says so, and how many of each part it has so far."""

    tale: _Tale
    name: str
    agent: str | None
    supervisor: str
    offers: int = 0
    remedies: int = 0
    conversations: int = 0

    def tell(self, at: datetime | None, verb: str, given: Mapping[str, Any], by: str | None = None) -> None:
        self.tale.tell(at, f"incidents.{verb}", self.name, by or self.agent, given)

    def say(self, what: str) -> str:
        return say(what, self.tale.course.language)

    def spoke(self, at: datetime | None, what: str) -> None:
        self.tell(at, "log_conversation", {"channel": "phone", "summary": self.say(what)})
        self.conversations += at is not None


def _trouble(tale: _Tale, name: str, trouble: Trouble) -> None:
    takers = [custody.agent for custody in trouble.custodies if custody.agent]
    # Who does without the customer's word does not own the case.
    supervisor = "marta" if takers[-1:] == ["ana"] else "ana"
    case = _Case(tale, name, takers[0] if takers else None, supervisor)
    if trouble.told_on:
        live = True if trouble.told_on in ("phone", "counter") else None
        told = {"channel": trouble.told_on, "order": Id(tale.course.number), "live": live, "summary": trouble.description}
        tale.tell(trouble.detected_at, "contacts.log", f"{name}/told", "sara" if live else "customer", told, makes=True)
    if trouble.by_rule:
        tale.tell(trouble.detected_at, MEET, name, None, {"order": Id(tale.course.number), "type": trouble.type}, makes=True)
    else:
        reported = _report(tale.course, name, trouble)
        tale.tell(trouble.detected_at, "incidents.report", name, case.agent, reported, makes=True)
    for custody in trouble.custodies:
        _custody(case, custody)
    case.tell(trouble.written_at, "notify", {})
    case.spoke(trouble.called_at, "called")
    for place, round_ in enumerate(trouble.rounds, start=1):
        _round(case, f"{name}/poll-{place}", round_)
    case.tell(trouble.withdrawn_at, "withdraw", {"reason": case.say("mistaken")})


def _report(course: Course, name: str, trouble: Trouble) -> Mapping[str, Any]:
    return {
        "order": Id(course.number) if trouble.about_order else None,
        "customer": None if trouble.about_order else course.customer,
        "type": trouble.type,
        "description": trouble.description,
        "cause": trouble.cause,
        "lines": trouble.lines or None,
        "reported_by": trouble.reported_by,
        "need": Id(f"{name}/told") if trouble.told_on else None,
    }


def _custody(case: _Case, custody: Custody) -> None:
    case.tell(custody.asked_at, "hand_over", {"to": custody.to}, custody.by)
    if custody.agent:
        case.tell(custody.at, "accept_handover", {}, custody.agent)


def _round(case: _Case, poll: str, round_: Round) -> None:
    _proposals(case, round_)
    case.tell(round_.resolved_at, "resolve", {"reason": round_.reason})
    if round_.poll is not None:
        _poll(case.tale, poll, round_.poll, {"incident": Id(case.name)})
    case.spoke(round_.spoken_at, "well")
    if round_.evidence is not None:
        last = Part(case.name, "conversations", case.conversations - 1)
        shown = Shown(round_.evidence, Id(poll) if round_.evidence == "answer" else last)
        case.tell(round_.confirmed_at, "confirm_satisfaction", {"evidence": shown})
    case.tell(round_.waived_at, "waive", {"reason": case.say("waived")}, case.supervisor)
    case.tell(round_.closed_at, "close", {})
    case.tell(round_.reopened_at, "reopen", {"reason": case.say("back" if round_.closed_at else "again")})


def _proposals(case: _Case, round_: Round) -> None:
    offers = tuple(Offer(p.kind, p.by, p.amount, p.product) for p in round_.proposals)
    case.tell(round_.offered_at, "offer", {"offers": offers})
    for place, proposal in enumerate(round_.proposals, start=case.offers):
        reply = "accept" if proposal.accepted else "decline"
        case.tell(proposal.replied_at, reply, {"offer_id": Part(case.name, "offers", place)}, "customer")
        if proposal.accepted:
            remedy = Part(case.name, "remedies", case.remedies)
            case.tell(proposal.carried_out_at, "carry_out", {"remedy_id": remedy, "reference": proposal.reference})
            case.remedies += 1
    case.offers += len(offers)
