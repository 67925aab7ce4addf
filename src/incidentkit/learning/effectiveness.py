"""Whether a corrective action has helped: the rate of its incidents after it was done, against the rate before.

Both rates are of orders: how many were placed that it could have happened to, and to how many it did. The ratio of the two has
Clopper and Pearson's exact interval, given how many there were in both together (Przyborowski and Wilenski 1940), as in
`incidentkit.measures.intervals.difference_of_rates`. Incidents often come in batches: one bad pallet makes twenty of them in a
week. So the hits of each week are held against the week's orders first (Pearson's dispersion), and where they differ more than
chance has it, so many hits count as one.

Only fewer hits than before, by more than chance, and no more than the limit, is `effective`. Without orders since there is
no telling, and what never happened before can't have become rarer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from incidentkit.domain.corrective_actions import Counted, Effect, Effectiveness, EffectReason
from incidentkit.measures.distributions import beta_quantile, gamma_quantile

__all__ = ["CONFIDENCE", "Weeks", "effect_of"]

CONFIDENCE = 0.95
"""That of the first judgement; each further one of the same doing halves the error that it may add."""

_HALF = 0.5

Weeks = Sequence[Counted]
"""Orders by the week in which they were placed, with how many of them it happened to."""


@frozen
class _Ratio:
    """Where the true ratio of two rates may lie."""

    low: float
    high: float


def effect_of(
    before: Weeks, after: Weeks, *, limit: float | None = None, expected: float = 0.0, final: bool = True, looks: int = 0
) -> Effect:
    """What the weeks before and after show.

    Args:
        limit: the highest rate that counts as success; None for half the rate before.
        expected: how many orders its whole window is expected to bring; those that there were count where they are more.
        final: whether the window is over, and all that it may bring has come to light.
        looks: how often it was judged before.
    """
    was, now = _sum(before), _sum(after)
    most = limit if limit is not None else None if was.rate is None else _HALF * was.rate
    spread, tail = spread_of(before, after), (1 - CONFIDENCE) / 2 ** (looks + 1)
    ratio = _ratio(was, now, spread, tail)
    above = _above(limit, now, spread, tail) if limit is not None else ratio is not None and ratio.low > _HALF
    verdict, reason = _judged(was, now, most, ratio, above=above, final=final)
    return Effect(
        verdict=verdict,
        reason=reason,
        before=was,
        after=now,
        limit=most,
        allowed=_allowed(most, max(expected, float(now.exposed))),
        ratio=now.rate / was.rate if was.rate and now.rate is not None else None,
        low=ratio.low if ratio else None,
        high=ratio.high if ratio and math.isfinite(ratio.high) else None,
        spread=spread,
    )


def spread_of(*spans: Weeks) -> float:
    """How much more the weeks of each span differ than chance alone would have it: Pearson's chi-squared ÷ its freedom.

    Never below 1: weeks that happen to be alike are no proof of anything.
    """
    total, freedom = 0.0, 0
    for weeks in spans:
        rate = _sum(weeks).rate
        known = [week for week in weeks if week.exposed]
        if not rate or len(known) < 2:
            continue
        total += sum((week.hits - rate * week.exposed) ** 2 / (rate * week.exposed) for week in known)
        freedom += len(known) - 1
    return max(1.0, total / freedom) if freedom else 1.0


def _judged(
    was: Counted, now: Counted, limit: float | None, ratio: _Ratio | None, *, above: bool, final: bool
) -> tuple[Effectiveness, EffectReason]:
    if not now.exposed:
        return Effectiveness.INCONCLUSIVE, EffectReason.NO_EXPOSURE
    if was.rate is None or limit is None or ratio is None:
        return Effectiveness.INCONCLUSIVE, EffectReason.NO_BASELINE
    assert now.rate is not None, "there are orders"
    if above:
        return Effectiveness.INEFFECTIVE, EffectReason.ABOVE_LIMIT
    if not was.hits:
        return Effectiveness.INCONCLUSIVE, EffectReason.NEVER_BEFORE
    if not final:
        return Effectiveness.INCONCLUSIVE, EffectReason.TOO_EARLY
    if ratio.high < 1 and now.rate <= limit:
        return Effectiveness.EFFECTIVE, EffectReason.RARER
    return Effectiveness.INCONCLUSIVE, EffectReason.TOO_FEW


def _ratio(was: Counted, now: Counted, spread: float, tail: float) -> _Ratio | None:
    """Rate after ÷ rate before, with ``spread`` hits counted as one; None without orders in either."""
    if not was.exposed or not now.exposed:
        return None
    scale, a, b = was.exposed / now.exposed, now.hits / spread, was.hits / spread
    low = beta_quantile(tail, a, b + 1) if a else 0.0
    high = beta_quantile(1 - tail, a + 1, b) if b else 1.0
    return _Ratio(scale * low / (1 - low), scale * high / (1 - high) if high < 1 else math.inf)


def _above(limit: float, now: Counted, spread: float, tail: float) -> bool:
    """Whether the rate is above a limit by more than chance: Garwood's exact bound for a Poisson count (1936)."""
    return bool(now.hits and now.exposed) and gamma_quantile(tail, now.hits / spread) * spread > limit * now.exposed


def _allowed(limit: float | None, orders: float) -> int:
    """The most hits that the limit leaves room for among so many orders."""
    # A hair more, so that 0.1 of 30 orders is 3.
    return 0 if limit is None else math.floor(limit * orders + 1e-9)


def _sum(weeks: Weeks) -> Counted:
    return Counted(sum(week.hits for week in weeks), sum(week.exposed for week in weeks))
