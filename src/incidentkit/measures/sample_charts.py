"""Control charts for samples of one size: their means, their ranges, and their standard deviations."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from statistics import fmean, stdev

from incidentkit.errors import InvalidInput
from incidentkit.measures.chart import BEYOND, Chart, baseline_of, drawn, mean_of
from incidentkit.measures.shewhart import c4, d2, d3

__all__ = ["r_chart", "s_chart", "xbar_chart"]


def xbar_chart(
    samples: Sequence[Sequence[float]],
    *,
    mean_range: float | None = None,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of the means of samples of one size; how much they vary comes from the ranges inside (Montgomery, chapter 6).

    Args:
        samples: each with the same number of values, at least two.
        mean_range: the mean range of a sample of standard normals; default: `d2`. Printed tables round it.
        baseline, excluding, rules: as for `charts.xmr`.

    Raises:
        InvalidInput: no samples, unlike sizes, a place outside, or an unknown rule.
    """
    n, values = _size(samples), [fmean(sample) for sample in samples]
    base = baseline_of(values, baseline, excluding)
    within = mean_of([max(sample) - min(sample) for sample in samples], base)
    sigma = None if within is None else within / (mean_range or d2(n)) / math.sqrt(n)
    return drawn("xbar", values, mean_of(values, base), [sigma] * len(values), (None, None), base, rules)


def r_chart(
    samples: Sequence[Sequence[float]],
    *,
    mean_range: float | None = None,
    range_spread: float | None = None,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of the ranges of samples of one size (Montgomery, chapter 6).

    Args:
        samples, mean_range, baseline, excluding, rules: as for `xbar_chart`.
        range_spread: the standard deviation of the range of a sample of standard normals; default: `d3`.

    Raises:
        InvalidInput: as for `xbar_chart`.
    """
    n, values = _size(samples), [max(sample) - min(sample) for sample in samples]
    base = baseline_of(values, baseline, excluding)
    centre = mean_of(values, base)
    sigma = None if centre is None else (range_spread or d3(n)) * centre / (mean_range or d2(n))
    return drawn("r", values, centre, [sigma] * len(values), (0.0, None), base, rules)


def s_chart(
    samples: Sequence[Sequence[float]],
    *,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
    rules: Collection[str] = BEYOND,
) -> Chart:
    """A chart of the standard deviations of samples of one size (Montgomery, chapter 6).

    Raises:
        InvalidInput: as for `xbar_chart`.
    """
    n, values = _size(samples), [stdev(sample) for sample in samples]
    base = baseline_of(values, baseline, excluding)
    centre = mean_of(values, base)
    sigma = None if centre is None else centre * math.sqrt(1 - c4(n) ** 2) / c4(n)
    return drawn("s", values, centre, [sigma] * len(values), (0.0, None), base, rules)


def _size(samples: Sequence[Sequence[float]]) -> int:
    """How many values each sample has."""
    sizes = {len(sample) for sample in samples}
    if len(sizes) != 1 or min(sizes) < 2:
        raise InvalidInput("samples", "must have one size, of two values or more", got=", ".join(map(str, sorted(sizes)))[:40])
    return sizes.pop()
