"""A line of the scoreboard for anybody: nothing in it is about fewer than five cases, and there is no place that could be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Literal, NewType, cast

from attrs import field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.measure import Measure
from incidentkit.measures.scoreboard import BoardLine, Reason, TrendPoint, Verdict
from incidentkit.measures.suppression import LEAST_PUBLIC, Cell, bounded, few, rounded, rounded_down

__all__ = ["Bound", "Code", "MeasureNote", "PublicLine", "PublicPoint", "Wording", "cells_of", "public_line", "public_trend"]

Code = NewType("Code", str)
"""A name from the settings or from a definition: a measure, a unit, a team. Nothing that is said about a person or a case."""

Wording = NewType("Wording", str)
"""Words that the shop or the library wrote for everybody: a title, a definition."""

Bound = Literal["over", "under"]


@frozen
class MeasureNote:
    """What a measure on a board counts.

    Args:
        title: what its shop or plugin calls it; empty for a measure that ships, whose name the texts have.
        subjects: the facts that it is counted from.
    """

    measure: Code
    title: Wording
    definition: Wording = field(repr=False)
    version: int
    subjects: Code

    @classmethod
    def of(cls, measure: Measure) -> MeasureNote:
        """What is told of a measure."""
        title, definition = Wording(measure.title), Wording(measure.definition)
        return cls(Code(measure.name), title, definition, measure.version, Code(measure.facts))


@frozen
class PublicPoint:
    """A figure as anybody may see it.

    Args:
        from_, until: the window.
        value: rounded; None where it is not shown, or there is none.
        bound: where a share says it of fewer than five, ``under``, and of all but fewer than five, ``over``: the figure lies
            on that side of ``value``.
        secret: whether it is not shown because it is about too few, or would give away one that is.
    """

    from_: datetime | None = None
    until: datetime | None = None
    value: float | None = None
    bound: Bound | None = None
    secret: bool = False


def _enough(line: PublicLine, attribute: object, n: int | None) -> None:
    if n is None and (line.value is not None or line.verdict is not Verdict.UNKNOWN):
        raise InvalidInput("A public line", "says nothing where it has no n", got="a figure or a verdict")
    if n is not None and (n < LEAST_PUBLIC or n % LEAST_PUBLIC):
        raise InvalidInput("A public line", f"has an n in steps of {LEAST_PUBLIC}, or none", got=n)


@frozen
class PublicLine:
    """One line of the scoreboard, as anybody may see it.

    Args:
        n: its subjects, rounded down to fives; None where they are fewer. Then there is no figure, and no verdict either.
        value, bound: as of a `PublicPoint`.
        trend: the same of the last complete windows, the judged one last.

    Everything else is as in `BoardLine`. How many subjects rest on a source's word alone is left out: they could be few.

    Raises:
        InvalidInput: an n below five, or a figure without an n.
    """

    measure: Code
    unit: Code
    target: float | None
    better: Code
    statistic: Code
    window: Code
    least_n: int
    definition: Wording = field(repr=False)
    version: int
    from_: datetime | None
    until: datetime | None
    value: float | None
    verdict: Verdict
    reason: Reason | None
    trend: tuple[PublicPoint, ...] = ()
    bound: Bound | None = None
    n: int | None = field(default=None, validator=_enough)


def cells_of(measure: Measure, trend: Iterable[TrendPoint], part: str = "") -> Iterator[Cell]:
    """What the figures of a measure in some windows are about.

    Args:
        part: which of its subjects; empty for all.
    """
    return (Cell(measure.facts, part, point.from_, point.until, point.n) for point in trend)


def public_line(whole: BoardLine, measure: Measure, hidden: Collection[Cell]) -> PublicLine:
    """A line without whatever is about fewer than five subjects.

    Args:
        measure: the line's.
        hidden: the cells of the whole board that are not shown.
    """
    targets = () if whole.target is None else (whole.target,)
    points = public_trend(measure, whole.trend, hidden, targets)
    shown = bool(whole.trend) and whole.n >= LEAST_PUBLIC and not points[-1].secret
    told = points[-1] if shown else PublicPoint()
    return PublicLine(
        measure=Code(whole.measure),
        unit=Code(whole.unit),
        target=whole.target,
        better=Code(whole.better),
        statistic=Code(whole.statistic),
        window=Code(whole.window),
        least_n=whole.least_n,
        definition=Wording(whole.definition),
        version=whole.version,
        from_=whole.from_,
        until=whole.until,
        value=told.value,
        bound=told.bound,
        verdict=whole.verdict if shown else Verdict.UNKNOWN,
        reason=whole.reason if shown else _why_hidden(whole),
        trend=points,
        n=rounded_down(whole.n) if shown else None,
    )


def public_trend(
    measure: Measure,
    trend: Iterable[TrendPoint],
    hidden: Collection[Cell],
    targets: Collection[float] = (),
    part: str = "",
) -> tuple[PublicPoint, ...]:
    """The figures of a measure in some windows, as anybody may see them.

    Args:
        hidden, part: as for `public_line` and `cells_of`.
        targets: what they are held against: rounding never moves a figure to the other side of one.
    """
    points = tuple(trend)
    cells = cells_of(measure, points, part)
    return tuple(
        PublicPoint(point.from_, point.until, secret=True) if cell in hidden else _shown(measure, point, targets)
        for point, cell in zip(points, cells, strict=True)
    )


def _shown(measure: Measure, point: TrendPoint, targets: Collection[float]) -> PublicPoint:
    value, side = point.value, ""
    if value is not None and measure.kind == "share":
        side = few(value, point.n)
    if side:
        return PublicPoint(point.from_, point.until, bounded(side, point.n), cast(Bound, side))
    if value is not None:
        value = float(rounded_down(round(value))) if measure.kind == "count" else rounded(value, measure.unit, targets)
    return PublicPoint(point.from_, point.until, value)


def _why_hidden(whole: BoardLine) -> Reason:
    return Reason.TOO_FEW if whole.from_ is not None else Reason.NO_COMPLETE_WINDOW
