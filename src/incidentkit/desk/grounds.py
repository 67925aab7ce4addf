"""What shop and record know about a goal before it is set: its measures, its baseline, its best window."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.progressing import rows_of
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.goals import Baseline, GoalClock, GoalStatistic, KeyResult, Stated
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.goals.checks import Grounds, Lack, Surroundings, lacks_of, start_of, target_of
from incidentkit.goals.objectives import KeyResultDraft, ObjectiveDraft
from incidentkit.goals.restating import open_share
from incidentkit.measures.figures import Row
from incidentkit.measures.measure import Clock, Measure
from incidentkit.measures.windows import complete_windows, first_instant
from incidentkit.rules.hours import hours_of
from incidentkit.store.objectives import running_objectives
from incidentkit.store.unit import Unit

__all__ = ["check_draft", "settled"]

_RECENT = 52
_FOUR_WEEKS = timedelta(weeks=4)


def check_draft(
    runtime: Runtime, unit: Unit, reader: FigureReader, draft: ObjectiveDraft, but: str | None = None
) -> tuple[tuple[Lack, ...], tuple[Grounds, ...]]:
    """What a completed draft lacks, and what is known about each of its Key Results.

    Args:
        but: the id of an Objective that it would take the place of.
    """
    shop = runtime.shop
    grounds = tuple(_grounds(shop, reader, one) for one in draft.key_results)
    others = tuple(one for one in running_objectives(unit) if one.id != but)
    today = reader.as_of.astimezone(ZoneInfo(shop.zone)).date()
    around = Surroundings(today, tuple(t.name for t in shop.teams), tuple(a.name for a in shop.agents), others)
    return lacks_of(draft, grounds, around), grounds


def settled(one: KeyResultDraft, ground: Grounds) -> KeyResult:
    """The Key Result that a draft without grave lacks comes to: its start and target worked out."""
    start, target = start_of(one, ground), target_of(one, ground)
    assert one.since is not None and one.by_date is not None, "a draft without dates lacks them"  # noqa: PT018
    assert start is not None and target is not None, "a draft without start or target lacks them"  # noqa: PT018
    read = one.start is None or one.kind == "relative"
    baseline = None if one.baseline is None else Baseline(one.baseline.since, one.baseline.until, ground.baseline_n)
    return KeyResult(
        id=one.name,
        title=one.title,
        measure=one.measure,
        kind=one.kind,
        start=start,
        target=target,
        since=one.since,
        by_date=one.by_date,
        statistic=one.statistic,
        window=one.window,
        clock=one.clock,
        segment=one.segment,
        baseline=baseline if read else None,
        stated=_stated(one, ground, read),
        change=one.change if one.kind == "relative" else None,
        lead_measures=one.lead_measures,
        team=one.team,
        owner=one.owner,
        least_n=one.least_n,
    )


def _stated(one: KeyResultDraft, ground: Grounds, read: bool) -> Stated | None:
    """The start in the other clock: as people said it, or as the baseline came to."""
    if read:
        return None if ground.baseline_other is None else Stated(ground.baseline_other, _other(one.clock))
    if one.start_clock is None or one.start_clock == one.clock or one.start is None:
        return None
    return Stated(one.start, one.start_clock)


def _grounds(shop: Shop, reader: FigureReader, one: KeyResultDraft) -> Grounds:
    measure = _measure(reader, one.measure, one.clock)
    leads = tuple(_measure(reader, name) for name in one.lead_measures)
    share = _open_share(shop, one)
    if measure is None:
        return Grounds(None, _measure(reader, one.measure) is not None, leads, open_share=share)
    try:
        row = _baseline(reader, measure, one, one.clock)
        other = _baseline(reader, measure, one, _other(one.clock)) if measure.working is not None else None
        recent = _recent(shop, reader, measure, one)
    except InvalidInput:  # it can't be cut by that segment, which the check says
        return Grounds(measure, True, leads, open_share=share)
    return Grounds(
        measure=measure,
        measured=True,
        leads=leads,
        baseline=None if row is None or row.n < 1 else _figure(row, one.statistic),
        baseline_other=None if other is None else _figure(other, one.statistic),
        baseline_n=0 if row is None else row.n,
        baseline_open=one.baseline is not None and _midnight(one.baseline.until, shop) + measure.maturity > reader.as_of,
        recent=recent,
        open_share=share,
    )


def _measure(reader: FigureReader, name: str, clock: Clock = "elapsed") -> Measure | None:
    try:
        return reader.measure(name, clock)
    except InvalidInput:
        return None


def _baseline(reader: FigureReader, measure: Measure, one: KeyResultDraft, clock: Clock) -> Row | None:
    if one.baseline is None or one.baseline.until <= one.baseline.since:
        return None
    by = None if one.segment is None else one.segment.kind
    found = reader.figures(measure.name, by, one.baseline.since, one.baseline.until, clock)
    wanted = None if one.segment is None else one.segment.value
    return next((row for row in found.rows if row.segment == wanted), None)


def _recent(shop: Shop, reader: FigureReader, measure: Measure, one: KeyResultDraft) -> tuple[tuple[float | None, int], ...]:
    spans = complete_windows(one.window, shop.zone, reader.as_of, _RECENT, measure.maturity)
    rows = rows_of(reader, measure, one.window, spans, one.segment, one.clock)
    first = next((place for place, row in enumerate(rows) if row.n), len(rows))
    return tuple((_figure(row, one.statistic), row.n) for row in rows[first:])


def _open_share(shop: Shop, one: KeyResultDraft) -> float:
    """The share of the time before it begins that its team is open: of its baseline's days, else of four weeks."""
    if one.since is None:
        return 0.0
    until = _midnight(one.since, shop)
    since = until - _FOUR_WEEKS if one.baseline is None else _midnight(one.baseline.since, shop)
    team = one.team if shop.team(one.team) is not None else shop.default_team
    return open_share(hours_of(shop, team), since, until)


def _midnight(day: date, shop: Shop) -> datetime:
    return first_instant(day, shop.zone, "since")


def _figure(row: Row, statistic: GoalStatistic) -> float | None:
    return {"value": row.value, "p50": row.p50, "p90": row.p90}[statistic]


def _other(clock: GoalClock) -> GoalClock:
    return "elapsed" if clock == "working" else "working"
