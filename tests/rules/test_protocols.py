"""The steps of a case's protocol: whose turn it is, what is late, what is given out, and moving to another version."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.effects import Timer
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import CustomerId, IncidentId, NoticeId, OfferId, RemedyId, TaskId
from incidentkit.domain.incidents import Deadlines, Incident, Owner, Period, Phase
from incidentkit.domain.messages import Conversation, Notice, ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.protocols import DoneBy, Protocol, ProtocolStep, StepTask
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.targets import Targets
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.due import due
from incidentkit.rules.messages import incident_message
from incidentkit.rules.protocols import STEP, StepReading, late_steps, move, next_late, read_steps, step_task, turns
from incidentkit.rules.timers import timers_of

START = datetime(2031, 5, 5, 9, tzinfo=UTC)  # a Monday, as the team opens
HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
WORDS = Text("text:1", "words")


def step(name: str, done_by: DoneBy, *after: str, within: int | None = None, who: str = "") -> ProtocolStep:
    return ProtocolStep(name, {}, done_by, after, None if within is None else within * HOUR, who)


STEPS = (
    step("tell", "notify"),
    step("trace", "task", within=2),
    step("offer", "offer", "tell", within=4),
    step("agree", "accept", "offer"),
    step("carry_out", "carry_out", "agree"),
    step("resolve", "resolve", "carry_out"),
    step("claim", "task", "resolve", within=8, who="supervisor"),
    step("confirm", "satisfy", "resolve"),
)
LOST = Protocol("lost", steps=STEPS)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("eva", "after-sales", "supervisor")),
    protocols=(LOST,),
)
OFFERED = Offer(
    "refund", START + 24 * HOUR, Money.parse("5.00 EUR"), id=OfferId("offer-1"), made_by="agent:ana", made_at=START + 3 * HOUR
)
AGREED = Remedy(
    RemedyId("remedy-1"), OfferId("offer-1"), "refund", START + 24 * HOUR, agreed_at=START + 4 * HOUR, agreed_by="customer"
)


def case(**given: Any) -> Incident:
    made = Incident(IncidentId("i-1"), "lost", "minor", Text("text:2"), START, Owner("after-sales"), customer=CustomerId("c-1"))
    return evolve(made, **{"protocol": LOST, **given})


def told(hours: float = 1) -> dict[str, Any]:
    spoken = Conversation("conversation-1", "phone", "ana", START + hours * HOUR, WORDS)  # type: ignore[arg-type]
    return {"conversations": (spoken,), "phase": Phase.COMMUNICATED, "communicated_at": spoken.at}


def at(hours: float) -> datetime:
    return START + hours * HOUR


def now(hours: float = 0) -> Circumstances:
    return Circumstances(SHOP, at(hours), Actor("agent", "ana"), confirms={"local": True})


def read(incident: Incident, hours: float = 1, shop: Shop = SHOP) -> dict[str, StepReading]:
    return {reading.name: reading for reading in read_steps(incident, shop, at(hours))}


def states(incident: Incident, hours: float = 1) -> dict[str, str]:
    return {name: reading.state for name, reading in read(incident, hours).items()}


def alone(done_by: DoneBy, **given: Any) -> StepReading:
    (reading,) = read_steps(case(**{"protocol": Protocol("lost", steps=(step("it", done_by),)), **given}), SHOP, at(9))
    return reading


# --- What shows that a step is done ------------------------------------------------------------------------------

NOTICE = Notice(NoticeId("notice-1"), "incident.detected", "local", "k", True, START, ReceiptKind.DELIVERED, at(2), at(2))
SATISFIED = Evidence("conversation", "conversation-1", "agent:ana", at(6))
DONE = StepTask("it", TaskId("t-1"), START, at(3), "agent:ana")


@pytest.mark.parametrize(
    ("done_by", "given", "when", "by"),
    [
        ("own", {"owner": Owner("after-sales", "ana", at(2))}, 2, "ana"),
        ("own", {"owner": Owner("after-sales", "leo", at(5)), "unowned": (Period(START, at(1)),)}, 1, "leo"),
        ("notify", {"notices": (NOTICE,)}, 2, ""),
        ("notify", {"notices": (NOTICE,), **told(1)}, 1, "ana"),
        ("conversation", told(1), 1, "ana"),
        ("offer", {"offers": (OFFERED,)}, 3, "ana"),
        ("accept", {"remedies": (AGREED,)}, 4, "customer"),
        ("carry_out", {"remedies": (evolve(AGREED, carried_out_at=at(5)),)}, 5, ""),
        ("carry_out", {"remedies": (evolve(AGREED, dropped_at=at(5)), evolve(AGREED, carried_out_at=at(6)))}, 6, ""),
        ("resolve", {"phase": Phase.RESOLVED, "resolved_at": at(5)}, 5, ""),
        ("satisfy", {"phase": Phase.RESOLVED, "resolved_at": at(5), "evidence": SATISFIED}, 6, "ana"),
        ("task", {"step_tasks": (DONE,)}, 3, "ana"),
    ],
)
def test_a_step_is_done_by_what_the_record_shows(done_by: DoneBy, given: dict[str, Any], when: float, by: str) -> None:
    """With when, and by whom where that is known."""
    reading = alone(done_by, **given)

    assert ("done", at(when), by) == (reading.state, reading.done_at, reading.by)


@pytest.mark.parametrize(
    ("done_by", "given"),
    [
        ("own", {}),
        ("notify", {"notices": (evolve(NOTICE, receipt=ReceiptKind.BOUNCED),)}),
        ("conversation", {"notices": (NOTICE,)}),
        ("offer", {"offers": (evolve(OFFERED, answers=OfferId("offer-0")),)}),
        ("accept", {"offers": (OFFERED,)}),
        ("carry_out", {}),
        ("carry_out", {"remedies": (evolve(AGREED, carried_out_at=at(5)), AGREED)}),
        ("resolve", {"first_resolved_at": at(3)}),
        ("satisfy", {}),
        ("task", {}),
        ("task", {"step_tasks": (evolve(DONE, done_at=None),)}),
        ("task", {"step_tasks": (evolve(DONE, step="other"),)}),
    ],
)
def test_a_step_is_open_while_nothing_shows_it(done_by: DoneBy, given: dict[str, Any]) -> None:
    """What was undone, or is another step's, shows nothing."""
    assert "open" == alone(done_by, **given).state


