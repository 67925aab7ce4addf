"""Intervals: how far a figure may be from the truth, given how few it was made from.

Each interval holds the truth in about ``confidence`` of all cases in which it is made. Without anything counted there is no
interval, and the answer is None: nothing is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.distributions import (
    beta_quantile,
    binomial_tails,
    gamma_quantile,
    normal_quantile,
    normal_two_sided,
    t_quantile,
    t_two_sided,
)

__all__ = [
    "Difference",
    "Interval",
    "RateDifference",
    "difference_of_means",
    "difference_of_rates",
    "difference_of_shares",
    "mean_interval",
    "nps_interval",
    "rate_interval",
    "share_interval",
]


@frozen
class Interval:
    """From ``low`` to ``high``, both in it, in the unit of the figure."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def width(self) -> float:
        """How much is not known."""
        return self.high - self.low


@frozen
class Difference:
    """How much higher the second of two figures is than the first.

    Args:
        value: the second less the first, in their unit.
        interval: where the true difference may lie.
        p: the chance of a difference at least as large if in truth there were none.
    """

    value: float
    interval: Interval
    p: float


@frozen
class RateDifference:
    """Two rates of events, each with its exposure, held against each other.

    Args:
        before, after: events per unit of exposure.
        ratio: after ÷ before; None where nothing happened before.
        low, high: where the true ratio may lie; ``high`` is None where it has no upper bound.
        p: the chance of rates at least as unlike if in truth they were the same. Below ``1 - confidence`` exactly where
            1 lies outside ``low`` to ``high``.
    """

    before: float
    after: float
    ratio: float | None
    low: float
    high: float | None
    p: float


# --- One figure --------------------------------------------------------------------------------------------------


def share_interval(hits: int, n: int, confidence: float = 0.95) -> Interval | None:
    """Where a share may truly lie of which ``hits`` of ``n`` were seen; None for n = 0.

    Wilson's score interval (1927): never outside 0 to 1, and never of no width, not even at 0 or n hits.

    Raises:
        InvalidInput: hits outside 0 to n, or a confidence not between 0 and 1.
    """
    z = _z(confidence)
    _among("hits", hits, n)
    if n == 0:
        return None
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(0.0 if hits == 0 else max(0.0, middle - reach), 1.0 if hits == n else min(1.0, middle + reach))


def rate_interval(count: int, exposure: float, confidence: float = 0.95) -> Interval | None:
    """Where the true rate of events may lie of which ``count`` were seen in ``exposure``; None for exposure 0.

    Garwood's exact interval for a Poisson count (1936): of no events it says how many there may be nevertheless.

    Args:
        exposure: what the events could have happened to: orders, units, days.

    Returns:
        Events per unit of exposure.

    Raises:
        InvalidInput: a count or an exposure below 0, or a confidence not between 0 and 1.
    """
    tail = _tail(confidence)
    _counted("count", count)
    _exposed("exposure", exposure)
    if exposure == 0:
        return None
    low = gamma_quantile(tail, count) if count else 0.0
    return Interval(low / exposure, gamma_quantile(1 - tail, count + 1) / exposure)


def mean_interval(mean: float, sd: float, n: int, confidence: float = 0.95) -> Interval | None:
    """Where a true mean may lie, by Student's t; None for fewer than two.

    Args:
        sd: the standard deviation of the n values, with n − 1 in its divisor.

    Raises:
        InvalidInput: a standard deviation or n below 0, or a confidence not between 0 and 1.
    """
    tail = _tail(confidence)
    _counted("n", n)
    _exposed("sd", sd)
    if n < 2:
        return None
    reach = t_quantile(1 - tail, n - 1) * sd / math.sqrt(n)
    return Interval(mean - reach, mean + reach)


def nps_interval(promoters: int, passives: int, detractors: int, confidence: float = 0.95) -> Interval | None:
    """Where a true net promoter score may lie, from −100 to 100; None without answers.

    Tango's score interval (1998) for the difference of two shares of one sample: unlike the simple one it is not of no
    width when everybody agrees.

    Raises:
        InvalidInput: a count below 0, or a confidence not between 0 and 1.
    """
    z = _z(confidence)
    for name, count in (("promoters", promoters), ("passives", passives), ("detractors", detractors)):
        _counted(name, count)
    n = promoters + passives + detractors
    if n == 0:
        return None
    high = _tango(promoters, detractors, n, z)
    low = -_tango(detractors, promoters, n, z)
    return Interval(100 * low, 100 * high)


# --- Two figures -------------------------------------------------------------------------------------------------


