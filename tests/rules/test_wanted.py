"""Whether the reason to send still stands, by what has become of what a message is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.clocks import Clock
from incidentkit.domain.effects import Intent
from incidentkit.domain.ids import AskId, IncidentId, OfferId, OrderId, TaskId
from incidentkit.domain.incidents import Deadlines, Handover, Incident, Owner, Period, Phase
from incidentkit.domain.merges import Joined
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.surveys import Answer, Ask, Scale
from incidentkit.domain.targets import Targets
from incidentkit.domain.tasks import Task, TaskState
from incidentkit.domain.texts import Text
from incidentkit.domain.verdicts import Matter, SendReason
from incidentkit.rules.clocks import clocks
from incidentkit.rules.wanted import unwanted

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(Agent("ana", "after-sales"), Agent("leo", "warehouse"), Agent("eva", "after-sales")),
)
PRICE = Money("5", "EUR")
CASE = Incident(IncidentId("i-1"), "late", "minor", Text("text:1"), NOW, Owner("after-sales"), phase=Phase.COMMUNICATED)
ASK = Ask(AskId("a-1"), "csat", Scale(), NOW, incident=IncidentId("i-1"))
TASK = Task(TaskId("t-1"), "call", Owner("after-sales"), "ana", NOW)


def why(
    step: str, state: Any, at: datetime = NOW, case: Incident | None = None, key: str = "k/1", **values: str
) -> SendReason | None:
    intent = Intent(key, "message", "email", "s-1", step, NOW, values=tuple(values.items()))
    gone = unwanted(intent, Matter(state, case), at, SHOP)
    return None if gone is None else gone[0]


def order(delivered: int = 0, cancelled: int = 0, returned: int = 0, **given: Any) -> Order:
    line = Line("tea", 2, PRICE, cancelled=cancelled, shipped=delivered, delivered=delivered, returned=returned)
    return Order(OrderId("o-1"), NOW, Money("10", "EUR"), (line,), **given)


# --- Orders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["order.placed", "order.confirmed", "order.shipped"])
def test_the_way_of_an_order_is_told_until_it_has_arrived(step: str) -> None:
    """And for an hour after that, so that what happened at once is told in its order; then it is overtaken."""
    there = order(2, delivered_at=NOW)

    assert why(step, order()) is None
    assert why(step, order(1)) is None
    assert why(step, there, NOW + HOUR) is None
    assert SendReason.ORDER_DELIVERED is why(step, there, NOW + HOUR + timedelta(microseconds=1))
    assert SendReason.ORDER_DELIVERED is why(step, order(2, returned=2, delivered_at=NOW), NOW + 2 * HOUR)


@pytest.mark.parametrize("step", ["order.placed", "order.confirmed", "order.shipped", "order.delayed"])
def test_nothing_more_is_told_of_a_cancelled_order(step: str) -> None:
    """But that it is cancelled."""
    assert SendReason.ORDER_CANCELLED is why(step, order(cancelled=2, cancelled_at=NOW))
    assert why("order.cancelled", order(cancelled=2, cancelled_at=NOW)) is None


def test_what_has_arrived_is_not_late() -> None:
    """A new date of delivery is not told after the delivery, not even at once; the arrival is."""
    assert why("order.delayed", order()) is None
    assert SendReason.ORDER_DELIVERED is why("order.delayed", order(2, delivered_at=NOW))
    assert why("order.delivered", order(2, delivered_at=NOW), NOW + timedelta(days=9)) is None


def test_what_is_not_in_the_record_is_not_told_of() -> None:
    """Nothing is sent about nothing."""
    assert SendReason.NOT_IN_RECORD is why("order.placed", None)
    assert SendReason.NOT_IN_RECORD is why("staff.assigned", None, agent="ana")


def test_what_is_about_a_person_is_wanted() -> None:
    """A text of the host's own, about something else than these."""
    assert why("person.hello", Preferences("p-1")) is None  # type: ignore[arg-type]


# --- Cases -------------------------------------------------------------------------------------------------------

UNDER_WAY = {"detected", "communicated"}


@pytest.mark.parametrize(
    ("step", "phases"),
    [
        ("incident.detected", UNDER_WAY),
        ("incident.accepted", UNDER_WAY),
        ("incident.carried_out", {*UNDER_WAY, "resolved", "closed", "lapsed"}),
        ("incident.resolved", {"resolved", "lapsed"}),
        ("incident.closed", {"closed"}),
        ("incident.waived", {"closed"}),
        ("incident.reopened", UNDER_WAY),
        ("incident.withdrawn", {"withdrawn"}),
        ("incident.unmerged", {*UNDER_WAY, "resolved"}),
        ("incident.of_the_host", {*UNDER_WAY, "resolved", "closed", "lapsed"}),
    ],
)
def test_a_case_is_told_of_as_it_stands(step: str, phases: set[str]) -> None:
    """In no other phase is a text sent that says where the case stands."""
    assert phases == {phase.value for phase in Phase if why(step, evolve(CASE, phase=phase)) is None}


@pytest.mark.parametrize(
    ("expected", "step", "phase"),
    [
        ("case_reopened", "incident.resolved", Phase.COMMUNICATED),
        ("case_reopened", "incident.closed", Phase.DETECTED),
        ("case_resolved", "incident.detected", Phase.RESOLVED),
        ("case_closed", "incident.resolved", Phase.CLOSED),
        ("case_closed", "incident.reopened", Phase.LAPSED),
        ("case_withdrawn", "incident.accepted", Phase.WITHDRAWN),
        ("case_merged", "incident.detected", Phase.MERGED),
    ],
)
def test_why_a_case_is_not_told_of_says_where_it_went(expected: str, step: str, phase: Phase) -> None:
    """One reason for each way on."""
    assert expected == why(step, evolve(CASE, phase=phase))


