"""Objectives through the desk, on both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.goals import Baseline, ObjectiveState
from incidentkit.errors import InvalidInput, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.goals.objectives import InitiativeDraft, draft_of
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.goals_world import FIRST_MONDAY, SINCE, confirmation, draft, live, monday, move

PAST = (4.0, 4.3, 3.8, 4.1, 3.9, 4.2, 4.0, 3.9)
"""Hours to the confirmation in the eight weeks before the goal."""


@pytest.fixture
def past(desk: Desk, clock: ManualClock) -> Desk:
    """A desk with eight weeks behind it, on the first morning of the goal."""
    live(desk, clock, range(8), PAST)
    return desk


def test_a_start_is_read_off_the_days_of_its_baseline(past: Desk) -> None:
    """The same figure that the measure has there, and of how many; it stays so whatever becomes known later."""
    read = past.measure("order_confirmation_time", since=FIRST_MONDAY, until=SINCE).rows[0]
    goal = past.objectives.set(draft(), by="eva")
    key_result = goal.key_results[0]

    assert (read.value, Baseline(FIRST_MONDAY, SINCE, 48)) == (key_result.start, key_result.baseline)


def test_a_relative_target_is_a_share_of_its_baseline(past: Desk) -> None:
    """Down by half of what it was."""
    relative = confirmation(kind="relative", target=None, change=-0.5)
    key_result = past.objectives.set(draft(relative)).key_results[0]

    assert key_result.start / 2 == pytest.approx(key_result.target)


def test_a_start_in_another_clock_is_restated_and_both_are_kept(past: Desk) -> None:
    """24 hours are 6 hours 26 minutes of working time where 45 of a week's 168 hours are open."""
    answers = confirmation(
        measure="first_response_time",
        id="answers",
        baseline=None,
        start=86_400.0,
        start_clock="elapsed",
        target=14_400.0,
        clock="working",
    )
    key_result = past.objectives.set(draft(answers)).key_results[0]

    assert key_result.stated is not None
    assert (86_400.0, "elapsed") == (key_result.stated.value, key_result.stated.clock)
    assert 86_400 * 45 / 168 == pytest.approx(key_result.start, rel=0.01)


def test_what_lacks_something_grave_is_not_set(past: Desk) -> None:
    """The error says every lack, and nothing is written."""
    with pytest.raises(RuleViolation, match="no_owner") as refused:
        past.objectives.set(draft(confirmation(baseline=None), owner=""))

    assert {"no_owner", "no_baseline"} == {lack.code for lack in refused.value.lacks if lack.grave}
    assert () == past.objectives.find(running=None)


def test_more_than_two_goals_at_once_are_refused(past: Desk) -> None:
    """One that has ended makes room."""
    first = past.objectives.set(draft())
    past.objectives.set(draft(title="Nobody has to ask twice", importance="important"))
    third = draft(title="Every parcel arrives whole")

    assert "too_many_goals" in {lack.code for lack in past.objectives.check(third)}
    past.objectives.end(first.id, state="dropped", outcome="we chose another")
    assert "too_many_goals" not in {lack.code for lack in past.objectives.check(third)}


def test_a_team_that_keeps_its_pace_is_winning(past: Desk, clock: ManualClock) -> None:
    """Its figure, where that should be, and a forecast that holds the end."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 14), (3.8, 3.5, 3.4, 3.0, 2.8, 2.6))
    found = past.objectives.progress(goal.id)
    one = found.key_results[0]

    assert (Verdict.WINNING, Verdict.WINNING, None) == (found.verdict, one.verdict, one.reason)
    assert one.reading is not None and one.forecast is not None  # noqa: PT018
    assert (6, True, 6) == (one.reading.n, one.reading.complete, len(one.trend))
    assert one.forecast.low < one.forecast.mid < one.forecast.high
    assert "better" == one.signal


def test_a_team_that_stands_still_comes_to_be_losing(past: Desk, clock: ManualClock) -> None:
    """Once it is behind by more than noise, and not in the first week."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 15), (3.9, 4.1, 4.0, 4.2, 3.9, 4.1, 4.0))
    one = past.objectives.progress(goal.id).key_results[0]
    said = [point.verdict for point in one.trend]

    assert Verdict.LOSING is one.verdict
    assert Verdict.WINNING is said[0]
    assert one.since == one.trend[said.index(Verdict.LOSING)].from_


