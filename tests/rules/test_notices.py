"""What people of the shop are told, and what not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE, Actor
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import IncidentId, OrderId, TaskId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.rotas import Rota
from incidentkit.domain.sending import SendPolicy
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.tasks import Task
from incidentkit.domain.texts import Text
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.notices import addressee, notices, told_of

NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)  # a Monday; noon in Madrid
NIGHT = datetime(2026, 5, 4, 1, tzinfo=UTC)
SHOP = Shop(
    zone="Europe/Madrid",
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(
        Agent("ana", "after-sales", email="ana@example.com", language="es"),
        Agent("leo", "warehouse", email="leo@example.com"),
        Agent("pau", "warehouse", email="pau@example.com"),
        Agent("eva", "after-sales", "supervisor"),
    ),
    calendar="office",
    calendars={"office": Calendar("office", Schedule("Europe/Madrid", {"mon-fri": ["09:00-18:00"]}))},
)
CASE = Incident(IncidentId("i-1"), "late", "minor", Text("text:1"), NOON, Owner("after-sales", "ana"))
TASK = Task(TaskId("t-1"), "call", Owner("warehouse"), "leo", NOON, rule="notice_bounced")
REPORTED = ev.IncidentReported(IncidentId("i-1"), "late", "minor", Text("text:1"), Owner("warehouse"), asked="leo")


def told(
    *happenings: Happening, state: State = CASE, at: datetime = NOON, by: Actor = RULE, shop: Shop = SHOP, passive: bool = False
) -> tuple[Intent, ...]:
    events = [Event("s-1", 3 + n, data, at, at, str(by), "x") for n, data in enumerate(happenings)]
    return notices(state, events, Circumstances(shop, at, by, passive=passive), "S-1")


def whom(*happenings: Happening, **given: Any) -> list[tuple[str, str]]:
    return [(intent.step, dict(intent.values)["agent"]) for intent in told(*happenings, **given)]


def opened(asked: str) -> ev.TaskOpened:
    return ev.TaskOpened(TaskId("t-1"), "call", Owner("warehouse"), asked, rule="notice_bounced")


# --- Who is told what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "happening"),
    [
        ([("staff.assigned", "ana")], ev.HandoverAsked("ana")),
        ([("staff.assigned", "leo"), ("staff.assigned", "pau")], ev.HandoverAsked("warehouse")),
        ([("staff.assigned", "leo")], REPORTED),
        ([], evolve(REPORTED, asked="")),
        ([], evolve(REPORTED, asked="warehouse")),
        ([("staff.escalated", "leo")], ev.IncidentEscalated(1, "leo", rule="resolve_by")),
        ([], ev.IncidentEscalated(1, "", rule="resolve_by")),
        ([("staff.due", "ana")], ev.ClockWarned("resolve_by", NOON)),
        ([("staff.broken", "ana")], ev.PromiseBroken("promise-1", NOON)),
        ([], ev.HandoverAsked("eva")),
        ([], ev.IncidentUnreached()),
    ],
)
def test_who_is_told_what_of_a_case(expected: list[tuple[str, str]], happening: Happening) -> None:
    """Whoever is asked, whom it is raised to, whoever has it; those with an address, and of a team all of them."""
    assert expected == whom(happening)


def test_what_is_due_is_the_teams_while_nobody_has_it() -> None:
    """Of a case without an agent, its team is told."""
    of_team = evolve(CASE, owner=Owner("warehouse"))

    assert [("staff.due", "leo"), ("staff.due", "pau")] == whom(ev.ClockWarned("resolve_by", NOON), state=of_team)


def test_what_is_raised_to_somebody_is_told_once() -> None:
    """Not as a raised case and as one that they are asked to take."""
    assert [("staff.escalated", "leo")] == whom(ev.IncidentEscalated(1, "leo"), ev.HandoverAsked("leo"))


@pytest.mark.parametrize(("expected", "asked"), [([("staff.task", "leo")], "leo"), ([], "warehouse"), ([], "eva")])
def test_an_agent_is_told_of_a_task(expected: list[tuple[str, str]], asked: str) -> None:
    """That is asked of them; one for a whole team stands in its queue."""
    assert expected == whom(opened(asked), state=TASK)


def test_nobody_is_told_of_what_they_did() -> None:
    """Whoever hands a case to their team hears nothing of it; the others do."""
    leo = Actor("agent", "leo")

    assert [("staff.assigned", "pau")] == whom(ev.HandoverAsked("warehouse"), by=leo)
    assert [] == whom(opened("leo"), state=TASK, by=leo)


@pytest.mark.parametrize(
    "given",
    [
        {"shop": evolve(SHOP, channel="")},
        {"shop": evolve(SHOP, agents=(Agent("ana", "after-sales"),))},
        {"passive": True},
        {"state": evolve(CASE, passive=True)},
        {"state": Order(OrderId("o-1"), NOON, Money("1", "EUR"), ())},
    ],
)
def test_where_nobody_is_told(given: dict[str, Any]) -> None:
    """A shop that sends nothing, agents without an address, what is imported, what is neither case nor task."""
    assert [] == whom(ev.HandoverAsked("ana"), **given)


def test_most_events_are_nothing_to_tell() -> None:
    """Which is seen without looking further."""
    events = [Event("i-1", 1, ev.IncidentUnreached(), NOON, NOON, "rule:rule", "x")]

    assert not told_of(events, SHOP)


# --- What is said, and when --------------------------------------------------------------------------------------


def test_a_notice_says_what_it_is_about() -> None:
    """The case and what is asked of it, without anything personal; each event is told once."""
    (notice,) = told(ev.ClockWarned("resolve_by", NOON))

    assert {
        "agent": "ana",
        "case": "i-1",
        "order": "S-1",
        "type": "late",
        "severity": "minor",
        "owner": "ana",
        "clock": "resolve_by",
        "by": NOON.isoformat(),
    } == dict(notice.values)
    assert ("message/default/i-1/staff.due/agent:ana/local/3", "staff", None, "incident.clock_warned") == (
        notice.key,
        notice.purpose,
        notice.customer,
        notice.cause,
    )


def test_a_notice_of_a_task_names_the_task() -> None:
    """Its kind, its order, and which rule opened it."""
    (notice,) = told(opened("leo"), state=TASK)

    assert {
        "agent": "leo",
        "task": "t-1",
        "kind": "call",
        "order": "S-1",
        "owner": "warehouse",
        "rule": "notice_bounced",
    } == dict(notice.values)


@pytest.mark.parametrize(("expected", "at"), [(NOON + timedelta(minutes=10), NOON), (NIGHT + timedelta(hours=6), NIGHT)])
def test_a_notice_waits_for_others_and_for_work(expected: datetime, at: datetime) -> None:
    """Ten minutes in working time, else until the agent works again."""
    assert [expected] == [intent.due for intent in told(ev.HandoverAsked("ana"), at=at)]


def test_whoever_never_works_again_is_not_told() -> None:
    """Where no shift of theirs is in sight, nothing is planned."""
    gone = Rota(("ana",), Schedule("Europe/Madrid", {}, {NOON.date() - timedelta(days=9): ["09:00-10:00"]}))

    assert () == told(ev.HandoverAsked("ana"), shop=evolve(SHOP, rotas=(gone,)))


def test_notices_have_a_channel_of_their_own() -> None:
    """Where the settings name one; else they go by the shop's."""
    (notice,) = told(ev.HandoverAsked("ana"), shop=evolve(SHOP, sending=SendPolicy(staff_channel="email")))

    assert "email" == notice.channel


def test_an_agent_is_written_to_as_a_person() -> None:
    """By handle, at their address, in their language; in the shop's where they have none; nobody who is gone."""
    to_ana, to_leo = told(ev.HandoverAsked("ana")) + told(ev.HandoverAsked("leo"))[:1]

    assert Customer("ana", "ana", "ana@example.com", language="es", zone="Europe/Madrid") == addressee(to_ana, SHOP)
    assert "en" == getattr(addressee(to_leo, SHOP), "language", None)
    assert addressee(to_ana, Shop()) is None
