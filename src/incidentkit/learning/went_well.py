"""What went well, and who was behind it: named only where it can't well be chance.

This is no ranking. Who has too few cases to say anything is not compared, those who are named stand in the order of the
alphabet, and the more people are compared, the more it takes to be named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.intervals import share_interval

__all__ = ["ALPHA", "LEAST_N", "Behind", "Counted", "Credit", "went_well"]

LEAST_N = 20
"""With fewer subjects nobody is compared."""

ALPHA = 0.05
"""How likely it may be that anybody is named where in truth all are alike."""

_CONFIDENCE = 0.95

Behind = Literal["agent", "team"]


@frozen
class Counted:
    """Of the ``n`` subjects of an agent or team, ``hits`` went well."""

    who: str
    hits: int
    n: int


@frozen
class Credit:
    """An agent or a team that did clearly better than the others together.

    Args:
        measure: the share that went well.
        kind: whether ``who`` is an agent, by handle, or a team.
        share, low, high: theirs, with the 95 % interval.
        others: the share of all the others together.
    """

    measure: str
    kind: Behind
    who: str
    hits: int
    n: int
    share: float
    low: float
    high: float
    others: float


def went_well(
    measure: str, kind: Behind, counted: Sequence[Counted], *, least_n: int = LEAST_N, alpha: float = ALPHA
) -> tuple[Credit, ...]:
    """Those who stand out from all the others together, by name.

    Args:
        counted: every agent or team once, those who are not to be named too: they are the others.
        least_n: with fewer nobody is named, nor held against fewer.
        alpha: how likely it may be that anybody is named where in truth all are alike; shared out among those compared by
            Holm's step-down procedure (1979).

    Raises:
        InvalidInput: an alpha not between 0 and 1, or hits outside 0 to n.
    """
    if not 0 < alpha < 1:
        raise InvalidInput("alpha", "must lie between 0 and 1", got=alpha)
    compared = sorted(_compared(measure, kind, counted, least_n), key=lambda one: (one[0], one[1].who))
    named = []
    for place, (p, credit) in enumerate(compared):
        if p > alpha / (len(compared) - place):
            break
        named.append(credit)
    return tuple(sorted(named, key=lambda credit: credit.who))


def _compared(measure: str, kind: Behind, counted: Sequence[Counted], least_n: int) -> Iterator[tuple[float, Credit]]:
    all_hits, all_n, least = sum(c.hits for c in counted), sum(c.n for c in counted), max(least_n, 1)
    for one in counted:
        hits, n = all_hits - one.hits, all_n - one.n
        within = share_interval(one.hits, one.n, _CONFIDENCE)
        if one.who and one.n >= least and n >= least and within is not None:
            share = one.hits / one.n
            credit = Credit(measure, kind, one.who, one.hits, one.n, share, within.low, within.high, hits / n)
            yield _chance(one.hits, one.n, all_hits, all_n), credit


def _chance(hits: int, n: int, all_hits: int, all_n: int) -> float:
    """How likely ``n`` of all, drawn blindly, have at least so many hits: Fisher's exact test, upper tail."""
    last = min(n, all_hits)
    first = _log_choose(all_hits, hits) + _log_choose(all_n - all_hits, n - hits) - _log_choose(all_n, n)
    term, total = math.exp(first), 0.0
    for k in range(hits, last + 1):
        total += term
        term *= (all_hits - k) * (n - k) / ((k + 1) * (all_n - all_hits - n + k + 1))
        if term < total * 1e-15:
            break
    return min(total, 1.0)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
