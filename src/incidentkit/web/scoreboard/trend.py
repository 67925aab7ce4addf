"""A small line of the last complete windows, and the same in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from xml.etree.ElementTree import Element

from incidentkit.measures.public import PublicLine, PublicPoint
from incidentkit.measures.scoreboard import BoardLine, TrendPoint
from incidentkit.web.charts import SMALL, Dot, Plot, drawn
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["trend"]


def trend(line: BoardLine | PublicLine, id: str, speech: Speech) -> Element | None:
    """The line's picture with its caption, from its first figure on; None with fewer than two figures to connect."""
    given: Sequence[TrendPoint | PublicPoint] = line.trend
    points = list(dropwhile(lambda point: point.value is None, given))
    if sum(point.value is not None for point in points) < 2:
        return None
    title = speech.say(f"trends.{line.window}", n=speech.amounts.number(len(points)))
    dots = tuple(Dot(p.from_ + (p.until - p.from_) / 2, p.value) for p in points if p.from_ and p.until)
    told = "; ".join(_told(point, line.unit, speech) for point in points)
    picture = drawn(Plot(dots, line.unit, line.target), SMALL, speech.amounts, speech.dates, id=id, title=title, told=told)
    return el("figure", picture, el("figcaption", title, aria_hidden="true"), class_="trend")


def _told(point: TrendPoint | PublicPoint, unit: str, speech: Speech) -> str:
    if point.value is None:
        return speech.say("figures.none")
    bound = point.bound if isinstance(point, PublicPoint) else None
    told = str(speech.amounts.amount(point.value, unit))
    return f"{speech.say(f'bounds.{bound}')} {told}" if bound else told
