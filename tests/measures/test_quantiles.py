"""Quantiles are type 7, exactly."""

from __future__ import annotations

import statistics
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from incidentkit.measures.quantiles import TENTHS, interpolated

values = st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=50).map(sorted)


def found(ordered: list[int], tenths: int, scale: int = 1) -> float:
    """The quantile, given its two neighbours as a database would pick them."""
    place = (len(ordered) - 1) * tenths // 10
    upper = ordered[place + 1] if place + 1 < len(ordered) else None
    return interpolated(ordered[place], upper, len(ordered), tenths, scale)


@given(values, st.sampled_from(sorted(TENTHS.values())), st.sampled_from([1, 1_000_000]))
def test_quantiles_are_the_exact_ones_rounded_once(ordered: list[int], tenths: int, scale: int) -> None:
    """A quantile is the exact rational one of type 7, rounded to the nearest float."""
    place = Fraction((len(ordered) - 1) * tenths, 10)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    exact = ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    assert float(exact / scale) == found(ordered, tenths, scale)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=50).map(sorted))
def test_quantiles_agree_with_the_standard_library(ordered: list[int]) -> None:
    """The median and the ninth decile are those of ``statistics.quantiles(method="inclusive")``."""
    deciles = statistics.quantiles([Fraction(v) for v in ordered], n=10, method="inclusive")

    assert [float(deciles[4]), float(deciles[8])] == [found(ordered, 5), found(ordered, 9)]
