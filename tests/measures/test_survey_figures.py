"""Figures of surveys: each beside how far it may be from the truth."""

from __future__ import annotations

import math
import random
import statistics

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.surveys import Scale
from incidentkit.measures.survey_figures import AskCounts, ScoreSums, survey_row

FIVE, TEN = Scale(1, 5), Scale(0, 10)
scores = st.lists(st.integers(0, 10), max_size=60)


def sums(of: list[int], scale: Scale = TEN) -> ScoreSums:
    """What scores add up to."""
    top, up, down = (sum(map(test, of)) for test in (lambda s: s == scale.high, lambda s: s >= 9, lambda s: s <= 6))
    return ScoreSums(len(of), sum(of), sum(score**2 for score in of), top, up, down)


@given(scores)
def test_the_figures_are_those_of_the_scores(of: list[int]) -> None:
    """Mean, share of top scores and net promoter score, from sums alone."""
    row = survey_row("nps", TEN, sums(of), AskCounts())
    nps = 100 * (sum(s >= 9 for s in of) - sum(s <= 6 for s in of)) / len(of) if of else None

    assert (len(of), statistics.fmean(of) if of else None, of.count(10) / len(of) if of else None, nps) == (
        row.n,
        row.mean,
        row.top_share,
        row.nps,
    )


@given(scores)
def test_the_spread_is_that_of_the_scores(of: list[int]) -> None:
    """To the last digits, from whole numbers."""
    assert math.isclose(statistics.stdev(of) if len(of) > 1 else 0.0, sums(of).sd, rel_tol=1e-9, abs_tol=1e-12)


@given(scores.filter(bool))
def test_each_figure_lies_in_its_interval_and_each_interval_on_the_scale(of: list[int]) -> None:
    """Even of one answer; and an interval always has a width."""
    row = survey_row("nps", TEN, sums(of), AskCounts())
    pairs = [
        (row.mean, row.mean_interval, 0, 10),
        (row.top_share, row.top_interval, 0, 1),
        (row.nps, row.nps_interval, -100, 100),
    ]

    assert all(value is not None and value in interval and interval.width > 0 for value, interval, _, _ in pairs if interval)
    assert all(low <= interval.low and interval.high <= high for _, interval, low, high in pairs if interval)


@given(scores, scores)
def test_sums_of_groups_add_up(first: list[int], second: list[int]) -> None:
    """The whole is the sum of its parts, and a part is the whole less the rest."""
    whole = sums(first + second)

    assert whole == sums(first) + sums(second)
    assert sums(second) == whole - sums(first)


def test_without_answers_nothing_is_claimed() -> None:
    """No figure and no interval."""
    row = survey_row("nps", TEN, ScoreSums(), AskCounts())

    assert {None} == {
        row.mean,
        row.mean_interval,
        row.top_share,
        row.top_interval,
        row.nps,
        row.nps_interval,
        row.response_rate,
    }


def test_what_was_lost_is_not_held_against_the_response() -> None:
    """Who was never reached could not answer."""
    assert 0.5 == survey_row("csat", FIVE, ScoreSums(), AskCounts(asked=10, answered=4, lost=2, waiting=3)).response_rate


def test_a_score_that_is_no_nps_has_none() -> None:
    """Whatever its scale."""
    assert survey_row("csat", TEN, sums([10, 9, 1]), AskCounts()).nps is None


def test_the_mean_interval_holds_the_truth_as_often_as_it_says() -> None:
    """At least 93 of 100 times, for samples of 3, 10 and 40 from an uneven distribution of scores."""
    chance = random.Random(7)
    weights = {1: 2, 2: 1, 3: 1, 4: 3, 5: 9}
    truth = sum(score * weight for score, weight in weights.items()) / sum(weights.values())

    def held(n: int) -> float:
        drawn = (chance.choices(list(weights), list(weights.values()), k=n) for _ in range(600))
        rows = [survey_row("csat", FIVE, sums(of, FIVE), AskCounts()) for of in drawn]
        return sum(row.mean_interval is not None and truth in row.mean_interval for row in rows) / len(rows)

    assert [] == [(n, share) for n in (3, 10, 40) if (share := held(n)) < 0.93]
