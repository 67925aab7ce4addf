"""When a verdict turns: on signal, not on noise.

A week that is a little behind says nothing. So a verdict stays as it was until the windows since add up to more than noise
would: by the cumulative sums of Page (*Biometrika*, 1954) for a shift of one standard deviation, or at once where a single
figure lies three standard deviations off (Shewhart's rule). The one rule finds what creeps, the other what breaks.

A team that keeps to its pace exactly is called losing by mistake once in some five years of weeks; one that falls behind by
one standard deviation is called so after about seven weeks, by three after two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from incidentkit.measures.charts import xmr
from incidentkit.measures.scoreboard import Verdict

__all__ = ["BEHIND", "LEAST_WINDOWS", "LIMIT", "noise", "turns"]

BEHIND = 1.0
"""The shift that matters, in standard deviations of a window's noise: so far behind is losing, at the pace is winning."""

LIMIT = 4.0
"""How much has to add up; with it and `BEHIND` a sum passes by chance once in about 330 windows (Siegmund 1985)."""

LEAST_WINDOWS = 6
"""From fewer figures nobody knows what noise is."""

_BEYOND = 3.0


def turns(scores: Sequence[float | None]) -> Iterator[Verdict]:
    """The verdict after each window. It begins as winning: at the start nobody can be behind.

    Args:
        scores: how far each figure is ahead of its pace, in standard deviations of its noise; below 0 behind, None for a gap.
    """
    verdict, behind, ahead = Verdict.WINNING, 0.0, 0.0
    for score in scores:
        if score is None:
            yield verdict
            continue
        behind = max(0.0, behind - score - BEHIND / 2)
        ahead = max(0.0, ahead + score + BEHIND / 2)
        if verdict is Verdict.WINNING and (behind > LIMIT or score < -_BEYOND):
            verdict, behind, ahead = Verdict.LOSING, 0.0, 0.0
        elif verdict is Verdict.LOSING and (ahead > LIMIT or score > _BEYOND - BEHIND):
            verdict, behind, ahead = Verdict.WINNING, 0.0, 0.0
        yield verdict


def noise(values: Sequence[float | None], sizes: Sequence[int], share: bool) -> list[float | None]:
    """The standard deviation of each figure's noise, from how much neighbours differ; None where nobody can know.

    Neighbours hardly notice a slow way up or down. A share's noise is at least the binomial's, and more where weeks differ more
    than that (Laney 2002).

    Args:
        values: figures of windows that follow each other, None for a gap; sizes: what they are of.
    """
    known = sum(value is not None for value in values)
    if known < LEAST_WINDOWS:
        return [None] * len(values)
    if not share:
        return [xmr(values).sigma] * len(values)
    alone = _binomial(values, sizes)
    centre = _pooled(values, sizes)
    scores = [_over(value, centre, sigma) for value, sigma in zip(values, alone, strict=True)]
    wider = max(1.0, xmr(scores).sigma or 1.0)
    return [None if sigma is None else sigma * wider for sigma in alone]


def _pooled(values: Sequence[float | None], sizes: Sequence[int]) -> float:
    """The share of all windows together, kept off 0 and 1, where there would be no noise at all."""
    counted = [(value, n) for value, n in zip(values, sizes, strict=True) if value is not None and n]
    whole = sum(n for _, n in counted)
    hits = math.fsum(value * n for value, n in counted)
    return (hits + 0.5) / (whole + 1)


def _binomial(values: Sequence[float | None], sizes: Sequence[int]) -> list[float | None]:
    centre = _pooled(values, sizes)
    spread = math.sqrt(centre * (1 - centre))
    return [spread / math.sqrt(n) if n and value is not None else None for value, n in zip(values, sizes, strict=True)]


def _over(value: float | None, centre: float, sigma: float | None) -> float | None:
    return None if value is None or not sigma else (value - centre) / sigma