def difference_of_rates(
    count_before: int, exposure_before: float, count_after: int, exposure_after: float, confidence: float = 0.95
) -> RateDifference | None:
    """Whether events have become rarer or more frequent, given what they could have happened to; None without exposure.

    Given how many there were in both together, those after are binomial (Przyborowski and Wilenski 1940); the interval is
    Clopper and Pearson's for that share, turned into a ratio, and ``p`` doubles the smaller tail. Exact, hence a little
    careful: with few events it rather says nothing.

    Args:
        exposure_before, exposure_after: in one unit: orders, units, days.

    Raises:
        InvalidInput: a count or an exposure below 0, or a confidence not between 0 and 1.
    """
    tail = _tail(confidence)
    _counted("count_before", count_before)
    _counted("count_after", count_after)
    _exposed("exposure_before", exposure_before)
    _exposed("exposure_after", exposure_after)
    if not exposure_before or not exposure_after:
        return None
    before, after = count_before / exposure_before, count_after / exposure_after
    n, scale = count_before + count_after, exposure_before / exposure_after
    low = beta_quantile(tail, count_after, count_before + 1) if count_after else 0.0
    high = beta_quantile(1 - tail, count_after + 1, count_before) if count_before else 1.0
    tails = binomial_tails(count_after, n, exposure_after / (exposure_before + exposure_after))
    return RateDifference(
        before=before,
        after=after,
        ratio=after / before if count_before else None,
        low=scale * low / (1 - low),
        high=scale * high / (1 - high) if high < 1 else None,
        p=min(1.0, 2 * min(tails)),
    )


def difference_of_shares(
    hits_before: int, n_before: int, hits_after: int, n_after: int, confidence: float = 0.95
) -> Difference | None:
    """How much higher the second of two shares is; None where either is of nothing.

    Newcombe's interval from the two Wilson intervals (1998, method 10); ``p`` by the two-proportion z test, which needs a few
    hits and misses in each.

    Raises:
        InvalidInput: hits outside 0 to n, or a confidence not between 0 and 1.
    """
    first, second = share_interval(hits_before, n_before, confidence), share_interval(hits_after, n_after, confidence)
    if first is None or second is None:
        return None
    before, after = hits_before / n_before, hits_after / n_after
    value, pooled = after - before, (hits_before + hits_after) / (n_before + n_after)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_before + 1 / n_after))
    low = value - math.hypot(after - second.low, first.high - before)
    high = value + math.hypot(second.high - after, before - first.low)
    return Difference(value, Interval(low, high), normal_two_sided(value / error) if error else 1.0)


def difference_of_means(
    mean_before: float,
    sd_before: float,
    n_before: int,
    mean_after: float,
    sd_after: float,
    n_after: int,
    confidence: float = 0.95,
) -> Difference | None:
    """How much higher the second of two means is, by Welch's t (1947); None where either is of fewer than two.

    Args:
        sd_before, sd_after: standard deviations with n − 1 in the divisor.

    Raises:
        InvalidInput: a standard deviation or n below 0, or a confidence not between 0 and 1.
    """
    tail = _tail(confidence)
    for name, value in (("sd_before", sd_before), ("sd_after", sd_after), ("n_before", n_before), ("n_after", n_after)):
        _exposed(name, value)
    if n_before < 2 or n_after < 2:
        return None
    first, second, value = sd_before**2 / n_before, sd_after**2 / n_after, mean_after - mean_before
    error = math.sqrt(first + second)
    if error == 0:
        return Difference(value, Interval(value, value), 0.0 if value else 1.0)
    # Shares of the sum, so that the squares of tiny spreads don't vanish.
    a, b = first / (first + second), second / (first + second)
    freedom = 1 / (a * a / (n_before - 1) + b * b / (n_after - 1))
    reach = t_quantile(1 - tail, freedom) * error
    return Difference(value, Interval(value - reach, value + reach), t_two_sided(value / error, freedom))


# --- Parts -------------------------------------------------------------------------------------------------------


def _tango(for_it: int, against: int, n: int, z: float) -> float:
    """The highest true difference that is not too high for what was seen."""
    if for_it == n:
        return 1.0

    def too_high(true: float) -> bool:
        b = (2 * n - for_it + against) * true - for_it - against
        c = -against * true * (1 - true)
        share = (math.sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
        variance = n * (2 * share + true * (1 - true))
        return n * true - for_it + against > z * math.sqrt(max(0.0, variance))

    return _turn(too_high, (for_it - against) / n, 1.0)


def _turn(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where something turns true between ``low``, where it is not, and ``high``."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise InvalidInput("confidence", "must lie between 0 and 1", got=confidence, next="Give 0.95.")
    return (1 - confidence) / 2


def _z(confidence: float) -> float:
    return normal_quantile(1 - _tail(confidence))


def _counted(name: str, count: float) -> None:
    if count < 0:
        raise InvalidInput(name, "must not be below 0", got=count)


def _exposed(name: str, exposure: float) -> None:
    if not 0 <= exposure < math.inf:
        raise InvalidInput(name, "must be a number of 0 or more", got=exposure)


def _among(name: str, hits: int, n: int) -> None:
    if not 0 <= hits <= n:
        raise InvalidInput(name, f"must lie between 0 and {n}, of which they are", got=hits)
