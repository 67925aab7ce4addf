"""Forecasts: the range in which a figure will end, and the chance that it makes its target.

A figure by the week is a level that may wander, and since the goal was set may also move by a steady step, seen through
noise (the structural models of Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter*, 1989). How much it
wanders and whether it has a step nobody knows. So several such models run side by side, each counts for as much as it foretold
the windows so far, and the range is that of all of them together. Its width therefore holds the noise of a window, what is not
known of level and step, and which of the models is right. Nothing is drawn at random: the same figures give the same range.

What nobody can foresee, such as a step that is taken only later, no range holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from attrs import frozen

__all__ = ["CONFIDENCE", "LEAST", "METHOD", "Forecast", "Seen", "foresee"]

METHOD = "structural"
"""The name of how forecasts are made; another way would have another."""

CONFIDENCE = 0.8
"""How much of what comes should lie in the range."""

LEAST = 6
"""From fewer windows nothing is foretold."""


@frozen
class Forecast:
    """Where a figure will be.

    Args:
        low, mid, high: the range, and its middle.
        chance: how likely the figure is at least as good as what it is held against.
        confidence: how much of what comes should lie between ``low`` and ``high``.
        method: how it was made.
        ahead: how many windows after the last one known; made_from: from how many.
    """

    low: float
    mid: float
    high: float
    chance: float
    confidence: float
    method: str
    ahead: int
    made_from: int


@frozen
class Seen:
    """One window's figure, as a forecast is made from it.

    Args:
        value: None where there was none, or of too few subjects.
        n: how many subjects; a figure of few is noisier.
        within: whether the goal was set by then.
    """

    value: float | None
    n: int
    within: bool


@frozen
class _Model:
    """How a figure moves, in standard deviations of a window's noise.

    Args:
        wander: by how much its level wanders from window to window.
        step: how large a step it may take each window since the goal was set; turn: by how much that step may change.
        kept: what is left of the step a window later.
        weight: how likely it is before anything was seen, against the others.
    """

    wander: float
    step: float
    turn: float
    kept: float
    weight: float


_WAYS = (
    # A step, how much it may change, what of it is left a window on, how likely that is.
    (0.0, 0.0, 0.0, 1.0),
    (0.2, 0.0, 1.0, 1.0),
    (0.1, 0.05, 1.0, 1.0),
    (0.4, 0.0, 0.85, 0.5),
    (1.0, 0.1, 1.0, 0.5),
    (1.5, 0.0, 0.85, 0.3),
)

_MODELS = tuple(_Model(wander, *way) for wander in (0.0, 0.15, 0.5) for way in _WAYS)

_PRIOR_FREEDOM = 1.0
_DIFFUSE = 1e6
_NEGLIGIBLE = 0.005
_HALVINGS = 48


@frozen
class _Foretold:
    """What one model says: a Student's t, and how much it counts."""

    weight: float
    centre: float
    spread: float
    freedom: float


@lru_cache(maxsize=512)
def foresee(
    seen: tuple[Seen, ...],
    ahead: int,
    wanted: float,
    up: bool,
    bounds: tuple[float | None, float | None] = (None, None),
    confidence: float = CONFIDENCE,
) -> Forecast | None:
    """The figure ``ahead`` windows after the last one; None from too few windows.

    Args:
        seen: complete windows without gaps in time, the earliest first.
        ahead: at least 1.
        wanted: what it is held against.
        up: whether more is better.
        bounds: what the figure can't pass, such as 0 and 1 for a share.
    """
    known = [one for one in seen if one.value is not None]
    if len(known) < LEAST or ahead < 1:
        return None
    scale = _scale([one.value for one in known if one.value is not None])
    if scale == 0.0:
        return _certain(known[-1], ahead, wanted, up, confidence, len(known))
    told = _weighed([_run(model, seen, ahead, scale) for model in _MODELS])
    low, mid, high = (_clipped(_quantile(told, q), bounds) for q in ((1 - confidence) / 2, 0.5, (1 + confidence) / 2))
    return Forecast(low, mid, high, _chance(told, wanted, up, bounds), confidence, METHOD, ahead, len(known))


def _certain(last: Seen, ahead: int, wanted: float, up: bool, confidence: float, count: int) -> Forecast:
    """Nothing ever moved: nothing says how it could."""
    value = last.value
    assert value is not None, "only known ones are looked at"
    met = value >= wanted if up else value <= wanted
    return Forecast(value, value, value, float(met), confidence, METHOD, ahead, count)


