"""From a plot to a picture in the page, which tells in words what it shows."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.web.charts.colours import COLOURS
from incidentkit.web.charts.picture import picture
from incidentkit.web.charts.plot import Plot
from incidentkit.web.charts.ticks import Ticks, amount_ticks, day_ticks

__all__ = ["CARD", "SMALL", "WIDE", "Frame", "drawn"]


@frozen
class Frame:
    """How large a chart is drawn; the page scales it to the place that there is.

    Args:
        width, height: of the ground on which the figures stand.
        ticks: about how many marks the upright axis has; 0 for no axes.
    """

    width: int
    height: int
    ticks: int


CARD = Frame(300, 110, 3)
SMALL = Frame(160, 52, 0)
WIDE = Frame(560, 200, 5)

_ROUND = {"strokeCap": "round", "strokeJoin": "round"}


def drawn(plot: Plot, frame: Frame, amounts: Amounts, dates: Dates, *, id: str, title: str, told: str) -> Element:
    """The picture of a plot with at least one figure.

    Args:
        id: one that nothing else on the page has.
        title, told: what it is, and what it shows: for who does not see it.
    """
    known = list(plot.values())
    pad = (max(known) - min(known)) * 0.06 if frame.ticks == 0 else 0.0
    up = amount_ticks(min(known), max(known), plot.unit, amounts, frame.ticks or 2)
    if not frame.ticks:
        up = Ticks((), (), min(known) - pad, max(known) + pad)
    along = day_ticks(min(plot.instants()), max(plot.instants()), dates)
    return picture(_svg(plot, frame, up, along), id, title, told)


@lru_cache(maxsize=512)
def _svg(plot: Plot, frame: Frame, up: Ticks, along: Ticks) -> str:
    """The same chart is drawn once: what is finished does not change."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_described(plot, frame, up, along))


def _described(plot: Plot, frame: Frame, up: Ticks, along: Ticks) -> dict[str, Any]:
    import altair as alt

    layers = [layer for layer in _layers(plot, up, along, small=not frame.ticks) if layer is not None]
    chart = alt.layer(*layers).properties(width=frame.width, height=frame.height)
    text = {"labelColor": COLOURS["text"], "labelFontSize": 12, "labelFont": "sans-serif"}
    chart = chart.configure(background="transparent", padding=2, font="sans-serif")
    chart = chart.configure_view(stroke=None).configure_axis(
        gridColor=COLOURS["grid"], domainColor=COLOURS["grid"], tickColor=COLOURS["grid"], **text
    )
    described: dict[str, Any] = chart.to_dict()
    return described


def _layers(plot: Plot, up: Ticks, along: Ticks, *, small: bool) -> list[Any]:
    import altair as alt

    def axis(marks: Ticks, **more: Any) -> Any:
        if small or not marks.places:
            return None
        labels = f"{list(marks.labels)!r}[indexof({list(marks.places)!r}, datum.value)]"
        return alt.Axis(values=list(marks.places), labelExpr=labels, title=None, **more)

    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[along.low, along.high], nice=False, padding=6),
        axis=axis(along, grid=False, labelFlush=True),
    )
    scale = alt.Scale(domain=[up.low, up.high], nice=False, zero=False)
    y = alt.Y("y:Q", scale=scale, axis=axis(up, ticks=False, domain=False, labelPadding=6))

    def layer(rows: list[dict[str, Any]], mark: dict[str, Any], **more: Any) -> Any:
        return alt.Chart({"values": rows}, mark=alt.MarkDef(**mark)).encode(x=x, y=y, **more) if rows else None

    judged = [{"x": dot.at.timestamp(), "y": dot.value} for dot in plot.dots]
    return [
        layer(_fan(plot), {"type": "area", "fill": COLOURS["fan"], "opacity": 1}, y2=alt.Y2("y2:Q")),
        *_limits(plot, layer),
        layer(
            _flat(plot.target, along), {"type": "line", "stroke": COLOURS["target"], "strokeDash": [5, 4], "strokeWidth": 1.5}
        ),
        layer(_flat(plot.centre, along), {"type": "line", "stroke": COLOURS["target"], "strokeWidth": 1}),
        layer(
            [{"x": at.timestamp(), "y": value} for at, value in plot.pace],
            {"type": "line", "stroke": COLOURS["pace"], "strokeDash": [2, 3], "strokeWidth": 2},
        ),
        layer(_end(plot), {"type": "rule", "stroke": COLOURS["line"], **_ROUND, "strokeWidth": 3}, y2=alt.Y2("y2:Q")),
        layer([{"x": row["x"], "y": row["mid"]} for row in _end(plot)], _point("line", 60)),
        layer(judged, {"type": "line", "stroke": COLOURS["line"], **_ROUND, "strokeWidth": 2.5}),
        layer(_alone(judged), {"type": "point", "filled": True, "opacity": 1, "size": 16, "fill": COLOURS["line"]}),
        layer([row for row, dot in zip(judged, plot.dots, strict=True) if dot.alarm], _point("alarm", 90)),
        layer([row for row in judged[-1:] if row["y"] is not None], _point("last", 80)),
    ]


def _flat(value: float | None, along: Ticks) -> list[dict[str, Any]]:
    return [] if value is None else [{"x": x, "y": value} for x in (along.low, along.high)]


def _point(colour: str, size: int) -> dict[str, Any]:
    return {"type": "point", "filled": True, "opacity": 1, "size": size, "fill": COLOURS[colour], "stroke": COLOURS["card"]}


def _alone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The figures that no line leads to."""
    known = [False, *(row["y"] is not None for row in rows), False]
    return [row for at, row in enumerate(rows, 1) if known[at] and not known[at - 1] and not known[at + 1]]


def _limits(plot: Plot, layer: Any) -> list[Any]:
    def rows(side: str) -> list[dict[str, Any]]:
        return [{"x": limit.at.timestamp(), "y": getattr(limit, side)} for limit in plot.limits]

    mark = {"type": "line", "stroke": COLOURS["limit"], "strokeWidth": 1.5, "interpolate": "step", "strokeDash": [6, 3]}
    return [layer(rows("lower"), mark), layer(rows("upper"), mark)]


def _fan(plot: Plot) -> list[dict[str, Any]]:
    """From the last figure to where it will be."""
    last = next((dot for dot in reversed(plot.dots) if dot.value is not None), None)
    if last is None or not plot.range_:
        return []
    return [{"x": last.at.timestamp(), "y": last.value, "y2": last.value}, *_end(plot)]


def _end(plot: Plot) -> list[dict[str, Any]]:
    ahead = plot.range_
    return [{"x": ahead.at.timestamp(), "y": ahead.low, "y2": ahead.high, "mid": ahead.mid}] if ahead else []
