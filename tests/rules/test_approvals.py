"""Asking for what goes beyond an authority, and answering that: by the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Authority, Budget
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve as fold
from incidentkit.domain.ids import ApprovalId, IncidentId, OfferId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Team
from incidentkit.domain.texts import Text
from incidentkit.errors import AuthorityExceeded, InvalidInput, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.rules import approvals as rules
from incidentkit.rules.around import Around
from incidentkit.rules.authority import verdict
from incidentkit.rules.notices import notices
from incidentkit.rules.timers import timers_of
from tests.rules.authority_world import ANA, EVA, NOBODY, SOON, case, euros, made, now, shop
from tests.rules.lives import START

WORDS = Text("text:1", "too much for this")
LIMITED = shop(agent=Authority(per_incident=Decimal(10), approve_within=timedelta(hours=2)))
OFFERS = (Offer("refund", SOON, "40.00"),)
ASKED = Approval(
    ApprovalId("approval-1"),
    IncidentId("i-1"),
    (Offer("refund", SOON, euros("40.00")),),
    "agent:ana",
    START,
    euros(40),
    (Budget("incident", euros(10), euros(4), "i-1"), Budget("day", euros(9), euros(1), "ana")),
    ("eva", "sam"),
    ("eva",),
    START + timedelta(hours=2),
)


def waiting(*approvals: Approval, **given: Any) -> Incident:
    """A case with these requests."""
    return case(approvals=approvals or (ASKED,), **given)


def ask(incident: Incident, *worths: Any, settings: Any = LIMITED, by: Actor = ANA, **given: Any) -> list[Approval]:
    """What is asked for where offers go beyond an authority."""
    priced, there = made(*(worths or (40,))), now(settings, by)
    decided = rules.ask(incident, OFFERS, priced, verdict(by, priced, incident, NOBODY, there), there, **given)
    return [event.approval for event in decided.events if isinstance(event, ev.ApprovalAsked)]


def after(incident: Incident, *happenings: ev.Happening, by: str = "agent:eva") -> Incident:
    """The case an hour later."""
    for number, data in enumerate(happenings, 2):
        at = START + timedelta(hours=1)
        state = fold(incident, Event(incident.id, number, data, at, at, by, "test"))
        assert isinstance(state, Incident)
        incident = state
    return incident


# --- Asking ------------------------------------------------------------------------------------------------------


def test_what_is_asked_for_says_all_that_an_answer_needs() -> None:
    """What, how much, by whom, beyond which limit, of whom, and until when."""
    (asked,) = ask(case())

    assert (
        ("approval-1", "i-1", "agent:ana", START, euros(40), None),
        (Offer("refund", SOON, euros("40.00")),),
        (Budget("incident", euros(10), euros(0), "i-1"),),
        ("eva", "sam"),
        (ApprovalState.PENDING, True, None, "", None),
    ) == (
        (asked.id, asked.incident, asked.asked_by, asked.asked_at, asked.worth, asked.agrees),
        asked.offers,
        asked.exceeded,
        asked.may,
        (asked.state, asked.pending, asked.reason, asked.by, asked.ended_at),
    )


def test_the_same_is_asked_for_once() -> None:
    """While it waits, however its amount is written; a counter-offer is another thing."""
    counter = OfferId("offer-1")
    assert [counter] == [asked.agrees for asked in ask(case(), agrees=counter)]
    again = [ask(waiting()), ask(waiting(), agrees=counter), ask(waiting(evolve(ASKED, agrees=counter)), agrees=counter)]

    assert [0, 1, 0] == [len(asked) for asked in again]


@pytest.mark.parametrize("state", ["approved", "refused", "expired", "superseded"])
def test_what_was_answered_can_be_asked_for_again(state: str) -> None:
    """As a request of its own."""
    known = waiting(evolve(ASKED, state=ApprovalState(state)))

    assert ["approval-2"] == [asked.id for asked in ask(known)]


def test_something_else_is_asked_for_beside_it() -> None:
    """Other offers, other answers."""
    other = waiting(evolve(ASKED, offers=(Offer("refund", SOON, euros("41.00")),)))

    assert ["approval-2"] == [asked.id for asked in ask(other)]


def test_those_of_the_owning_team_are_asked_first() -> None:
    """And all who may where none of them may."""
    teams = [Owner("after-sales"), Owner("warehouse"), Owner("elsewhere")]

    assert [("eva",), ("sam",), ("eva", "sam")] == [ask(case(owner=owner))[0].asked_of for owner in teams]


def test_it_is_asked_for_where_nobody_may() -> None:
    """The record has it, and whoever may one day."""
    settings = shop(agent=Authority(per_incident=Decimal(10)), supervisor=Authority(per_incident=Decimal(20)))

    assert () == ask(case(), settings=settings)[0].asked_of


@pytest.mark.parametrize(("within", "until"), [(timedelta(hours=2), START + timedelta(hours=2)), (None, None)])
def test_it_waits_as_long_as_the_settings_say(within: timedelta | None, until: object) -> None:
    """In the owning team's working time, or for ever."""
    settings = shop(agent=Authority(per_incident=Decimal(10), approve_within=within))

    assert until == ask(case(), settings=settings)[0].until


