"""From a measure's windows to how a Key Result stands: its reading, pace, forecast and verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.goals import KeyResult
from incidentkit.goals.forecast import Forecast, Seen, foresee
from incidentkit.goals.pace import begins, final_window, meets, pace, pace_in, within
from incidentkit.goals.turning import noise, turns
from incidentkit.goals.verdicts import KeyResultPoint, KeyResultProgress, Reading
from incidentkit.measures.charting import chart_of
from incidentkit.measures.figures import Row
from incidentkit.measures.measure import Measure
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.windows import Window, windows

__all__ = ["BEFORE", "MOST_OPEN", "Course", "forecast_of", "progress_of"]

BEFORE = 26
"""So many windows before it began say how much its figure varies by itself."""

MOST_OPEN = 0.1
"""Where more of a window's subjects than that have no end yet, its figure is of those that were quick."""


@frozen
class Course:
    """A Key Result's complete windows that meet without a gap, the earliest first, some of them before it began.

    Args:
        rows: figures of the windows, those of ``segment`` where the Key Result has one.
        unit: the shop's currency for amounts, else the measure's unit.
        stale: whether the record has had no news for too long.
    """

    key_result: KeyResult
    measure: Measure
    rows: tuple[Row, ...]
    as_of: datetime
    zone: str
    unit: str
    stale: bool = False

    @property
    def spans(self) -> tuple[Window, ...]:
        """The windows."""
        return tuple(Window(*_bounds(row)) for row in self.rows)

    @property
    def judged(self) -> tuple[int, ...]:
        """The places of the windows that lie in its time."""
        return tuple(place for place, span in enumerate(self.spans) if within(self.key_result, span, self.zone))

    @property
    def values(self) -> tuple[float | None, ...]:
        """Its statistic in each window; None where too few subjects say nothing."""
        least = self.key_result.least_n
        counts = self.measure.kind == "count"
        return tuple(_statistic(self.key_result, row) if counts or row.n >= least else None for row in self.rows)

    @property
    def decided(self) -> bool:
        """Whether the window that decides is complete."""
        final = final_window(self.key_result, self.zone)
        return any(span.until == final.until for span in self.spans)


def progress_of(course: Course) -> KeyResultProgress:
    """How a Key Result stands by its complete windows."""
    key_result, judged = course.key_result, course.judged
    last = judged[-1] if judged else None
    sigmas = noise(course.values, [row.n for row in course.rows], course.measure.kind == "share")
    trend = _trend(course, sigmas)
    reason = _unknown(course, last, sigmas)
    verdict = Verdict.UNKNOWN if reason else _verdict(course, trend)
    return KeyResultProgress(
        key_result=key_result,
        unit=course.unit,
        reading=None if last is None else _reading(course, last),
        should_be=pace(key_result, course.as_of, course.zone),
        expected=trend[-1].should_be if trend else None,
        forecast=None if course.decided or course.stale else forecast_of(course, final_window(key_result, course.zone)),
        verdict=verdict,
        reason=reason,
        since=None if reason else _since(trend, verdict),
        trend=trend,
        signal=None if last is None or reason else _signal(course, last),
    )


def forecast_of(course: Course, window: Window) -> Forecast | None:
    """What the figure of a window to come will be; None from too few windows, or where that has come."""
    if not course.rows:
        return None
    _, known_until = _bounds(course.rows[-1])
    ahead = len(windows(course.key_result.window, course.zone, known_until, window.until))
    wanted = pace_in(course.key_result, window, course.zone)
    start = begins(course.key_result, course.zone)
    seen = tuple(
        Seen(value, row.n, span.until > start)
        for value, row, span in zip(course.values, course.rows, course.spans, strict=True)
    )
    return foresee(seen, ahead, wanted, course.key_result.better == "up", _limits(course.measure, course.values))


def _limits(measure: Measure, values: Sequence[float | None]) -> tuple[float | None, float | None]:
    """What the measure can't pass; a score that was never below 0 is of a scale that does not go there."""
    if measure.kind == "share":
        return 0.0, 1.0
    if measure.kind == "nps":
        return -100.0, 100.0
    below = any(value is not None and value < 0 for value in values)
    return (None, None) if measure.kind == "score" and below else (0.0, None)


