"""Laws of the steps of a case's protocol, over cases of any history."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.rules.protocols import late_steps, next_late, read_steps, turns
from incidentkit.testing.strategies import incidents, instants

SHOP = Shop()
OVER = ("done", "not_needed")


def protocol_of(case: Incident) -> Protocol | None:
    return None if case.passive else SHOP.protocol_of(case)


@given(incidents(), instants())
def test_a_steps_turn_comes_when_those_before_it_are_over(case: Incident, at: datetime) -> None:
    """And only then: an open or late step has them all behind it, and one that waits has not."""
    states = {reading.name: reading.state for reading in read_steps(case, SHOP, at)}
    protocol = protocol_of(case)

    for step in protocol.steps if protocol is not None else ():
        if states[step.name] not in OVER:
            ready = all(states[before] in OVER for before in step.after)

            assert ready == (states[step.name] in ("open", "late"))


@given(incidents(), instants())
def test_each_step_of_the_protocol_is_read_once(case: Incident, at: datetime) -> None:
    """In the order of the protocol."""
    protocol = protocol_of(case)
    steps = protocol.steps if protocol is not None else ()

    assert [step.name for step in steps] == [reading.name for reading in read_steps(case, SHOP, at)]


@given(incidents(), instants())
def test_what_is_late_is_late_by_its_own_due_time(case: Incident, at: datetime) -> None:
    """Said of the same steps by the reading, the note and the timer."""
    read = {reading.name: reading for reading in read_steps(case, SHOP, at)}
    noted, following = late_steps(case, SHOP, at), next_late(case, SHOP)

    assert all((reading.state == "late") <= (reading.due is not None and reading.due < at) for reading in read.values())
    assert all(read[late.step].state == "late" and read[late.step].due == late.due for late in noted)
    assert all(following is not None and following <= late.due for late in noted)


@given(incidents(), instants(), st.integers(1, 100).map(lambda hours: timedelta(hours=hours)))
def test_late_stays_late_until_something_happens(case: Incident, at: datetime, later: timedelta) -> None:
    """Time alone does not take a step back."""
    now, then = late_steps(case, SHOP, at), late_steps(case, SHOP, at + later)

    assert set(now) <= set(then)


@given(incidents(), instants())
def test_only_tasks_are_given_out_and_each_once(case: Incident, at: datetime) -> None:
    """By the protocol that the case itself keeps."""
    given_out = turns(case, SHOP, at)

    assert not ({reading.name for reading in given_out} & {task.step for task in case.step_tasks})
    assert all(reading.step.done_by == "task" and reading.state in ("open", "late") for reading in given_out)
    assert case.protocol is not None or not given_out
