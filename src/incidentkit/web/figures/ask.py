"""Which figure a page is about, as an address says it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.measure import Clock
from incidentkit.measures.windows import check_window

__all__ = ["FigureAsk"]

_STATISTICS = ("value", "p50", "p90")
_CLOCKS = ("elapsed", "working")


@frozen
class FigureAsk:
    """A figure on the board: a statistic of a measure in windows of a kind.

    Args:
        part: of which subjects: a segment and its value; None for all.
        after: where its rows go on, as `MeasureRows.next` says; empty for the first of them.
    """

    measure: str
    window: str
    statistic: str = "value"
    clock: str = "elapsed"
    part: tuple[str, str] | None = None
    after: str = ""

    @classmethod
    def of_query(cls, measure: str, query: Mapping[str, str]) -> FigureAsk:
        """What an address asks for.

        Raises:
            InvalidInput: a window, statistic or clock that there is not.
        """
        statistic, clock = query.get("statistic", "value"), query.get("clock", "elapsed")
        for name, given, known in (("statistic", statistic, _STATISTICS), ("clock", clock, _CLOCKS)):
            if given not in known:
                raise InvalidInput(name, f"must be one of {', '.join(known)}", got=repr(given)[:40])
        part = (query["segment"], query.get("of", "")) if query.get("segment") else None
        return cls(measure, check_window(query.get("by", "week")), statistic, clock, part, query.get("after", ""))

    @property
    def counted_by(self) -> Clock:
        """The clock."""
        return cast(Clock, self.clock)

    @property
    def by(self) -> str | Sequence[str]:
        """What the measure is cut by."""
        return self.window if self.part is None else (self.window, self.part[0])

    @property
    def query(self) -> str:
        """What follows the measure's name in an address, without the question mark."""
        given = {"by": self.window, "statistic": self.statistic, "clock": self.clock}
        if self.part is not None:
            given |= {"segment": self.part[0], "of": self.part[1]}
        if self.after:
            given["after"] = self.after
        return urlencode(given)

    @property
    def slug(self) -> str:
        """A name for a file or a place in a page, that no other figure has."""
        parts = (self.measure, self.window, self.statistic, self.clock, *(self.part or ()))
        return "-".join(re.sub(r"[^a-z0-9_]", lambda odd: f".{ord(odd.group()):x}", part) for part in parts)
