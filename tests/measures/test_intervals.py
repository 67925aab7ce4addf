"""Intervals hold the truth as often as they say, and are those of the literature."""

from __future__ import annotations

import math
from itertools import product
from statistics import fmean
from typing import TypeVar

import pytest
import scipy.stats as reference
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.errors import InvalidInput
from incidentkit.measures.intervals import (
    Interval,
    difference_of_means,
    difference_of_rates,
    difference_of_shares,
    mean_interval,
    nps_interval,
    rate_interval,
    share_interval,
)

T = TypeVar("T")

confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
counts = st.integers(0, 5_000)
exposures = st.floats(0.01, 1e6)


def close(value: float) -> object:
    """That value, or nearly."""
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def found(interval: T | None) -> T:
    """One that is there."""
    assert interval is not None
    return interval


# --- Beside a library of statistics ------------------------------------------------------------------------------


@given(st.integers(1, 5_000), st.floats(0, 1), confidences)
def test_a_share_has_wilsons_interval(n: int, part: float, confidence: float) -> None:
    """The interval of a share is the reference's, to nine digits."""
    hits = round(part * n)
    expected = reference.binomtest(hits, n).proportion_ci(confidence, "wilson")
    actual = found(share_interval(hits, n, confidence))

    assert (close(float(expected.low)), close(float(expected.high))) == (actual.low, actual.high)


@given(counts, exposures, confidences)
def test_a_rate_has_garwoods_interval(count: int, exposure: float, confidence: float) -> None:
    """The interval of a rate is that of the reference's chi-squared distribution, to nine digits."""
    tail = (1 - confidence) / 2
    low = float(reference.chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    high = float(reference.chi2.ppf(1 - tail, 2 * count + 2)) / 2
    actual = found(rate_interval(count, exposure, confidence))

    assert (close(low / exposure), close(high / exposure)) == (actual.low, actual.high)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e4), st.integers(2, 5_000), confidences)
def test_a_mean_has_students_interval(mean: float, sd: float, n: int, confidence: float) -> None:
    """The interval of a mean is that of the reference's t distribution, to nine digits."""
    reach = float(reference.t.ppf((1 + confidence) / 2, n - 1)) * sd / math.sqrt(n)
    actual = found(mean_interval(mean, sd, n, confidence))

    assert (close(mean - reach), close(mean + reach)) == (actual.low, actual.high)


@given(counts, exposures, counts, exposures)
def test_two_rates_are_compared_exactly(before: int, first: float, after: int, second: float) -> None:
    """The interval is Clopper and Pearson's of the reference, as a ratio, and p doubles its smaller binomial tail."""
    n, share = before + after, second / (first + second)
    assume(n > 0)
    expected = reference.binomtest(after, n).proportion_ci(0.95, "exact")
    tails = reference.binom.cdf(after, n, share), reference.binom.sf(after - 1, n, share)
    actual = found(difference_of_rates(before, first, after, second))
    low = float(expected.low) / (1 - float(expected.low)) * first / second
    high = float(expected.high) / (1 - float(expected.high)) * first / second if before else None

    assert pytest.approx(min(1.0, 2 * float(min(tails))), rel=1e-6, abs=1e-12) == actual.p
    assert pytest.approx(low, rel=1e-6) == actual.low
    assert (None if high is None else pytest.approx(high, rel=1e-6)) == actual.high


@given(
    st.floats(-100, 100), st.floats(0.1, 50), st.integers(2, 500), st.floats(-100, 100), st.floats(0.1, 50), st.integers(2, 500)
)
def test_two_means_are_compared_as_welch_did(
    mean: float, sd: float, n: int, other_mean: float, other_sd: float, other_n: int
) -> None:
    """The interval and p are those of the reference's test for unequal variances."""
    test = reference.ttest_ind_from_stats(other_mean, other_sd, other_n, mean, sd, n, equal_var=False)
    actual = found(difference_of_means(mean, sd, n, other_mean, other_sd, other_n))
    error = math.sqrt(sd**2 / n + other_sd**2 / other_n)

    assert pytest.approx(float(test.pvalue), rel=1e-6, abs=1e-12) == actual.p
    assert pytest.approx(abs(other_mean - mean) / error, rel=1e-6) == pytest.approx(float(abs(test.statistic)), rel=1e-6)
    assert (actual.p < 0.05) == (0 not in actual.interval)


