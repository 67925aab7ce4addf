"""A line of the scoreboard: the figure of the last complete window held against its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from incidentkit.domain.shop import ScoreboardLine
from incidentkit.errors import InvalidInput
from incidentkit.measures.figures import Figures, Row

__all__ = ["TREND", "BoardLine", "Reason", "TrendPoint", "Verdict", "trend_of", "verdict"]

TREND = 13
"""How many complete windows a line shows at most, the judged one last."""


class Verdict(StrEnum):
    """What a line says in one word."""

    WINNING = "winning"
    LOSING = "losing"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a verdict is unknown."""

    NO_TARGET = "no_target"
    NO_COMPLETE_WINDOW = "no_complete_window"
    TOO_OLD = "too_old"
    TOO_FEW = "too_few"
    NO_FIGURE = "no_figure"
    INCOMPLETE = "incomplete"
    NOT_BEGUN = "not_begun"
    NOT_DUE = "not_due"
    TOO_SHORT = "too_short"
    NOISY = "noisy"


@frozen
class TrendPoint:
    """A figure in one complete window.

    Args:
        from_, until: the window.
        n, value: its subjects, and what they came to; None for no figure.
    """

    from_: datetime
    until: datetime
    n: int
    value: float | None


@frozen
class BoardLine:
    """One line of the scoreboard.

    Args:
        measure, unit, target, better, statistic, window, least_n: what is judged, as in the shop's settings.
        definition, version: what the measure says, and the number of that definition.
        from_, until: the last complete window; None while there is none.
        n, value: its subjects, and the statistic held against the target.
        claimed: how many of n rest on a source's word alone; None where that does not apply.
        verdict: winning where the target is met, losing where not, else unknown.
        reason: why it is unknown; None when it is not.
        trend: the statistic in the last complete windows, the judged one last.
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
    n: int
    claimed: int | None
    value: float | None
    verdict: Verdict
    reason: Reason | None
    trend: tuple[TrendPoint, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "measure": self.measure,
            "unit": self.unit,
            "target": self.target,
            "better": self.better,
            "statistic": self.statistic,
            "window": self.window,
            "least_n": self.least_n,
            "definition": self.definition,
            "version": self.version,
            "from": self.from_.isoformat() if self.from_ else None,
            "until": self.until.isoformat() if self.until else None,
            "n": self.n,
            "claimed": self.claimed,
            "value": self.value,
            "verdict": self.verdict.value,
            "reason": self.reason.value if self.reason else None,
            "trend": [point.value for point in self.trend],
        }


def verdict(line: ScoreboardLine, figures: Figures, as_of: datetime, *, stale: bool = False) -> BoardLine:
    """How ``line`` stands by the last window of ``figures`` that is complete at ``as_of``.

    Args:
        figures: the line's measure, by the line's window.
        stale: whether the record has had no news for too long: then the line is unknown, and never winning.

    Raises:
        InvalidInput: the figures are of another measure, or of none that there is.
    """
    if figures.measure != line.measure:
        raise InvalidInput(f"The line for {line.measure}", "is judged by that measure's figures", got=figures.measure)
    complete = [row for row in figures.rows if row.complete and row.until is not None and row.until <= as_of]
    last = complete[-1] if complete else None
    value = _statistic(line.statistic, last) if last else None
    reason = _unknown(line, last, value, stale)
    return BoardLine(
        measure=line.measure,
        unit=figures.unit,
        target=line.target,
        better=line.better,
        statistic=line.statistic,
        window=line.window,
        least_n=line.least_n,
        definition=figures.definition,
        version=figures.version,
        from_=last.from_ if last else None,
        until=last.until if last else None,
        n=last.n if last else 0,
        claimed=last.claimed if last else None,
        value=value,
        verdict=Verdict.UNKNOWN if reason else _judged(line, value),
        reason=reason,
        trend=trend_of(line.statistic, complete)[-TREND:],
    )


def trend_of(statistic: str, rows: Sequence[Row]) -> tuple[TrendPoint, ...]:
    """One statistic of rows that have both bounds: ``value``, ``p50`` or ``p90``."""
    return tuple(
        TrendPoint(row.from_, row.until, row.n, _statistic(statistic, row))
        for row in rows
        if row.from_ is not None and row.until is not None
    )


def _statistic(statistic: str, row: Row) -> float | None:
    return {"value": row.value, "p50": row.p50, "p90": row.p90}[statistic]


def _unknown(line: ScoreboardLine, last: Row | None, value: float | None, stale: bool) -> Reason | None:
    if line.target is None:
        return Reason.NO_TARGET
    if last is None:
        return Reason.NO_COMPLETE_WINDOW
    if stale:
        return Reason.TOO_OLD
    if last.n < line.least_n:
        return Reason.TOO_FEW
    return Reason.NO_FIGURE if value is None else None


def _judged(line: ScoreboardLine, value: float | None) -> Verdict:
    assert line.target is not None, "without a target it is unknown"
    assert value is not None, "without a figure it is unknown"
    met = value >= line.target if line.better == "up" else value <= line.target
    return Verdict.WINNING if met else Verdict.LOSING
