"""Drivers: which step of the process moves a survey's score, and which may only seem to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from incidentkit.domain.surveys import Scale
from incidentkit.measures.intervals import Interval, difference_of_means
from incidentkit.measures.survey_figures import ScoreSums, cautious

__all__ = ["LEAST_ANSWERS", "Driver", "DriverVerdict", "drivers"]

LEAST_ANSWERS = 10
"""With fewer answers about a step, or about all others, nothing is said of it."""

DriverVerdict = Literal["suffered", "valued", "no_difference", "cannot_say"]

_CONFIDENCE = 0.95


@frozen
class Driver:
    """What one step does to a survey's score.

    Args:
        step: its code.
        n: the answers about it; ``mean`` is theirs, ``others`` the mean of all other answers.
        difference: ``mean`` less ``others``; with the interval, which allows for the number of steps compared.
        moves: how much higher or lower the whole score is for these answers: ``difference`` by their share of all.
        verdict: ``suffered`` where the interval lies below 0, ``valued`` above; ``no_difference`` where 0 is in it, and
            ``cannot_say`` with fewer than `LEAST_ANSWERS`.
    """

    step: str
    n: int
    mean: float
    others: float | None
    difference: float | None
    interval: Interval | None
    moves: float | None
    verdict: DriverVerdict


def drivers(by_step: Mapping[str, ScoreSums], unnamed: ScoreSums, scale: Scale) -> tuple[Driver, ...]:
    """The steps that answers are about: first those with a shown difference, the one that moves the score most first.

    Each is compared with the others together, by Welch's t on the cautious sums, at a confidence shared out over all steps
    (Bonferroni), so that one that stands out among many by chance is rarely named.

    Args:
        unnamed: answers that are about no step that is known; they are among the others of each.
    """
    known = {step: sums for step, sums in by_step.items() if sums.n}
    whole = sum(known.values(), unnamed)
    confidence = 1 - (1 - _CONFIDENCE) / max(1, len(known))
    found = [_driver(step, sums, whole, scale, confidence) for step, sums in known.items()]
    return tuple(sorted(found, key=lambda d: (d.verdict not in ("suffered", "valued"), -abs(d.moves or 0.0), -d.n, d.step)))


def _driver(step: str, sums: ScoreSums, whole: ScoreSums, scale: Scale, confidence: float) -> Driver:
    rest = whole - sums
    assert sums.mean is not None, "a step without answers is left out"
    if rest.mean is None:
        return Driver(step, sums.n, sums.mean, None, None, None, None, "cannot_say")
    value, interval = sums.mean - rest.mean, _interval(sums, rest, scale, confidence)
    enough = min(sums.n, rest.n) >= LEAST_ANSWERS
    verdict = _verdict(interval) if enough else "cannot_say"
    return Driver(step, sums.n, sums.mean, rest.mean, value, interval, value * sums.n / whole.n, verdict)


def _interval(sums: ScoreSums, rest: ScoreSums, scale: Scale, confidence: float) -> Interval:
    here, there = cautious(sums, scale), cautious(rest, scale)
    assert here.mean is not None, "cautious sums have two answers at least"
    assert there.mean is not None, "cautious sums have two answers at least"
    found = difference_of_means(there.mean, there.sd, there.n, here.mean, here.sd, here.n, confidence)
    assert found is not None, "cautious sums have two answers at least"
    return found.interval


def _verdict(interval: Interval) -> DriverVerdict:
    if interval.high < 0:
        return "suffered"
    return "valued" if interval.low > 0 else "no_difference"