def test_an_offer_of_an_old_record_is_one_all_the_same() -> None:
    """Nothing says when it was made."""
    reading = alone("offer", offers=(evolve(OFFERED, made_at=None),))

    assert ("done", None) == (reading.state, reading.done_at)


# --- Turns -------------------------------------------------------------------------------------------------------


def test_a_step_waits_for_those_before_it() -> None:
    """Its turn comes when they are done, whoever does them."""
    begun, spoken = states(case()), states(case(**told()))

    assert {"tell": "open", "trace": "open", "offer": "waiting", "agree": "waiting"}.items() <= begun.items()
    assert {"tell": "done", "trace": "open", "offer": "open", "agree": "waiting"}.items() <= spoken.items()


def test_what_was_done_before_its_turn_is_done() -> None:
    """Steps hold nobody back."""
    found = states(case(offers=(OFFERED,), remedies=(AGREED,)))

    assert ("open", "done", "done") == (found["tell"], found["offer"], found["agree"])


def test_a_turn_comes_when_the_last_of_those_before_is_over() -> None:
    """Never before the case began: what was offered of old counts from then."""
    protocol = Protocol("lost", steps=(*STEPS[:2], step("both", "task", "tell", "trace"), step("next", "task", "offer0")))
    protocol = evolve(protocol, steps=(step("offer0", "offer"), *protocol.steps))
    done = StepTask("trace", TaskId("t-1"), START, at(3))
    found = read(case(protocol=protocol, step_tasks=(done,), offers=(evolve(OFFERED, made_at=at(-5)),), **told(1)))

    assert (at(3), at(0)) == (found["both"].since, found["next"].since)


def test_an_adopted_case_has_its_turns_from_then() -> None:
    """Not from when its source says that it began."""
    adopted = case(deadlines=Deadlines(since=at(24)))

    assert (at(24), at(26)) == (read(adopted)["trace"].since, read(adopted)["trace"].due)


def test_once_solved_what_leads_there_is_not_needed() -> None:
    """What comes after it has its turn."""
    found = read(case(phase=Phase.RESOLVED, resolved_at=at(5), communicated_at=at(5)), 6)
    told_states = {name: reading.state for name, reading in found.items()}

    assert {"tell", "offer", "agree", "carry_out"} == {name for name, state in told_states.items() if state == "not_needed"}
    assert ("late", "open", "open", "done") == tuple(told_states[name] for name in ("trace", "claim", "confirm", "resolve"))
    assert at(5) == found["claim"].since


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.LAPSED, Phase.WITHDRAWN, Phase.MERGED])
def test_of_a_case_that_is_over_nothing_more_is_needed(phase: Phase) -> None:
    """What was done stays done."""
    found = states(case(phase=phase, resolved_at=at(5), closed_at=at(6), conversations=told()["conversations"]))

    assert {"tell": "done", "resolve": "done", "offer": "not_needed", "trace": "not_needed"}.items() <= found.items()


