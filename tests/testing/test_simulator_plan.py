"""The simulator's plan: the same seed gives the same month, and what it holds can happen."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import datetime
from itertools import islice, pairwise

import pytest

from incidentkit.errors import InvalidInput
from incidentkit.testing.simulator import Plan
from incidentkit.testing.simulator.cases import TYPES
from incidentkit.testing.simulator.courses import Course, Trouble
from incidentkit.testing.simulator.days import END, START, sent_after, slice_of

SEEDS = range(5)


def troubles(seed: int, orders: int = 300) -> list[Trouble]:
    return [trouble for course in Plan(orders, seed).courses() for trouble in course.troubles]


def test_the_same_arguments_give_the_same_steps() -> None:
    """Everything follows from the seed, in whatever process: keys, times and arguments."""
    assert list(Plan(60, 7).steps()) == list(Plan(60, 7).steps())


def test_another_seed_gives_another_month() -> None:
    """Two seeds don't place their orders at the same times."""
    assert [c.placed_at for c in Plan(60, 7).courses()] != [c.placed_at for c in Plan(60, 8).courses()]


@pytest.mark.parametrize("seed", SEEDS)
def test_steps_come_in_the_order_of_their_times(seed: int) -> None:
    """No step comes before one that happens earlier, and all lie in the month."""
    times = [step.at for step in Plan(300, seed).steps()]

    assert times == sorted(times)
    assert START <= times[0] <= times[-1] < END


def test_every_step_has_a_key_of_its_own() -> None:
    """No key comes twice."""
    keys = Counter(step.key for step in Plan(300).steps())

    assert {1} == set(keys.values())


def test_steps_are_made_when_they_are_asked_for() -> None:
    """The first steps of a huge month don't wait for its last order's."""
    first = next(iter(Plan(100_000).steps()))

    assert "orders.place" == first.command


@pytest.mark.parametrize("seed", SEEDS)
def test_every_type_of_incident_occurs_in_a_short_run(seed: int) -> None:
    """All the built-in types are detected within the month at 300 orders."""
    assert set(TYPES) == {trouble.type for trouble in troubles(seed) if trouble.detected_at < END}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_case_goes_forward_in_time(seed: int) -> None:
    """Nothing in a case comes before what it follows from."""
    for trouble in troubles(seed, 1000):
        moments = story(trouble)

        assert moments == sorted(moments)


def story(trouble: Trouble) -> list[datetime]:
    """The moments of a case, each of which follows from the one before."""
    told = trouble.called_at or trouble.written_at
    moments = [trouble.detected_at, *(custody.at for custody in trouble.custodies[:1]), told]
    for round_ in trouble.rounds:
        moments += [round_.offered_at, *(p.replied_at for p in round_.proposals)]
        moments += [p.carried_out_at for p in round_.proposals if p.accepted]
        moments += [round_.resolved_at, round_.spoken_at]
        moments += [] if round_.poll is None else [round_.poll.asked_at, *(a.at for a in round_.poll.answers)]
        moments += [round_.waived_at, round_.confirmed_at, round_.closed_at, round_.reopened_at]
    return [moment for moment in (*moments, trouble.withdrawn_at) if moment is not None]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_case_is_resolved_once_its_mail_has_arrived(seed: int) -> None:
    """Where the customer is told by mail, nothing is resolved before the slice with that mail is over."""
    for trouble in troubles(seed, 1000):
        if trouble.written_at is not None and trouble.rounds and trouble.rounds[0].resolved_at is not None:
            assert sent_after(trouble.written_at) <= trouble.rounds[0].resolved_at


@pytest.mark.parametrize("seed", SEEDS)
def test_goods_go_forward_in_time(seed: int) -> None:
    """Placed, confirmed, shipped and delivered come in that order."""
    for course in Plan(1000, seed).courses():
        for moments in journeys(course):
            assert moments == sorted(moments)


def journeys(course: Course) -> list[list[datetime]]:
    whole = [[course.placed_at, course.confirmed_at, p.shipped_at, p.delivered_at] for p in course.parcels]
    return [[moment for moment in moments if moment is not None] for moments in whole]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_leaves_than_was_ordered(seed: int) -> None:
    """Units in parcels and units cancelled are at most the units ordered, line by line."""
    for course in Plan(1000, seed).courses():
        left = Counter({item.line: item.quantity for item in course.items})
        for units in [*(p.units for p in course.parcels), *(c.units or {} for c in course.cancellations)]:
            left.subtract(units)

        assert min(left.values()) >= 0


def test_slices_meet_without_a_gap() -> None:
    """What is sent at a slice's end belongs to the next slice."""
    ends = [sent_after(step.at) for step in islice(Plan(300).steps(), 200)]

    assert all(slice_of(a) <= slice_of(b) for a, b in pairwise(ends))
    assert [slice_of(step.at) + 1 for step in islice(Plan(300).steps(), 200)] == [slice_of(end) for end in ends]


@pytest.mark.parametrize(
    ("orders", "seed", "language"), [(0, 1, "en"), (-5, 1, "en"), (True, 1, "en"), (10, "1", "en"), (10, 1, "fr")]
)
def test_a_plan_that_can_not_be_is_refused(orders: int, seed: int, language: str) -> None:
    """No orders, a seed that is no whole number, and a language without texts are refused."""
    with pytest.raises(InvalidInput):
        Plan(orders, seed, language)


def test_the_simulator_loads_no_test_tools() -> None:
    """A host that runs the demo needs neither Hypothesis nor pytest."""
    code = "import sys, incidentkit.testing.simulator; print(sorted({'hypothesis', 'pytest'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == run.stdout
