"""The next way to a person: one after the other, never while or after they were reached, and a call at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.incidents import Phase
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Choice, FailedAddress, Preferences, Scope
from incidentkit.domain.texts import Text
from incidentkit.rules.decision import Decision
from incidentkit.rules.fallback import Reach, fall_back, next_way
from tests.rules.lives import SHOP, START, Life

WAYS = changed(SHOP, fallback=("email", "sms", "letter", "call"))
CHANNELS = {"email": "email", "sms": "phone", "wire": "email"}
ANA = Customer("c-1", "Ana", "ana@example.com", "+34600000001")
LOST = IntentState.FAILED


def message(channel: str = "email", state: IntentState = LOST, step: str = "incident.detected") -> Intent:
    """One message of those that say the same."""
    key = f"message/default/i-1/{step}/c-1/{channel}/1"
    return Intent(key, "message", channel, "i-1", step, START, "c-1", state=state, attempts=1)


def reach(*tried: Intent, person: Customer | None = ANA, wishes: Preferences | None = None, lost: Iterable[str] = ()) -> Reach:
    """What is known of Ana, whom the shop can mail and text."""
    return Reach(CHANNELS, tried, tuple(lost), person, wishes)


def test_the_ways_are_tried_in_their_order() -> None:
    """E-mail, then a text message; a channel that is not loaded is passed over; then somebody calls."""
    email, sms = message("email"), message("sms")
    wire = message("wire")

    assert ["email", "sms", "call"] == [
        next_way(wire, reach(), WAYS),
        next_way(email, reach(), WAYS),
        next_way(sms, reach(email), WAYS),
    ]


def test_after_a_call_there_is_nothing() -> None:
    """And a shop that names no ways tries none."""
    assert None is next_way(message(), reach(), changed(SHOP, fallback=()))


@pytest.mark.parametrize(
    "state", [s for s in IntentState if s not in (IntentState.FAILED, IntentState.ABANDONED, IntentState.SUPPRESSED)]
)
def test_one_at_a_time_and_never_after_they_were_reached(state: IntentState) -> None:
    """While another message that says the same is on its way, in doubt or has arrived, nothing further is tried."""
    assert None is next_way(message("sms"), reach(message("email", state)), WAYS)


def test_one_that_came_back_does_not_count_as_having_arrived() -> None:
    """It was handed over, and its channel said later that it bounced."""
    email = message("email", IntentState.DONE)

    assert "call" == next_way(message("sms"), reach(email, lost=[email.key]), WAYS)


@pytest.mark.parametrize(
    ("person", "wishes"),
    [
        (changed(ANA, phone=""), None),
        (ANA, Preferences(CustomerId("c-1"), failed=(FailedAddress("phone", Text("t", ANA.phone), START),))),
        (ANA, Preferences(CustomerId("c-1"), choices=(Choice(Scope(channel="sms"), wanted=False, at=START),))),
        (None, None),
    ],
    ids=["no number", "a number that fails", "opted out", "forgotten"],
)
def test_a_way_that_is_not_open_is_passed_over(person: Customer | None, wishes: Preferences | None) -> None:
    """Without an address there, with one that takes nothing, or against the person's will."""
    assert "call" == next_way(message(), reach(person=person, wishes=wishes), WAYS)


@pytest.mark.parametrize("purpose", ["survey", "marketing", "staff"])
def test_what_nobody_needs_goes_no_further(purpose: str) -> None:
    """Only news of orders and cases, and what the law demands, is tried another way."""
    assert None is next_way(changed(message(), purpose=purpose), reach(), WAYS)


@given(st.lists(st.sampled_from(IntentState), min_size=0, max_size=3))
def test_a_message_is_never_beside_another(states: list[IntentState]) -> None:
    """Whatever became of the others: a next way only where every one of them is over."""
    others = [message(f"way-{n}", state) for n, state in enumerate(states)]
    over = all(state in (IntentState.FAILED, IntentState.ABANDONED, IntentState.SUPPRESSED) for state in states)

    assert over == (next_way(message(), reach(*others), WAYS) is not None)


# --- What follows ------------------------------------------------------------------------------------------------


def now(life: Life, confirms: bool = True):  # type: ignore[no-untyped-def]
    """Circumstances in which text messages can be sent."""
    return changed(life.now(), shop=WAYS, confirms={"email": False, "sms": confirms}, addresses=CHANNELS)


def test_a_case_remembers_the_further_notice() -> None:
    """On its own channel, under a key of its own, so that its receipts move the case."""
    life = Life.begin()
    decision = fall_back(message(), life.incident, reach(), now(life))
    (notice,), (further,) = decision.events, decision.intents

    assert isinstance(notice, ev.NoticePlanned)
    assert (further.key, "sms", True) == (notice.key, notice.channel, notice.confirms)
    assert ("message/default/i-1/incident.detected/c-1/sms/1", IntentState.PLANNED, 0, "fallback") == (
        further.key,
        further.state,
        further.attempts,
        further.cause,
    )


def test_at_the_end_somebody_is_asked_to_call() -> None:
    """The team that has the case, in its own time; nobody twice."""
    life = Life.begin()
    decision = fall_back(message("sms"), life.incident, reach(message("email")), now(life), "t-1")
    ((stream, opened),) = decision.elsewhere

    assert isinstance(opened, ev.TaskOpened)
    assert ("t-1", "call", "not_reached", "i-1") == (stream, opened.kind, opened.rule, opened.incident)
    assert () == fall_back(message("sms"), life.incident, reach(message("email")), now(life)).elsewhere


def test_nobody_is_called_about_an_order_on_its_way() -> None:
    """It goes on to another channel, and no further."""
    life = Life.begin()
    shipped = message("sms", step="order.shipped")

    assert () == fall_back(shipped, life.order, reach(), now(life), "t-1").elsewhere
    assert ["sms"] == [i.channel for i in fall_back(message(step="order.shipped"), life.order, reach(), now(life)).intents]


def test_who_was_spoken_to_since_is_not_written_to_again() -> None:
    """A conversation after the message was written has told them."""
    life = Life.begin()
    before = message()
    life.apply(fall_back(message("wire"), life.incident, reach(), now(life)))
    life.at += timedelta(minutes=1)
    life.take("converse")

    assert life.incident.conversations
    assert () == fall_back(before, life.incident, reach(), now(life)).intents


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.DETECTED, Phase.COMMUNICATED)])
def test_a_case_beyond_telling_is_told_no_other_way(phase: Phase) -> None:
    """Once it is resolved or over, another rule asks for a call, or nobody need be told."""
    life = Life.begin()

    assert Decision() == fall_back(message(), changed(life.incident, phase=phase), reach(), now(life), "t-1")


def test_without_a_way_nothing_follows() -> None:
    """Of a shop that names none."""
    life, shop = Life.begin(), changed(SHOP, fallback=())

    assert Decision() == fall_back(message(), life.incident, reach(), changed(now(life), shop=shop), "t-1")
