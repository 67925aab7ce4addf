"""A line for anybody: nothing about fewer than five cases, no place for it, and nothing that gives it away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.public import PublicLine, cells_of, public_line
from incidentkit.measures.scoreboard import TREND, BoardLine, Reason, Verdict, verdict
from incidentkit.measures.suppression import LEAST_PUBLIC, Cell, hidden, rounded, rounded_down

NOW = datetime(2026, 9, 28, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
LINE = ScoreboardLine("csat_mean", target=4.0, better="up", least_n=1)

weeks = st.lists(st.tuples(st.integers(0, 12), st.none() | st.floats(1, 5), st.integers(0, 4)), max_size=10)
counts = st.lists(st.integers(0, 30), min_size=1, max_size=6)


def line_of(found: list[tuple[int, float | None, int]], line: ScoreboardLine = LINE) -> BoardLine:
    """One row a week, the last one just over: n, value, and how many rest on a source's word."""
    first = NOW - len(found) * WEEK
    rows = [
        Row(first + at * WEEK, first + (at + 1) * WEEK, None, n, value, claimed=claimed, complete=True)
        for at, (n, value, claimed) in enumerate(found)
    ]
    measure = MEASURES[line.measure]
    return verdict(line, Figures(measure.name, measure.unit, measure.definition, NOW, tuple(rows)), NOW)


def public(whole: BoardLine) -> PublicLine:
    """As anybody sees it, on a board with no other line."""
    measure = MEASURES[whole.measure]
    return public_line(whole, measure, hidden(cells_of(measure, whole.trend)))


@given(weeks, st.integers(1, 20), st.none() | st.floats(1, 5))
def test_nothing_is_said_of_fewer_than_five(
    found: list[tuple[int, float | None, int]], least: int, target: float | None
) -> None:
    """Of a window with fewer subjects neither figure nor n is left, in the line or in its trend; of the others all is."""
    whole = line_of(found, evolve(LINE, least_n=least, target=target))
    shown = public(whole)
    told = [None if n < LEAST_PUBLIC else value for n, value, _ in found[-TREND:]]

    assert [value is None for value in told] == [point.value is None for point in shown.trend]
    if found and found[-1][0] >= LEAST_PUBLIC:
        assert (rounded_down(whole.n), whole.verdict) == (shown.n, shown.verdict)
        assert (shown.value is None) == (whole.value is None)
    else:
        assert (None, None, Verdict.UNKNOWN) == (shown.n, shown.value, shown.verdict)
        assert shown.reason is (Reason.TOO_FEW if found else Reason.NO_COMPLETE_WINDOW)


@given(st.integers(0, 400), st.integers(5, 400))
def test_a_share_of_few_is_told_as_a_bound(counted: int, n: int) -> None:
    """Fewer than five of many, or all but fewer than five, are only told to be under or over what five would be."""
    counted = min(counted, n)
    whole = line_of([(n, counted / n, 0)], ScoreboardLine("incident_rate", 0.5, "down", least_n=1))
    shown = public(whole)
    assert shown.value is not None

    assert whole.verdict is shown.verdict
    if 0 < counted < LEAST_PUBLIC:
        assert ("under", True) == (shown.bound, shown.value >= LEAST_PUBLIC / n)
    elif 0 < n - counted < LEAST_PUBLIC:
        assert ("over", True) == (shown.bound, shown.value <= 1 - LEAST_PUBLIC / n)
    else:
        assert (None, True) == (shown.bound, abs(shown.value - counted / n) < 0.01)


@pytest.mark.parametrize("n", [0, 1, 4, 7])
def test_a_public_line_can_not_be_made_with_fewer(n: int) -> None:
    """There is no way to put a small cell into one, nor a count to the last subject, nor a figure without its n."""
    line = public(line_of([(9, 4.0, 0)]))

    with pytest.raises(InvalidInput):
        evolve(line, n=n)
    with pytest.raises(InvalidInput):
        evolve(line, n=None)


# --- What would give a hidden cell away ---


def days(ns: list[int], facts: str = "orders") -> list[Cell]:
    """Cells of so many days of one week."""
    return [Cell(facts, "", NOW + timedelta(days=at), NOW + timedelta(days=at + 1), n) for at, n in enumerate(ns)]


@given(counts)
def test_no_hidden_day_follows_from_its_week(ns: list[int]) -> None:
    """Where a day is hidden, so is the week: nobody gets the day by taking the other days from it."""
    week = Cell("orders", "", NOW, NOW + WEEK, sum(ns))
    kept = hidden([*days(ns), week])
    small = [cell for cell in days(ns) if cell.n < LEAST_PUBLIC]

    assert set(small) <= kept
    assert not small or week in kept


@given(st.integers(0, 40), st.integers(0, 40))
def test_two_cells_never_differ_by_a_few(part: int, rest: int) -> None:
    """Of all subjects and one part of them at most one is shown where fewer than five are left beside the part."""
    whole = Cell("orders", "", NOW, NOW + WEEK, part + rest)
    of_part = Cell("orders", "carrier x", NOW, NOW + WEEK, part)
    kept = hidden([whole, of_part])

    if 0 < rest < LEAST_PUBLIC or part < LEAST_PUBLIC:
        assert kept & {whole, of_part}


def test_other_subjects_hide_nothing() -> None:
    """A hidden cell of incidents says nothing about orders, and a window that only touches another none about it."""
    small, other = Cell("incidents", "", NOW, NOW + WEEK, 2), Cell("orders", "", NOW, NOW + WEEK, 50)
    after = Cell("incidents", "", NOW + WEEK, NOW + 2 * WEEK, 9)

    assert frozenset({small}) == hidden([small, other, after])


# --- Rounding ---


@given(st.floats(0, 1e7), st.sampled_from(["seconds", "share", "score", "EUR"]), st.floats(0, 1e7))
def test_rounding_never_crosses_the_target(value: float, unit: str, target: float) -> None:
    """A figure that misses its target by little still misses it as it is shown."""
    assert (value < target) == (rounded(value, unit, [target]) < target) or rounded(value, unit, [target]) == value


def test_an_order_more_is_not_seen() -> None:
    """Twenty orders and twenty-three look the same."""
    assert [20, 20, 20, 25] == [rounded_down(n) for n in (20, 21, 23, 25)]
