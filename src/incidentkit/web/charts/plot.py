"""What a chart shows, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

__all__ = ["Dot", "Limit", "Plot", "Range"]


@frozen
class Dot:
    """One window's figure, at the window's middle.

    Args:
        alarm: whether a control chart calls it a signal.
    """

    at: datetime
    value: float | None
    alarm: bool = False


@frozen
class Range:
    """Between which a figure is expected, and its middle."""

    at: datetime
    low: float
    mid: float
    high: float


@frozen
class Limit:
    """Between which noise keeps a figure; None where nothing limits it."""

    at: datetime
    lower: float | None
    upper: float | None


@frozen
class Plot:
    """Figures in time, and what they are held against.

    Args:
        dots: the earliest first, the judged one last.
        unit: the figures'.
        target: what is to be reached.
        pace: where the figure should be on the way there: a line by its corners.
        range_: where it will be.
        centre, limits: of a control chart.
    """

    dots: tuple[Dot, ...]
    unit: str
    target: float | None = None
    pace: tuple[tuple[datetime, float], ...] = ()
    range_: Range | None = None
    centre: float | None = None
    limits: tuple[Limit, ...] = ()

    def values(self) -> Iterator[float]:
        """Every figure in it."""
        known = [dot.value for dot in self.dots]
        known += [value for _, value in self.pace]
        known += [bound for limit in self.limits for bound in (limit.lower, limit.upper)]
        known += [self.target, self.centre]
        if self.range_ is not None:
            known += [self.range_.low, self.range_.high]
        return (value for value in known if value is not None)

    def instants(self) -> Iterator[datetime]:
        """Every instant in it."""
        yield from (dot.at for dot in self.dots)
        yield from (at for at, _ in self.pace)
        if self.range_ is not None:
            yield self.range_.at
