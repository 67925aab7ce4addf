"""Control charts: which of many figures say something new, and which are the noise that was there before.

Limits lie three standard deviations from the centre (Shewhart 1931). They are made from a baseline, phase I: all points, or
those that the caller names, without those that have a known cause. Points after it, phase II, are held against them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

from incidentkit.errors import InvalidInput
from incidentkit.measures.chart import BEYOND, Chart, baseline_of, drawn, mean_of
from incidentkit.measures.runs import ZONES
from incidentkit.measures.shewhart import d2

__all__ = ["np_chart", "p_chart", "p_prime_chart", "u_chart", "xmr"]


# --- Single figures ----------------------------------------------------------------------------------------------


def xmr(
    values: Sequence[float | None],
    *,
    floor: float | None = None,
    ceiling: float | None = None,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of single figures by their moving ranges: centre ± 2.66 mean ranges (Wheeler, *Understanding Variation*, 1993).

    It asks nothing of how the figures are spread: the right one for counts, means and medians by the week.

    Args:
        values: the figures, the earliest first; None for a gap. Ranges are only taken between neighbours.
        floor, ceiling: what a figure can't pass, such as 0 for a duration; limits stop there.
        baseline: the places of the points that limits are made from; default: all.
        excluding: places that they are not made from, because their cause is known.
        rules: some of `RULES`; others than ``beyond`` find more, and cry wolf more often.

    Raises:
        InvalidInput: an unknown rule, a place outside, or a figure that is no number.
    """
    base = baseline_of(values, baseline, excluding)
    ranges = [
        abs(b - a)
        for (i, a), (j, b) in pairwise(enumerate(values))
        if a is not None and b is not None and i in base and j in base
    ]
    sigma = math.fsum(ranges) / len(ranges) / d2(2) if ranges else None
    return drawn("xmr", values, mean_of(values, base), [sigma] * len(values), (floor, ceiling), base, rules)


# --- Shares and rates --------------------------------------------------------------------------------------------


def p_chart(
    hits: Sequence[int],
    sizes: Sequence[int],
    *,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of shares by the binomial: the fewer a share is of, the wider its limits (Montgomery, chapter 7).

    Args:
        hits, sizes: of each share its hits and all; a size of 0 is a gap.
        baseline, excluding, rules: as for `xmr`.

    Raises:
        InvalidInput: not as many hits as sizes, more hits than the size, a place outside, an unknown rule, or one for zones.
    """
    _no_zones(rules)
    values = _shares(hits, sizes)
    base = baseline_of(values, baseline, excluding)
    centre = _pooled(hits, sizes, base)
    sigmas = [_binomial(centre, n) for n in sizes]
    return drawn("p", values, centre, sigmas, (0.0, 1.0), base, rules)


def p_prime_chart(
    hits: Sequence[int],
    sizes: Sequence[int],
    *,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of shares that vary by more than chance alone from window to window (Laney 2002).

    With large sizes the limits of `p_chart` are so narrow that the seasons of a year are beyond them. Here they are as much
    wider as neighbouring shares differ more than the binomial says.

    Args:
        hits, sizes, baseline, excluding, rules: as for `p_chart`.

    Raises:
        InvalidInput: as for `p_chart`.
    """
    plain = p_chart(hits, sizes, baseline=baseline, excluding=excluding, rules=rules)
    values = [point.value for point in plain.points]
    base = {place for place, point in enumerate(plain.points) if point.baseline}
    alone = [_binomial(plain.centre, n) for n in sizes]
    scores = [_score(value, plain.centre, sigma) for value, sigma in zip(values, alone, strict=True)]
    spread = xmr(scores, baseline=base).sigma
    sigmas = [_times(sigma, spread) for sigma in alone]
    return drawn("p_prime", values, plain.centre, sigmas, (0.0, 1.0), base, rules)


def np_chart(
    hits: Sequence[int],
    size: int,
    *,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of hits among ``size`` each time: `p_chart` in whole numbers.

    Raises:
        InvalidInput: as for `p_chart`.
    """
    _no_zones(rules)
    sizes = [size] * len(hits)
    _shares(hits, sizes)
    base = baseline_of(hits, baseline, excluding)
    share = _pooled(hits, sizes, base)
    sigma = None if share is None else math.sqrt(size * share * (1 - share))
    return drawn("np", hits, _times(share, size), [sigma] * len(hits), (0.0, float(size)), base, rules)


def u_chart(
    counts: Sequence[int],
    exposures: Sequence[float],
    *,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of events per exposure by Poisson: damages per thousand orders, calls per day (Montgomery, chapter 7).

    Args:
        counts, exposures: of each rate its events, and what they could have happened to; an exposure of 0 is a gap.
        baseline, excluding, rules: as for `xmr`.

    Raises:
        InvalidInput: not as many counts as exposures, one below 0, a place outside, an unknown rule, or one for zones.
    """
    _no_zones(rules)
    _paired("counts", counts, "exposures", exposures)
    if any(count < 0 for count in counts) or not all(0 <= exposure < math.inf for exposure in exposures):
        raise InvalidInput("counts and exposures", "must be numbers of 0 or more")
    values = [count / exposure if exposure else None for count, exposure in zip(counts, exposures, strict=True)]
    base = baseline_of(values, baseline, excluding)
    centre = _pooled(counts, exposures, base)
    sigmas = [math.sqrt(centre / exposure) if exposure and centre is not None else None for exposure in exposures]
    return drawn("u", values, centre, sigmas, (0.0, None), base, rules)


# --- Parts -------------------------------------------------------------------------------------------------------


def _shares(hits: Sequence[int], sizes: Sequence[int]) -> list[float | None]:
    _paired("hits", hits, "sizes", sizes)
    if not all(0 <= hit <= size for hit, size in zip(hits, sizes, strict=True)):
        raise InvalidInput("hits", "must lie between 0 and the size that they are of")
    return [hit / size if size else None for hit, size in zip(hits, sizes, strict=True)]


def _paired(name: str, values: Sequence[object], other: str, others: Sequence[object]) -> None:
    if len(values) != len(others):
        raise InvalidInput(f"{name} and {other}", "must be as many", got=f"{len(values)} and {len(others)}")


def _no_zones(rules: Collection[str]) -> None:
    if ZONES in rules:
        raise InvalidInput(
            "rules",
            "may hold zones only for figures that are spread evenly about their centre; counts and shares are not",
            got=ZONES,
            next="Leave it out, or use single figures.",
        )


def _pooled(counts: Sequence[float], sizes: Sequence[float], base: Collection[int]) -> float | None:
    """All hits of the baseline by all that they are of."""
    whole = math.fsum(sizes[place] for place in base)
    return math.fsum(counts[place] for place in base) / whole if whole else None


def _binomial(share: float | None, n: float) -> float | None:
    return math.sqrt(share * (1 - share) / n) if n and share is not None else None


def _score(value: float | None, centre: float | None, sigma: float | None) -> float | None:
    return None if value is None or centre is None or not sigma else (value - centre) / sigma


def _times(value: float | None, factor: float | None) -> float | None:
    return None if value is None or factor is None else value * factor
