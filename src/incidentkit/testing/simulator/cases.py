"""How a case goes, once something has gone wrong: who takes it, what is said and offered, how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Literal

from attrs import evolve, frozen

from incidentkit.testing.simulator.courses import Custody, Poll, Proposal, Round, Score, Trouble
from incidentkit.testing.simulator.days import in_hours, local_day, minutes, sent_after, slice_of
from incidentkit.testing.simulator.shop import PRODUCTS, TEAM_OF
from incidentkit.testing.simulator.words import describe, say

__all__ = ["FATES", "TYPES", "Fate", "Report", "case"]

Fate = Literal["answered", "spoken", "silent", "waived", "unhappy", "returned", "withdrawn", "waiting", "untold"]
"""How a case ends:

- ``answered``, ``spoken``: closed, by a good answer or a conversation;
- ``silent``: resolved, and the customer never answers, however often they are asked;
- ``waived``: the same, and a supervisor has it closed without;
- ``unhappy``: resolved, a bad answer, reopened, solved in a second round;
- ``returned``: closed, then reopened, and left open;
- ``withdrawn``: it was no incident; ``waiting``: offers without a reply; ``untold``: nobody told the customer.
"""

FATES: Mapping[Fate, int] = {
    "answered": 8,
    "spoken": 4,
    "silent": 4,
    "waived": 1,
    "unhappy": 2,
    "returned": 1,
    "withdrawn": 1,
    "waiting": 2,
    "untold": 1,
}
"""How many of each in a deck."""

TYPES: Mapping[str, int] = {
    "out_of_stock": 4,
    "damaged": 3,
    "wrong_product": 2,
    "missing_item": 2,
    "late": 4,
    "lost": 1,
    "not_received": 2,
    "wrong_address": 1,
    "quality": 2,
    "billing": 1,
    "other": 1,
}
"""How many of each type in a deck."""

_CAUSES: Mapping[str, tuple[str, ...]] = {
    "out_of_stock": ("oversold", "stock_count", "supplier_short"),
    "damaged": ("packaging", "carrier_damage"),
    "wrong_product": ("picking", "wrong_product", "wrong_description"),
    "missing_item": ("picking", "wrong_quantity"),
    "late": ("carrier_delay",),
    "lost": ("carrier_loss",),
    "not_received": ("carrier_loss", "absent"),
    "wrong_address": ("wrong_address",),
    "quality": ("defect", "wrong_description"),
    "billing": ("wrong_charge",),
    "other": ("unknown",),
}

_MENU: Mapping[str, tuple[str, ...]] = {
    "out_of_stock": ("substitution", "restock", "refund"),
    "damaged": ("replacement", "refund", "discount"),
    "wrong_product": ("substitution", "refund"),
    "missing_item": ("restock", "refund"),
    "late": ("discount",),
    "lost": ("substitution", "refund"),
    "not_received": ("substitution", "refund"),
    "wrong_address": ("discount",),
    "quality": ("discount", "refund"),
    "billing": ("refund",),
    "other": ("discount",),
}

_PEOPLE = {"after-sales": ("ana", "luis", "sara"), "warehouse": ("marta", "ivan"), "billing": ("jon",)}
_REFERENCE = {"substitution": "ORD", "replacement": "ORD", "restock": "STK", "discount": "CPN", "refund": "RF"}
_CENT = Decimal("0.01")


@frozen
class Report:
    """What is known when the case begins.

    Args:
        money: what the order captured; never more than a part of it is given back.
        modest: only small amounts, because the order already has a case.
        by_rule: nobody reports it.
        reachable: whether the customer has an address to write to.
    """

    type: str
    fate: Fate
    at: datetime
    reported_by: str
    lines: tuple[str, ...]
    money: Decimal
    language: str
    reachable: bool
    about_order: bool = True
    modest: bool = False
    by_rule: bool = False


def case(rng: Random, report: Report) -> Trouble:
    """The case from its first instant to its end."""
    trouble = Trouble(
        type=report.type,
        detected_at=report.at,
        reported_by=report.reported_by,
        description=describe(report.type, report.language),
        cause=None if report.by_rule or rng.random() < 0.2 else rng.choice(_CAUSES[report.type]),
        lines=report.lines,
        about_order=report.about_order,
        by_rule=report.by_rule,
    )
    if report.fate == "untold":
        return evolve(trouble, custodies=_taken(rng, report)) if rng.random() < 0.5 else trouble
    trouble = _told(rng, evolve(trouble, custodies=_taken(rng, report)), report)
    told_at = trouble.called_at or trouble.written_at
    assert told_at is not None, "whoever is not left untold is told"
    if report.fate == "withdrawn":
        return evolve(trouble, withdrawn_at=in_hours(rng, told_at + minutes(rng, 30, 600)))
    trouble = evolve(trouble, rounds=tuple(_rounds(rng, report, told_at)))
    return _perhaps_passed_on(rng, trouble)


def _taken(rng: Random, report: Report) -> tuple[Custody, ...]:
    agent = rng.choice(_PEOPLE[TEAM_OF.get(report.type, "after-sales")])
    return (Custody(agent, in_hours(rng, report.at + minutes(rng, 3, 150))),)


def _told(rng: Random, trouble: Trouble, report: Report) -> Trouble:
    at = in_hours(rng, trouble.custodies[0].at + minutes(rng, 5, 240))
    if report.reachable and rng.random() < 0.7:
        return evolve(trouble, written_at=at)
    return evolve(trouble, called_at=at)


def _perhaps_passed_on(rng: Random, trouble: Trouble) -> Trouble:
    """A few cases go to somebody else before they are resolved; some of those never accept."""
    first, resolved_at = trouble.custodies[0], trouble.rounds[0].resolved_at
    asked_at = first.at + minutes(rng, 4, 40)
    at = asked_at + minutes(rng, 5, 120)
    if rng.random() > 0.12 or (resolved_at is not None and at >= resolved_at):
        return trouble
    agent = rng.choice([a for team in _PEOPLE.values() for a in team if a != first.agent])
    to = agent if rng.random() < 0.5 else next(team for team, people in _PEOPLE.items() if agent in people)
    # Within a slice nothing comes due: whoever takes longer may find that it went back.
    accepted = rng.random() < 0.8 and slice_of(at) == slice_of(asked_at)
    taken = Custody(agent if accepted else "", at, first.agent, to, asked_at)
    return evolve(trouble, custodies=(first, taken))


# --- Rounds ------------------------------------------------------------------------------------------------------


def _rounds(rng: Random, report: Report, told_at: datetime) -> list[Round]:
    # A mail has arrived once its slice is over; only then can the case be resolved.
    first = _offers(rng, report, told_at)
    if report.fate == "waiting":
        silence = tuple(evolve(p, replied_at=None, accepted=None, carried_out_at=None) for p in first.proposals)
        return [evolve(first, proposals=silence)]
    first = _resolved(rng, report, first, sent_after(told_at))
    if report.fate == "silent":
        return [_polled(rng, first)]
    if report.fate == "waived":
        return [_waived(rng, _polled(rng, first))]
    if report.fate == "spoken":
        return [_closed_by_word(rng, first)]
    if report.fate == "unhappy":
        first = _let_down(rng, report, first)
        return [first, _second(rng, report, first)]
    first = _closed_by_answer(rng, report, first)
    if report.fate == "answered":
        return [first]
    return [evolve(first, reopened_at=_after(rng, first.closed_at, 600, 5000)), Round()]


def _second(rng: Random, report: Report, first: Round) -> Round:
    assert first.reopened_at is not None, "a second round follows a reopening"
    again = _offers(rng, evolve(report, modest=True), first.reopened_at)
    return _closed_by_word(rng, _resolved(rng, report, again, first.reopened_at))


def _offers(rng: Random, report: Report, since: datetime) -> Round:
    """What is offered, and how the customer takes it: most decline until one suits them, some want nothing."""
    if rng.random() < 0.15:
        return Round()
    at = in_hours(rng, since + minutes(rng, 10, 240))
    menu = _MENU[report.type]
    kinds = rng.sample(menu, rng.randint(1, len(menu)))
    taken = rng.randrange(len(kinds)) if rng.random() < 0.95 else len(kinds)
    replied_at, proposals = at, []
    for place, kind in enumerate(kinds):
        proposal = _proposal(rng, report, kind, at)
        if place <= taken:
            replied_at += minutes(rng, 20, 1200)
            proposal = evolve(proposal, replied_at=replied_at, accepted=place == taken)
        proposals.append(_done(rng, proposal) if place == taken else proposal)
    return Round(offered_at=at, proposals=tuple(proposals))


def _proposal(rng: Random, report: Report, kind: str, at: datetime) -> Proposal:
    amount = None
    if kind in ("discount", "refund"):
        least, most = (5, 10) if report.modest or kind == "discount" else (20, 50)
        amount = (report.money * rng.randint(least, most) / 100).quantize(_CENT, ROUND_DOWN)
    product = rng.choice(list(PRODUCTS)) if kind in ("substitution", "replacement") else ""
    instead = product if kind == "substitution" else ""
    return Proposal(kind, local_day(at) + timedelta(days=rng.randint(2, 7)), amount, instead)


def _done(rng: Random, proposal: Proposal) -> Proposal:
    at = _after(rng, proposal.replied_at, 30, 2400)
    return evolve(proposal, carried_out_at=at, reference=f"{_REFERENCE[proposal.kind]}-{rng.randrange(10**6):06}")


def _resolved(rng: Random, report: Report, round_: Round, earliest: datetime) -> Round:
    moments = [earliest, *(m for p in round_.proposals for m in (p.replied_at, p.carried_out_at) if m is not None)]
    reason = None
    if not any(p.accepted for p in round_.proposals):
        reason = say("nothing" if round_.proposals else "sorted", report.language)
    return evolve(round_, resolved_at=_after(rng, max(moments), 5, 600), reason=reason)


def _polled(rng: Random, round_: Round) -> Round:
    return evolve(round_, poll=_asked(rng, round_))


def _waived(rng: Random, round_: Round) -> Round:
    waived_at = _after(rng, round_.resolved_at, 1000, 4000)
    return evolve(round_, waived_at=waived_at, closed_at=waived_at + minutes(rng, 1, 30))


def _asked(rng: Random, round_: Round) -> Poll:
    assert round_.resolved_at is not None, "only what is resolved is asked about"
    return Poll("csat", round_.resolved_at + minutes(rng, 1, 90))


def _answered(rng: Random, round_: Round, answer: Score, before: int | None = None) -> Poll:
    """The question, and its answer; with ``before``, another one that the customer thought better of."""
    poll = _asked(rng, round_)
    assert poll.asked_at is not None, "it was just asked"
    at = poll.asked_at + minutes(rng, 30, 3000)
    earlier = () if before is None else (Score(at, before),)
    return evolve(poll, answers=(*earlier, evolve(answer, at=at + minutes(rng, 1, 200))))


def _closed_by_answer(rng: Random, report: Report, round_: Round) -> Round:
    comment = say("good", report.language) if rng.random() < 0.3 else None
    good = Score(report.at, rng.choices((4, 5), (3, 4))[0], comment)
    poll = _answered(rng, round_, good, before=3 if rng.random() < 0.08 else None)
    confirmed_at = _after(rng, poll.answers[-1].at, 5, 400)
    return evolve(round_, poll=poll, evidence="answer", confirmed_at=confirmed_at, closed_at=confirmed_at + minutes(rng, 1, 30))


def _closed_by_word(rng: Random, round_: Round) -> Round:
    spoken_at = _after(rng, round_.resolved_at, 60, 2400)
    confirmed_at = spoken_at + minutes(rng, 1, 10)
    closed_at = confirmed_at + minutes(rng, 1, 10)
    return evolve(round_, spoken_at=spoken_at, evidence="conversation", confirmed_at=confirmed_at, closed_at=closed_at)


def _let_down(rng: Random, report: Report, round_: Round) -> Round:
    poll = _answered(rng, round_, Score(report.at, rng.randint(1, 3), say("bad", report.language)))
    return evolve(round_, poll=poll, reopened_at=_after(rng, poll.answers[-1].at, 10, 600))


def _after(rng: Random, at: datetime | None, least: float, most: float) -> datetime:
    """Some minutes after ``at``, when somebody is at work."""
    assert at is not None, "only what has happened is followed by something"
    return in_hours(rng, at + minutes(rng, least, most))
