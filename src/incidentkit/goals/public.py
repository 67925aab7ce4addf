"""The scoreboard for anybody: a type of its own, in which there is no place for a person, nor for fewer than five cases."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from attrs import field, frozen

from incidentkit.domain.goals import KeyResult
from incidentkit.errors import InvalidInput
from incidentkit.goals.board import Commitments
from incidentkit.goals.verdicts import KeyResultProgress, ObjectiveProgress
from incidentkit.measures.measure import Measure
from incidentkit.measures.public import Bound, Code, MeasureNote, PublicLine, PublicPoint, Wording, cells_of, public_trend
from incidentkit.measures.scoreboard import Reason, TrendPoint, Verdict
from incidentkit.measures.suppression import LEAST_PUBLIC, Cell, few, rounded, rounded_down

__all__ = [
    "PERSONAL",
    "PublicBoard",
    "PublicCommitments",
    "PublicForecast",
    "PublicGoal",
    "PublicKeyResult",
    "PublicTeam",
    "goal_cells",
    "public_commitments",
    "public_goal",
]

PERSONAL = frozenset({"account", "agent"})
"""Segments that are about one person, or one customer: what is cut by them is nobody else's business."""


def _shown(key_result: PublicKeyResult, attribute: object, n: int | None) -> None:
    if n is None and (key_result.value is not None or key_result.verdict is not Verdict.UNKNOWN):
        raise InvalidInput("A public Key Result", "says nothing where it has no n", got="a figure or a verdict")
    if n is not None and (n < LEAST_PUBLIC or n % LEAST_PUBLIC):
        raise InvalidInput("A public Key Result", f"has an n in steps of {LEAST_PUBLIC}, or none", got=n)


def _enough(commitments: PublicCommitments, attribute: object, share: float) -> None:
    if commitments.due < LEAST_PUBLIC or commitments.due % LEAST_PUBLIC:
        raise InvalidInput("Public commitments", f"are counted in steps of {LEAST_PUBLIC}", got=commitments.due)


@frozen
class PublicCommitments:
    """What came of a team's commitments in the last complete week.

    Args:
        due: how many fell due, rounded down to fives.
        kept: the share of them that was kept with evidence, in tenths.
    """

    from_: datetime
    until: datetime
    due: int
    kept: float = field(validator=_enough)


@frozen
class PublicTeam:
    """What one team can move; its commitments only where at least five fell due."""

    team: Code
    lines: tuple[PublicLine, ...] = ()
    commitments: PublicCommitments | None = None


@frozen
class PublicForecast:
    """Between which a figure is expected at the end, and how likely it is to be at least as good as the target, in tenths."""

    low: float
    mid: float
    high: float
    chance: float


@frozen
class PublicKeyResult:
    """A Key Result as anybody may see it.

    Args:
        part: of which subjects it is, such as ``carrier`` and its name; None for all.
        start: where it began; None where that was read off fewer than five subjects.
        n: rounded down to fives; None where they are fewer. Then there is no figure, and no verdict either.
        should_be: where the judged figure should be on the way from start to target.
        forecast: None too where it would rest on a window that is not shown.
        trend: the complete windows since it began, the judged one last.
    """

    title: Wording
    measure: Code
    unit: Code
    clock: Code
    statistic: Code
    window: Code
    better: Code
    team: Code
    part: tuple[Code, Code] | None
    start: float | None
    target: float
    since: date
    by_date: date
    milestone: bool
    least_n: int
    from_: datetime | None
    until: datetime | None
    value: float | None
    bound: Bound | None
    should_be: float | None
    forecast: PublicForecast | None
    verdict: Verdict
    reason: Reason | None
    trend: tuple[PublicPoint, ...] = ()
    n: int | None = field(default=None, validator=_shown)


@frozen
class PublicGoal:
    """A goal as anybody may see it: without who answers for it, and without whatever is about one agent or account."""

    title: Wording
    team: Code
    since: date
    until: date
    verdict: Verdict
    key_results: tuple[PublicKeyResult, ...]


@frozen
class PublicBoard:
    """Everything at one instant, as anybody may see it. There is no total over the teams: it would give a hidden one away."""

    as_of: datetime
    shop_name: Wording
    lines: tuple[PublicLine, ...] = ()
    goals: tuple[PublicGoal, ...] = ()
    teams: tuple[PublicTeam, ...] = ()
    measures: tuple[MeasureNote, ...] = ()
    known_until: datetime | None = None
    stale: bool = False


def goal_cells(goal: ObjectiveProgress, measures: Mapping[str, Measure]) -> Iterator[Cell]:
    """What the figures of a goal are about."""
    for each in goal.key_results:
        yield from cells_of(measures[each.key_result.measure], _points(each), _part(each.key_result))


