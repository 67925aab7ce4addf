"""The alarms of a review: which measures lie beyond what chance does to them, each in its latest settled window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.domain.shop import Shop
from incidentkit.learning.reviews import MeasureAlarm
from incidentkit.measures.charting import MeasureChart, chart_of
from incidentkit.measures.measure import Measure
from incidentkit.measures.segments import segments_of
from incidentkit.measures.windows import Window, complete_windows

__all__ = ["SETTLES", "alarms_in"]

SETTLES: Mapping[str, timedelta] = {
    "orders_received": timedelta(0),
    "promise_kept_rate": timedelta(0),
    "csat_mean": timedelta(0),
    "csat_top_share": timedelta(0),
    "nps": timedelta(0),
    "told_first_rate": timedelta(days=1),
    "first_response_time": timedelta(days=7),
    "order_confirmation_time": timedelta(days=7),
    "sla_met_rate": timedelta(days=14),
    "escalation_rate": timedelta(days=14),
    "incident_resolution_time": timedelta(days=14),
    "repeat_incident_rate": timedelta(0),
    "contacts_per_need": timedelta(days=14),
    "incident_rate": timedelta(days=30),
    "reopen_rate": timedelta(days=30),
    "on_time_delivery_rate": timedelta(days=30),
    "delivery_time": timedelta(days=30),
}
"""The measures that a review looks at, and how long after a window most of what began in it has come to its end. A figure of
last week's orders flatters: those that come late have not come."""

_CHARTED = 26
"""Limits are made from so many windows at the most, before the one that is judged."""

_FEWEST = 8
"""With fewer windows before it, there are no limits."""


def alarms_in(
    reader: FigureReader, shop: Shop, by: str | None, until: datetime, first: datetime | None, team: str | None
) -> tuple[MeasureAlarm, ...]:
    """The alarms of a span.

    Args:
        by: ``day``, ``week``, ``month`` or ``quarter``, whichever it is; None for another one, which has no alarms.
        until: its end.
        first: when the record begins.
        team: only measures that can be cut by team, and of that one; None for all.
    """
    if by is None or first is None:
        return ()
    names = dict.fromkeys((*SETTLES, *(line.measure for line in shop.scoreboard)))
    known = (reader.measure(name) for name in names)
    return tuple(alarm for measure in known for alarm in _alarms(reader, shop, measure, by, until, first, team))


def _alarms(
    reader: FigureReader, shop: Shop, measure: Measure, by: str, until: datetime, first: datetime, team: str | None
) -> Iterator[MeasureAlarm]:
    if team is not None and "team" not in segments_of(measure):
        return
    wait = max(measure.maturity, SETTLES.get(measure.name, timedelta(0)))
    last = min(until, reader.as_of - wait)
    some = [w for w in complete_windows(by, shop.zone, last, _CHARTED + 1) if w.from_ >= first]
    if len(some) <= _FEWEST:
        return
    chart = _chart(reader, measure, by, some, team)
    if chart is None:
        return
    for alarm in chart.alarms:
        if alarm.until == some[-1].until:
            yield MeasureAlarm(measure.name, chart.unit, by, alarm, chart.chart.provisional)


def _chart(reader: FigureReader, measure: Measure, by: str, some: Sequence[Window], team: str | None) -> MeasureChart | None:
    """The windows on a chart whose limits come from all but the last of them."""
    asked = by if team is None else (by, "team")
    found = reader.figures(measure.name, asked, some[0].from_, some[-1].until)
    rows = [row for row in found.rows if team is None or row.segment == team]
    if len(rows) != len(some) or sum(row.n > 0 for row in rows[:-1]) < _FEWEST:
        return None
    return MeasureChart(
        measure.name,
        found.unit,
        measure.better,
        measure.version,
        "value",
        by,
        None if team is None else ("team", team),
        reader.as_of,
        tuple(some),
        tuple(row.n for row in rows),
        chart_of(measure, rows, baseline=range(len(rows) - 1)),
    )
