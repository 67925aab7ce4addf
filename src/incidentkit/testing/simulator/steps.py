"""The commands by which a course comes to the desk's knowledge, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import define, evolve, field, frozen

from incidentkit.domain.orders import Line
from incidentkit.domain.remedies import Offer
from incidentkit.testing.simulator.courses import Course, Custody, Poll, Round, Trouble
from incidentkit.testing.simulator.words import say

__all__ = ["Id", "Part", "Shown", "Step", "steps_of"]


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
    in_time = sorted(tale.steps, key=lambda step: step.at)
    return [evolve(step, key=f"demo/{course.number}/{place}") for place, step in enumerate(in_time)]


@define
class _Tale:
    course: Course
    steps: list[Step] = field(factory=list)

    def tell(
        self, at: datetime | None, command: str, about: str, by: str | None = None, *, makes: bool = False, **given: Any
    ) -> None:
        """One more step, if it ever happens."""
        if at is not None:
            arguments = {name: value for name, value in given.items() if value is not None}
            self.steps.append(Step(at, command, about, arguments, by, makes))


# --- Orders ------------------------------------------------------------------------------------------------------


def _order(tale: _Tale) -> None:
    course, number = tale.course, tale.course.number
    lines = tuple(Line(item.product, item.quantity, item.price) for item in course.items)
    given = {"customer": course.customer, "lines": lines, "promised": course.promised, "number": number}
    tale.tell(course.placed_at, "orders.place", number, "customer", makes=True, **given)
    tale.tell(course.confirmed_at, "orders.confirm", number)
    tale.tell(course.published_at, "orders.publish_status", number, "marta", text=say("packing", course.language))
    _parcels(tale)
    for gone in course.cancellations:
        tale.tell(gone.at, "orders.cancel", number, units=gone.units, reason=gone.reason)
    for back in course.returns:
        tale.tell(back.at, "orders.take_back", number, "ivan", units=back.units, reason=back.reason)
    if course.promised_again is not None:
        at, day = course.promised_again
        tale.tell(at, "orders.amend", number, "luis", promised=day, reason=say("new_date", course.language))


def _parcels(tale: _Tale) -> None:
    course = tale.course
    everything = {item.line: item.quantity for item in course.items}
    for parcel in course.parcels:
        units = None if parcel.units == everything else parcel.units
        sent = {"units": units, "carrier": parcel.carrier, "tracking": parcel.tracking or None}
        tale.tell(parcel.shipped_at, "orders.ship", course.number, "ivan", **sent)
        tale.tell(parcel.delivered_at, "orders.deliver", course.number, units=units)


def _poll(tale: _Tale, name: str, poll: Poll, about: Mapping[str, Id]) -> None:
    asked = {"survey": poll.survey, **about}
    tale.tell(poll.asked_at, "surveys.ask", name, makes=True, **asked)
    for place, answer in enumerate(poll.answers):
        by_hand = poll.asked_at is None and not place
        to: Mapping[str, Any] = asked if by_hand else {"ask": Id(name)}
        said = {"score": answer.score, "comment": answer.comment}
        tale.tell(answer.at, "surveys.answer", name, "customer", makes=by_hand, **to, **said)


# --- Incidents ---------------------------------------------------------------------------------------------------


def _trouble(tale: _Tale, name: str, trouble: Trouble) -> None:
    course = tale.course
    agent = trouble.custodies[0].agent if trouble.custodies else None
    report = {
        "order": Id(course.number) if trouble.about_order else None,
        "customer": None if trouble.about_order else course.customer,
        "type": trouble.type,
        "description": trouble.description,
        "cause": trouble.cause,
        "lines": trouble.lines or None,
        "reported_by": trouble.reported_by,
    }
    tale.tell(trouble.detected_at, "incidents.report", name, agent, makes=True, **report)
    for custody in trouble.custodies:
        _custody(tale, name, custody)
    tale.tell(trouble.written_at, "incidents.notify", name, agent)
    spoken = [*_spoken(tale, name, agent, trouble.called_at, "called")]
    made = _Count(conversations=len(spoken))
    for place, round_ in enumerate(trouble.rounds, start=1):
        _round(tale, name, f"{name}/poll-{place}", agent, round_, made)
    tale.tell(trouble.withdrawn_at, "incidents.withdraw", name, agent, reason=say("mistaken", course.language))


@define
class _Count:
    """How many of each the incident has so far."""

    offers: int = 0
    remedies: int = 0
    conversations: int = 0


def _custody(tale: _Tale, name: str, custody: Custody) -> None:
    if custody.asked_at is not None:
        tale.tell(custody.asked_at, "incidents.hand_over", name, custody.by, to=custody.to)
    if custody.agent:
        tale.tell(custody.at, "incidents.accept_handover", name, custody.agent)


def _spoken(tale: _Tale, name: str, agent: str | None, at: datetime | None, what: str) -> Iterator[datetime]:
    if at is not None:
        summary = say(what, tale.course.language)
        tale.tell(at, "incidents.log_conversation", name, agent, channel="phone", summary=summary)
        yield at


def _round(tale: _Tale, name: str, poll: str, agent: str | None, round_: Round, made: _Count) -> None:
    _proposals(tale, name, agent, round_, made)
    tale.tell(round_.resolved_at, "incidents.resolve", name, agent, reason=round_.reason)
    if round_.poll is not None:
        _poll(tale, poll, round_.poll, {"incident": Id(name)})
    spoken = [*_spoken(tale, name, agent, round_.spoken_at, "well")]
    made.conversations += len(spoken)
    if round_.evidence is not None:
        by_answer = round_.evidence == "answer"
        shown = Shown(round_.evidence, Id(poll) if by_answer else Part(name, "conversations", made.conversations - 1))
        tale.tell(round_.confirmed_at, "incidents.confirm_satisfaction", name, agent, evidence=shown)
    tale.tell(round_.closed_at, "incidents.close", name, agent)
    why = "back" if round_.closed_at else "again"
    tale.tell(round_.reopened_at, "incidents.reopen", name, agent, reason=say(why, tale.course.language))


def _proposals(tale: _Tale, name: str, agent: str | None, round_: Round, made: _Count) -> None:
    offers = tuple(Offer(p.kind, p.by, p.amount, p.product) for p in round_.proposals)
    tale.tell(round_.offered_at, "incidents.offer", name, agent, offers=offers)
    for place, proposal in enumerate(round_.proposals, start=made.offers):
        reply = "incidents.accept" if proposal.accepted else "incidents.decline"
        tale.tell(proposal.replied_at, reply, name, "customer", offer_id=Part(name, "offers", place))
        if proposal.accepted:
            done = {"remedy_id": Part(name, "remedies", made.remedies), "reference": proposal.reference}
            tale.tell(proposal.carried_out_at, "incidents.carry_out", name, agent, **done)
            made.remedies += 1
    made.offers += len(offers)
