"""Tasks through the desk, on both stores."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.tasks import TaskState
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import placed, reported


def test_a_task_stands_on_the_timelines_of_its_cases_orders(desk: Desk) -> None:
    """On each of them, from its opening to its end."""
    one, two = placed(desk), placed(desk)
    case = desk.incidents.report([one.id, two.id], type="damaged", description="crushed")
    task = desk.tasks.open(kind="call", what="ring her", incident=case.id)
    desk.tasks.take(task.id, by="ana")
    desk.tasks.done(task.id, outcome="she agrees", by="ana")

    for order in (one, two):
        mine = [entry.type for entry in desk.orders.timeline(order.id) if entry.stream == task.id]
        assert ["task.opened", "task.taken", "task.done"] == mine


def test_a_task_is_found_by_what_it_is_about(desk: Desk, clock: ManualClock) -> None:
    """And by whose it is; the soonest due first, those without a date last; what is over only when asked for."""
    case = reported(desk)
    late = desk.tasks.open(kind="call", what="ring", incident=case.id, due=clock() + timedelta(days=2))
    soon = desk.tasks.open(kind="check", what="look", order=case.orders[0], owner="leo", due=clock() + timedelta(hours=1))
    loose = desk.tasks.open(kind="call", what="tidy", customer="c-9")
    clock.advance(minutes=1)
    over = desk.tasks.cancel(desk.tasks.open(kind="call", what="no").id, reason="a mistake")

    def found(**given: object) -> list[str]:
        return [task.id for task in desk.tasks.find(**given)]  # type: ignore[arg-type]

    assert [soon.id, late.id, loose.id] == found()
    assert [soon.id, late.id, loose.id, over.id] == found(open=None)
    assert [over.id] == found(open=False)
    assert [soon.id] == found(owner="leo") == found(kind="check") == found(owner="warehouse")
    assert [soon.id, late.id] == found(order=case.orders[0])
    assert [late.id] == found(incident=case.id)


def test_a_day_it_is_due_lasts_to_its_end(desk: Desk) -> None:
    """In the shop's zone."""
    assert "2026-03-09T22:59:59.999999+00:00" == desk.tasks.open(kind="call", what="ring", due=date(2026, 3, 9)).due.isoformat()  # type: ignore[union-attr]


def test_a_task_is_the_same_after_opening_the_store_again(desk: Desk, opened: Opened) -> None:
    """Its words too."""
    task = desk.tasks.open(kind="call", what="ring her", why="she asked", order=placed(desk).id, by="ana")
    again = opened().tasks.get(task.id)

    assert task == again
    assert ("ring her", "she asked") == (str(again.what), str(again.why))


def test_the_same_key_opens_one_task(desk: Desk) -> None:
    """However often it is asked for."""
    made = [desk.tasks.open(kind="call", what="ring", key="call-1").id for _ in range(2)]

    assert 1 == len(set(made)) == len(desk.tasks.find())


def test_what_is_not_there_is_refused(desk: Desk) -> None:
    """A task, a case, an order, and a senseless limit."""
    with pytest.raises(UnknownIdError):
        desk.tasks.get("t-0")
    with pytest.raises(UnknownIdError):
        desk.tasks.open(kind="call", what="ring", incident="i-0")
    with pytest.raises(InvalidInput):
        desk.tasks.find(limit=0)


def test_taking_by_the_teams_agent(desk: Desk) -> None:
    """Taken, then done, with its times."""
    task = desk.tasks.take(desk.tasks.open(kind="call", what="ring").id, by="ana")
    done = desk.tasks.done(task.id, outcome="all well", by="ana")

    assert (TaskState.TAKEN, "ana") == (task.state, task.owner.label)
    assert (TaskState.DONE, "all well") == (done.state, str(done.outcome))


def test_b32_a_call_that_nobody_need_make_any_more_is_cancelled(desk: Desk, clock: ManualClock) -> None:
    """The desk wanted the customer rung, and somebody spoke with them; a colleague's own task stays."""
    case = reported(desk)
    own = desk.tasks.open(kind="call", what="ask for a photo", incident=case.id)
    clock.advance(days=1)
    desk.tick()
    before = [task.rule for task in desk.tasks.find(incident=case.id)]
    desk.incidents.log_conversation(case.id, channel="phone", summary="told her", by="ana")
    (left,) = desk.tasks.find(incident=case.id)
    ended = [task.ended_by for task in desk.tasks.find(incident=case.id, open=False)]

    assert "communicate_by" in before
    assert (own.id, ["told"]) == (left.id, ended)


def test_a_case_that_is_over_takes_the_desks_tasks_along(desk: Desk, clock: ManualClock) -> None:
    """Also inside one batch."""
    case = reported(desk)
    clock.advance(days=1)
    desk.tick()
    with desk.batch():
        desk.incidents.withdraw(case.id, reason="a mistake")

    assert () == desk.tasks.find(incident=case.id)
    assert {"case_over"} == {task.ended_by for task in desk.tasks.find(incident=case.id, open=False)}


def test_a_batch_knows_the_tasks_that_it_opened_itself(desk: Desk) -> None:
    """Opened and made needless before anything was written."""
    with desk.batch():
        case = reported(desk)
        desk.tasks.open(kind="call", what="ring", incident=case.id)
        desk.incidents.withdraw(case.id, reason="a mistake")

    assert ["open"] == [task.state for task in desk.tasks.find(incident=case.id)]