def test_a_task_that_somebody_cancelled_is_not_needed() -> None:
    """And what comes after it has its turn from then."""
    protocol = Protocol("lost", steps=(step("trace", "task"), step("next", "task", "trace")))
    found = read(case(protocol=protocol, step_tasks=(StepTask("trace", TaskId("t-1"), START, dropped_at=at(2)),)))

    assert ("not_needed", "open", at(2)) == (found["trace"].state, found["next"].state, found["next"].since)


def test_an_imported_case_has_no_steps() -> None:
    """Nor one whose type has no protocol."""
    assert () == read_steps(case(passive=True, protocol=None), SHOP, at(1))
    assert () == read_steps(case(type="gone", protocol=None), SHOP, at(1))


def test_a_case_of_an_old_record_shows_todays_steps() -> None:
    """It keeps no protocol of its own: no tasks are given out for it, and nothing is timed."""
    old = case(protocol=None)

    assert [s.name for s in STEPS] == [reading.name for reading in read_steps(old, SHOP, at(1))]
    assert ((), (), None) == (turns(old, SHOP, at(1)), late_steps(old, SHOP, at(50)), next_late(old, SHOP))


# --- Due times ---------------------------------------------------------------------------------------------------


def test_a_step_is_due_after_its_working_time() -> None:
    """From its turn on, in the hours of the owning team."""
    found = read(case(**told(8)), 8)

    assert (at(2), at(27)) == (found["trace"].due, found["offer"].due)


def test_elapsed_time_counts_all_hours() -> None:
    """Where the protocol says so."""
    found = read(case(deadlines=Deadlines(clock="elapsed"), **told(8)), 8)

    assert at(12) == found["offer"].due


def test_a_step_stands_still_while_the_customer_is_waited_for() -> None:
    """As clocks do."""
    held = Hold(at(1), at(3), at(48), "wait")

    assert at(4) == read(case(holds=(held,)))["trace"].due


def test_telling_and_solving_are_due_as_their_clocks_are() -> None:
    """Where the step itself says nothing."""
    targets = Targets(communicate_within=3 * HOUR, resolve_within=6 * HOUR)
    found = read(case(deadlines=Deadlines(at(3), at(6), targets)))

    assert (at(3), at(6)) == (found["tell"].due, found["resolve"].due)


def test_a_step_is_late_after_its_due_time() -> None:
    """The due time itself is in time."""
    assert ("open", "late") == (states(case(), 2)["trace"], read_steps(case(), SHOP, at(2) + TICK)[1].state)


def test_what_is_late_is_noted_once() -> None:
    """For a due time; another one is another lateness."""
    noted = case(late_steps=(("trace", at(2)),))

    assert (ev.StepLate("trace", at(2)),) == late_steps(case(), SHOP, at(3))
    assert () == late_steps(noted, SHOP, at(3))
    assert () == late_steps(case(), SHOP, at(2))
    assert (ev.StepLate("trace", at(2)),) == late_steps(case(late_steps=(("trace", at(1)),)), SHOP, at(3))


@pytest.mark.parametrize("given", [{"passive": True}, {"phase": Phase.CLOSED}])
def test_nothing_is_late_of_what_nobody_works_on(given: dict[str, Any]) -> None:
    """Imported, or over."""
    assert () == late_steps(case(**given), SHOP, at(50))
    assert next_late(case(**given), SHOP) is None


def test_the_next_lateness_is_waited_for() -> None:
    """The earliest that nobody was told of; with none left, nothing."""
    spoken = case(**told(0))

    assert at(2) == next_late(spoken, SHOP)
    assert at(4) == next_late(evolve(spoken, late_steps=(("trace", at(2)),)), SHOP)
    assert next_late(evolve(spoken, late_steps=(("trace", at(2)), ("offer", at(4)))), SHOP) is None
    assert next_late(case(protocol=Protocol("lost", steps=STEPS[:1])), SHOP) is None


def test_a_timer_is_set_for_it() -> None:
    """For the first instant that is too late, in the hours of the team."""
    assert at(2) + TICK == timers_of(case(), SHOP)[STEP]
    assert STEP not in timers_of(case(late_steps=(("trace", at(2)),)), SHOP)


