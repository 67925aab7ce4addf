"""Silence by the rules alone: when the customer is asked again, and when no more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Timer
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import AskId, CustomerId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask, Scale
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.lapsing import ATTEMPT, LAPSE, attempt, awaited, lapse
from tests.rules.test_evidence import case, hours

SHOP = Shop(protocols=(Protocol("damaged", attempts=2, attempt_every=timedelta(hours=9)),))


def silent(**given: Any) -> Incident:
    """A resolved case whose customer can be asked."""
    return case(customer=CustomerId("c-1"), **given)


def asked(*lost: bool) -> dict[str, Any]:
    """Asked so many times, two hours after the start, each reached or not."""
    return {"asked": tuple(AskId(f"ask-{n}") for n in range(len(lost))), "attempted_at": hours(2)}


def asks(*lost: bool) -> tuple[Ask, ...]:
    return tuple(Ask(AskId(f"ask-{n}"), "csat", Scale(), hours(2), lost=gone) for n, gone in enumerate(lost))


def now(after: float, shop: Shop = SHOP) -> Circumstances:
    """Circumstances of the desk's own rule."""
    return Circumstances(shop, hours(after), RULE, confirms={"local": True})


TIMER = Timer("i-1", "whatever", None)
DAY = 24  # of nine working hours: from ten to ten
AROUND = Around(ids=("id-1",), asks=())


@pytest.mark.parametrize(("expected", "times"), [(ATTEMPT, 0), (ATTEMPT, 1), (LAPSE, 2), (LAPSE, 3)])
def test_the_customer_is_asked_as_often_as_the_protocol_says(expected: str, times: int) -> None:
    """Then no more; each after the wait since the last."""
    given = asked(*[False] * times) if times else {}
    timer = awaited(silent(**given), SHOP)

    assert timer == Timer("i-1", expected, hours(DAY + (2 if times else 1)))


@pytest.mark.parametrize(
    "given",
    [
        {"phase": Phase.COMMUNICATED},
        {"phase": Phase.LAPSED},
        {"phase": Phase.CLOSED},
        {"phase": Phase.MERGED},
        {"evidence": Evidence.answer("ask-1")},
        {"heard": True},
        {"passive": True},
        {"unreached": True},
        {"customer": None},
        {"type": "gone"},
    ],
    ids=str,
)
def test_nobody_is_asked_without_need_or_ways(given: dict[str, Any]) -> None:
    """What is not resolved, has been heard of, is imported, or whose customer nobody knows."""
    assert None is awaited(evolve(silent(), **given), SHOP)


def test_a_shop_that_sends_nothing_asks_nobody() -> None:
    """There is no channel to ask by."""
    assert None is awaited(silent(), evolve(SHOP, channel=""))


def test_a_wait_that_never_ends_waits_for_nothing() -> None:
    """The team was open for the last time before it began."""
    fair = Calendar("fair", Schedule("UTC", {}, {date(2020, 1, 1): ["09:00-18:00"]}))
    shop = evolve(SHOP, calendar="fair", calendars={"fair": fair})

    assert None is awaited(silent(), shop)


def test_an_attempt_asks_by_the_protocols_survey() -> None:
    """A fresh ask, with its message, counted on the case."""
    decision = attempt(silent(**asked(False)), TIMER, AROUND, now(DAY + 2))
    ((stream, question),) = decision.elsewhere

    assert (ev.IncidentAttempted(AskId("id-1"), 2),) == decision.events
    assert ("id-1", "csat", "i-1") == (stream, question.survey, question.incident)  # type: ignore[attr-defined]
    assert ["survey.verification"] == [intent.step for intent in decision.intents]


def test_the_last_wait_lapses() -> None:
    """Once it is over."""
    decision = lapse(silent(**asked(False, False)), TIMER, evolve(AROUND, asks=asks(False, True)), now(DAY + 2))

    assert (ev.IncidentLapsed(),) == decision.events


def test_without_attempts_the_first_wait_lapses() -> None:
    """The resolution's own message was the question."""
    shop = evolve(SHOP, protocols=(evolve(SHOP.protocols[0], attempts=0),))

    assert (ev.IncidentLapsed(),) == lapse(silent(), TIMER, AROUND, now(DAY + 1, shop)).events


def test_who_was_never_reached_is_called() -> None:
    """Where every ask was lost, somebody gets a task, and the case does not lapse."""
    decision = lapse(silent(**asked(True, True)), TIMER, evolve(AROUND, asks=asks(True, True)), now(DAY + 2))
    ((task, opened),) = decision.elsewhere

    assert (ev.IncidentUnreached(),) == decision.events
    assert ("id-1", "call", "unreachable", "i-1") == (task, opened.kind, opened.rule, opened.incident)  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", [attempt, lapse])
@pytest.mark.parametrize(
    "given",
    [{"heard": True}, {"phase": Phase.COMMUNICATED}, {"evidence": Evidence.answer("ask-1")}],
    ids=["heard", "reopened", "evidence"],
)
@pytest.mark.parametrize("times", [0, 2])
def test_a_timer_whose_reason_is_gone_does_nothing(act: Any, given: dict[str, Any], times: int) -> None:
    """It may fire late, or the customer was quicker."""
    incident = evolve(silent(**(asked(*[False] * times) if times else {})), **given)

    assert () == act(incident, TIMER, AROUND, now(100)).events


@pytest.mark.parametrize(("act", "times"), [(attempt, 1), (lapse, 2)])
def test_a_timer_that_fires_early_does_nothing(act: Any, times: int) -> None:
    """Nor one that was for the other step."""
    incident = silent(**asked(*[False] * times))

    assert () == act(incident, TIMER, AROUND, now(DAY + 1.9)).events
    assert () != act(incident, TIMER, AROUND, now(DAY + 2)).events
    assert () == (lapse if act is attempt else attempt)(incident, TIMER, AROUND, now(100)).events