@pytest.mark.parametrize(
    ("worths", "expected"), [((40, 30), euros(40)), ((40, None), None), ((euros(0),), euros(0)), ((None,), None)]
)
def test_the_largest_worth_is_said(worths: tuple[Any, ...], expected: Money | None) -> None:
    """Unless one of them could be anything."""
    settings = shop(agent=Authority(per_day=Decimal(1), kinds=("discount",)))

    assert expected == ask(case(), *worths, settings=settings)[0].worth


def test_what_is_granted_otherwise_needs_no_answer() -> None:
    """The request for exactly that is over; others go on."""
    other = evolve(ASKED, id=ApprovalId("approval-2"), offers=(Offer("refund", SOON, euros("1.00")),))
    ended = rules.granted_otherwise(waiting(ASKED, other), OFFERS)

    assert (ev.ApprovalEnded(ASKED.id, ApprovalState.SUPERSEDED),) == ended
    assert () == rules.granted_otherwise(case(), OFFERS)


def test_a_counter_offer_that_is_agreed_to_needs_no_answer() -> None:
    """Nor is anybody told that it does, once it was."""
    counter = OfferId("offer-1")
    known = waiting(evolve(ASKED, agrees=counter, offers=()))

    assert (ev.ApprovalEnded(ASKED.id, ApprovalState.SUPERSEDED),) == rules.granted_otherwise(known, (), counter)
    assert () == rules.granted_otherwise(known, OFFERS)
    assert [True, False] == [rules.still_asked(known, (), each) is not None for each in (counter, OfferId("offer-2"))]


def test_goods_are_asked_for_as_they_are() -> None:
    """They have no amount that could be written in another way."""
    goods = (Offer("replacement", SOON, lines={"1": 1}),)
    there = now(LIMITED)
    decided = rules.ask(case(), goods, made(40), verdict(ANA, made(40), case(), NOBODY, there), there)

    assert [goods] == [event.approval.offers for event in decided.events if isinstance(event, ev.ApprovalAsked)]


def test_several_rounds_are_told_apart_by_their_numbers() -> None:
    """One alone is as it was given."""
    first, second = (Offer("refund", SOON, "1.00"), Offer("refund", SOON, "2.00")), (Offer("refund", SOON, "3.00"),)

    assert first == rules.together([first])
    assert [(1, "1.00"), (1, "2.00"), (2, "3.00")] == [
        (offer.round, f"{offer.amount.amount:.2f}") for offer in rules.together([first, second]) if offer.amount
    ]
    assert () == rules.together([])


