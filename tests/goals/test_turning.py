"""Verdicts turn on signal, not on noise."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.goals.turning import LEAST_WINDOWS, noise, turns
from incidentkit.measures.scoreboard import Verdict

WEEKS = 104


def _turned(mean: float, runs: int, seed: int) -> tuple[float, list[int]]:
    """Turns a year, and after how many weeks it first said losing."""
    random, turned, first = Random(seed), 0, []
    for _ in range(runs):
        said = list(turns([random.gauss(mean, 1) for _ in range(WEEKS)]))
        turned += sum(one is not other for one, other in pairwise((Verdict.WINNING, *said)))
        first.append(next((week for week, verdict in enumerate(said, 1) if verdict is Verdict.LOSING), WEEKS + 1))
    return turned / (runs * WEEKS) * 52, sorted(first)


@pytest.mark.parametrize(("mean", "most"), [(0.0, 0.5), (0.5, 0.1), (-0.25, 1.4), (-0.5, 2.3)])
def test_pure_noise_seldom_turns_a_verdict(mean: float, most: float) -> None:
    """0.4 times a year at its pace, at worst twice, half a deviation behind it; week by week alone, 22 to 26."""
    turned, _ = _turned(mean, 500, 5)

    assert turned <= most


@pytest.mark.parametrize(("mean", "weeks"), [(-1.0, 9), (-2.0, 4), (-3.0, 2)])
def test_a_team_that_is_behind_is_said_to_be(mean: float, weeks: int) -> None:
    """In half of all cases within so many weeks."""
    _, first = _turned(mean, 500, 6)

    assert first[len(first) // 2] <= weeks


def test_a_team_that_is_back_at_its_pace_wins_again() -> None:
    """After being behind."""
    said = list(turns([-3.5, -2.0, *[0.2] * 12]))

    assert (Verdict.LOSING, Verdict.WINNING) == (said[0], said[-1])


@given(st.lists(st.none() | st.floats(-0.5, 10), max_size=60))
def test_nobody_loses_who_is_never_far_behind(scores: list[float | None]) -> None:
    """Half a deviation is noise, however often."""
    assert Verdict.LOSING not in set(turns(scores))


@given(st.lists(st.none() | st.floats(-10, 10), max_size=60))
def test_gaps_turn_nothing(scores: list[float | None]) -> None:
    """The verdict stays as it was."""
    said = list(turns(scores))

    assert [] == [place for place, score in enumerate(scores) if score is None and place and said[place] is not said[place - 1]]


def test_noise_is_what_neighbours_differ_by() -> None:
    """A slow way down hardly counts: the deviation found is near the one that is there."""
    random = Random(2)
    values = [100 - place + random.gauss(0, 5) for place in range(60)]
    (found,) = set(noise(values, [50] * 60, share=False))

    assert 5.0 == pytest.approx(found, rel=0.25)


def test_a_share_of_few_is_noisier_than_one_of_many() -> None:
    """By the root of how many, and never less than the binomial."""
    few, many, *_ = noise([0.5, 0.52, 0.49, 0.5, 0.51, 0.5, 0.48], [25, 100, 100, 100, 100, 100, 100], share=True)

    assert few is not None and many is not None  # noqa: PT018
    assert [0.1, 0.05] == pytest.approx([few, many], rel=0.02)


def test_nobody_knows_noise_from_few_windows() -> None:
    """One fewer than it takes."""
    assert {None} == set(noise([1.0, 2.0, 1.0, 2.0, 1.0], [9] * (LEAST_WINDOWS - 1), share=False))