# --- The verdict -------------------------------------------------------------------------------------------------


def _unknown(course: Course, last: int | None, sigmas: Sequence[float | None]) -> Reason | None:
    """Why nobody can say; the first reason that holds."""
    if course.as_of < begins(course.key_result, course.zone):
        return Reason.NOT_BEGUN
    if course.stale and not course.decided:
        return Reason.TOO_OLD
    if last is None:
        return Reason.NO_COMPLETE_WINDOW
    row, key_result = course.rows[last], course.key_result
    if row.n < key_result.least_n and course.measure.kind != "count":
        return Reason.TOO_FEW
    value = course.values[last]
    if value is None:
        return Reason.NO_FIGURE
    if row.open and row.open > MOST_OPEN * (row.n + row.open) and course.measure.at_end is None:
        return Reason.INCOMPLETE
    if course.decided or (key_result.kind == "milestone" and meets(key_result, value, key_result.target)):
        return None
    if key_result.kind == "milestone":
        return Reason.NOT_DUE
    return _lost_in_noise(key_result, sigmas[last])


def _lost_in_noise(key_result: KeyResult, sigma: float | None) -> Reason | None:
    if sigma is None:
        return Reason.TOO_SHORT
    return Reason.NOISY if sigma >= abs(key_result.target - key_result.start) else None


def _verdict(course: Course, trend: tuple[KeyResultPoint, ...]) -> Verdict:
    value = trend[-1].value
    assert value is not None, "without a figure it is unknown"
    if course.decided or course.key_result.kind == "milestone":
        return Verdict.WINNING if meets(course.key_result, value, course.key_result.target) else Verdict.LOSING
    return trend[-1].verdict


def _trend(course: Course, sigmas: Sequence[float | None]) -> tuple[KeyResultPoint, ...]:
    spans, values = course.spans, course.values
    wanted = {place: pace_in(course.key_result, spans[place], course.zone) for place in course.judged}
    scores = [_score(course.key_result, values[place], sigmas[place], goal) for place, goal in wanted.items()]
    return tuple(
        KeyResultPoint(spans[place].from_, spans[place].until, values[place], course.rows[place].n, wanted[place], verdict)
        for place, verdict in zip(wanted, turns(scores), strict=True)
    )


def _score(key_result: KeyResult, value: float | None, sigma: float | None, wanted: float) -> float | None:
    """How far ahead of its pace a figure is, in standard deviations."""
    if value is None or sigma is None:
        return None
    ahead = value - wanted if key_result.better == "up" else wanted - value
    if sigma:
        return ahead / sigma
    return 0.0 if ahead == 0 else math.copysign(math.inf, ahead)


def _since(trend: Sequence[KeyResultPoint], verdict: Verdict) -> datetime:
    """The start of the first window of those at the end that say the same."""
    since = trend[-1].from_
    for point in reversed(trend):
        if point.verdict is not verdict:
            break
        since = point.from_
    return since


def _signal(course: Course, last: int) -> Literal["better", "worse"] | None:
    """Whether a figure is beyond the limits that the windows before the goal give."""
    first = course.judged[0]
    before = range(first)
    if sum(course.values[place] is not None for place in before) < 2:
        return None
    chart = chart_of(course.measure, course.rows, statistic=course.key_result.statistic, baseline=before)
    if not chart.points[last].signals:
        return None
    return "better" if chart.above(last) == (course.key_result.better == "up") else "worse"


# --- Rows --------------------------------------------------------------------------------------------------------


def _reading(course: Course, place: int) -> Reading:
    row = course.rows[place]
    from_, until = _bounds(row)
    return Reading(
        value=_statistic(course.key_result, row),
        n=row.n,
        from_=from_,
        until=until,
        as_of=course.as_of,
        version=course.measure.version,
        complete=bool(row.complete),
        open=row.open,
        claimed=row.claimed,
    )


def _statistic(key_result: KeyResult, row: Row) -> float | None:
    return {"value": row.value, "p50": row.p50, "p90": row.p90}[key_result.statistic]


def _bounds(row: Row) -> tuple[datetime, datetime]:
    assert row.from_ is not None and row.until is not None, "a window has two ends"  # noqa: PT018
    return row.from_, row.until
