"""A control chart as a value: figures in their order, the limits of noise, and the signals among them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Literal

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.runs import RULES, signals_of

__all__ = ["BEYOND", "ENOUGH", "Chart", "ChartKind", "ChartPoint", "baseline_of", "drawn", "mean_of"]

ChartKind = Literal["np", "p", "p_prime", "r", "s", "u", "xbar", "xmr"]

ENOUGH = 20
"""Limits from fewer points than that move a good deal as points come; they are provisional."""

BEYOND = ("beyond",)
"""The one rule that is always meant: a point beyond three standard deviations."""

_SIGMAS = 3.0


@frozen
class ChartPoint:
    """One figure on a chart.

    Args:
        value: the figure; None where there was nothing to count.
        lower, upper: its limits; None where there are none: too few points, or nothing in the baseline ever varied.
        signals: the rules that it breaks, in the order of `RULES`; empty for noise, and for what can't be judged.
        baseline: whether the limits are made from it, among others.
    """

    value: float | None
    lower: float | None
    upper: float | None
    signals: tuple[str, ...] = ()
    baseline: bool = True


@frozen
class Chart:
    """Figures in their order, with the limits of noise.

    Args:
        kind: ``xmr`` for single figures, ``p``, ``p_prime`` and ``np`` for shares, ``u`` for events per exposure, ``xbar``,
            ``r`` and ``s`` for samples.
        centre: what the figures vary about; None without any.
        sigma: the standard deviation of one figure; None where it differs from point to point, or isn't known.
        points: the figures, the earliest first.
        rules: the rules that they were held against.
    """

    kind: ChartKind
    centre: float | None
    sigma: float | None
    points: tuple[ChartPoint, ...]
    rules: tuple[str, ...] = BEYOND

    @property
    def alarms(self) -> tuple[int, ...]:
        """The places of the points that break a rule, counted from 0."""
        return tuple(place for place, point in enumerate(self.points) if point.signals)

    @property
    def provisional(self) -> bool:
        """Whether the limits are made from fewer than `ENOUGH` points."""
        return sum(point.baseline and point.value is not None for point in self.points) < ENOUGH

    def above(self, place: int) -> bool:
        """Whether the point at that place lies above the centre."""
        value = self.points[place].value
        return value is not None and self.centre is not None and value > self.centre


def drawn(
    kind: ChartKind,
    values: Sequence[float | None],
    centre: float | None,
    sigmas: Sequence[float | None],
    bounds: tuple[float | None, float | None],
    base: Collection[int],
    rules: Collection[str],
) -> Chart:
    """A chart from its parts.

    Args:
        sigmas: the standard deviation of each point. Where it is 0 nothing ever varied, and there are no limits.
        bounds: what a figure can't pass; limits stop there.
        base: the places that centre and sigmas were made from.

    Raises:
        InvalidInput: an unknown rule, or a figure that is no number.
    """
    if not all(value is None or math.isfinite(value) for value in values):
        raise InvalidInput("values", "must be finite numbers, or None for a gap")
    unknown = sorted(set(rules) - set(RULES))
    if unknown or not rules:
        raise InvalidInput("rules", f"must be some of {', '.join(RULES)}", got=", ".join(unknown)[:80] or "none")
    chosen = tuple(rule for rule in RULES if rule in rules)
    limits = [_limits(centre, sigma, bounds) for sigma in sigmas]
    scores = [_score(value, centre, sigma) for value, sigma in zip(values, sigmas, strict=True)]
    signals = signals_of(values, scores, limits, chosen)
    points = tuple(
        ChartPoint(value, lower, upper, signals[place], place in base)
        for place, (value, (lower, upper)) in enumerate(zip(values, limits, strict=True))
    )
    return Chart(kind, centre, sigmas[0] if len(set(sigmas)) == 1 else None, points, chosen)


def baseline_of(values: Sequence[object], baseline: Collection[int] | None, excluding: Collection[int]) -> frozenset[int]:
    """The places that limits are made from.

    Raises:
        InvalidInput: one of them, or one to leave out, is not there.
    """
    places = range(len(values))
    outside = sorted({*(baseline or ()), *excluding} - set(places))
    if outside:
        raise InvalidInput("baseline and excluding", f"name points from 0 to {len(values) - 1}", got=outside[0])
    return frozenset(places if baseline is None else baseline) - frozenset(excluding)


def mean_of(values: Sequence[float | None], base: Collection[int]) -> float | None:
    """The mean of those in the baseline; None without any."""
    known = [value for place, value in enumerate(values) if value is not None and place in base]
    return math.fsum(known) / len(known) if known else None


def _limits(
    centre: float | None, sigma: float | None, bounds: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    if centre is None or not sigma:
        return None, None
    lower, upper = centre - _SIGMAS * sigma, centre + _SIGMAS * sigma
    floor, ceiling = bounds
    return lower if floor is None else max(lower, floor), upper if ceiling is None else min(upper, ceiling)


def _score(value: float | None, centre: float | None, sigma: float | None) -> float | None:
    """How many standard deviations from the centre."""
    return None if value is None or centre is None or not sigma else (value - centre) / sigma
