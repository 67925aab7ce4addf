"""Who has a case: asked by rota, handed over, given back, handed on at the end of a shift. On both stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rotas import Absence, Rota
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.tasks import TaskState
from incidentkit.errors import RuleViolation
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk import world
from tests.desk.conftest import Opened
from tests.desk.world import reported

MADRID = ZoneInfo("Europe/Madrid")
ANA, LUIS, EVA, LEO = (
    Agent("ana", "after-sales"),
    Agent("luis", "after-sales"),
    Agent("eva", "after-sales", "supervisor"),
    Agent("leo", "warehouse"),
)


def _rota(hours: str, *agents: str) -> Rota:
    return Rota(agents, Schedule("Europe/Madrid", {"mon-fri": (hours,)}))


SHOP: Shop = evolve(
    world.SHOP,
    agents=(ANA, LUIS, EVA, LEO),
    teams=(Team("after-sales", accept_within=timedelta(minutes=30)), Team("warehouse")),
    # No deadlines: nothing is raised to a supervisor meanwhile.
    protocols=(Protocol("damaged", communicate_within=None, resolve_within=None),),
    calendar="day",
    calendars={"day": Calendar("day", Schedule("Europe/Madrid", {"mon-fri": ("08:00-22:00",)}))},
    rotas=(_rota("08:00-15:00", "ana"), _rota("15:00-22:00", "luis")),
)

Around = Callable[..., Desk]


def at(clock: ManualClock, moment: str) -> None:
    """Tuesday the third of March in Madrid, or what is said."""
    day, _, time = moment.rpartition(" ")
    clock.now = datetime.fromisoformat(f"{day or '2026-03-03'}T{time}").replace(tzinfo=MADRID)


@pytest.fixture
def around(opened: Opened, clock: ManualClock) -> Around:
    """Opens a desk with these settings at that time."""

    def open_(moment: str, **given: Any) -> Desk:
        at(clock, moment)
        return opened(shop=evolve(SHOP, **given))

    return open_


def asked(desk: Desk, case: Incident) -> str:
    handover = desk.incidents.get(case.id).handover
    return "" if handover is None else handover.to


def test_who_is_on_duty_is_asked_first(around: Around) -> None:
    """The team is accountable until they accept."""
    desk = around("10:00")
    case = reported(desk)

    assert ("after-sales", "ana") == (case.owner.label, asked(desk, case))
    assert "ana" == desk.incidents.accept_handover(case.id, by="ana").owner.label


def test_a_case_at_night_is_asked_of_the_first_who_comes(around: Around, clock: ManualClock) -> None:
    """Until then it is open to the team."""
    desk = around("23:00")
    case = reported(desk)
    before = asked(desk, case)
    at(clock, "2026-03-04 08:00")
    desk.tick()

    assert ("after-sales", "ana") == (before, asked(desk, case))


def test_what_is_not_accepted_goes_back_and_the_next_is_asked_once(around: Around, clock: ManualClock) -> None:
    """From ana to the supervisor, and then no further by rule: open to the team, which has been accountable all along."""
    desk = around("10:00", rotas=(_rota("08:00-15:00", "ana"), _rota("08:00-15:00", "eva")))
    case = reported(desk)
    seen = []
    for _ in range(6):
        clock.advance(minutes=30)
        desk.tick()
        seen.append(asked(desk, case))
    history = [entry.type for entry in desk.orders.timeline(case.orders[0])]

    assert ["eva", *["after-sales"] * 5] == seen
    assert 2 == history.count("incident.handover_returned")
    assert "after-sales" == desk.incidents.get(case.id).owner.label


def test_a_hand_over_to_a_colleague_comes_back_to_who_is_there(around: Around, clock: ManualClock) -> None:
    """Nobody else is asked: the owner is on duty."""
    desk = around("10:00")
    case = reported(desk)
    desk.incidents.accept_handover(case.id, by="ana")
    desk.incidents.hand_over(case.id, to="leo", by="ana")
    clock.advance(hours=1)
    desk.tick()
    after = desk.incidents.get(case.id)

    assert ("ana", None, ("leo",)) == (after.owner.label, after.handover, after.tried)


def test_the_end_of_a_shift_hands_over(around: Around, clock: ManualClock) -> None:
    """Who stays accountable until the next accepts is who had it."""
    desk = around("10:00")
    case = reported(desk)
    desk.incidents.accept_handover(case.id, by="ana")
    at(clock, "15:00")
    desk.tick()
    waiting = desk.incidents.get(case.id)
    taken = desk.incidents.accept_handover(case.id, by="luis")

    assert ("ana", "luis") == (waiting.owner.label, waiting.handover.to if waiting.handover else "")
    assert "luis" == taken.owner.label


def test_each_end_of_a_shift_asks_anew(around: Around, clock: ManualClock) -> None:
    """Somebody who did not accept yesterday may today; by night nobody is asked."""
    desk = around("10:00")
    case = reported(desk)
    desk.incidents.accept_handover(case.id, by="ana")
    seen = []
    for moment in ("15:00", "15:30", "23:00", "2026-03-04 08:00", "2026-03-04 15:00", "2026-03-04 15:30"):
        at(clock, moment)
        desk.tick()
        seen.append(asked(desk, case))

    assert ["luis", "", "", "", "luis", ""] == seen


def test_who_becomes_absent_hands_over(around: Around, clock: ManualClock) -> None:
    """When their absence begins."""
    absence = Absence("ana", datetime(2026, 3, 3, 12, tzinfo=MADRID), date(2026, 3, 5))
    desk = around("10:00", absences=(absence,), rotas=(_rota("08:00-15:00", "ana", "luis"),))
    case = desk.incidents.hand_over(reported(desk).id, to="ana")
    desk.incidents.accept_handover(case.id, by="ana")
    at(clock, "12:00")
    desk.tick()

    assert "luis" == asked(desk, case)


def test_somebody_who_is_absent_is_not_asked(around: Around) -> None:
    """The refusal says who is there instead; nor can they accept."""
    desk = around("10:00", absences=(Absence("luis", date(2026, 3, 3), date(2026, 3, 3)),))
    case = reported(desk)

    with pytest.raises(RuleViolation, match="On duty in after-sales now: ana"):
        desk.incidents.hand_over(case.id, to="luis")
    with pytest.raises(RuleViolation, match="absent until 2026-03-03T23:00"):
        desk.incidents.accept_handover(case.id, by="luis")


def test_a_resolved_case_is_not_handed_on(around: Around, clock: ManualClock) -> None:
    """It waits for the customer; reopened, it is looked at who is there."""
    desk = around("10:00")
    case = world.resolved(desk)
    desk.incidents.accept_handover(case.id, by="ana")
    at(clock, "15:00")
    desk.tick()
    quiet = asked(desk, case)
    desk.incidents.reopen(case.id, reason="broken again")
    desk.tick()

    assert ("", "luis") == (quiet, asked(desk, case))


def test_a_timer_that_fires_late_looks_at_the_case_as_it_stands(around: Around, clock: ManualClock) -> None:
    """B32: accepted, or over, since: nothing follows."""
    desk = around("10:00")
    accepted, over = reported(desk), reported(desk)
    desk.incidents.accept_handover(accepted.id, by="ana")
    desk.incidents.withdraw(over.id, reason="a mistake")
    at(clock, "14:00")
    desk.tick()

    for case in (accepted, over):
        types = [entry.type for entry in desk.orders.timeline(case.orders[0])]
        assert "incident.handover_returned" not in types
        assert 1 == types.count("incident.reported")


def test_the_record_is_sound_after_a_week_of_shifts(around: Around, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Whatever was accepted and what was not, state, facts and timers follow from the events."""
    desk = around("2026-03-02 09:00")
    cases = [reported(desk) for _ in range(3)]
    for hour in range(0, 7 * 24, 3):
        clock.advance(hours=3)
        desk.tick()
        for number, case in enumerate(cases):
            if hour % (number + 2) == 0 and asked(desk, case) in ("ana", "luis"):
                desk.incidents.accept_handover(case.id, by=asked(desk, case))

    assert [] == faults(record(), desk.shop)


