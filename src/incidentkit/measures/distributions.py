"""The few distributions that intervals and tests need, by continued fractions and bisection; nothing is drawn at random.

The incomplete beta and gamma functions are those of *Numerical Recipes*, third edition, 6.2 and 6.4 (modified Lentz).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

__all__ = [
    "beta_quantile",
    "binomial_tails",
    "gamma_quantile",
    "normal_quantile",
    "normal_two_sided",
    "t_quantile",
    "t_two_sided",
]

_STANDARD = NormalDist()
_TINY = 1e-300
_CLOSE = 1e-15
_STEPS = 100_000


def normal_quantile(chance: float) -> float:
    """Below which the standard normal lies with that chance."""
    return _STANDARD.inv_cdf(chance)


def normal_two_sided(z: float) -> float:
    """The chance of a standard normal at least as far from 0 as ``z``."""
    return math.erfc(abs(z) / math.sqrt(2))


def beta_quantile(chance: float, a: float, b: float) -> float:
    """Below which a beta variable with shapes ``a`` and ``b`` lies with that chance."""
    return _bisected(lambda x: _beta(a, b, x), chance, 0.0, 1.0)


def gamma_quantile(chance: float, shape: float) -> float:
    """Below which a gamma variable of that shape and scale 1 lies with that chance."""
    high = shape + 1.0
    while _gamma(shape, high) < chance:
        high *= 2.0
    return _bisected(lambda x: _gamma(shape, x), chance, 0.0, high)


def t_quantile(chance: float, freedom: float) -> float:
    """Below which Student's t with those degrees of freedom lies with that chance."""
    if chance == 0.5:
        return 0.0
    tail = 2 * min(chance, 1 - chance)
    x = beta_quantile(tail, freedom / 2, 0.5)
    size = math.sqrt(freedom * (1 - x) / x) if x > 0 else math.inf
    return size if chance > 0.5 else -size


def t_two_sided(t: float, freedom: float) -> float:
    """The chance of a Student's t at least as far from 0 as ``t``."""
    return 1.0 if t == 0 else _beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def binomial_tails(hits: float, n: float, share: float) -> tuple[float, float]:
    """The chances of at most, and of at least, ``hits`` of ``n``, each a hit with chance ``share`` strictly between 0 and 1.

    What is no whole number lies between the two that are next to it.
    """
    at_most = 1.0 if hits >= n else _beta(n - hits, hits + 1, 1 - share)
    at_least = 1.0 if hits <= 0 else _beta(hits, n - hits + 1, share)
    return at_most, at_least


# --- The functions behind them -----------------------------------------------------------------------------------


def _bisected(rising: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if rising(middle) < wanted:
            low = middle
        else:
            high = middle


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        turn = 1.0
        for step in (even, odd):
            d, c = 1 / _apart(1 + step * d), _apart(1 + step / c)
            turn = d * c
            found *= turn
        if abs(turn - 1) < _CLOSE:
            break
    return found


def _gamma(shape: float, x: float) -> float:
    """The regularised lower incomplete gamma function."""
    if x <= 0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    return front * _gamma_sum(shape, x) if x < shape + 1 else 1 - front * _gamma_fraction(shape, x)


def _gamma_sum(shape: float, x: float) -> float:
    term = found = 1 / shape
    for n in range(1, _STEPS):
        term *= x / (shape + n)
        found += term
        if term < found * _CLOSE:
            break
    return found


def _gamma_fraction(shape: float, x: float) -> float:
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / _apart(b)
    found = d
    for i in range(1, _STEPS):
        step = -i * (i - shape)
        b += 2
        d, c = 1 / _apart(step * d + b), _apart(b + step / c)
        found *= d * c
        if abs(d * c - 1) < _CLOSE:
            break
    return found


def _apart(value: float) -> float:
    """A divisor that is never 0."""
    return value if abs(value) > _TINY else _TINY