def _scale(values: Sequence[float]) -> float:
    """The standard deviation between neighbours: what the reckoning is done in."""
    steps = [b - a for a, b in pairwise(values)]
    return math.sqrt(math.fsum(step * step for step in steps) / (2 * len(steps)))


def _noises(seen: Sequence[Seen]) -> list[float]:
    """The variance of each figure against the usual: half of it is that of its subjects, half that of the window."""
    sizes = [one.n for one in seen if one.value is not None and one.n > 0]
    usual = math.fsum(sizes) / len(sizes) if sizes else 1.0
    return [0.5 + 0.5 * min(usual / one.n, 10.0) if one.n > 0 else 1.0 for one in seen]


def _run(model: _Model, seen: Sequence[Seen], ahead: int, scale: float) -> _Foretold:
    """One model's filter over the windows, with the variance of the noise as a factor that is worked out at the end."""
    level, step = next(one.value for one in seen if one.value is not None) / scale, 0.0
    a, b, c = _DIFFUSE, 0.0, 0.0  # variance of the level, covariance, variance of the step
    fit, surprise, count, begun = 0.0, 0.0, 0, False
    wander, kept, turn = model.wander**2, model.kept, model.turn**2
    for one, noise in zip(seen, _noises(seen), strict=True):
        level, step = level + step, kept * step
        a, b, c = a + 2 * b + c + wander, kept * (b + c), kept * kept * c + (turn if begun else 0.0)
        if one.within and not begun:
            begun, c = True, c + model.step**2
        if one.value is None:
            continue
        error, f = one.value / scale - level, a + noise
        if a < _DIFFUSE / 2:  # the first figure only says where the level is
            fit, surprise, count = fit + math.log(f), surprise + error * error / f, count + 1
        level, step = level + a / f * error, step + b / f * error
        a, b, c = a - a * a / f, b - a * b / f, c - b * b / f
    for _ in range(ahead):
        level, step = level + step, kept * step
        a, b, c = a + 2 * b + c + wander, kept * (b + c), kept * kept * c + turn
    freedom = _PRIOR_FREEDOM + count
    variance = (_PRIOR_FREEDOM * 0.5 + surprise) / freedom
    likelihood = math.log(model.weight) - 0.5 * fit - 0.5 * freedom * math.log(_PRIOR_FREEDOM * 0.5 + surprise)
    return _Foretold(likelihood, level * scale, math.sqrt(variance * (a + 1.0)) * scale, freedom)


def _weighed(told: Sequence[_Foretold]) -> tuple[_Foretold, ...]:
    """The models with their likelihoods as weights that add up to 1, without those that say next to nothing."""
    best = max(one.weight for one in told)
    raw = [math.exp(one.weight - best) for one in told]
    whole = math.fsum(raw)
    kept = [(one, weight / whole) for one, weight in zip(told, raw, strict=True) if weight / whole > _NEGLIGIBLE]
    rest = math.fsum(weight for _, weight in kept)
    return tuple(_Foretold(weight / rest, one.centre, one.spread, one.freedom) for one, weight in kept)


def _below(told: Sequence[_Foretold], x: float) -> float:
    """The chance of a figure below ``x``."""
    return math.fsum(one.weight * _t_below((x - one.centre) / one.spread, one.freedom) for one in told)


def _t_below(t: float, freedom: float) -> float:
    """Student's t by way of the normal (Wallace 1959): right to about a thousandth from six degrees of freedom on."""
    z = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))
    return 0.5 * math.erfc(-math.copysign(z, t) / math.sqrt(2))


def _quantile(told: Sequence[_Foretold], chance: float) -> float:
    low = min(one.centre - 60 * one.spread for one in told)
    high = max(one.centre + 60 * one.spread for one in told)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(told, middle) < chance else (low, middle)
    return (low + high) / 2


def _chance(told: Sequence[_Foretold], wanted: float, up: bool, bounds: tuple[float | None, float | None]) -> float:
    floor, ceiling = bounds
    if (ceiling is not None and wanted > ceiling) or (floor is not None and wanted < floor):
        return float((wanted < 0) == up) if floor is not None and wanted < floor else float(not up)
    below = _below(told, wanted)
    return 1 - below if up else below


def _clipped(value: float, bounds: tuple[float | None, float | None]) -> float:
    floor, ceiling = bounds
    value = value if floor is None else max(floor, value)
    return value if ceiling is None else min(ceiling, value)
