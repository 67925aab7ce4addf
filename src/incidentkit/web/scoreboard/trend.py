"""A small line of the last complete windows, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import dropwhile, groupby
from xml.etree.ElementTree import Element

from attrs import evolve, frozen

from incidentkit.measures.public import PublicLine
from incidentkit.measures.scoreboard import BoardLine
from incidentkit.phrases.amounts import Amounts
from incidentkit.web.markup import el

__all__ = ["trend"]

_WIDTH, _HEIGHT = 160.0, 52.0
_MARGIN = 6.0

Point = tuple[float, float]


def trend(line: BoardLine | PublicLine, amounts: Amounts) -> Element | None:
    """The line's picture with its caption, from its first figure on; None with fewer than two figures to connect."""
    line = evolve(line, trend=tuple(dropwhile(lambda value: value is None, line.trend)))
    if sum(value is not None for value in line.trend) < 2:
        return None
    title = amounts.words.say(f"trends.{line.window}", n=amounts.number(len(line.trend)))
    return el(
        "figure",
        _picture(line, f"{title}: {_in_words(line, amounts)}"),
        el("figcaption", title, aria_hidden="true"),
        class_="trend",
    )


def _in_words(line: BoardLine | PublicLine, amounts: Amounts) -> str:
    none = amounts.words.say("figures.none")
    return "; ".join(none if value is None else str(amounts.amount(value, line.unit)) for value in line.trend)


def _picture(line: BoardLine | PublicLine, text: str) -> Element:
    scale = _Scale.over([value for value in (*line.trend, line.target) if value is not None], len(line.trend))
    return el(
        "svg",
        _target(scale, line.target),
        *(el("polyline", class_="line", points=_points(run)) for run in _runs(line.trend, scale) if len(run) > 1),
        *(_dot(point, "dot") for run in _runs(line.trend, scale) if len(run) == 1 for point in run),
        *(_dot(point, "last") for run in _runs(line.trend[-1:], scale, len(line.trend) - 1) for point in run),
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        role="img",
        aria_label=text,
        focusable="false",
    )


def _target(scale: _Scale, target: float | None) -> Element | None:
    if target is None:
        return None
    height = f"{scale.y(target):.1f}"
    return el("line", class_="target", x1="0", x2=f"{_WIDTH:g}", y1=height, y2=height)


def _dot(point: Point, kind: str) -> Element:
    return el("circle", class_=kind, cx=f"{point[0]:.1f}", cy=f"{point[1]:.1f}", r="4.5" if kind == "last" else "2.5")


def _points(run: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in run)


def _runs(values: Sequence[float | None], scale: _Scale, start: int = 0) -> Iterator[list[Point]]:
    """The points of each stretch without a gap."""
    for known, stretch in groupby(enumerate(values, start), lambda pair: pair[1] is not None):
        if known:
            yield [(scale.x(place), scale.y(value)) for place, value in stretch if value is not None]


@frozen
class _Scale:
    """From windows and values to places in the picture."""

    low: float
    high: float
    count: int

    @classmethod
    def over(cls, values: Sequence[float], count: int) -> _Scale:
        return cls(min(values), max(values), count)

    def x(self, place: int) -> float:
        return _MARGIN + place * (_WIDTH - 2 * _MARGIN) / max(self.count - 1, 1)

    def y(self, value: float) -> float:
        reach = self.high - self.low
        share = (value - self.low) / reach if reach else 0.5
        return _HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN)