def test_a_merging_is_told_of_while_it_lasts() -> None:
    """By the case that goes on, as long as it does; not once it has given back what it took in."""
    joined = evolve(CASE, took_in=(Joined(IncidentId("i-2")),))

    assert why("incident.merged", joined) is None
    assert SendReason.CASE_UNMERGED is why("incident.merged", CASE)
    assert SendReason.CASE_CLOSED is why("incident.merged", evolve(joined, phase=Phase.CLOSED))


def offers(*states: OfferState) -> Incident:
    made = (Offer("refund", NOW, PRICE, id=OfferId(f"offer-{n}"), state=state) for n, state in enumerate(states, 1))
    return evolve(CASE, offers=tuple(made))


OPEN, DECLINED, ACCEPTED = OfferState.OPEN, OfferState.DECLINED, OfferState.ACCEPTED


@pytest.mark.parametrize(
    ("expected", "case", "key"),
    [
        (None, offers(OPEN), "k/1"),
        (None, offers(OPEN, OPEN), "k/2"),
        (None, offers(DECLINED, OPEN), "k/2"),
        (None, offers(OPEN), "a key of the host's own"),
        ("offer_answered", offers(ACCEPTED), "k/1"),
        ("offer_answered", offers(ACCEPTED, OPEN), "k/2"),
        ("offer_answered", offers(DECLINED), "k/1"),
        ("offer_answered", offers(DECLINED, OPEN), "k/1"),
        ("offer_replaced", offers(OPEN, OPEN), "k/1"),
        ("case_closed", evolve(offers(OPEN), phase=Phase.CLOSED), "k/1"),
    ],
)
def test_an_offer_is_put_while_it_stands(expected: str | None, case: Incident, key: str) -> None:
    """Not once one was accepted, all of them declined, or others made since, which a newer message lists."""
    assert expected == why("incident.offered", case, key=key)


# --- Surveys -----------------------------------------------------------------------------------------------------


def test_an_answered_survey_is_not_asked() -> None:
    """Nor asked again."""
    assert why("survey.csat", ASK) is None
    assert SendReason.SURVEY_ANSWERED is why("survey.csat", evolve(ASK, answer=Answer(5, NOW)))


@pytest.mark.parametrize(
    ("expected", "case"),
    [
        (None, evolve(CASE, phase=Phase.RESOLVED)),
        (None, evolve(CASE, phase=Phase.CLOSED)),
        (None, CASE),
        (None, evolve(CASE, rests=(Period(NOW - 2 * HOUR, NOW - HOUR),))),
        ("case_reopened", evolve(CASE, rests=(Period(NOW - HOUR, NOW + HOUR),))),
        ("case_closed", evolve(CASE, phase=Phase.CLOSED, asked=(AskId("a-1"),))),
        ("case_withdrawn", evolve(CASE, phase=Phase.WITHDRAWN)),
        ("case_merged", evolve(CASE, phase=Phase.MERGED)),
    ],
)
def test_nobody_is_asked_about_a_case_that_goes_on(expected: str | None, case: Incident) -> None:
    """One that was reopened since, closed without the answer that was asked for, withdrawn or merged."""
    assert expected == why("survey.csat", ASK, case=case)


# --- Notices to staff --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "case", "agent"),
    [
        (None, evolve(CASE, owner=Owner("after-sales", "ana")), "ana"),
        (None, CASE, "ana"),
        (None, evolve(CASE, handover=Handover("leo", "host:host", NOW)), "leo"),
        (None, evolve(CASE, handover=Handover("warehouse", "host:host", NOW)), "leo"),
        ("not_theirs", CASE, "leo"),
        ("not_theirs", CASE, "nobody"),
        ("not_theirs", evolve(CASE, owner=Owner("after-sales", "eva")), "ana"),
        ("case_closed", evolve(CASE, phase=Phase.CLOSED), "ana"),
        ("case_merged", evolve(CASE, phase=Phase.MERGED), "ana"),
    ],
)
def test_agents_are_told_of_what_is_theirs(expected: str | None, case: Incident, agent: str) -> None:
    """What they or their team have, or were asked to take, as long as it is open."""
    assert expected == why("staff.assigned", case, agent=agent)


def test_nobody_is_reminded_of_what_is_done() -> None:
    """A clock that has stopped is not due."""
    waiting = evolve(
        CASE, phase=Phase.DETECTED, deadlines=Deadlines(targets=Targets(resolve_within=9 * HOUR, communicate_within=HOUR))
    )
    named = {clock.name for clock in clocks(waiting, SHOP) if isinstance(clock, Clock) and clock.running}

    assert {"communicate_by", "resolve_by"} <= named
    assert why("staff.due", waiting, agent="ana", clock="communicate_by") is None
    assert SendReason.SETTLED is why("staff.due", waiting, agent="ana", clock="first_response")


@pytest.mark.parametrize(
    ("expected", "task", "agent"),
    [
        (None, TASK, "ana"),
        (None, evolve(TASK, state=TaskState.TAKEN, owner=Owner("after-sales", "ana")), "ana"),
        ("not_theirs", evolve(TASK, state=TaskState.TAKEN, owner=Owner("after-sales", "eva")), "ana"),
        ("task_ended", evolve(TASK, state=TaskState.DONE), "ana"),
        ("task_ended", evolve(TASK, state=TaskState.CANCELLED), "ana"),
    ],
)
def test_agents_are_told_of_open_tasks(expected: str | None, task: Task, agent: str) -> None:
    """As long as nobody else has taken it, and it is not over."""
    assert expected == why("staff.task", task, agent=agent)
