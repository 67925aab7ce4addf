"""The queue by priority: cases and tasks together, the share of the first severity, and whom raising one pushes down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.protocols import Protocol
from incidentkit.errors import InvalidInput
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import LINES, SHOP, placed, reported, resolved


@pytest.fixture
def calm(opened: Opened) -> Desk:
    """A desk without deadlines, where a third of the cases may be critical."""
    protocols = tuple(Protocol(p.type, p.team, p.severity, None, None) for p in SHOP.protocols)
    return opened(shop=evolve(SHOP, protocols=protocols, priority=PriorityWeights(most_critical=0.34)))


def test_tasks_stand_in_the_queue_between_the_cases(calm: Desk, clock: ManualClock) -> None:
    """With the severity of their case, and their own due date."""
    minor = reported(calm, type="late")
    critical = reported(calm)
    task = calm.tasks.open(kind="call", what="ring", incident=minor.id, due=clock() + timedelta(hours=1), owner="leo")
    items = calm.queue()

    assert [("", critical.id), (task.id, minor.id), ("", minor.id)] == [(item.task, item.incident) for item in items]
    assert ("call", "minor", "open", "warehouse", "leo") == (
        items[1].type,
        items[1].severity,
        items[1].phase,
        items[1].owner,
        items[1].handover_to,
    )
    assert "severity minor" == items[1].why
    assert 3 == calm.queue_size()


def test_a_task_that_is_over_is_not_waited_for(calm: Desk) -> None:
    """Neither done nor cancelled; and one without a case has no severity."""
    calm.tasks.done(calm.tasks.open(kind="call", what="ring").id, outcome="done", by="ana")
    loose = calm.tasks.open(kind="call", what="tidy")
    calm.tasks.take(loose.id, by="ana")
    (item,) = calm.queue()

    assert (loose.id, "", "", "ana", "") == (item.task, item.incident, item.severity, item.owner, item.why)


def test_the_queue_of_an_agent_has_their_tasks(calm: Desk) -> None:
    """Those they own, and those they were asked to do; its size too."""
    mine = calm.tasks.open(kind="call", what="ring", owner="leo")
    calm.tasks.open(kind="call", what="ring")

    assert [mine.id] == [item.task for item in calm.queue("leo")] == [item.task for item in calm.queue("warehouse")]
    assert (1, 2) == (calm.queue_size("leo"), calm.queue_size())
    with pytest.raises(InvalidInput):
        calm.queue_size("nobody")


def test_repeats_and_value_move_a_case_up(calm: Desk, clock: ManualClock) -> None:
    """The same customer and type within 90 days; what was long ago or withdrawn is forgotten."""
    long_ago = reported(calm)
    calm.incidents.withdraw(reported(calm).id, reason="none")
    clock.advance(days=91)
    first = reported(calm, placed(calm, customer="c-1"))
    clock.advance(minutes=1)
    second = reported(calm, placed(calm, customer="c-1"))
    clock.advance(minutes=1)
    rich = reported(calm, placed(calm, customer="c-2", lines=[evolve(LINES[0], price="900.00")]))
    mine = reported(calm)
    scores = {item.incident: {part.name: part.points for part in item.priority.parts} for item in calm.queue()}

    assert 50 == scores[second.id]["repeats"]
    assert all("repeats" not in scores[case.id] for case in (long_ago, first, rich, mine))
    assert (100, 7) == (scores[rich.id]["value"], scores[mine.id]["value"])
    assert [long_ago.id, rich.id, second.id] == [item.incident for item in calm.queue()][:3]


def test_a_promise_presses_until_the_order_is_there(calm: Desk, clock: ManualClock) -> None:
    """Delivered or cancelled, nobody waits for it."""
    due = clock.now.date() + timedelta(days=2)
    orders = [placed(calm, promised=due) for _ in range(3)]
    cases = [reported(calm, order) for order in orders]
    calm.orders.confirm(orders[1].id)
    calm.orders.ship(orders[1].id)
    calm.orders.deliver(orders[1].id)
    calm.orders.cancel(orders[2].id)
    pressing = {item.incident for item in calm.queue() if any(part.name == "promise" for part in item.priority.parts)}

    assert {cases[0].id} == pressing


def test_what_waits_for_the_customer_comes_after_what_waits_for_the_shop(calm: Desk) -> None:
    """However severe it is."""
    waiting = resolved(calm)
    minor = reported(calm, type="late")

    assert [(minor.id, "shop"), (waiting.id, "customer")] == [(i.incident, i.priority.group) for i in calm.queue()]


def test_each_clock_that_runs_presses(desk: Desk, clock: ManualClock) -> None:
    """Until it stops."""
    case = reported(desk)
    clock.advance(days=20)
    before = {part.of for part in desk.queue()[0].priority.parts if part.name == "clock"}
    desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    after = {part.of for part in desk.queue()[0].priority.parts if part.name == "clock"}

    assert {"communicate_by", "resolve_by"} <= before
    assert before - after == {"communicate_by"}


# --- Where everything is critical, nothing is --------------------------------------------------------------------


def test_the_share_of_the_first_severity_is_shown(calm: Desk) -> None:
    """Of what is open and live; with nothing open there is none."""
    nothing = calm.severity_share()
    for kind in ("damaged", "damaged", "late"):
        reported(calm, type=kind)
    share = calm.severity_share()

    assert (0, 0.0, 0) == (nothing.open, nothing.share, nothing.over)
    assert ("critical", 2, 3, 0.34, 1) == (share.severity, share.critical, share.open, share.most, share.over)
    assert round(share.share, 3) == 0.667


def test_raising_one_beyond_the_policy_names_whom_it_pushes_down(calm: Desk, clock: ManualClock) -> None:
    """In the case and in the record; it is not refused."""
    critical = reported(calm)
    clock.advance(hours=1)
    older = reported(calm, type="late")
    clock.advance(minutes=1)
    raised = reported(calm, placed(calm, customer="c-1"), type="late")
    after = calm.incidents.amend(raised.id, reason="the manager called", severity="critical")

    assert ("critical", (older.id,)) == (after.severity, after.pushed_down)
    assert after.pushed_down == calm.incidents.get(raised.id).pushed_down
    assert [critical.id, raised.id, older.id] == [item.incident for item in calm.queue()]


def test_raising_one_within_the_policy_names_nobody(calm: Desk) -> None:
    """Nor does lowering, or raising what is not in the queue any more."""
    cases = [reported(calm, type="late") for _ in range(3)]
    raised = calm.incidents.amend(cases[0].id, reason="worse", severity="critical")
    lowered = calm.incidents.amend(cases[0].id, reason="better", severity="minor")

    assert () == raised.pushed_down == lowered.pushed_down


def test_whom_it_pushed_down_is_forgotten_with_the_next_change_of_severity(calm: Desk, clock: ManualClock) -> None:
    """The record keeps it."""
    reported(calm)
    other = reported(calm, type="late")
    clock.advance(minutes=1)
    case = reported(calm, placed(calm, customer="c-1"), type="late")
    raised = calm.incidents.amend(case.id, reason="worse", severity="critical")
    calm.incidents.amend(case.id, reason="a word", description="squashed")
    kept = calm.incidents.get(case.id).pushed_down
    lowered = calm.incidents.amend(case.id, reason="better", severity="minor")
    told = [entry.data.pushed_down for entry in calm.orders.timeline(case.orders[0]) if entry.type == "incident.amended"]  # type: ignore[attr-defined]

    assert (other.id,) == raised.pushed_down == kept
    assert () == lowered.pushed_down
    assert [(other.id,), (), ()] == told


def test_a_batch_sees_its_own_cases(calm: Desk, clock: ManualClock) -> None:
    """Reported and raised before anything is written."""
    with calm.batch():
        reported(calm)
        older = reported(calm, type="late")
        clock.advance(minutes=1)
        case = reported(calm, placed(calm, customer="c-1"), type="late")
        raised = calm.incidents.amend(case.id, reason="worse", severity="critical")

    assert (older.id,) == raised.pushed_down
