"""Series of figures, one a week: what is new in each, without what it brought along from the weeks before."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["MOST_ORDER", "SLOW", "Series", "new_in", "ranked", "standard", "without_slow"]

Series = Sequence[float | None]
"""One figure a week, the earliest first; None for a gap."""

MOST_ORDER = 5
"""How many weeks back a series may remember, at most."""

SLOW = 26
"""What takes that many weeks or longer to come and go is trend and season."""

_LEAST_ROWS = 20
_FLAT = 1e-9


def new_in(series: Series) -> list[float | None]:
    """What is new in each week: its trend taken out, then what the weeks before foretold; all gaps where nothing ever is."""
    rest = _trendless(series)
    new = _whitened(rest)
    return new if _moves(rest, series) and _moves(new, rest) else [None] * len(series)


def without_slow(series: Series, slow: int = SLOW) -> list[float | None]:
    """Less its straight line and all waves of ``slow`` weeks or longer (a basis of cosines, as in a discrete transform)."""
    places = _present(series)
    first, n = (places[0], places[-1] - places[0] + 1) if places else (0, 0)
    waves = range(1, 2 * n // slow + 1)
    cosines = ([math.cos(math.pi * k * (t - first + 0.5) / n) for t in range(len(series))] for k in waves)
    return _less(series, [*_straight(len(series)), *cosines])


def ranked(series: Series) -> list[float | None]:
    """The rank of each among those that are there, from 1; equal ones share their mean rank."""
    places = sorted(_present(series), key=lambda place: _value(series, place))
    found: list[float | None] = [None] * len(series)
    first = 0
    while first < len(places):
        last = first
        while last + 1 < len(places) and series[places[last + 1]] == series[places[first]]:
            last += 1
        for place in places[first : last + 1]:
            found[place] = (first + last) / 2 + 1
        first = last + 1
    return found


def standard(series: Series) -> list[float] | None:
    """With mean 0 and variance 1, gaps as 0; None where it never varies."""
    places = _present(series)
    if not places:
        return None
    mean = math.fsum(_value(series, place) for place in places) / len(places)
    parts = [0.0 if value is None else value - mean for value in series]
    size = math.hypot(*parts) / math.sqrt(len(places))
    return [part / size for part in parts] if size > _FLAT else None


# --- What is new ---------------------------------------------------------------------------------------------------


def _trendless(series: Series) -> list[float | None]:
    """Less its straight line."""
    return _less(series, _straight(len(series)))


def _whitened(series: Series, most: int = MOST_ORDER) -> list[float | None]:
    """What each week's figure has beyond what those before it foretold, by an autoregression of 0 to ``most`` weeks.

    How many weeks is chosen by Akaike's criterion (1974), on the same weeks for each choice. A week whose predecessors have
    a gap becomes one.
    """
    while most and len(_rows(series, most)) < _LEAST_ROWS + most:
        most -= 1
    common = _rows(series, most)
    fits = [(order, fit) for order in range(most + 1) if (fit := _fit(series, order)) is not None]
    best = min(fits, key=lambda each: _criterion(_residuals(series, each[1], common), each[0]))[1]
    found: list[float | None] = [None] * len(series)
    rows = _rows(series, len(best))
    for place, residual in zip(rows, _residuals(series, best, rows), strict=True):
        found[place] = residual
    return found


# --- Least squares -----------------------------------------------------------------------------------------------


def _straight(n: int) -> list[list[float]]:
    return [[1.0] * n, [2 * (t + 0.5) / n - 1 for t in range(n)]]


def _less(series: Series, basis: Sequence[Sequence[float]]) -> list[float | None]:
    """What a basis leaves of a series, by modified Gram and Schmidt over the figures that are there."""
    places, found = _present(series), [0.0 if value is None else value for value in series]
    done: list[list[float]] = []
    for wave in basis:
        part = [0.0] * len(series)
        for place in places:
            part[place] = wave[place]
        size = math.hypot(*part)
        for other in done:
            part = _minus(part, other)
        length = math.hypot(*part)
        # Of few figures the waves may all be of one kind.
        if length > 1e-6 * max(size, 1e-300):
            done.append([x / length for x in part])
    for other in done:
        found = _minus(found, other)
    return [None if value is None else rest for value, rest in zip(series, found, strict=True)]


def _minus(vector: list[float], unit: list[float]) -> list[float]:
    along = _dot(vector, unit)
    return [a - along * b for a, b in zip(vector, unit, strict=True)]


def _moves(rest: Series, series: Series) -> bool:
    """Whether what is left is more than rounding left of it."""
    return _most(rest) > _FLAT * _most(series)


def _most(series: Series) -> float:
    return max((abs(value) for value in series if value is not None), default=0.0)


def _present(series: Series) -> list[int]:
    """The places of the figures that are there."""
    return [place for place, value in enumerate(series) if value is not None]


def _rows(series: Series, order: int) -> list[int]:
    """The weeks that are there with as many before them."""
    return [t for t in range(order, len(series)) if all(series[t - back] is not None for back in range(order + 1))]


def _fit(series: Series, order: int) -> list[float] | None:
    """The weights of the weeks before, the last week's first; None where they can't be told apart."""
    rows = _rows(series, order)
    past = [[_value(series, t - back) for t in rows] for back in range(1, order + 1)]
    now = [_value(series, t) for t in rows]
    return _solved([[*(_dot(a, b) for b in past), _dot(a, now)] for a in past])


def _solved(rows: list[list[float]]) -> list[float] | None:
    """Gauss and Jordan with the largest pivot; None for a matrix that has no inverse."""
    n, size = len(rows), max((abs(x) for row in rows for x in row), default=0.0)
    for column in range(n):
        pivot = max(range(column, n), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        if abs(rows[column][column]) <= 1e-12 * size:
            return None
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for row in range(n):
            if row != column:
                factor = rows[row][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [row[-1] for row in rows]


def _residuals(series: Series, weights: Sequence[float], rows: Sequence[int]) -> list[float]:
    return [
        _value(series, t) - math.fsum(weight * _value(series, t - back) for back, weight in enumerate(weights, 1)) for t in rows
    ]


def _criterion(residuals: Sequence[float], order: int) -> float:
    square = _dot(residuals, residuals)
    return len(residuals) * math.log(square / len(residuals)) + 2 * order if square > 0 else -math.inf


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def _value(series: Series, place: int) -> float:
    value = series[place]
    assert value is not None, "only asked where there is a figure"
    return value
