"""Lessons from other systems about who has a case and who hears of it, each by its number. On both stores."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.rotas import Rota
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk import world
from tests.desk.conftest import Opened
from tests.desk.world import placed, reported

DAY = Schedule("Europe/Madrid", {"mon-sun": ("08:00-22:00",)})
# One person is agent on duty, the team's only supervisor, and whom every level of escalation belongs to.
SHOP: Shop = evolve(
    world.SHOP,
    agents=(Agent("eva", "after-sales", "supervisor"), Agent("leo", "warehouse")),
    teams=(Team("after-sales", escalation=("eva", "eva"), accept_within=timedelta(minutes=30)), Team("warehouse")),
    protocols=(Protocol("damaged", communicate_within=timedelta(hours=1), resolve_within=timedelta(hours=2)),),
    calendars={"day": Calendar("day", DAY)},
    calendar="day",
    rotas=(Rota(("eva",), DAY),),
)


@pytest.fixture
def alone(opened: Opened, clock: ManualClock) -> Desk:
    """A desk of one person, at ten in the morning."""
    clock.now = datetime.fromisoformat("2026-03-03T10:00+01:00")
    return opened(shop=SHOP)


def _asked(desk: Desk, order: str) -> list[str]:
    return [entry.data.to for entry in desk.orders.timeline(order) if entry.type == "incident.handover_asked"]  # type: ignore[attr-defined]


def test_b30_one_person_in_several_roles_is_asked_once_at_a_time(alone: Desk, clock: ManualClock) -> None:
    """While eva is asked as the agent on duty, no rule asks her as the supervisor too."""
    case = reported(alone)
    first = case.handover.to if case.handover else ""
    clock.advance(minutes=29)
    alone.tick()

    assert "eva" == first
    assert [] == _asked(alone, case.orders[0])


def test_b30_who_has_a_case_is_not_asked_to_take_it(alone: Desk, clock: ManualClock) -> None:
    """However high it is raised: eva owns it, and eva is every level."""
    case = reported(alone)
    alone.incidents.accept_handover(case.id, by="eva")
    for _ in range(20):
        clock.advance(hours=1)
        alone.tick()
    raised = alone.incidents.get(case.id)

    assert raised.level > 0
    assert [] == _asked(alone, case.orders[0])


def test_b30_one_customer_with_several_orders_hears_of_a_case_once(desk: Desk, post: Post) -> None:
    """A case on two orders of hers sends one message."""
    orders = [placed(desk).id for _ in range(2)]
    case = desk.incidents.report(orders, type="damaged", description="the box was crushed")
    desk.send_due()
    before = len(post.post.sent)
    desk.incidents.notify(case.id)
    desk.incidents.notify(case.id)
    desk.send_due()

    assert 1 == len(post.post.sent) - before


def test_b32_a_timer_of_an_accepted_hand_over_gives_nothing_back(alone: Desk, clock: ManualClock) -> None:
    """Late, twice, or after the case is over."""
    case = reported(alone)
    alone.incidents.accept_handover(case.id, by="eva")
    over = reported(alone)
    alone.incidents.withdraw(over.id, reason="a mistake")
    clock.advance(hours=12)
    alone.tick()
    alone.tick()

    for one in (case, over):
        assert "incident.handover_returned" not in [entry.type for entry in alone.orders.timeline(one.orders[0])]


def test_b32_the_end_of_a_shift_asks_nobody_about_what_is_over(alone: Desk, clock: ManualClock) -> None:
    """Withdrawn in the afternoon, it stays where it is at night."""
    case = reported(alone)
    alone.incidents.accept_handover(case.id, by="eva")
    alone.incidents.withdraw(case.id, reason="a mistake")
    before = len(alone.orders.timeline(case.orders[0]))
    clock.advance(days=30)
    alone.tick()

    assert before == len(alone.orders.timeline(case.orders[0]))
