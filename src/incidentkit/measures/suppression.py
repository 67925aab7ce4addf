"""Which figures of a public board are about too few, or would give away one that is.

Nobody learns anything about fewer than five subjects: not from a figure of theirs, not from a share that says it of fewer than
five or of all but fewer than five, and not by taking one figure from another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from math import ceil, floor, log10

from attrs import frozen

__all__ = ["LEAST_PUBLIC", "Cell", "bounded", "few", "hidden", "rounded", "rounded_down"]

LEAST_PUBLIC = 5
"""A figure of fewer subjects is nobody's business but the shop's."""

_STEPS = {"share": 0.01, "score": 0.1, "points": 1.0}
_FIGURES = 2


@frozen
class Cell:
    """What one figure is about: subjects of one kind in one window.

    Args:
        facts: the kind of subjects.
        part: which of them; empty for all.
        n: how many.
    """

    facts: str
    part: str
    from_: datetime
    until: datetime
    n: int


def hidden(cells: Iterable[Cell]) -> frozenset[Cell]:
    """Those cells that are not shown: of fewer than five, and those that overlap one of them.

    A month less the weeks in it would give away the one week that is hidden; and all less one part, what is left. So whatever
    shares subjects with a hidden cell is hidden with it, and of two that differ by fewer than five, the smaller.
    """
    open_ = set(cells)
    found = {cell for cell in open_ if cell.n < LEAST_PUBLIC}
    found |= {a for a in open_ for b in open_ if _within(a, b) and 0 < b.n - a.n < LEAST_PUBLIC}
    while more := {cell for cell in open_ - found if any(_overlap(cell, other) for other in found)}:
        found |= more
    return frozenset(found)


def _within(a: Cell, b: Cell) -> bool:
    """Whether all subjects of one are subjects of the other, which is about a longer window or a larger part."""
    inside = a.facts == b.facts and b.from_ <= a.from_ and a.until <= b.until and b.part in ("", a.part)
    return inside and not _same(a, b)


def _overlap(a: Cell, b: Cell) -> bool:
    """Whether two cells of a kind share subjects without being about the very same window and part."""
    if a.facts != b.facts or (a.part and b.part and a.part != b.part):
        return False
    return not _same(a, b) and a.from_ < b.until and b.from_ < a.until


def _same(a: Cell, b: Cell) -> bool:
    return (a.part, a.from_, a.until) == (b.part, b.from_, b.until)


def few(share: float, n: int) -> str:
    """``under`` where fewer than five of n are meant, ``over`` where all but fewer than five are, else ``""``."""
    hits = round(share * n)
    if 0 < hits < LEAST_PUBLIC:
        return "under"
    return "over" if 0 < n - hits < LEAST_PUBLIC else ""


def bounded(side: str, n: int) -> float:
    """In hundredths, what a share of n lies ``under``, or ``over``, that says it of few or of all but few."""
    return ceil(100 * LEAST_PUBLIC / n) / 100 if side == "under" else floor(100 - 100 * LEAST_PUBLIC / n) / 100


def rounded_down(n: int) -> int:
    """``n`` in fives: one more or less is not seen."""
    return n - n % LEAST_PUBLIC


def rounded(value: float, unit: str, targets: Collection[float] = ()) -> float:
    """A figure as coarse as a page shows it, so that no n can be worked out from its digits.

    Shares in hundredths, scores in tenths, all else to two figures; never to the other side of a target.
    """
    step = _STEPS.get(unit) or _step(value)
    near = _stepped(round(value / step), step)
    if any((value < target) != (near < target) for target in targets):
        return _stepped(floor(value / step) if near > value else ceil(value / step), step)
    return near


def _step(value: float) -> float:
    return 10.0 ** (floor(log10(abs(value))) - _FIGURES + 1) if value else 1.0


def _stepped(count: int, step: float) -> float:
    # By the digits of the step: 57 hundredths are 0.57, and not 0.5700000000000001.
    return round(count * step, max(0, 1 - floor(log10(step))))
