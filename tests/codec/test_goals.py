"""Objectives from TOML."""

from __future__ import annotations

from datetime import date

import pytest

from incidentkit.codec.goals import parse_objective
from incidentkit.domain.goals import Baseline, Segment
from incidentkit.errors import ConfigurationError
from incidentkit.goals.objectives import InitiativeDraft, KeyResultDraft, ObjectiveDraft

WHOLE = """
title = "Nobody has to ask twice"
importance = "wildly_important"
team = "after-sales"
owner = "eva"
since = 2026-01-05
until = 2026-06-28
why = "They call us twice"

[[key_results]]
measure = "first_response_time"
id = "answers"
title = "Answers come quickly"
start = "24h"
start_clock = "elapsed"
target = "4h"
clock = "working"
by = 2026-05-31
segment = { team = "after-sales" }

[[key_results]]
measure = "order_error_claim_rate"
kind = "relative"
change = -0.5
baseline = { since = 2025-09-01, until = 2025-12-01 }
lead_measures = ["commitments_kept_rate"]

[[initiatives]]
title = "Two people at lunch"
key_result = "answers"
due = 2026-02-01
"""


def _problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        parse_objective(text)
    return [str(problem) for problem in refused.value.problems]


def test_a_whole_file_is_a_draft() -> None:
    """Durations in seconds, days as days."""
    answers = KeyResultDraft(
        measure="first_response_time",
        id="answers",
        title="Answers come quickly",
        start=86_400.0,
        start_clock="elapsed",
        target=14_400.0,
        clock="working",
        by_date=date(2026, 5, 31),
        segment=Segment("team", "after-sales"),
    )
    errors = KeyResultDraft(
        measure="order_error_claim_rate",
        kind="relative",
        change=-0.5,
        baseline=Baseline(date(2025, 9, 1), date(2025, 12, 1)),
        lead_measures=("commitments_kept_rate",),
    )
    expected = ObjectiveDraft(
        title="Nobody has to ask twice",
        importance="wildly_important",
        team="after-sales",
        owner="eva",
        since=date(2026, 1, 5),
        until=date(2026, 6, 28),
        why="They call us twice",
        key_results=(answers, errors),
        initiatives=(InitiativeDraft("Two people at lunch", "answers", due=date(2026, 2, 1)),),
    )

    assert expected == parse_objective(WHOLE)


def test_a_ready_key_result_is_changed_in_parts() -> None:
    """What the file says comes before what is ready."""
    text = 'title = "Quick"\nsince = 2026-01-05\n[[key_results]]\nready = "first_response"\ntarget = "2h"\n'
    found = parse_objective(text).key_results[0]

    assert ("first_response", 86_400.0, "elapsed", 7_200.0, "working") == (
        found.id,
        found.start,
        found.start_clock,
        found.target,
        found.clock,
    )


def test_every_mistake_is_told_with_its_path() -> None:
    """All at once."""
    text = """
title = "Quick"
importance = "huge"
[[key_results]]
ready = "first_respons"
[[key_results]]
target = "soon"
measure = "csat_mean"
[[key_results]]
segment = { team = "a", type = "b" }
colour = "red"
"""
    found = "\n".join(_problems(text))

    for path in (
        "importance",
        "key_results[0].ready",
        "key_results[1].target",
        "key_results[2].measure",
        "key_results[2].colour",
    ):
        assert path in found
    assert "did you mean first_response?" in found


@pytest.mark.parametrize("text", ["", "title = 3", "key_results = 1", 'title = "a\\nb"', "= 1"])
def test_what_is_no_goal_is_refused(text: str) -> None:
    """With at least one problem."""
    assert [] != _problems(text)