def test_a_record_without_news_says_unknown(past: Desk, clock: ManualClock) -> None:
    """However well it stood when the news stopped."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 12), (3.8, 3.5, 3.4, 3.0))
    clock.advance(days=5)
    one = past.objectives.progress(goal.id).key_results[0]

    assert (Verdict.UNKNOWN, Reason.TOO_OLD, None) == (one.verdict, one.reason, one.forecast)


def test_too_few_say_unknown(past: Desk, clock: ManualClock) -> None:
    """A window with fewer subjects than the Key Result asks for is no figure."""
    goal = past.objectives.set(draft(confirmation(least_n=7, start=14_000.0, baseline=None)))
    live(past, clock, range(8, 10), (1.0, 1.0))
    one = past.objectives.progress(goal.id).key_results[0]

    assert (Verdict.UNKNOWN, Reason.TOO_FEW) == (one.verdict, one.reason)


def test_forecasts_are_kept_each_monday_and_held_against_what_came(past: Desk, clock: ManualClock) -> None:
    """Once a week, of the next window and of the last; nothing of what has not come is counted."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 14), (3.8, 3.5, 3.4, 3.0, 2.8, 2.6), tick=True)
    record = past.objectives.forecasts(goal.id)
    made = [one.forecast.made_at.date() for one in record.forecasts if one.forecast.horizon == "next"]

    assert [SINCE + timedelta(weeks=week) for week in range(1, 7)] == made
    assert 6 == sum(one.forecast.horizon == "end" for one in record.forecasts)
    assert (5, 5) == (record.n, record.next_n)
    assert record.coverage is not None and record.brier is not None  # noqa: PT018
    assert 0.0 <= record.brier <= 1.0


def test_nothing_is_foreseen_of_a_goal_that_has_ended(past: Desk, clock: ManualClock) -> None:
    """Its timer is gone."""
    goal = past.objectives.set(draft())
    past.objectives.end(goal.id, state="dropped", outcome="we chose another")
    move(clock, monday(11))
    past.tick()

    assert () == past.objectives.forecasts(goal.id).forecasts


def test_reached_is_what_the_record_shows(past: Desk, clock: ManualClock) -> None:
    """Nobody can call a goal reached whose Key Result has not made it."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 20), [4.0] * 11 + [0.5])

    ended = past.objectives.end(goal.id, state="reached", outcome="it is quick now")
    assert (ObjectiveState.REACHED, "it is quick now") == (ended.state, str(ended.outcome))


def test_reached_is_refused_where_the_record_says_otherwise(past: Desk, clock: ManualClock) -> None:
    """The error names the Key Result; missed can be said."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 12), [4.0] * 4)

    with pytest.raises(RuleViolation, match="confirmation"):
        past.objectives.end(goal.id, state="reached", outcome="we feel better")
    assert ObjectiveState.MISSED is past.objectives.end(goal.id, state="missed", outcome="it is as slow as ever").state


def test_the_last_window_decides_without_room_for_noise(past: Desk, clock: ManualClock) -> None:
    """Its figure meets the target, or it does not."""
    goal = past.objectives.set(draft())
    live(past, clock, range(8, 20), [4.0 - 0.25 * week for week in range(12)])
    move(clock, monday(20))
    one = past.objectives.progress(goal.id).key_results[0]

    assert one.reading is not None
    assert (Verdict.LOSING, None, 3600.0) == (one.verdict, one.forecast, one.expected)