def test_the_timer_notes_what_is_late() -> None:
    """At night nobody is woken."""
    timer = Timer(IncidentId("i-1"), STEP, at(2))

    assert (ev.StepLate("trace", at(2)),) == due(case(), timer, Around(), now(3)).events
    assert () == due(case(), timer, Around(), now(14)).events
    assert () == due(case(), timer, Around(), now(1)).events


# --- Tasks -------------------------------------------------------------------------------------------------------


def test_a_task_is_given_out_when_its_turn_comes() -> None:
    """Once: not what somebody has, had or cancelled."""
    given = StepTask("trace", TaskId("t-1"), START)
    endings = [given, evolve(given, done_at=at(1)), evolve(given, dropped_at=at(1))]

    assert ["trace"] == [reading.name for reading in turns(case(), SHOP, at(0))]
    assert [()] * 3 == [turns(case(step_tasks=(task,)), SHOP, at(1)) for task in endings]


def test_a_late_task_is_given_out_too() -> None:
    """Its turn may have come while nothing happened to the case."""
    assert ["trace"] == [reading.name for reading in turns(case(), SHOP, at(9))]


@pytest.mark.parametrize("given", [{"passive": True, "protocol": None}, {"phase": Phase.CLOSED}, {"phase": Phase.MERGED}])
def test_nothing_is_given_out_of_what_nobody_works_on(given: dict[str, Any]) -> None:
    """Imported, or over."""
    assert () == turns(case(**given), SHOP, at(1))


@pytest.mark.parametrize(
    ("who", "owner"), [("", ""), ("warehouse", "warehouse"), ("ana", "ana"), ("supervisor", "eva"), ("gone", "")]
)
def test_a_task_is_whose_it_is_said_to_be(who: str, owner: str) -> None:
    """The case's owner's where the settings no longer have who was meant."""
    protocol = Protocol("lost", steps=(step("trace", "task", within=2, who=who),))
    (reading,) = turns(case(protocol=protocol), SHOP, at(0))
    made = step_task(reading, TaskId("t-1"), case(protocol=protocol), None, now())

    assert (owner, "trace", "trace", "protocol", at(2)) == (made.owner, made.kind, made.step, made.rule, made.due)


# --- Another version ---------------------------------------------------------------------------------------------

OLD = Protocol("lost", resolve_within=20 * HOUR)


def test_a_case_is_moved_to_the_protocol_of_today() -> None:
    """Its deadlines are that one's, from when the case began: the time used stays used."""
    (moved,) = move(case(protocol=OLD), WORDS, now(5)).events
    assert isinstance(moved, ev.ProtocolMoved)

    assert (LOST, WORDS) == (moved.protocol, moved.reason)
    assert moved.deadlines is not None
    assert (at(4), at(24 + 24 + 6)) == (moved.deadlines.communicate_by, moved.deadlines.resolve_by)


def test_a_case_that_goes_by_it_already_stays_as_it_is() -> None:
    """However often it is moved."""
    assert () == move(case(), WORDS, now()).events


def test_a_case_without_one_of_its_own_gets_todays() -> None:
    """From then on a change of the settings no longer reaches it."""
    (moved,) = move(case(protocol=None), WORDS, now()).events

    assert isinstance(moved, ev.ProtocolMoved)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"phase": Phase.MERGED}, "a final case stays as it is"),
        ({"phase": Phase.WITHDRAWN}, "a final case stays as it is"),
        ({"passive": True, "protocol": None}, "an imported case goes by no protocol until it is adopted"),
    ],
)
def test_a_case_that_goes_by_none_is_not_moved(given: dict[str, Any], why: str) -> None:
    """Final or imported."""
    with pytest.raises(TransitionRefused, match=why):
        move(case(**given), WORDS, now())


def test_a_case_of_a_type_that_is_gone_is_not_moved() -> None:
    """It says how to go on."""
    with pytest.raises(InvalidInput, match=r"the type gone, which has none.*amend\(type="):
        move(case(type="gone"), WORDS, now())


def test_a_move_says_why() -> None:
    """In words."""
    with pytest.raises(InvalidInput, match="reason"):
        move(case(protocol=OLD), Text("text:3", " "), now())


# --- Texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "text"), [("incident.offered", "soft"), ("incident.resolved", None)])
def test_a_message_names_the_text_of_its_protocol(said: str, text: str | None) -> None:
    """At the points for which it has one."""
    message = incident_message(case(protocol=Protocol("lost", messages={"offered": "soft"})), said, "local", now(), "7")
    assert message is not None

    assert text == dict(message.values).get("text")