@pytest.mark.parametrize(
    ("worths", "expected"),
    [
        ([(1, euros(5)), (1, euros(7)), (2, euros(3))], euros(10)),
        ([(1, euros(7)), (1, euros(5))], euros(7)),
        ([(1, euros(5)), (2, euros(7, "USD"))], None),
        ([(1, euros(5, "USD")), (1, euros(7))], euros(7)),
    ],
)
def test_what_rounds_are_worth_together(worths: list[tuple[int, Money]], expected: Money | None) -> None:
    """Of each the largest; two currencies come to nothing that could be said in one."""
    priced = tuple(offer for turn, worth in worths for offer in made(worth, turn=turn))
    there = now(shop(agent=Authority(per_day=Decimal(1))))
    decided = rules.ask(case(), OFFERS, priced, verdict(ANA, priced, case(), NOBODY, there), there)

    assert [expected] == [event.approval.worth for event in decided.events if isinstance(event, ev.ApprovalAsked)]


def test_it_waits_in_the_hours_of_the_owning_team() -> None:
    """Which may be others than the shop's."""
    nights = Calendar("nights", Schedule("Europe/Madrid", {"mon-sun": ("22:00-06:00",)}))
    settings = evolve(LIMITED, calendars={"nights": nights}, teams=(Team("after-sales"), Team("warehouse", "nights")))
    (asked,) = ask(case(owner=Owner("warehouse")), settings=settings)

    assert datetime(2026, 3, 2, 23, tzinfo=UTC) == asked.until


@pytest.mark.parametrize(
    ("phase", "count"),
    [("detected", 0), ("communicated", 0), ("resolved", 1), ("closed", 1), ("withdrawn", 1), ("merged", 1), ("lapsed", 1)],
)
def test_what_a_case_that_moved_on_asked_for_is_over(phase: str, count: int) -> None:
    """Once nothing is offered in it any more."""
    answered = evolve(ASKED, id=ApprovalId("approval-2"), state=ApprovalState.REFUSED)
    before = waiting(ASKED, answered)
    over = rules.closed_meanwhile(before, evolve(before, phase=Phase(phase)))

    assert [ev.ApprovalEnded(ASKED.id, ApprovalState.SUPERSEDED)] * count == list(over)


def test_a_case_that_was_over_before_has_nothing_left_to_end() -> None:
    """Nor has one that just began."""
    before = waiting(phase=Phase.RESOLVED)

    assert [(), ()] == [rules.closed_meanwhile(known, waiting(phase=Phase.CLOSED)) for known in (before, None)]


# --- What the caller is told -------------------------------------------------------------------------------------


def test_a_caller_is_told_by_how_much_and_who_may() -> None:
    """Of the limit that leaves least, and by name."""
    error = rules.still_asked(waiting(), OFFERS)

    assert isinstance(error, AuthorityExceeded)
    assert (euros(10), euros(6), ("eva", "sam"), "approval-1") == (error.limit, error.remaining, error.may, error.approval)
    assert ASKED.exceeded == error.exceeded
    assert (
        "Incident i-1: what is granted stays within 6.00 EUR that are left per incident, 8.00 EUR that are left per day; "
        "got 40.00 EUR. eva or sam may: asked as approval-1."
    ) == str(error)


def test_a_caller_whose_request_was_answered_is_told_nothing() -> None:
    """Nor is one who asked for something else."""
    answered = waiting(evolve(ASKED, state=ApprovalState.APPROVED))

    assert [None, None] == [rules.still_asked(answered, OFFERS), rules.still_asked(waiting(), made(3))]


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget("kind", euros(0), euros(0), "refund"), "the kinds of remedy of that role, without refund"),
        (Budget("currency", euros(0), euros(0), "USD"), "budgets in EUR, not USD"),
        (Budget("worth", euros(0), euros(0)), "a worth that is known"),
        (Budget("customer", euros(9), euros(10)), "0.00 EUR that are left per customer"),
    ],
)
def test_every_limit_has_words(budget: Budget, words: str) -> None:
    """Also where nobody may, and nobody knows the worth."""
    error = rules.beyond(case(), (budget,), None, (), "approval-1")

    assert (
        f"Incident i-1: what is granted stays within {words}; got something whose worth nobody knows."
        " Nobody in shop.toml may grant it."
    ) == str(error)


# --- Answering ---------------------------------------------------------------------------------------------------


