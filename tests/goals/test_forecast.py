"""Forecasts: as wide as they say, and the same from the same figures."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.goals.forecast import CONFIDENCE, LEAST, Forecast, Seen, foresee
from tests.goals.weeks import BEFORE, DURING, WORLDS

RUNS = 40
MADE = (2, 8, 14, 20)
"""Weeks into the goal at which a forecast is made."""


def _seen(values: list[float]) -> tuple[Seen, ...]:
    return tuple(Seen(value, 50, place >= BEFORE) for place, value in enumerate(values))


def _foreseen(values: list[float], wanted: float, ahead: int) -> Forecast:
    found = foresee(_seen(values), ahead, wanted, True)
    assert found is not None
    return found


def _inside(name: str, horizon: str) -> list[bool]:
    random, held = Random(f"{name} {horizon}"), []
    for _ in range(RUNS):
        values = WORLDS[name](random)
        for weeks in MADE:
            known = BEFORE + weeks
            ahead = 1 if horizon == "next" else BEFORE + DURING - known
            found = _foreseen(values[:known], 12.0, ahead)
            held.append(found.low <= values[known + ahead - 1] <= found.high)
    return held


@pytest.mark.parametrize(("horizon", "low", "high"), [("next", 0.75, 0.86), ("end", 0.75, 0.92)])
def test_ranges_hold_as_much_as_they_say(horizon: str, low: float, high: float) -> None:
    """Over all worlds together about 80 % of what comes, in the next week and at the end of half a year."""
    held = [one for name in WORLDS for one in _inside(name, horizon)]

    assert low <= sum(held) / len(held) <= high


@pytest.mark.parametrize("name", WORLDS)
def test_no_world_makes_a_fool_of_the_next_week(name: str) -> None:
    """In each of them at least 70 % of next weeks lie inside, of 160 each."""
    held = _inside(name, "next")

    assert 0.7 <= sum(held) / len(held)


def test_chances_say_more_than_a_coin() -> None:
    """Their Brier score is well below that of always saying one half, which is 0.25."""
    random, squares = Random(7), []
    for name in WORLDS:
        for _ in range(RUNS):
            values = WORLDS[name](random)
            for weeks in MADE:
                known = BEFORE + weeks
                found = _foreseen(values[:known], 11.0, BEFORE + DURING - known)
                squares.append((found.chance - (values[-1] >= 11.0)) ** 2)

    assert sum(squares) / len(squares) <= 0.2


def test_the_same_figures_give_the_same_range() -> None:
    """Nothing is drawn at random."""
    values = WORLDS["steady"](Random(1))[:20]
    first = foresee.__wrapped__(_seen(values), 5, 12.0, True)

    assert first == foresee.__wrapped__(_seen(values), 5, 12.0, True)


def test_too_few_windows_say_nothing() -> None:
    """One fewer than it takes; gaps don't count."""
    few = tuple(Seen(10.0 + place, 50, True) for place in range(LEAST - 1))

    assert None is foresee((*few, Seen(None, 0, True)), 3, 12.0, True)


@given(
    st.lists(st.floats(0, 1), min_size=LEAST, max_size=30),
    st.integers(1, 20),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_range_is_ordered_and_stays_in_its_bounds(values: list[float], ahead: int, wanted: float, up: bool) -> None:
    """Low, middle, high, all inside; a chance from 0 to 1."""
    found = foresee(_seen(values), ahead, wanted, up, (0.0, 1.0))

    assert found is not None
    assert 0.0 <= found.low <= found.mid <= found.high <= 1.0
    assert 0.0 <= found.chance <= 1.0


@given(st.lists(st.floats(-100, 100), min_size=LEAST, max_size=20), st.integers(1, 10), st.floats(-100, 100))
def test_the_chances_of_both_sides_add_up(values: list[float], ahead: int, wanted: float) -> None:
    """To be at least that good upwards, or downwards; unless nothing ever moved."""
    up, down = (foresee(_seen(values), ahead, wanted, side) for side in (True, False))

    assert up is not None and down is not None  # noqa: PT018
    if up.low < up.high:
        assert 1.0 == pytest.approx(up.chance + down.chance)


@given(st.lists(st.integers(-1000, 1000), min_size=LEAST, max_size=20), st.integers(1, 10))
def test_a_range_moves_with_its_figures(values: list[int], ahead: int) -> None:
    """Figures in another unit, or from another zero, give the same range there."""
    plain = foresee(_seen([float(value) for value in values]), ahead, 5.0, True)
    other = foresee(_seen([60.0 * value + 7200 for value in values]), ahead, 60.0 * 5 + 7200, True)

    assert plain is not None and other is not None  # noqa: PT018
    assert [60 * one + 7200 for one in (plain.low, plain.mid, plain.high)] == pytest.approx(
        [other.low, other.mid, other.high], abs=1e-3
    )
    assert plain.chance == pytest.approx(other.chance, abs=1e-6)


def test_what_never_moved_is_said_to_stay() -> None:
    """Its range has no width."""
    found = foresee(_seen([3.0] * 10), 4, 4.0, True)

    assert found is not None
    assert (3.0, 3.0, 3.0, 0.0, CONFIDENCE) == (found.low, found.mid, found.high, found.chance, found.confidence)


def test_the_further_away_the_wider() -> None:
    """What comes later is known less."""
    values = WORLDS["wandering"](Random(3))[:26]
    ranges = [_foreseen(values, 12.0, ahead) for ahead in (1, 4, 12)]
    widths = [found.high - found.low for found in ranges]

    assert sorted(widths) == widths
