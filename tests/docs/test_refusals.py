"""What a refusal tells somebody to do next is something that they can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import incidentkit as ik


@pytest.fixture
def desk() -> Iterator[ik.Desk]:
    with ik.open_desk("sqlite://") as opened:
        yield opened


def _refused(desk: ik.Desk, case: str, step: str) -> ik.TransitionRefused:
    given = {"close": {}, "reopen": {"reason": "It is broken again."}, "resolve": {"reason": "None was due."}}[step]
    with pytest.raises(ik.TransitionRefused) as caught:
        getattr(desk.incidents, step)(case, **given)
    return caught.value


@pytest.mark.parametrize("step", ["close", "reopen", "resolve"])
def test_a_refusal_names_the_step_that_was_asked_for(desk: ik.Desk, step: str) -> None:
    """A step that is refused is called by the name of its command."""
    case = desk.incidents.report(description="It is broken.")

    assert step == _refused(desk, case.id, step).attempted


@pytest.mark.parametrize("step", ["close", "reopen", "resolve"])
def test_a_refusal_leads_on_to_commands_only(desk: ik.Desk, step: str) -> None:
    """Every step that a refusal names as possible is a command of the desk."""
    case = desk.incidents.report(description="It is broken.")
    text = str(_refused(desk, case.id, step))
    named = re.findall(r"(\w+)\(\)", text) + [
        word for list_ in re.findall(r"Possible now: ([\w, ]+)\.", text) for word in list_.split(", ")
    ]

    assert named
    assert [] == [name for name in named if not hasattr(desk.incidents, name) and not hasattr(desk, name)]


def test_a_case_that_is_over_leads_nowhere(desk: ik.Desk) -> None:
    """Closing a withdrawn case is refused without a next step, for there is none."""
    case = desk.incidents.report(description="It is broken.")
    desk.incidents.withdraw(case.id, reason="It was only dusty.")

    assert str(_refused(desk, case.id, "close")).endswith("Nothing leads on from there.")