def test_a_request_is_answered_while_it_waits() -> None:
    """Up to the instant at which it expires."""
    there = now(LIMITED, EVA)

    assert ASKED == rules.answerable(waiting(), "approval-1", there)
    assert ASKED == rules.answerable(waiting(), "approval-1", evolve(there, at=START + timedelta(hours=2, microseconds=-1)))


@pytest.mark.parametrize(
    ("approval", "hours", "got"),
    [
        (evolve(ASKED, state=ApprovalState.REFUSED), 0, "refused"),
        (evolve(ASKED, state=ApprovalState.APPROVED), 5, "approved"),
        (ASKED, 2, "expired"),
    ],
)
def test_a_request_that_is_over_can_not_be_answered(approval: Approval, hours: int, got: str) -> None:
    """The error says what became of it."""
    there = evolve(now(LIMITED, EVA), at=START + timedelta(hours=hours))
    with pytest.raises(TransitionRefused, match=rf"approval-1 must be pending; got {got}\. Ask anew") as refused:
        rules.answerable(waiting(approval), "approval-1", there)

    assert "approve" == refused.value.attempted


def test_a_request_that_is_not_there_is_named() -> None:
    """With those that are."""
    with pytest.raises(UnknownIdError, match=r"^Incident i-1: has the approvals approval-1; got 'approval-7'"):
        rules.answerable(waiting(), "approval-7", now(LIMITED, EVA))
    with pytest.raises(UnknownIdError, match=r"has the approvals none yet"):
        rules.answerable(case(), "approval-1", now(LIMITED, EVA))


def test_b56_whoever_asked_never_approves() -> None:
    """By the rules themselves, whatever a page shows: neither as an agent nor where their name stood at a terminal."""
    for asking in ("agent:eva", "cli:eva", "host:eva"):
        with pytest.raises(
            RuleViolation, match=r"^Incident i-1: \S+ is answered by somebody else than who asked; got eva\. Ask sam"
        ):
            rules.check_approver(waiting(), evolve(ASKED, asked_by=asking), now(LIMITED, EVA))


@pytest.mark.parametrize(
    "by", [ANA, Actor("cli", "eva"), Actor("host", "eva"), Actor("host", "host"), Actor("agent", "gone"), Actor("rule", "desk")]
)
def test_only_an_agent_who_may_approves(by: Actor) -> None:
    """Nobody vouches for a name that was only said."""
    with pytest.raises(
        RuleViolation, match=rf"^Incident i-1: \S+ is answered by an agent who may approve; got {by}\. Ask eva or sam"
    ):
        rules.check_approver(waiting(), ASKED, now(LIMITED, by))


def test_where_nobody_may_approve_the_settings_are_to_blame() -> None:
    """The error says so."""
    nobody = evolve(LIMITED, agents=LIMITED.agents[:2], authority={"agent": Authority()})
    with pytest.raises(RuleViolation, match=r"got agent:ana\. Name somebody in shop\.toml who may approve\.$"):
        rules.check_approver(waiting(), ASKED, now(nobody, ANA))


def test_a_refusal_says_why() -> None:
    """In words; by somebody who may, and did not ask."""
    decided = rules.refuse(waiting(), "approval-1", WORDS, now(LIMITED, EVA))

    assert (ev.ApprovalRefused(ASKED.id, WORDS),) == decided.events
    with pytest.raises(InvalidInput, match=r"^Incident i-1: needs a reason in words"):
        rules.refuse(waiting(), "approval-1", Text(""), now(LIMITED, EVA))
    with pytest.raises(RuleViolation, match="an agent who may approve"):
        rules.refuse(waiting(), "approval-1", WORDS, now(LIMITED, ANA))


