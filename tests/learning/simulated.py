"""Simulated weeks of orders and of their trouble, to measure how often a judgement is wrong."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

from attrs import frozen

from incidentkit.domain.corrective_actions import Counted, Effect
from incidentkit.learning.effectiveness import effect_of

__all__ = ["BEFORE", "Life", "outcomes", "shares"]

BEFORE, AFTER = 26, 9
"""Weeks before and after."""


@frozen
class Life:
    """What truly happens.

    Args:
        orders: a week.
        ratio: true rate after ÷ true rate before.
        batch: how many orders one cause of trouble hits at once, on average.
        burst: somebody only acts after four weeks with twice as much trouble as usual.
    """

    orders: int
    ratio: float
    rate: float = 0.02
    batch: int = 1
    burst: bool = False
    after: int = AFTER


def shares(life: Life, lives: int, seed: int = 1) -> dict[str, float]:
    """What came of so many lives: ``reopened`` by recurrence within the window, or else the judgement at its end."""
    counted = Counter(outcomes(life, lives, seed))
    return {outcome: count / lives for outcome, count in counted.items()}


def outcomes(life: Life, lives: int, seed: int) -> list[str]:
    """One for each life."""
    random = Random(seed)
    return [_outcome(_lived(life, random)) for _ in range(lives)]


def _outcome(effect: Effect) -> str:
    return "reopened" if effect.after.hits > effect.allowed else effect.verdict.value


def _lived(life: Life, random: Random) -> Effect:
    before = _weeks(life, BEFORE, life.rate, random)
    while life.burst and sum(week.hits for week in before[-4:]) < max(3.0, 8 * life.orders * life.rate):
        before = _weeks(life, BEFORE, life.rate, random)
    expected = sum(week.exposed for week in before) / BEFORE * life.after
    return effect_of(before, _weeks(life, life.after, life.rate * life.ratio, random), expected=expected)


def _weeks(life: Life, weeks: int, rate: float, random: Random) -> list[Counted]:
    return [_week(life, rate, random) for _ in range(weeks)]


def _week(life: Life, rate: float, random: Random) -> Counted:
    orders = _poisson(life.orders, random)
    causes = _poisson(orders * rate / life.batch, random)
    hits = causes if life.batch == 1 else sum(_poisson(life.batch, random) for _ in range(causes))
    return Counted(min(hits, orders), orders)


def _poisson(mean: float, random: Random) -> int:
    """By the waiting times between events, which are exponential."""
    count, left = -1, mean
    while left >= 0:
        left += math.log(1 - random.random())
        count += 1
    return count
