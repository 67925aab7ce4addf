"""Forecasts held against what came; a figure restated in another clock; steps of a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.goals import KeptForecast, KeyResult
from incidentkit.goals.restating import open_share, restated
from incidentkit.goals.scoring import scored
from incidentkit.worktime.working_time import WorkingTime

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = timedelta(days=7)
ONE = KeyResult("k", "k", "csat_mean", "absolute", 3.0, 4.0, date(2026, 1, 5), date(2026, 6, 28))


def kept(week: int, *, low: float = 3.0, high: float = 4.0, chance: float = 0.5, horizon: str = "next") -> KeptForecast:
    """A forecast of a week."""
    from_ = MONDAY + WEEK * week
    end = "next" if horizon == "next" else "end"
    return KeptForecast("k", from_ - WEEK, end, from_, from_ + WEEK, low, 3.5, high, 3.5, chance, 0.8, "structural")  # type: ignore[arg-type]


def test_forecasts_are_scored_by_what_came() -> None:
    """Inside or not, met or not; what has not come is not counted."""
    made = [kept(0, chance=0.9), kept(1, chance=0.2), kept(2, horizon="end"), kept(3)]
    figures = {("k", MONDAY): 3.6, ("k", MONDAY + WEEK): 4.5, ("k", MONDAY + 2 * WEEK): 3.2}
    found = scored("o", made, {"k": ONE}, figures)

    assert (3, 2, 2 / 3, 0.8) == (found.n, found.covered, found.coverage, found.confidence)
    assert (2, 0.5) == (found.next_n, found.next_coverage)
    assert ((0.1**2 + 0.8**2 + 0.5**2) / 3) == pytest.approx(found.brier)
    assert [True, False, True, None] == [one.inside for one in found.forecasts]


def test_forecasts_of_a_key_result_that_is_gone_say_nothing() -> None:
    """They stay in the list."""
    found = scored("o", [kept(0)], {}, {("k", MONDAY): 3.6})

    assert (1, 0, None, None) == (len(found.forecasts), found.n, found.coverage, found.brier)


def test_24_hours_are_their_share_of_working_time() -> None:
    """45 of 168 hours of a week are open: 6.43 hours."""
    hours = WorkingTime(Calendar("shop", Schedule("UTC", {"mon-fri": ("09:00-18:00",)})))
    share = open_share(hours, MONDAY, MONDAY + 4 * WEEK)

    assert 24 * 45 / 168 == pytest.approx(restated(24.0, "elapsed", "working", share))


@given(st.floats(0, 1e6), st.floats(0.01, 1))
def test_there_and_back_is_the_same(value: float, share: float) -> None:
    """And in its own clock nothing changes."""
    there = restated(value, "elapsed", "working", share)

    assert there is not None
    assert value == pytest.approx(restated(there, "working", "elapsed", share))
    assert value == restated(value, "working", "working", share)


def test_what_is_never_open_can_not_be_restated() -> None:
    """There is no figure."""
    assert None is restated(3.0, "working", "elapsed", 0.0)


def test_a_key_result_moves_towards_its_target() -> None:
    """Up or down."""
    assert ["up", "down"] == [ONE.better, evolve(ONE, target=2.0).better]