def test_two_shares_as_published() -> None:
    """56 of 70 against 48 of 80: Newcombe's method 10 gives 0.0524 to 0.3339 (Newcombe 1998, table II, a)."""
    actual = found(difference_of_shares(48, 80, 56, 70))

    assert ("0.2000", "0.0524", "0.3339") == (
        f"{actual.value:.4f}",
        f"{actual.interval.low:.4f}",
        f"{actual.interval.high:.4f}",
    )


# --- How often they hold the truth -------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [5, 20, 80])
def test_a_share_is_covered(n: int) -> None:
    """Over all true shares the interval holds them in 95 % of cases on average, from 2 to 98 % never in less than 83 %."""
    intervals = [found(share_interval(hits, n)) for hits in range(n + 1)]
    covered = [_covered(intervals, share / 100, n) for share in range(2, 99)]

    assert 0.945 < fmean(covered) < 0.97
    assert min(covered) > 0.83


def _covered(intervals: list[Interval], share: float, n: int) -> float:
    chances = [math.comb(n, hits) * share**hits * (1 - share) ** (n - hits) for hits in range(n + 1)]
    return sum(chance for chance, interval in zip(chances, intervals, strict=True) if share in interval)


@pytest.mark.parametrize("rate", [0.1, 0.7, 3.0, 11.0, 40.0])
def test_a_rate_is_covered(rate: float) -> None:
    """Whatever the true rate, the interval holds it in at least 95 % of cases."""
    chances = [math.exp(count * math.log(rate) - rate - math.lgamma(count + 1)) for count in range(150)]
    covered = sum(chance for count, chance in enumerate(chances) if rate in found(rate_interval(count, 1.0)))

    assert 0.95 <= covered


@pytest.mark.parametrize(("n", "least"), [(10, 0.90), (30, 0.93)])
def test_a_net_promoter_score_is_covered(n: int, least: float) -> None:
    """Over true shares of promoters and detractors it holds the score in 95 % of cases on average, and nowhere in far less."""
    answers = [(p, n - p - d, d) for p, d in product(range(n + 1), repeat=2) if p + d <= n]
    intervals = [(answer, found(nps_interval(*answer))) for answer in answers]
    grid = [(p / 20, d / 20) for p, d in product(range(1, 19), repeat=2) if p + d <= 19]
    covered = [_nps_covered(intervals, p, d) for p, d in grid]

    assert 0.94 < fmean(covered) < 0.98
    assert min(covered) > least


def _nps_covered(intervals: list[tuple[tuple[int, int, int], Interval]], p: float, d: float) -> float:
    score, rest = 100 * (p - d), 1 - p - d
    inside = (answer for answer, interval in intervals if interval.low - 1e-9 <= score <= interval.high + 1e-9)
    return math.fsum(_multinomial(answer) * p ** answer[0] * rest ** answer[1] * d ** answer[2] for answer in inside)


def _multinomial(answer: tuple[int, int, int]) -> int:
    return math.comb(sum(answer), answer[0]) * math.comb(answer[1] + answer[2], answer[1])


@pytest.mark.parametrize(("rate", "scale"), [(2.0, 1.0), (8.0, 0.5), (20.0, 3.0)])
def test_equal_rates_are_seldom_called_different(rate: float, scale: float) -> None:
    """Of two rates that are the same, whatever the exposures, p is below 0.05 in at most 5 % of cases."""
    most = round(10 * rate * max(1.0, scale)) + 30
    first, second = ([math.exp(k * math.log(r) - r - math.lgamma(k + 1)) for k in range(most)] for r in (rate, rate * scale))
    alarms = sum(
        first[before] * second[after]
        for before, after in product(range(most), repeat=2)
        if first[before] * second[after] > 1e-9 and found(difference_of_rates(before, 1.0, after, scale)).p < 0.05
    )

    assert alarms <= 0.05


