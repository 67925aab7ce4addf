"""A line is winning, losing, or unknown for a reason; never anything by accident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.errors import InvalidInput
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.scoreboard import TREND, BoardLine, Reason, Verdict, verdict

START = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
LINE = ScoreboardLine("delivery_time", target=5.0, better="down", window="week", least_n=3)

numbers = st.none() | st.floats(-1e6, 1e6)
weeks = st.lists(st.tuples(st.integers(0, 40), numbers), max_size=12)
directions: st.SearchStrategy[Literal["up", "down"]] = st.sampled_from(["up", "down"])


def figures_of(values: list[tuple[int, float | None]], as_of: datetime) -> Figures:
    """Weekly figures: n and value of each week."""
    rows = tuple(
        Row(START + i * WEEK, START + (i + 1) * WEEK, None, n, value, complete=START + (i + 1) * WEEK <= as_of)
        for i, (n, value) in enumerate(values)
    )
    return Figures("delivery_time", "seconds", "", as_of, rows)


def judged(line: ScoreboardLine, values: list[tuple[int, float | None]], weeks_gone: float) -> BoardLine:
    """The line after so many weeks."""
    as_of = START + weeks_gone * WEEK
    return verdict(line, figures_of(values, as_of), as_of)


@pytest.mark.parametrize(
    ("value", "better", "expected"),
    [
        (4.0, "down", Verdict.WINNING),
        (5.0, "down", Verdict.WINNING),
        (6.0, "down", Verdict.LOSING),
        (4.0, "up", Verdict.LOSING),
        (5.0, "up", Verdict.WINNING),
    ],
)
def test_a_target_is_met_or_not(value: float, better: Literal["up", "down"], expected: Verdict) -> None:
    """Reaching the target is enough to win; short of it is losing."""
    line = judged(evolve(LINE, better=better), [(9, value)], 1)

    assert (expected, None) == (line.verdict, line.reason)


def test_only_the_last_complete_window_is_judged() -> None:
    """A window that is not over yet doesn't change the verdict, and an earlier one doesn't save it."""
    line = judged(LINE, [(9, 1.0), (9, 6.0), (9, 1.0)], 2.5)

    assert (START + WEEK, START + 2 * WEEK, 6.0, Verdict.LOSING) == (line.from_, line.until, line.value, line.verdict)


@pytest.mark.parametrize(
    ("line", "values", "weeks_gone", "reason"),
    [
        (evolve(LINE, target=None), [(9, 1.0)], 1.0, Reason.NO_TARGET),
        (LINE, [(9, 1.0)], 0.5, Reason.NO_COMPLETE_WINDOW),
        (LINE, [], 1.0, Reason.NO_COMPLETE_WINDOW),
        (LINE, [(9, 1.0), (2, 1.0)], 2.0, Reason.TOO_FEW),
        (evolve(LINE, least_n=0), [(0, None)], 1.0, Reason.NO_FIGURE),
        (evolve(LINE, statistic="p90"), [(9, 1.0)], 1.0, Reason.NO_FIGURE),
    ],
)
def test_unknown_says_why(
    line: ScoreboardLine, values: list[tuple[int, float | None]], weeks_gone: float, reason: Reason
) -> None:
    """Without a target, a complete window, enough subjects or a figure, the verdict is unknown and names the reason."""
    found = judged(line, values, weeks_gone)

    assert (Verdict.UNKNOWN, reason) == (found.verdict, found.reason)


@given(weeks, st.floats(0, 12), numbers, directions)
def test_a_stale_record_wins_nothing(
    values: list[tuple[int, float | None]], gone: float, target: float | None, better: Literal["up", "down"]
) -> None:
    """Where the record has had no news for too long, no line is winning or losing."""
    as_of = START + gone * WEEK
    line = verdict(evolve(LINE, target=target, better=better), figures_of(values, as_of), as_of, stale=True)

    assert line.verdict is Verdict.UNKNOWN
    assert line.reason in (Reason.NO_TARGET, Reason.NO_COMPLETE_WINDOW, Reason.TOO_OLD)


@given(weeks, st.floats(0, 12), numbers, directions, st.integers(0, 40))
def test_unknown_if_and_only_if_there_is_a_reason(
    values: list[tuple[int, float | None]], gone: float, target: float | None, better: Literal["up", "down"], least: int
) -> None:
    """Every verdict is either one of the two with a figure and enough subjects, or unknown with a reason."""
    line = judged(evolve(LINE, target=target, better=better, least_n=least), values, gone)

    assert (line.verdict is Verdict.UNKNOWN) == (line.reason is not None)
    assert line.reason is not None or (line.value is not None and line.n >= least and line.until is not None)


@given(weeks, st.floats(0, 12), st.floats(-1e6, 1e6), st.floats(0, 1e6), directions)
def test_an_easier_target_never_turns_winning_into_losing(
    values: list[tuple[int, float | None]], gone: float, target: float, easier: float, better: Literal["up", "down"]
) -> None:
    """What meets a target meets every easier one."""
    sign = -1 if better == "up" else 1
    line = evolve(LINE, target=target, better=better)
    hard, easy = judged(line, values, gone), judged(evolve(line, target=target + sign * easier), values, gone)

    assert hard.verdict is not Verdict.WINNING or easy.verdict is Verdict.WINNING


@given(weeks, st.floats(0, 12))
def test_the_trend_ends_with_the_judged_window(values: list[tuple[int, float | None]], gone: float) -> None:
    """The trend is the figures of the last complete windows, the judged one last."""
    line = judged(LINE, values, gone)
    complete = [value for i, (_, value) in enumerate(values) if START + (i + 1) * WEEK <= START + gone * WEEK]

    assert complete[-TREND:] == [point.value for point in line.trend]
    assert not line.trend or (line.value, line.n, line.until) == (line.trend[-1].value, line.trend[-1].n, line.trend[-1].until)


def test_a_median_is_held_against_the_target() -> None:
    """A line may judge the median or the ninth decile instead of the value."""
    row = Row(START, START + WEEK, None, 9, 100.0, mean=100.0, p50=4.0, p90=200.0, complete=True)
    figures = Figures("delivery_time", "seconds", "", START + WEEK, (row,))
    line = verdict(evolve(LINE, statistic="p50"), figures, START + WEEK)

    assert (4.0, Verdict.WINNING, 4.0) == (line.value, line.verdict, line.trend[-1].value)


def test_figures_of_another_measure_are_refused() -> None:
    """A line is never judged by another measure's figures."""
    with pytest.raises(InvalidInput, match="csat_mean"):
        verdict(evolve(LINE, measure="csat_mean"), figures_of([], START), START)


