"""What figures show and what they don't: signals among the noise, and whether a lead measure leads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from attrs import evolve, frozen

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.goals import Objective
from incidentkit.domain.times import Due, instant
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.measures.charting import MeasureChart, Statistic, chart_of
from incidentkit.measures.figures import Row
from incidentkit.measures.leading import ALPHA, LAGS, SHUFFLES, LeadEvidence, corrected, leads
from incidentkit.measures.measure import Clock
from incidentkit.measures.windows import Window, first_instant, windows

__all__ = ["lead_evidence", "leading", "signals"]

Segment = tuple[str, str]
"""What a measure is cut to: a segment that it has, and its value."""

_WEEK = "week"
_REACH = timedelta(weeks=max(LAGS))
_HALF_A_WEEK = timedelta(days=3.5)
"""Into a week from its beginning, so that a change of the clocks does not matter."""


# --- Is it signal? -----------------------------------------------------------------------------------------------


def signals(
    runtime: Runtime,
    name: str,
    by: str,
    segment: Segment | None,
    since: Due | None,
    until: Due | None,
    clock: Clock,
    statistic: Statistic,
    least_n: int,
    baseline: tuple[Due, Due] | None,
    excluding: Collection[Due],
    rules: Collection[str],
) -> MeasureChart:
    """See `Desk.signals`."""
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        measure = reader.measure(name, clock)
        asked = _Asked(name, clock, statistic, segment)
        rows = _trimmed([row for row in _rows(reader, asked, by, since, until) if row.complete])
    reader.keep()
    spans = tuple(_window(row) for row in rows)
    zone = runtime.shop.zone
    chart = chart_of(
        measure,
        rows,
        statistic=statistic,
        least_n=least_n,
        rules=rules,
        baseline=None if baseline is None else _within(spans, *(first_instant(day, zone, "baseline") for day in baseline)),
        excluding=[_holding(spans, first_instant(day, zone, "excluding")) for day in excluding],
    )
    unit_of = runtime.shop.currency if measure.unit == "money" else measure.unit
    counts = tuple(row.n for row in rows)
    return MeasureChart(
        name, unit_of, measure.better, measure.version, statistic, by, segment, reader.as_of, spans, counts, chart
    )


def _trimmed(rows: list[Row]) -> list[Row]:
    """Without the windows before the first figure and after the last."""
    there = [place for place, row in enumerate(rows) if row.value is not None]
    return rows[there[0] : there[-1] + 1] if there else []


def _within(spans: Sequence[Window], since: datetime, until: datetime) -> list[int]:
    """The places of the windows that lie inside."""
    found = [place for place, span in enumerate(spans) if since <= span.from_ and span.until <= until]
    if not found:
        raise InvalidInput("baseline", "must hold a complete window", got="none", next="Give an earlier or a longer one.")
    return found


def _holding(spans: Sequence[Window], day: datetime) -> int:
    """The place of the window that a day lies in."""
    for place, span in enumerate(spans):
        if span.from_ <= day < span.until:
            return place
    raise InvalidInput("excluding", "must name days of complete windows", got=day.date().isoformat())


# --- Does it lead? -----------------------------------------------------------------------------------------------


def leading(
    runtime: Runtime,
    lead: str,
    lag: str,
    since: Due | None,
    until: Due | None,
    lead_statistic: Statistic,
    lag_statistic: Statistic,
    pairs: int,
) -> LeadEvidence:
    """See `Desk.leads`."""
    first, second = _Asked(lead, statistic=lead_statistic), _Asked(lag, statistic=lag_statistic)
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        found = _evidence(reader, runtime.shop.zone, first, second, since, until, pairs)
    reader.keep()
    return found


def lead_evidence(runtime: Runtime, objective_id: str) -> tuple[LeadEvidence, ...]:
    """See `Desk.lead_evidence`."""
    with runtime.store.reading() as unit:
        held = unit.any(objective_id)
        if held is None or not isinstance(held.state, Objective):
            raise UnknownIdError("An objective", "must be in the record", got=str(objective_id)[:64])
        reader = FigureReader(runtime, unit, instant(runtime.clock(), "The desk's clock"))
        pairs = _pairs(held.state)
        found = [_evidence(reader, runtime.shop.zone, *pair, None, None, 1, len(pairs)) for pair in pairs]
    reader.keep()
    return corrected(found)


@frozen
class _Asked:
    """What is asked of a measure."""

    name: str
    clock: Clock = "elapsed"
    statistic: Statistic = "value"
    segment: Segment | None = None


def _pairs(objective: Objective) -> list[tuple[_Asked, _Asked]]:
    """Each lead measure with each Key Result that it should move, once."""
    found = [
        (_Asked(lead), _Asked(result.measure, result.clock, result.statistic, segment))
        for result in objective.key_results
        for segment in [None if result.segment is None else (result.segment.kind, result.segment.value)]
        for lead in result.lead_measures
    ]
    return list(dict.fromkeys(found))


def _evidence(
    reader: FigureReader,
    zone: str,
    lead: _Asked,
    lag: _Asked,
    since: Due | None,
    until: Due | None,
    pairs: int,
    together: int = 1,
) -> LeadEvidence:
    """The evidence of one pair.

    Args:
        pairs: what its p is multiplied by.
        together: how many are corrected afterwards, so that there must be shuffles enough for them.
    """
    both = [_figures(_rows(reader, asked, _WEEK, since, until), asked.statistic) for asked in (lead, lag)]
    weeks = _weeks(zone, *both)
    first, second = ([figures.get(week) for week in weeks] for figures in both)
    count = max(SHUFFLES, round(max(pairs, together) / ALPHA))
    found = leads(first, second, shuffles=_shuffles(len(weeks), count), pairs=pairs)
    alike = reader.measure(lead.name, lead.clock).better == reader.measure(lag.name, lag.clock).better
    hoped = None if found.association is None else (found.association > 0) == alike
    return evolve(found, lead=lead.name, lag=lag.name, hoped=hoped)


def _figures(rows: Sequence[Row], statistic: Statistic) -> dict[datetime, float]:
    """The figure of each week, by its beginning; without those of nothing, and those that can still change."""
    figures = {_window(row).from_: _figure(row, statistic) for row in rows if row.complete}
    return {week: figure for week, figure in figures.items() if figure is not None}


def _weeks(zone: str, lead: Collection[datetime], lag: Collection[datetime]) -> list[datetime]:
    """The beginnings of the weeks in which one can have to do with the other."""
    if not lead or not lag:
        return []
    since, until = max(min(lead), min(lag) - _REACH), min(max(lead) + _REACH, max(lag))
    return [week.from_ for week in windows(_WEEK, zone, since + _HALF_A_WEEK, until + _HALF_A_WEEK)]


def _figure(row: Row, statistic: Statistic) -> float | None:
    return {"value": row.value, "p50": row.p50, "p90": row.p90}[statistic]


@lru_cache(maxsize=8)
def _shuffles(weeks: int, count: int) -> tuple[tuple[int, ...], ...]:
    """Orders of that many weeks; always the same ones, so that the same record gives the same answer."""
    chance = Random(f"{weeks} weeks in {count} orders")  # noqa: S311 - nothing here is a secret
    return tuple(tuple(chance.sample(range(weeks), weeks)) for _ in range(count))


# --- Figures by window -------------------------------------------------------------------------------------------


def _rows(reader: FigureReader, asked: _Asked, by: str, since: Due | None, until: Due | None) -> list[Row]:
    """The windows of a measure, of one segment where it is cut to one."""
    if asked.segment is None:
        return list(reader.figures(asked.name, by, since, until, asked.clock).rows)
    kind, value = asked.segment
    rows = reader.figures(asked.name, (by, kind), since, until, asked.clock).rows
    return [row for row in rows if row.segment == value]


def _window(row: Row) -> Window:
    assert row.from_ is not None, "a window has a beginning"
    assert row.until is not None, "a window has an end"
    return Window(row.from_, row.until)
