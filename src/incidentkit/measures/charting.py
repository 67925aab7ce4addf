"""A measure's windows on a control chart: which of them say something new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.chart import BEYOND, Chart
from incidentkit.measures.charts import p_chart, xmr
from incidentkit.measures.figures import Row
from incidentkit.measures.measure import Measure
from incidentkit.measures.windows import Window

__all__ = ["Alarm", "MeasureChart", "Statistic", "chart_of"]

Statistic = Literal["p50", "p90", "value"]

_FLOORED = ("amount", "count", "duration")


@frozen
class Alarm:
    """A window whose figure is a signal.

    Args:
        from_, until: the window.
        n: how many the figure is of.
        value, lower, upper: the figure, and the limits of noise.
        signals: the rules that it breaks.
        worse: whether it moved to the bad side.
    """

    from_: datetime
    until: datetime
    n: int
    value: float
    lower: float | None
    upper: float | None
    signals: tuple[str, ...]
    worse: bool


@frozen
class MeasureChart:
    """A measure's complete windows on a control chart.

    Args:
        measure, unit, better, version: the measure's.
        statistic: what is charted: ``value``, ``p50`` or ``p90``.
        by: ``day``, ``week``, ``month`` or ``quarter``.
        segment: what the measure was cut to: a segment and its value; None for all.
        as_of: what was known at that instant is in it.
        windows: the windows, the earliest first.
        counts: how many the figure of each is of.
        chart: the figures in the same order.
    """

    measure: str
    unit: str
    better: str
    version: int
    statistic: Statistic
    by: str
    segment: tuple[str, str] | None
    as_of: datetime
    windows: tuple[Window, ...]
    counts: tuple[int, ...]
    chart: Chart

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """The windows that are signals, the earliest first."""
        return tuple(self._alarm(place) for place in self.chart.alarms)

    def _alarm(self, place: int) -> Alarm:
        point, window = self.chart.points[place], self.windows[place]
        assert point.value is not None, "only a figure is a signal"
        up = self._rising(place) if point.signals == ("trend_of_6",) else self.chart.above(place)
        worse = up != (self.better == "up")
        return Alarm(
            window.from_, window.until, self.counts[place], point.value, point.lower, point.upper, point.signals, worse
        )

    def _rising(self, place: int) -> bool:
        last, before = self.chart.points[place].value, self.chart.points[place - 1].value
        return last is not None and before is not None and last > before

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON: instants in ISO 8601."""
        chart = self.chart
        windows = zip(self.windows, self.counts, chart.points, strict=True)
        return {
            "measure": self.measure,
            "unit": self.unit,
            "better": self.better,
            "version": self.version,
            "statistic": self.statistic,
            "by": self.by,
            "segment": None if self.segment is None else dict([self.segment]),
            "as_of": self.as_of.isoformat(),
            "kind": chart.kind,
            "centre": chart.centre,
            "rules": list(chart.rules),
            "provisional": chart.provisional,
            "points": [
                {
                    "from": window.from_.isoformat(),
                    "until": window.until.isoformat(),
                    "n": n,
                    "value": point.value,
                    "lower": point.lower,
                    "upper": point.upper,
                    "signals": list(point.signals),
                    "baseline": point.baseline,
                }
                for window, n, point in windows
            ],
        }


def chart_of(
    measure: Measure,
    rows: Sequence[Row],
    *,
    statistic: Statistic = "value",
    least_n: int = 1,
    rules: Collection[str] = BEYOND,
    baseline: Collection[int] | None = None,
    excluding: Collection[int] = (),
) -> Chart:
    """The chart that fits a measure: a p chart for a share, single figures (XmR) for all else.

    Counts too are charted as single figures: how many orders come in varies by more than Poisson knows.

    Args:
        rows: the measure's figures by windows that meet without a gap, the earliest first. Those that are not complete are
            gaps: their figure still moves.
        statistic: of a duration or score ``p50`` or ``p90`` instead of the mean.
        least_n: windows of fewer are gaps; of no matter for counts, nor for shares, whose limits know how many they are of.
        rules, baseline, excluding: as for `charts.xmr`.

    Raises:
        InvalidInput: rows that don't follow each other, a statistic that the measure lacks, or as for `charts.xmr`.
    """
    if any(a.until is None or a.until != b.from_ for a, b in pairwise(rows)):
        raise InvalidInput("rows", "must be windows that follow each other")
    if statistic != "value" and measure.kind not in ("duration", "score", "amount"):
        raise InvalidInput("statistic", f"of a {measure.kind} is its value", got=statistic)
    if measure.kind == "share":
        sizes = [row.n if row.complete else 0 for row in rows]
        hits = [round((row.value or 0) * n) for row, n in zip(rows, sizes, strict=True)]
        return p_chart(hits, sizes, rules=rules, baseline=baseline, excluding=excluding)
    least = 0 if measure.kind == "count" else least_n
    values = [_figure(row, statistic) if row.complete and row.n >= least else None for row in rows]
    floor, ceiling = (-100.0, 100.0) if measure.kind == "nps" else (0.0 if measure.kind in _FLOORED else None, None)
    return xmr(values, floor=floor, ceiling=ceiling, rules=rules, baseline=baseline, excluding=excluding)


def _figure(row: Row, statistic: Statistic) -> float | None:
    return {"value": row.value, "p50": row.p50, "p90": row.p90}[statistic]
