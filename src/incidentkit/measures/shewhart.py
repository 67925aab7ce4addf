"""The constants of control charts for samples of a normal variable, computed rather than looked up.

Printed tables round them: d2 of five is 2.326 there and 2.325929 here.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

from incidentkit.errors import InvalidInput

__all__ = ["MOST", "c4", "d2", "d3"]

MOST = 100
"""The largest sample that a range says much about, and more."""

_STEP = 0.05
_NORMAL = NormalDist()
_GRID = [_STEP * i for i in range(-180, 181)]
"""Beyond nine standard deviations nothing is left. At that step the sums are right to nine digits."""

_BELOW = [_NORMAL.cdf(x) for x in _GRID]
_DENSITY = [_NORMAL.pdf(x) for x in _GRID]


@cache
def d2(n: int) -> float:
    """The mean range of ``n`` standard normals (Tippett 1925).

    Raises:
        InvalidInput: fewer than 2, or more than `MOST`.
    """
    _checked(n)
    return _STEP * math.fsum(1 - p**n - (1 - p) ** n for p in _BELOW)


@cache
def d3(n: int) -> float:
    """The standard deviation of the range of ``n`` standard normals (Tippett 1925).

    Raises:
        InvalidInput: fewer than 2, or more than `MOST`.
    """
    _checked(n)
    # Simpson's rule over the ranges; at 0 and at the far end there is nothing.
    square = math.fsum((4 if k % 2 else 2) * (_STEP * k) ** 2 * _density(n, k) for k in range(1, len(_GRID))) * _STEP / 3
    return math.sqrt(square - d2(n) ** 2)


@cache
def c4(n: int) -> float:
    """The mean standard deviation, with n − 1 in its divisor, of ``n`` standard normals.

    Raises:
        InvalidInput: fewer than 2.
    """
    if n < 2:
        raise InvalidInput("A sample", "has at least two values", got=n)
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))


def _density(n: int, k: int) -> float:
    """How dense the ranges of samples of ``n`` lie at ``k`` steps."""
    ends = zip(_DENSITY, _DENSITY[k:], _BELOW, _BELOW[k:], strict=False)
    return n * (n - 1) * _STEP * math.fsum(low * high * (q - p) ** (n - 2) for low, high, p, q in ends)


def _checked(n: int) -> None:
    if not 2 <= n <= MOST:
        raise InvalidInput("A sample", f"has two to {MOST} values where its range is used", got=n)
