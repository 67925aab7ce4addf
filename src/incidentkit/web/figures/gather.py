"""What the page of a figure is made from."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from attrs import frozen

from incidentkit.desk.desk import Desk
from incidentkit.measures.charting import MeasureChart, Statistic
from incidentkit.measures.measure import Measure
from incidentkit.measures.subjects import MeasureRows
from incidentkit.measures.windows import complete_windows
from incidentkit.web.figures.ask import FigureAsk

__all__ = ["MOST_ROWS", "Figure", "figure_of"]

MOST_ROWS = 200
"""So many rows a page shows at once."""

_WINDOWS = 52


@frozen
class Figure:
    """A figure with all that it rests on.

    Args:
        shop_name: whose it is.
        measure: what is counted.
        chart: its windows, the judged one last.
        rows: the subjects of that window; None where no window has a figure.
    """

    shop_name: str
    as_of: datetime
    ask: FigureAsk
    measure: Measure
    chart: MeasureChart
    rows: MeasureRows | None


def figure_of(desk: Desk, ask: FigureAsk) -> Figure:
    """A figure's last 52 complete windows, and the rows of the last of them.

    Raises:
        InvalidInput: no such measure, segment, statistic or clock.
    """
    measure = desk.measures.on_clock(ask.measure, ask.clock)
    spans = complete_windows(ask.window, desk.shop.zone, desk.clock(), _WINDOWS, measure.maturity)
    chart = desk.signals(
        ask.measure,
        ask.window,
        ask.part,
        since=spans[0].from_,
        until=spans[-1].until,
        statistic=cast(Statistic, ask.statistic),
        clock=ask.counted_by,
    )
    return Figure(desk.shop.name, desk.clock(), ask, measure, chart, _rows(desk, ask, chart))


def _rows(desk: Desk, ask: FigureAsk, chart: MeasureChart) -> MeasureRows | None:
    if not chart.windows:
        return None
    last = chart.windows[-1]
    return desk.measure_rows(
        ask.measure,
        since=last.from_,
        until=last.until,
        segment=ask.part,
        clock=ask.counted_by,
        limit=MOST_ROWS,
        after=ask.after or None,
    )