def test_a_line_as_json() -> None:
    """A line turns into plain values: instants in ISO 8601, verdict and reason as codes."""
    expected = {
        "measure": "delivery_time",
        "unit": "seconds",
        "target": 5.0,
        "better": "down",
        "statistic": "value",
        "window": "week",
        "least_n": 3,
        "definition": "",
        "version": 1,
        "from": "2024-01-01T00:00:00+00:00",
        "until": "2024-01-08T00:00:00+00:00",
        "n": 2,
        "claimed": None,
        "value": 4.5,
        "verdict": "unknown",
        "reason": "too_few",
        "trend": [4.5],
    }

    assert expected == judged(LINE, [(2, 4.5)], 1).as_dict()


def test_an_empty_line_as_json() -> None:
    """A line without a complete window shows nothing where there is nothing."""
    line = judged(LINE, [], 1).as_dict()

    assert (None, None, None, 0, []) == (line["from"], line["until"], line["value"], line["n"], line["trend"])


def test_a_line_says_what_its_figure_rests_on() -> None:
    """How many of n are only claimed, how many it takes, and which definition counted them stand on the line."""
    row = Row(START, START + WEEK, None, 9, 100.0, claimed=4, complete=True)
    figures = Figures("incident_resolution_time", "seconds", "detected → resolved", START + WEEK, (row,))
    line = verdict(ScoreboardLine("incident_resolution_time", least_n=12), figures, START + WEEK)

    assert (9, 4, 12) == (line.n, line.claimed, line.least_n)
    assert ("detected → resolved", MEASURES["incident_resolution_time"].version) == (line.definition, line.version)
