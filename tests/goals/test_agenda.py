"""Agendas: whatever waits, they fit into the time there is, and each of the three questions is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.checkins import Obstacle, Progress
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.goals.agenda import QUESTIONS, Agenda, Material, agenda_of
from incidentkit.learning.patterns import Pattern, Seen
from incidentkit.learning.went_well import Credit

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
WORDS = Text("text:1", "ring ten customers")
KEY_RESULT = Progress("o-1", "Nobody has to ask", "kr-1", "Told first", "told_first_rate", "share")
MADE = Commitment(
    CommitmentId("c-1"),
    "ana",
    "after-sales",
    WORDS,
    "told_first_rate",
    "leo",
    AT - timedelta(days=7),
    AT + timedelta(hours=14),
)
CREDIT = Credit("csat_top_share", "agent", "ana", 30, 30, 1.0, 0.9, 1.0, 0.6)
PATTERN = Pattern(Seen("step", "packing", "", "", 9, (1, 2), 100, (90, 95)), False, 2.0, 1.5, 0.001)


def agenda(minutes: int = 20, **given_: Any) -> Agenda:
    return agenda_of("after-sales", AT, minutes, Material(**given_), AT - timedelta(days=7))


def kinds(found: Agenda) -> list[str]:
    return [item.kind for item in found.items]


def many(state: CommitmentState, count: int) -> list[Commitment]:
    return [changed(MADE, id=CommitmentId(f"{state}-{n}"), state=state) for n in range(count)]


BACKLOGS = st.fixed_dictionaries(
    {
        "progress": st.integers(0, 40).map(lambda n: [KEY_RESULT] * n),
        "commitments": st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)).map(
            lambda counts: [c for state, n in zip(CommitmentState, counts, strict=True) for c in many(state, n)]
        ),
        "credits": st.integers(0, 10).map(lambda n: [CREDIT] * n),
        "obstacles": st.integers(0, 40).map(lambda n: [Obstacle(WORDS)] * n),
        "patterns": st.integers(0, 10).map(lambda n: [PATTERN] * n),
        "people": st.integers(0, 60).map(lambda n: [f"p-{k}" for k in range(n)]),
    }
)


@given(BACKLOGS, st.integers(5, 60))
def test_an_agenda_fits_into_its_time_for_any_backlog(backlog: dict[str, Any], minutes: int) -> None:
    """Exactly: minutes are in quarters, whose sums have no rounding."""
    found = agenda(minutes, **backlog)

    assert sum(item.minutes for item in found.items) == found.planned <= minutes
    assert all(item.minutes > 0 and item.minutes % 0.25 == 0 for item in found.items)


@given(BACKLOGS, st.integers(5, 60))
def test_nothing_is_dropped_unseen(backlog: dict[str, Any], minutes: int) -> None:
    """What stands on it and what found no time come to all there is; each question is asked, in its order."""
    found = agenda(minutes, **backlog)
    parts = ("progress", "commitments", "credits", "obstacles", "patterns")
    waiting = sum(len(backlog[name]) for name in parts) + max(len(backlog["people"]), 1)
    questions = [item.question for item in found.items]

    assert waiting + 1 + (not backlog["progress"]) == len(found.items) + sum(left.count for left in found.left)
    assert sorted(questions, key=QUESTIONS.index) == questions
    assert set(QUESTIONS) == set(questions)


def test_key_results_come_first_then_what_is_to_be_reported() -> None:
    """Then what went well, what was missed, what was kept."""
    commitments = [*many(CommitmentState.KEPT, 1), *many(CommitmentState.MISSED, 1), MADE]
    found = agenda(progress=[KEY_RESULT], commitments=commitments, credits=[CREDIT], people=["ana"])

    assert ["key_result", "to_report", "went_well", "missed", "kept", "ask", "commit"] == kinds(found)


def test_what_one_question_does_not_need_goes_to_the_next() -> None:
    """Nobody waits for a quiet first question."""
    crowd = [f"p-{n}" for n in range(30)]
    busy = agenda(progress=[KEY_RESULT] * 40, obstacles=[Obstacle(WORDS)] * 40, people=crowd)

    assert len(busy.of("next_week")) < len(agenda(people=crowd).of("next_week"))


def test_what_was_due_and_never_reported_is_not_asked_for_again() -> None:
    """It is missed, whether or not the record says so yet."""
    late = changed(MADE, due=AT - timedelta(minutes=1))

    assert ["missed"] == [item.kind for item in agenda(commitments=[late]).items if item.about is late]


def test_the_worst_of_the_review_stand_under_the_obstacles() -> None:
    """The first of them before the obstacles of the last time."""
    found = agenda(patterns=[PATTERN, PATTERN], obstacles=[Obstacle(WORDS, "leo")])

    assert ["ask", "pattern", "obstacle", "pattern"] == [item.kind for item in found.of("obstacles")]
    assert ["", "", "leo", ""] == [item.who for item in found.of("obstacles")]


def test_without_a_goal_the_first_thing_is_to_find_one() -> None:
    """And without people everybody is asked."""
    assert ["no_goal", "ask", "commit"] == kinds(agenda())


@pytest.mark.parametrize("minutes", [4, 61, 0, -1])
def test_a_check_in_of_no_length_or_of_hours_is_refused(minutes: int) -> None:
    """From 5 to 60 minutes."""
    with pytest.raises(InvalidInput, match="from 5 to 60"):
        agenda(minutes)
