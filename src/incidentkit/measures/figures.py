"""Figures: what a measure came to, one row a window."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import field, frozen

__all__ = ["Figures", "Row"]


@frozen
class Row:
    """A measure in one window. What does not apply to the measure is None.

    Args:
        from_, until: the half-open window in UTC; None where the row has no such bound.
        segment: None for all subjects together.
        n: the subjects counted, as known at the figures' ``as_of``.
        value: n for counts; the mean for durations (seconds) and scores; numerator ÷ n for shares. None at n = 0, except
            for counts.
        mean, p50, p90: of durations (seconds) and scores.
        open: subjects of a duration that have no end yet; not in n.
        invalid: subjects of a duration whose end is before its start; not in n.
        claimed: how many of n rest on a source's word alone.
        complete: whether the window has ended and its figure can't change by waiting; None without an end.
    """

    from_: datetime | None
    until: datetime | None
    segment: str | None
    n: int
    value: float | None
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    open: int | None = None
    invalid: int | None = None
    claimed: int | None = None
    complete: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON: instants in ISO 8601."""
        return {
            "from": self.from_.isoformat() if self.from_ else None,
            "until": self.until.isoformat() if self.until else None,
            "segment": self.segment,
            "n": self.n,
            "value": self.value,
            "mean": self.mean,
            "p50": self.p50,
            "p90": self.p90,
            "open": self.open,
            "invalid": self.invalid,
            "claimed": self.claimed,
            "complete": self.complete,
        }


@frozen
class Figures:
    """A measure by its rows, the earliest window first.

    Args:
        measure, unit, definition: the measure's.
        as_of: what was known at that instant is in the figures.
        version: the number of that definition.
        title: what people call the measure, where no text that ships says so.
    """

    measure: str
    unit: str
    definition: str = field(repr=False)
    as_of: datetime
    rows: tuple[Row, ...] = ()
    version: int = 1
    title: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "measure": self.measure,
            "unit": self.unit,
            "definition": self.definition,
            "version": self.version,
            "as_of": self.as_of.isoformat(),
            "rows": [row.as_dict() for row in self.rows],
        }
