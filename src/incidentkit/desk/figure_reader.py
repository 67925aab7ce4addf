"""Figures for a page that asks many: in one reading of the record, each question once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.times import Due
from incidentkit.measures.figures import Figures
from incidentkit.measures.measure import Clock, Measure
from incidentkit.measures.windows import complete_windows
from incidentkit.store.kept import figures_kept
from incidentkit.store.unit import Unit

__all__ = ["FigureReader"]

By = str | tuple[str, ...] | None
_Question = tuple[str, Clock, By, Due | None, Due | None]


class FigureReader:
    """Answers what is asked of measures inside one open reading.

    Attributes:
        as_of: what was known then is in every figure.
        new: what was worked out and can be kept, measure by measure, once the reading has ended.
    """

    def __init__(self, runtime: Runtime, unit: Unit, as_of: datetime) -> None:
        self._runtime = runtime
        self._unit = unit
        self._answers: dict[_Question, Figures] = {}
        self.as_of = as_of
        self.new: list[Sequence[dict[str, Any]]] = []

    def measure(self, name: str, clock: Clock = "elapsed") -> Measure:
        """The measure of that name, counted by that clock.

        Raises:
            InvalidInput: there is none, or it has no such clock.
        """
        return self._runtime.measures.on_clock(name, clock)

    def figures(
        self,
        name: str,
        by: str | Sequence[str] | None = None,
        since: Due | None = None,
        until: Due | None = None,
        clock: Clock = "elapsed",
    ) -> Figures:
        """A measure's figures, as `Desk.measure` gives them.

        Raises:
            InvalidInput: no such measure or segment.
        """
        asked = by if by is None or isinstance(by, str) else tuple(by)
        question = (name, clock, asked, since, until)
        if question not in self._answers:
            self._answers[question] = self._computed(*question)
        return self._answers[question]

    def recent(self, name: str, window: str, count: int, clock: Clock = "elapsed", *, segment: str | None = None) -> Figures:
        """The last ``count`` complete windows of a measure, the earliest first; by a segment too, where one is named.

        Raises:
            InvalidInput: no such measure or segment.
        """
        maturity = self.measure(name, clock).maturity
        spans = complete_windows(window, self._runtime.shop.zone, self.as_of, count, maturity)
        by = window if segment is None else (window, segment)
        return self.figures(name, by, spans[0].from_, spans[-1].until, clock)

    def keep(self) -> None:
        """Keep what was worked out for the next reader; once the reading has ended."""
        for rows in self.new:
            self._runtime.store.keep(rows)
        self.new.clear()

    def _computed(self, name: str, clock: Clock, by: By, since: Due | None, until: Due | None) -> Figures:
        shop, measure = self._runtime.shop, self.measure(name, clock)
        tenant = self._runtime.store.tenant
        found = figures_kept(
            self._unit.connection, tenant, measure, zone=shop.zone, as_of=self.as_of, by=by, since=since, until=until
        )
        self.new.append(found.new)
        # A definition knows of no currency; who reads the figure has to.
        return evolve(found.figures, unit=shop.currency) if measure.unit == "money" else found.figures
