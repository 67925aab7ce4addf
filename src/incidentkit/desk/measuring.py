"""What measures come to: their figures, and the rows that these count."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.paging import wanted
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.times import Due, instant
from incidentkit.measures.figures import Figures
from incidentkit.measures.measure import Clock
from incidentkit.measures.subjects import MeasureRows
from incidentkit.store.subjects import MOST, Asked, subjects

__all__ = ["figures_of", "rows_of"]


def figures_of(
    runtime: Runtime, name: str, by: str | Sequence[str] | None, since: Due | None, until: Due | None, clock: Clock
) -> Figures:
    """A measure's figures as known now; what was worked out for them is kept."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        found = reader.figures(name, by, since, until, clock)
    reader.keep()
    return found


def rows_of(
    runtime: Runtime,
    name: str,
    since: Due | None,
    until: Due | None,
    segment: tuple[str, str] | None,
    clock: Clock,
    limit: int,
    after: str | None,
) -> MeasureRows:
    """The rows that a figure counts, as known now."""
    measure, store = runtime.measures.on_clock(name, clock), runtime.store
    as_of = instant(runtime.clock(), "The desk's clock")
    about = {"name": name, "since": since, "until": until, "segment": segment, "clock": clock}
    page = wanted(runtime, "measure_rows", about, limit, after, MOST)
    asked = Asked.of(measure, runtime.shop.zone, as_of, since, until, segment, page)
    with store.reading() as unit:
        return subjects(unit.connection, store.tenant, asked)
