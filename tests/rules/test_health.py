"""What is wrong with how a desk runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.health import Health, Waiting
from incidentkit.rules.health import judged

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATE = timedelta(minutes=15)
WELL = Health(NOW, "default", "sqlite", 3, 10)


def codes(health: Health) -> list[tuple[str, bool]]:
    """The problems in short: their code, and whether they are grave."""
    return [(problem.code, problem.grave) for problem in judged(health, LATE).problems]


def test_where_nothing_waits_all_is_well() -> None:
    """No problem, and healthy."""
    found = judged(WELL, LATE)

    assert ((), True) == (found.problems, found.healthy)


@pytest.mark.parametrize("kind", ["messages", "timers", "inbox"])
@pytest.mark.parametrize(("age", "grave"), [(LATE, False), (LATE + timedelta(seconds=1), True)])
def test_work_that_is_due_for_too_long_is_grave(kind: str, age: timedelta, grave: bool) -> None:
    """Not before that, and then the check fails."""
    waits: dict[str, Any] = {kind: Waiting(2, NOW - age)}
    found = judged(evolve(WELL, **waits), LATE)

    assert (not grave, [(f"{kind}_late", 2)] * grave) == (found.healthy, [(p.code, p.count) for p in found.problems])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dead": 1}, "dead_letters"),
        ({"unknown": 1}, "messages_unknown"),
        ({"inbox_dead": 1}, "inbox_dead"),
        ({"paused": ("sms",)}, "channels_paused"),
        ({"receipts": Waiting(1, NOW)}, "receipts_waiting"),
    ],
)
def test_what_waits_for_a_person_is_named_and_not_grave(changes: dict[str, Any], code: str) -> None:
    """The desk does its work."""
    assert [(code, False)] == codes(evolve(WELL, **changes))


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3600))
def test_a_longer_patience_never_finds_more(dead: int, waiting: int, age: int) -> None:
    """What is grave after an hour is grave after a minute."""
    since = NOW - timedelta(seconds=age) if waiting else None
    health = evolve(WELL, dead=dead, messages=Waiting(waiting, since))
    patient, hasty = (judged(health, timedelta(seconds=s)).problems for s in (1800, 60))

    assert set(patient) <= set(hasty)