# --- Laws --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), confidences)
def test_a_score_lies_in_its_interval(promoters: int, passives: int, detractors: int, confidence: float) -> None:
    """The interval holds the score that was seen, lies within −100 to 100, and turns with the answers."""
    n = promoters + passives + detractors
    assume(n > 0)
    score = 100 * (promoters - detractors) / n
    actual, turned = (
        found(nps_interval(promoters, passives, detractors, confidence)),
        found(nps_interval(detractors, passives, promoters, confidence)),
    )

    assert -100 <= actual.low <= score + 1e-9
    assert score - 1e-9 <= actual.high <= 100
    assert actual.width > 0
    assert (close(-turned.high), close(-turned.low)) == (actual.low, actual.high)


@given(st.integers(0, 200), st.integers(1, 200), confidences)
def test_more_of_the_same_says_more(hits: int, n: int, confidence: float) -> None:
    """Ten times as many with the same share have a narrower interval inside 0 to 1."""
    assume(hits <= n)
    few, many = found(share_interval(hits, n, confidence)), found(share_interval(10 * hits, 10 * n, confidence))

    assert many.width < few.width
    assert 0 <= few.low <= hits / n <= few.high <= 1


@given(counts, st.floats(0.5, 1e4), counts, st.floats(0.5, 1e4))
def test_a_test_and_its_interval_agree(before: int, first: float, after: int, second: float) -> None:
    """p is below 0.05 exactly where a ratio of 1 lies outside the interval of 95 %."""
    actual = found(difference_of_rates(before, first, after, second))
    outside = actual.low > 1 or (actual.high is not None and actual.high < 1)
    assume(abs(actual.p - 0.05) > 1e-9)

    assert (actual.p < 0.05) == outside


def test_without_exposure_nothing_is_known() -> None:
    """What was counted of nothing has no interval, and no difference from anything."""
    nothing = [
        share_interval(0, 0), rate_interval(0, 0), mean_interval(3.0, 0.0, 1), nps_interval(0, 0, 0),
        difference_of_rates(3, 10, 0, 0), difference_of_rates(0, 0, 3, 10), difference_of_shares(1, 2, 0, 0),
        difference_of_means(1.0, 1.0, 1, 1.0, 1.0, 9),
    ]  # fmt: skip

    assert [None] * 8 == nothing


def test_no_events_are_not_no_rate() -> None:
    """None of 100 seen may still be 3.7 of 100, and going from 3 to none in as many is no proof."""
    rate, change = found(rate_interval(0, 100)), found(difference_of_rates(3, 100, 0, 100))

    assert (0.0, "0.0369") == (rate.low, f"{rate.high:.4f}")
    assert (0.0, True) == (change.ratio, math.isclose(0.25, change.p))
    assert change.high is not None
    assert change.high > 1


def test_no_events_at_all_say_nothing() -> None:
    """Where nothing happened before or after, any ratio is possible."""
    actual = found(difference_of_rates(0, 10, 0, 10))

    assert (None, 0.0, None, 1.0) == (actual.ratio, actual.low, actual.high, actual.p)


def test_means_without_any_spread() -> None:
    """Values that are all alike differ for certain, or not at all."""
    same, other = found(difference_of_means(1.0, 0.0, 5, 1.0, 0.0, 5)), found(difference_of_means(1.0, 0.0, 5, 2.0, 0.0, 5))

    assert (1.0, 0.0) == (same.p, other.p)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: share_interval(3, 2),
        lambda: share_interval(-1, 2),
        lambda: rate_interval(-1, 2),
        lambda: rate_interval(1, -2),
        lambda: rate_interval(1, math.nan),
        lambda: mean_interval(1.0, -1.0, 5),
        lambda: nps_interval(1, -1, 3),
        lambda: share_interval(1, 2, 1.0),
        lambda: share_interval(1, 2, 0.0),
        lambda: difference_of_rates(1, math.inf, 1, 2),
    ],
)
def test_what_cannot_be_counted_is_refused(ask: object) -> None:
    """More hits than subjects, counts below zero and impossible confidences are errors."""
    assert callable(ask)
    with pytest.raises(InvalidInput):
        ask()
