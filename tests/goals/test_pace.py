"""Where a Key Result should stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.goals import KeyResult
from incidentkit.goals.pace import begins, ends, final_window, meets, pace, pace_in, within
from incidentkit.measures.windows import Window, windows
from incidentkit.testing import strategies as ours

ZONE = "Europe/Madrid"
ONE = KeyResult("k", "k", "csat_mean", "absolute", 0.0, 10.0, date(2026, 1, 5), date(2026, 3, 15))


def test_it_goes_evenly_from_start_to_target() -> None:
    """Half way at half time; before it begins it is at its start, after its date at its target."""
    middle = begins(ONE, "UTC") + (ends(ONE, "UTC") - begins(ONE, "UTC")) / 2

    assert 5.0 == pytest.approx(pace(ONE, middle, "UTC"))
    assert (0.0, 10.0) == (
        pace(ONE, datetime(2025, 1, 1, tzinfo=UTC), "UTC"),
        pace(ONE, datetime(2027, 1, 1, tzinfo=UTC), "UTC"),
    )


def test_a_milestone_is_expected_on_its_date_and_not_before() -> None:
    """All at once."""
    step = evolve(ONE, kind="milestone")

    assert (0.0, 10.0) == (
        pace(step, ends(step, ZONE) - timedelta(seconds=1), ZONE),
        pace(step, ends(step, ZONE), ZONE),
    )


@given(ours.key_results(), st.integers(0, 100), st.integers(0, 100))
def test_the_pace_only_ever_goes_towards_the_target(one: KeyResult, first: int, second: int) -> None:
    """Never back."""
    early, late = sorted((first, second))
    span = ends(one, ZONE) - begins(one, ZONE)
    before, after = (pace(one, begins(one, ZONE) + span * (part / 100), ZONE) for part in (early, late))

    assert meets(one, after, before)


@given(ours.key_results())
def test_the_window_that_decides_has_to_reach_the_target(one: KeyResult) -> None:
    """It is the last whole one up to the date."""
    final = final_window(one, ZONE)

    assert one.target == pace_in(one, final, ZONE)
    whole = [span for span in windows(one.window, ZONE, begins(one, ZONE), ends(one, ZONE)) if begins(one, ZONE) <= span.from_]
    ended = [span for span in whole if span.until <= ends(one, ZONE) + timedelta(microseconds=1)]
    assert (ended[-1] if ended else final) == final


def test_a_window_should_stand_at_the_pace_of_its_middle() -> None:
    """For that is what an even way comes to in it."""
    week = Window(datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 1, 19, tzinfo=UTC))

    assert pace(ONE, datetime(2026, 1, 15, 12, tzinfo=UTC), "UTC") == pace_in(ONE, week, "UTC")


@pytest.mark.parametrize(("first", "inside"), [(29, False), (5, True), (9, True), (16, False)])
def test_windows_of_its_time_are_its_own(first: int, inside: bool) -> None:
    """Those that lie in it for the greater part, up to the one that decides."""
    begins_ = {29: date(2025, 12, 29), 5: date(2026, 1, 5), 9: date(2026, 3, 9), 16: date(2026, 3, 16)}[first]
    from_ = datetime.combine(begins_, datetime.min.time(), UTC)

    assert inside is within(ONE, Window(from_, from_ + timedelta(days=7)), "UTC")
