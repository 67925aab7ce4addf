"""The scoreboard for anybody: no line says anything about fewer than five cases, and there is no place in it that could."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.errors import InvalidInput
from incidentkit.measures.figures import Figures, Row
from incidentkit.measures.scoreboard import TREND, BoardLine, Reason, Verdict, verdict

__all__ = ["LEAST_PUBLIC", "PublicBoard", "PublicLine", "public_line"]

LEAST_PUBLIC = 5
"""A figure of fewer subjects is nobody's business but the shop's."""


def _enough(line: PublicLine, attribute: object, n: int | None) -> None:
    if n is None and (line.value is not None or line.verdict is not Verdict.UNKNOWN):
        raise InvalidInput("A public line", "says nothing where it has no n", got="a figure or a verdict")
    if n is not None and n < LEAST_PUBLIC:
        raise InvalidInput("A public line", f"has an n of at least {LEAST_PUBLIC}, or none", got=n)


@frozen
class PublicLine:
    """One line of the scoreboard, as anybody may see it.

    Args:
        n: its subjects; None where they are fewer than five. Then there is no figure, and no verdict either.
        value: as in `BoardLine`; None also for a share that counts fewer than five of its subjects. The verdict stays then.
        trend: the figures of the last complete windows, the judged one last; None as for ``value``.

    Everything else is as in `BoardLine`. How many subjects rest on a source's word alone is left out: they could be few.

    Raises:
        InvalidInput: an n below five, or a figure without an n.
    """

    measure: str
    unit: str
    target: float | None
    better: str
    statistic: str
    window: str
    least_n: int
    definition: str = field(repr=False)
    version: int
    from_: datetime | None
    until: datetime | None
    value: float | None
    verdict: Verdict
    reason: Reason | None
    trend: tuple[float | None, ...] = ()
    n: int | None = field(default=None, validator=_enough)


@frozen
class PublicBoard:
    """All lines at one instant."""

    as_of: datetime
    shop_name: str
    lines: tuple[PublicLine, ...] = ()


def public_line(line: ScoreboardLine, figures: Figures, as_of: datetime) -> PublicLine:
    """How a line stands, as `verdict` judges it, without whatever is about fewer than five subjects."""
    whole = verdict(line, figures, as_of)
    complete = [row for row in figures.rows if row.complete and row.until is not None and row.until <= as_of]
    shown = whole.n >= LEAST_PUBLIC
    return PublicLine(
        measure=whole.measure,
        unit=whole.unit,
        target=whole.target,
        better=whole.better,
        statistic=whole.statistic,
        window=whole.window,
        least_n=whole.least_n,
        definition=whole.definition,
        version=whole.version,
        from_=whole.from_,
        until=whole.until,
        value=_figure(whole.unit, whole.value, whole.n),
        verdict=whole.verdict if shown else Verdict.UNKNOWN,
        reason=whole.reason if shown else _why_hidden(whole),
        trend=_trend(whole, complete[-TREND:]),
        n=whole.n if shown else None,
    )


def _why_hidden(whole: BoardLine) -> Reason:
    return Reason.TOO_FEW if whole.from_ is not None else Reason.NO_COMPLETE_WINDOW


def _trend(whole: BoardLine, rows: Sequence[Row]) -> tuple[float | None, ...]:
    return tuple(_figure(whole.unit, value, row.n) for value, row in zip(whole.trend, rows, strict=True))


def _figure(unit: str, value: float | None, n: int) -> float | None:
    """The figure, unless it is about fewer than five subjects, or a share says of fewer than five that they are so."""
    if value is None or n < LEAST_PUBLIC:
        return None
    few = unit == "share" and 0 < round(value * n) < LEAST_PUBLIC
    return None if few else value
