"""How goals stand by the record: their windows read, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Timer
from incidentkit.domain.goals import KeptForecast, KeyResult, Objective, Segment
from incidentkit.domain.times import instant
from incidentkit.goals.forecast import Forecast
from incidentkit.goals.pace import begins, final_window, pace_in
from incidentkit.goals.progress import BEFORE, Course, forecast_of
from incidentkit.goals.progress import progress_of as of_course
from incidentkit.goals.scoring import ForecastRecord, scored
from incidentkit.goals.verdicts import ObjectiveProgress, overall
from incidentkit.measures.figures import Row
from incidentkit.measures.freshness import is_stale
from incidentkit.measures.measure import Clock, Measure
from incidentkit.measures.windows import Window, complete_windows, windows
from incidentkit.rules.goals import FORECAST
from incidentkit.store.freshness import last_news

__all__ = ["foreseen", "progress_of", "read_progress", "read_record", "rows_of"]


def read_progress(runtime: Runtime, objective_id: str) -> ObjectiveProgress:
    """How one Objective stands now, in one reading."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        state = unit.load("objective", objective_id).state
        assert isinstance(state, Objective)
        found = progress_of(runtime, reader, state, last_news(unit))
    reader.keep()
    return found


def progress_of(
    runtime: Runtime, reader: FigureReader, objective: Objective, known_until: datetime | None
) -> ObjectiveProgress:
    """How an Objective stands.

    Args:
        known_until: when the record had its last news; None for never.
    """
    stale = is_stale(known_until, reader.as_of, runtime.shop.stale_after)
    every = tuple(of_course(_course(runtime, reader, key_result, stale)) for key_result in objective.key_results)
    return ObjectiveProgress(objective, reader.as_of, every, overall(every))


def read_record(runtime: Runtime, objective_id: str) -> ForecastRecord:
    """The forecasts that were kept of an Objective, held against what came."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        objective = unit.load("objective", objective_id).state
        assert isinstance(objective, Objective)
        figures = {
            (key_result.id, span.from_): value
            for key_result in objective.key_results
            for span, value in _known(_course(runtime, reader, key_result, stale=False))
        }
    reader.keep()
    key_results = {key_result.id: key_result for key_result in objective.key_results}
    return scored(objective.id, objective.forecasts, key_results, figures)


def foreseen(runtime: Runtime, timer: Timer) -> tuple[KeptForecast, ...]:
    """What is foreseen of an Objective whose time for that has come; nothing for any other timer.

    Read before the transaction that keeps it: nobody has to wait for it.
    """
    if timer.name != FORECAST:
        return ()
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        held = unit.any(timer.stream)
        state = None if held is None else held.state
        if not isinstance(state, Objective) or not state.running:
            return ()
        stale = is_stale(last_news(unit), reader.as_of, runtime.shop.stale_after)
        courses = [_course(runtime, reader, key_result, stale) for key_result in state.key_results]
    reader.keep()
    return tuple(kept for course in courses if not course.stale for kept in _foreseen(course))


# --- One Key Result ----------------------------------------------------------------------------------------------


def _course(runtime: Runtime, reader: FigureReader, key_result: KeyResult, stale: bool) -> Course:
    zone, clock = runtime.shop.zone, key_result.clock
    measure = reader.measure(key_result.measure, clock)
    known = min(reader.as_of, final_window(key_result, zone).until + measure.maturity)
    since = begins(key_result, zone)
    count = BEFORE + len(windows(key_result.window, zone, since, known))
    spans = complete_windows(key_result.window, zone, known, count, measure.maturity)
    rows = rows_of(reader, measure, key_result.window, spans, key_result.segment, clock)
    unit = runtime.shop.currency if measure.unit == "money" else measure.unit
    return Course(key_result, measure, _recorded(rows), reader.as_of, zone, unit, stale)


def rows_of(
    reader: FigureReader, measure: Measure, window: str, spans: Sequence[Window], segment: Segment | None, clock: Clock
) -> tuple[Row, ...]:
    """A measure's figures in windows that follow each other: those of all subjects, or of a segment."""
    if not spans:
        return ()
    by = window if segment is None else (window, segment.kind)
    found = reader.figures(measure.name, by, spans[0].from_, spans[-1].until, clock)
    wanted = None if segment is None else segment.value
    known = {row.from_: row for row in found.rows if row.segment == wanted}
    return tuple(known.get(span.from_) or _nothing(measure, span, wanted) for span in spans)


def _nothing(measure: Measure, span: Window, segment: str | None) -> Row:
    """A window in which a segment had no subjects."""
    return Row(span.from_, span.until, segment, 0, 0.0 if measure.kind == "count" else None, complete=True)


def _recorded(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Without the windows at the beginning that nothing was recorded in: the shop may not have been there."""
    first = next((place for place, row in enumerate(rows) if row.n or row.open), len(rows))
    return tuple(rows[first:])


def _known(course: Course) -> list[tuple[Window, float]]:
    return [(span, value) for span, value in zip(course.spans, course.values, strict=True) if value is not None]


def _foreseen(course: Course) -> list[KeptForecast]:
    """Of the next window and of the one that decides, as far as they are still to come."""
    if not course.rows or course.decided:
        return []
    key_result, last = course.key_result, course.spans[-1]
    final = final_window(key_result, course.zone)
    following = windows(key_result.window, course.zone, last.until, final.until)
    found = [("next", following[0])] if len(following) > 1 else []
    made = ((horizon, window, forecast_of(course, window)) for horizon, window in [*found, ("end", final)])
    return [_kept(course, horizon, window, forecast) for horizon, window, forecast in made if forecast is not None]


def _kept(course: Course, horizon: str, window: Window, forecast: Forecast) -> KeptForecast:
    return KeptForecast(
        key_result=course.key_result.id,
        made_at=course.as_of,
        horizon="next" if horizon == "next" else "end",
        from_=window.from_,
        until=window.until,
        low=forecast.low,
        mid=forecast.mid,
        high=forecast.high,
        against=pace_in(course.key_result, window, course.zone),
        chance=forecast.chance,
        confidence=forecast.confidence,
        method=forecast.method,
    )