def test_an_absence_that_becomes_known_later_hands_over_at_once(
    around: Around, opened: Opened, clock: ManualClock, record: Callable[[], Copy]
) -> None:
    """A sick call at eleven: the next tick asks a colleague, once, and not only at the end of the shift."""
    desk = around("10:00", rotas=(_rota("08:00-15:00", "ana", "luis"),))
    case = desk.incidents.hand_over(reported(desk).id, to="ana")
    desk.incidents.accept_handover(case.id, by="ana")
    at(clock, "11:00")
    sick = Absence("ana", datetime(2026, 3, 3, 11, tzinfo=MADRID), date(2026, 3, 5))
    later = opened(shop=evolve(SHOP, rotas=(_rota("08:00-15:00", "ana", "luis"),), absences=(sick,)))
    seen = []
    for _ in range(4):
        later.tick()
        seen.append(asked(later, case))
        clock.advance(minutes=31)

    assert ["luis", "", "", ""] == seen
    assert "ana" == later.incidents.get(case.id).owner.label
    assert [] == faults(record(), later.shop)


def test_a_task_of_somebody_who_falls_ill_is_open_again(
    around: Around, opened: Opened, clock: ManualClock, record: Callable[[], Copy]
) -> None:
    """The next tick gives it back to the team, once; the record says who had it, and a colleague takes it."""
    desk = around("10:00")
    task = desk.tasks.take(desk.tasks.open(kind="call", what="ring her").id, by="ana")
    mine = desk.tasks.take(desk.tasks.open(kind="call", what="ring him").id, by="luis")
    at(clock, "11:00")
    later = opened(shop=evolve(SHOP, absences=(Absence("ana", date(2026, 3, 3), date(2026, 3, 5)),)))
    done = [later.tick().done for _ in range(2)]
    again = later.tasks.get(task.id)

    assert [{"task.returned": 1}, {}] == done
    assert (TaskState.OPEN, "after-sales", "after-sales") == (again.state, again.owner.label, again.asked)
    assert "luis" == later.tasks.get(mine.id).owner.agent
    assert "luis" == later.tasks.take(task.id, by="luis").owner.agent
    assert [] == faults(record(), later.shop)


def test_a_holiday_hands_over_where_there_are_no_rotas(around: Around, clock: ManualClock) -> None:
    """Known or not when the case was accepted."""
    holiday = Absence("ana", date(2026, 3, 20), date(2026, 4, 5))
    desk = around("10:00", rotas=(), absences=(holiday,))
    case = desk.incidents.accept_handover(reported(desk).id, by="ana")
    at(clock, "2026-03-19 12:00")
    desk.tick()
    before = asked(desk, case)
    at(clock, "2026-03-20 08:00")
    desk.tick()

    assert ("", "luis") == (before, asked(desk, case))