# --- What becomes of it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happening", "state", "by", "reason"),
    [
        (ev.ApprovalGiven(ASKED.id), "approved", "agent:eva", None),
        (ev.ApprovalRefused(ASKED.id, WORDS), "refused", "agent:eva", WORDS),
        (ev.ApprovalEnded(ASKED.id, ApprovalState.EXPIRED), "expired", "", None),
        (ev.ApprovalEnded(ASKED.id, ApprovalState.SUPERSEDED), "superseded", "", None),
    ],
)
def test_the_case_says_what_became_of_it(happening: ev.Happening, state: str, by: str, reason: Text | None) -> None:
    """When, by whom and why; other requests stay as they are."""
    other = evolve(ASKED, id=ApprovalId("approval-2"))
    ended = evolve(ASKED, state=ApprovalState(state), by=by, reason=reason, ended_at=START + timedelta(hours=1))

    assert (ended, other) == after(waiting(ASKED, other), happening).approvals


def test_what_nobody_answers_expires() -> None:
    """Each at its own time, which its timer waits for."""
    later = evolve(ASKED, id=ApprovalId("approval-2"), until=START + timedelta(hours=3))
    ever = evolve(ASKED, id=ApprovalId("approval-3"), until=None)
    known = waiting(ever, later, ASKED)
    timer = Timer("i-1", rules.APPROVAL, ASKED.until)
    over = [rules.approval_due(known, timer, Around(), evolve(now(LIMITED), at=START + timedelta(hours=h))) for h in (1, 2, 3)]

    assert [[], ["approval-1"], ["approval-2", "approval-1"]] == [[e.approval for e in d.events] for d in over]  # type: ignore[attr-defined]
    assert {ev.ApprovalEnded(ASKED.id, ApprovalState.EXPIRED)} == set(over[1].events)


@pytest.mark.parametrize(
    ("approvals", "expected"),
    [
        ((ASKED, evolve(ASKED, until=START + timedelta(hours=1))), START + timedelta(hours=1)),
        ((evolve(ASKED, until=None),), None),
        ((evolve(ASKED, state=ApprovalState.EXPIRED),), None),
    ],
)
def test_a_case_waits_for_the_next_request_that_expires(approvals: tuple[Approval, ...], expected: object) -> None:
    """Not for one that was answered, or that waits for ever."""
    assert expected == timers_of(waiting(*approvals), LIMITED).get(rules.APPROVAL)


# --- Who is told -------------------------------------------------------------------------------------------------

CREW = evolve(LIMITED, agents=tuple(evolve(agent, email=f"{agent.name}@example.com") for agent in LIMITED.agents))


def told(incident: Incident, *happenings: ev.Happening, by: str = "agent:eva") -> list[tuple[str, dict[str, str]]]:
    """The texts that go out, each with what it says."""
    known = after(incident, *happenings, by=by)
    events = [Event("i-1", 2 + n, data, START, START, by, "test") for n, data in enumerate(happenings)]
    sent = notices(known, events, now(CREW, Actor.parse(by)), "S-1")
    return [(intent.step, dict(intent.values)) for intent in sent]


def test_whoever_may_is_asked_in_writing() -> None:
    """With how much it is worth, who wants it, and until when."""
    ((step, said),) = told(case(), ev.ApprovalAsked(ASKED), by="agent:ana")
    wanted = {
        "agent": "eva",
        "approval": "approval-1",
        "worth": "40.00 EUR",
        "requester": "ana",
        "by": "2026-03-02T11:00:00+00:00",
    }

    assert "staff.approval" == step
    assert wanted.items() <= said.items()


@pytest.mark.parametrize(
    ("happening", "expected"),
    [
        (ev.ApprovalGiven(ASKED.id), [("staff.approval_ended", "ana", "approved")]),
        (ev.ApprovalRefused(ASKED.id, WORDS), [("staff.approval_ended", "ana", "refused")]),
        (ev.ApprovalEnded(ASKED.id, ApprovalState.EXPIRED), [("staff.approval_ended", "ana", "expired")]),
        (ev.ApprovalEnded(ASKED.id, ApprovalState.SUPERSEDED), []),
    ],
)
def test_whoever_asked_is_told_the_answer(happening: ev.Happening, expected: list[tuple[str, ...]]) -> None:
    """Unless there was nothing left to answer."""
    assert expected == [(step, said["agent"], said["answer"]) for step, said in told(waiting(), happening)]
