"""The scoreboard for anybody: nothing about fewer than five cases, and no place for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.public import LEAST_PUBLIC, PublicBoard, PublicLine, public_line
from incidentkit.measures.scoreboard import Reason, Verdict, verdict

NOW = datetime(2026, 9, 28, 8, tzinfo=UTC)
WEEK = timedelta(days=7)
LINE = ScoreboardLine("csat_mean", target=4.0, better="up", least_n=1)

weeks = st.lists(st.tuples(st.integers(0, 12), st.none() | st.floats(1, 5), st.integers(0, 4)), max_size=10)


def figures(found: list[tuple[int, float | None, int]]) -> Figures:
    """One row a week, the last one just over: n, value, and how many rest on a source's word."""
    first = NOW - len(found) * WEEK
    rows = [
        Row(first + at * WEEK, first + (at + 1) * WEEK, None, n, value, claimed=claimed, complete=True)
        for at, (n, value, claimed) in enumerate(found)
    ]
    definition = MEASURES["csat_mean"].definition
    return Figures(measure="csat_mean", unit="score", definition=definition, as_of=NOW, rows=tuple(rows))


@given(weeks, st.integers(1, 20), st.none() | st.floats(1, 5))
def test_nothing_is_said_of_fewer_than_five(
    found: list[tuple[int, float | None, int]], least: int, target: float | None
) -> None:
    """Of a window with fewer subjects neither figure nor n is left, in the line or in its trend; of the others all is."""
    line, known = evolve(LINE, least_n=least, target=target), figures(found)
    whole, shown = verdict(line, known, NOW), public_line(line, known, NOW)
    windows = found[-8:]

    assert shown.trend == tuple(value if n >= LEAST_PUBLIC else None for n, value, _ in windows)
    if found and found[-1][0] >= LEAST_PUBLIC:
        assert (whole.n, whole.value, whole.verdict) == (shown.n, shown.value, shown.verdict)
    else:
        assert (None, None, Verdict.UNKNOWN) == (shown.n, shown.value, shown.verdict)
        assert shown.reason is (Reason.TOO_FEW if found else Reason.NO_COMPLETE_WINDOW)


@given(st.integers(0, 400), st.integers(5, 400))
def test_a_share_of_few_is_not_shown(counted: int, n: int) -> None:
    """Where fewer than five of many are what is counted, the figure is left out and the verdict stays; none at all is shown."""
    counted = min(counted, n)
    line, known = ScoreboardLine("incident_rate", 0.5, "down", least_n=1), figures([(n, counted / n, 0)])
    known = evolve(known, measure="incident_rate", unit="share", definition=MEASURES["incident_rate"].definition)
    shown = public_line(line, known, NOW)

    assert (n, verdict(line, known, NOW).verdict) == (shown.n, shown.verdict)
    assert shown.value == (None if 0 < counted < LEAST_PUBLIC else counted / n)
    assert (shown.value,) == shown.trend


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_public_line_can_not_be_made_with_fewer(n: int) -> None:
    """There is no way to put a small cell into one, nor a figure without its n."""
    line = public_line(LINE, figures([(9, 4.0, 0)]), NOW)

    with pytest.raises(InvalidInput):
        evolve(line, n=n)
    with pytest.raises(InvalidInput):
        evolve(line, n=None)


def test_a_public_board_has_no_place_for_more() -> None:
    """Its lines have no field for what rests on a source's word, for segments, people or orders."""
    assert {"as_of", "shop_name", "lines"} == {field.name for field in fields(PublicBoard)}
    assert {"measure", "unit", "target", "better", "statistic", "window", "least_n", "definition", "version"} | {
        "from_",
        "until",
        "n",
        "value",
        "verdict",
        "reason",
        "trend",
    } == {field.name for field in fields(PublicLine)}
