"""Quantiles by linear interpolation between order statistics (type 7), in exact arithmetic."""

from __future__ import annotations

__all__ = ["TENTHS", "interpolated"]

TENTHS = {"p50": 5, "p90": 9}
"""The quantiles that figures have, in tenths. The place of one among n sorted values, from 0, is ``(n - 1) * tenths / 10``."""


def interpolated(lower: int, upper: int | None, n: int, tenths: int, scale: int = 1) -> float:
    """The quantile of ``n`` values, from its two neighbours among them.

    Args:
        lower: the value at the whole part of its place, counted from 0.
        upper: the next value; may be None where ``lower`` is the last.
        tenths: which quantile: 5 for the median.
        scale: what to divide by, e.g. microseconds in a second.
    """
    over = (n - 1) * tenths % 10
    if not over or upper is None:
        return lower / scale
    return (lower * (10 - over) + upper * over) / (10 * scale)
