"""Simulated weeks: worlds in which a figure moves in known ways, drawn from a fixed seed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random

BEFORE, DURING = 13, 26
"""Weeks before a goal and weeks of it."""

World = Callable[[Random], list[float]]


def _since(place: int) -> int:
    return max(0, place - BEFORE + 1)


def _still(random: Random) -> list[float]:
    return [10 + random.gauss(0, 1) for _ in range(BEFORE + DURING)]


def _steady(random: Random) -> list[float]:
    step = random.choice((-1, 1)) * random.uniform(0.05, 0.35)
    return [10 + step * _since(place) + random.gauss(0, 1) for place in range(BEFORE + DURING)]


def _flattening(random: Random) -> list[float]:
    size, pace = random.choice((-1, 1)) * random.uniform(1.5, 6), random.uniform(4, 12)
    return [10 + size * (1 - math.exp(-_since(place) / pace)) + random.gauss(0, 1) for place in range(BEFORE + DURING)]


def _wandering(random: Random) -> list[float]:
    level, weeks = 10.0, []
    for _ in range(BEFORE + DURING):
        level += random.gauss(0, 0.3)
        weeks.append(level + random.gauss(0, 1))
    return weeks


def _drifting(random: Random) -> list[float]:
    level, weeks, step = 10.0, [], random.choice((-1, 1)) * random.uniform(0.025, 0.175)
    for place in range(BEFORE + DURING):
        level += random.gauss(0, 0.1) + (step if place >= BEFORE else 0)
        weeks.append(level + random.gauss(0, 1))
    return weeks


def _sticky(random: Random) -> list[float]:
    error, weeks = 0.0, []
    for _ in range(BEFORE + DURING):
        error = 0.5 * error + random.gauss(0, 0.87)
        weeks.append(10 + error)
    return weeks


WORLDS: Mapping[str, World] = {
    "still": _still,
    "steady": _steady,
    "flattening": _flattening,
    "wandering": _wandering,
    "drifting": _drifting,
    "sticky": _sticky,
}
"""Worlds that nobody tells the forecast about."""