def public_goal(whole: ObjectiveProgress, measures: Mapping[str, Measure], hidden: Collection[Cell]) -> PublicGoal:
    """A goal without whatever is about fewer than five subjects, or about one person.

    Args:
        measures: those of its Key Results, by name.
        hidden: the cells of the whole board that are not shown.
    """
    shown = [each for each in whole.key_results if _segment(each.key_result) not in PERSONAL]
    results = tuple(_key_result(each, measures[each.key_result.measure], hidden) for each in shown)
    return PublicGoal(
        title=Wording(whole.objective.title),
        team=Code(whole.objective.team),
        since=whole.objective.since,
        until=whole.objective.until,
        verdict=_over([each.verdict for each in results]),
        key_results=results,
    )


def _key_result(whole: KeyResultProgress, measure: Measure, hidden: Collection[Cell]) -> PublicKeyResult:
    key_result, reading = whole.key_result, whole.reading
    wanted = [whole.expected] if whole.expected is not None else []
    points = public_trend(measure, _points(whole), hidden, wanted, _part(key_result))
    told = next((p for p in points if reading is not None and (p.from_, p.until) == (reading.from_, reading.until)), None)
    shown = reading is not None and told is not None and not told.secret and reading.n >= LEAST_PUBLIC
    figure = told if shown and told is not None else PublicPoint()
    return PublicKeyResult(
        title=Wording(key_result.title),
        measure=Code(key_result.measure),
        unit=Code(whole.unit),
        clock=Code(key_result.clock),
        statistic=Code(key_result.statistic),
        window=Code(key_result.window),
        better=Code(key_result.better),
        team=Code(key_result.team),
        part=(Code(key_result.segment.kind), Code(key_result.segment.value)) if key_result.segment else None,
        start=_start(key_result, measure),
        target=key_result.target,
        since=key_result.since,
        by_date=key_result.by_date,
        milestone=key_result.kind == "milestone",
        least_n=key_result.least_n,
        from_=reading.from_ if reading else None,
        until=reading.until if reading else None,
        value=figure.value,
        bound=figure.bound,
        should_be=whole.expected if shown else None,
        forecast=_forecast(whole, measure) if shown and not any(point.secret for point in points) else None,
        verdict=whole.verdict if shown else Verdict.UNKNOWN,
        reason=whole.reason if shown else (Reason.TOO_FEW if reading else whole.reason or Reason.NO_COMPLETE_WINDOW),
        trend=points,
        n=rounded_down(reading.n) if reading and shown else None,
    )


def _points(whole: KeyResultProgress) -> tuple[TrendPoint, ...]:
    return tuple(TrendPoint(point.from_, point.until, point.n, point.value) for point in whole.trend)


def _segment(key_result: KeyResult) -> str:
    return key_result.segment.kind if key_result.segment else ""


def _part(key_result: KeyResult) -> str:
    return f"{key_result.segment.kind} {key_result.segment.value}" if key_result.segment else ""


def _start(key_result: KeyResult, measure: Measure) -> float | None:
    baseline = key_result.baseline
    if baseline is None or baseline.n is None:
        return key_result.start
    if baseline.n < LEAST_PUBLIC or (measure.kind == "share" and few(key_result.start, baseline.n)):
        return None
    return rounded(key_result.start, measure.unit, [key_result.target])


def _forecast(whole: KeyResultProgress, measure: Measure) -> PublicForecast | None:
    ahead = whole.forecast
    if ahead is None:
        return None
    low, mid, high = (rounded(value, measure.unit) for value in (ahead.low, ahead.mid, ahead.high))
    return PublicForecast(low, mid, high, round(ahead.chance, 1))


def _over(verdicts: Sequence[Verdict]) -> Verdict:
    """As an Objective's verdict is made from those of its Key Results, here from those that are shown."""
    if Verdict.LOSING in verdicts:
        return Verdict.LOSING
    return Verdict.WINNING if set(verdicts) == {Verdict.WINNING} else Verdict.UNKNOWN


def public_commitments(whole: Commitments | None) -> PublicCommitments | None:
    """Commitments as anybody may see them; None for fewer than five, or where it would be said of fewer than five."""
    if whole is None or whole.due < LEAST_PUBLIC:
        return None
    if any(0 < some < LEAST_PUBLIC for some in (whole.kept, whole.due - whole.kept)):
        return None
    due = whole.due - whole.due % LEAST_PUBLIC
    return PublicCommitments(whole.from_, whole.until, due, round(whole.kept / whole.due, 1))
