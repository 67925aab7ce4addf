"""Reopening by the rules alone: the window, and what counts as a false resolution."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.actors import Actor
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.reopening import reopen, reopens_until
from tests.rules.lives import WORDS
from tests.rules.test_evidence import answer, case, hours

SHOP = Shop(zone="Europe/Madrid", protocols=(Protocol("damaged", reopen_within=timedelta(hours=48)),))


def now(after: float, by: str = "agent:ana", **more: Any) -> Circumstances:
    """Circumstances so many hours after the start."""
    kind, _, name = by.partition(":")
    return Circumstances(SHOP, hours(after), Actor(kind, name), confirms={}, **more)  # type: ignore[arg-type]


def disproved(incident: Incident, by: str = "agent:ana", said: bool | None = None) -> bool:
    """Whether reopening it shows a false resolution."""
    (event,) = reopen(incident, WORDS, None, now(2, by), said).events
    found: bool = event.disproved  # type: ignore[attr-defined]
    return found


ENDS: dict[str, dict[str, Any]] = {
    "resolved": {},
    "lapsed": {"phase": Phase.LAPSED, "lapsed_at": hours(10)},
    "closed": {"phase": Phase.CLOSED, "closed_at": hours(20)},
    "closed after lapsing": {"phase": Phase.CLOSED, "lapsed_at": hours(10), "closed_at": hours(20)},
}


@pytest.mark.parametrize(("end", "given"), list(zip((1, 10, 20, 20), ENDS.values(), strict=True)), ids=ENDS)
def test_the_window_begins_when_it_was_over(end: float, given: dict[str, Any]) -> None:
    """At the closing, else the lapsing, else the resolution; its last instant belongs to it."""
    incident = case(**given)
    words = r"reopened until 2026-03-0\d; got 2026-03-0\d\. Report.*follows='i-1'"
    with pytest.raises(TransitionRefused, match=words) as caught:
        reopen(incident, WORDS, None, now(end + 48.01))

    assert reopens_until(incident, now(0)) == hours(end + 48)
    assert reopen(incident, WORDS, None, now(end + 48)).events
    assert (incident.phase, "reopen", ()) == (caught.value.phase, caught.value.attempted, caught.value.missing)


def test_a_claim_can_be_taken_back_at_any_time() -> None:
    """What rests on a source's word alone is reopened however long ago that was: else nothing could close it."""
    claimed = case(claimed=True, passive=True, communicated_at=None)

    assert reopens_until(claimed, now(0)) is None
    assert reopen(claimed, WORDS, None, now(1_000)).events


def test_days_are_the_shops() -> None:
    """Half past eleven in the evening in London is the next day in Madrid."""
    late = case(resolved_at=hours(14.5))
    with pytest.raises(TransitionRefused, match="until 2026-03-05; got 2026-03-05"):
        reopen(late, WORDS, None, now(62.6))


@pytest.mark.parametrize(
    "given",
    [{"type": "gone"}, {"phase": Phase.DETECTED, "resolved_at": None}],
    ids=["a type without a protocol", "not over"],
)
def test_some_have_no_window(given: dict[str, Any]) -> None:
    """Where no protocol sets one, or nothing is over."""
    assert None is reopens_until(case(**given), now(0))


def test_a_source_reopens_whenever_it_says_so() -> None:
    """An import records what happened, however late."""
    assert reopen(case(passive=True), WORDS, None, now(1000, "source:file", passive=True)).events


@pytest.mark.parametrize(
    ("expected", "given", "by", "said"),
    [
        (True, {}, "customer:customer", None),
        (False, {}, "agent:ana", None),
        (False, {}, "host:web", None),
        (True, {"came_back": True}, "agent:ana", None),
        (True, {"answers": (answer(1),)}, "agent:ana", None),
        (False, {"answers": (answer(5),)}, "agent:ana", None),
        (False, {"came_back": True, "answers": (answer(1),)}, "customer:customer", False),
        (True, {}, "agent:ana", True),
    ],
)
def test_whether_a_resolution_was_false(expected: bool, given: dict[str, Any], by: str, said: bool | None) -> None:
    """The customer says so, or who knows better does."""
    assert expected == disproved(case(**given), by, said)


def test_reopening_needs_words() -> None:
    """Why stands in the record."""
    with pytest.raises(InvalidInput, match="needs a reason in words"):
        reopen(case(), Text("t", " "), None, now(2))


@pytest.mark.parametrize(("generation", "rounds"), [("2", 0), ("3", 1)])
def test_the_customer_hears_of_each_round(generation: str, rounds: int) -> None:
    """By a message of its own, which the record plans with it."""
    again = case(customer=CustomerId("c-1"), reopened=rounds)
    decision = reopen(again, WORDS, None, evolve(now(2), confirms={"local": True}))
    (message,) = decision.intents

    assert ("incident.reopened", generation) == (message.step, message.key.rpartition("/")[2])
    assert ["IncidentReopened", "NoticePlanned"] == [type(event).__name__ for event in decision.events]


def test_whoever_has_it_is_watched_again() -> None:
    """Where they are not there, it is looked at at once."""
    (timer,) = reopen(case(owner=Owner("after-sales", "gone")), WORDS, None, now(2)).timers

    assert ("i-1", hours(2)) == (timer.stream, timer.due)


def test_what_was_only_claimed_goes_back_to_detected() -> None:
    """Nobody was told; the move has a name of its own, and one that was told goes on as told."""
    untold = case(communicated_at=None, claimed=True, passive=True)
    detected = reopen(untold, WORDS, None, now(2, "source:file", passive=True))

    assert 1 == len(detected.events)
    with pytest.raises(TransitionRefused, match="reopen is possible from resolved or closed or lapsed only"):
        reopen(evolve(untold, phase=Phase.DETECTED), WORDS, None, now(2))