def test_a_goal_set_anew_keeps_what_it_was(past: Desk) -> None:
    """It takes a reason, and the record shows both."""
    goal = past.objectives.set(draft())
    easier = draft(confirmation(target=7200.0))

    with pytest.raises(InvalidInput, match="reason"):
        past.objectives.set(easier, objective=goal.id)
    changed = past.objectives.set(easier, objective=goal.id, reason="the new system comes later")
    assert (1, 7200.0) == (changed.changed, changed.key_results[0].target)


def test_a_goal_can_be_written_down_as_it_was_set(past: Desk) -> None:
    """Set anew from its own draft, its Key Results are the same."""
    goal = past.objectives.set(draft())
    again = past.objectives.set(draft_of(goal), objective=goal.id, reason="to see")

    assert goal.key_results == again.key_results


def test_an_initiatives_steps_are_what_is_done_this_monday(past: Desk, clock: ManualClock) -> None:
    """By person and team; what is due later waits, and an initiative without a step is said to be stuck."""
    first = InitiativeDraft("Confirm at the counter", "confirmation", owner="leo", team="warehouse")
    goal = past.objectives.set(draft(initiatives=(first, InitiativeDraft("Confirm at night", "confirmation"))))
    counter = goal.initiatives[0]
    today = past.tasks.open(kind="check", what="print the list", initiative=counter.id, due=SINCE + timedelta(days=2))
    past.tasks.open(kind="check", what="order a second printer", initiative=counter.id, due=SINCE + timedelta(days=20))
    move(clock, monday(8))
    week = past.objectives.monday()

    assert [("warehouse", "leo", "print the list")] == [(step.team, step.person, step.what) for step in week.steps]
    assert [today.id] == [step.task.id for step in week.steps if step.task is not None]
    assert ["Confirm at night"] == [step.what for step in week.stuck]
    assert () == past.objectives.monday(person="ana").steps


def test_a_task_is_a_step_of_an_initiative_that_is_there(past: Desk) -> None:
    """One that ended takes no more."""
    goal = past.objectives.set(draft(initiatives=(InitiativeDraft("Confirm at night", "confirmation"),)))
    mine = goal.initiatives[0].id
    past.objectives.end_initiative(goal.id, mine, outcome="done")

    with pytest.raises(UnknownIdError, match="initiative"):
        past.tasks.open(kind="check", what="look", initiative=mine)


def test_an_initiative_names_a_lead_measure_of_its_key_result(past: Desk) -> None:
    """Another one is refused."""
    goal = past.objectives.set(draft())

    with pytest.raises(InvalidInput, match="lead measure"):
        past.objectives.add_initiative(goal.id, "Ring them", key_result="confirmation", lead_measure="unowned_time")


def test_what_has_ended_takes_no_initiative(past: Desk) -> None:
    """It is over."""
    goal = past.objectives.set(draft())
    past.objectives.end(goal.id, state="dropped", outcome="we chose another")

    with pytest.raises(TransitionRefused):
        past.objectives.add_initiative(goal.id, "Ring them", key_result="confirmation")


def test_a_goal_is_the_same_after_opening_the_store_again(past: Desk, opened: Opened) -> None:
    """All of it."""
    goal = past.objectives.set(draft(initiatives=(InitiativeDraft("Confirm at night", "confirmation"),)), by="eva")

    assert goal == opened().objectives.get(goal.id)


def test_goals_are_found_by_team_the_wildly_important_first(past: Desk) -> None:
    """Only what is worked for, unless asked."""
    one = past.objectives.set(draft(importance="important"))
    two = past.objectives.set(draft(title="Every parcel arrives whole", team="warehouse"))

    assert [two.id, one.id] == [goal.id for goal in past.objectives.find()]
    assert [two.id] == [goal.id for goal in past.objectives.find(team="warehouse")]
    assert [one.id] == [goal.id for goal in past.objectives.find(team="")]
