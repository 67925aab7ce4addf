"""What a goal's part of the page is made from, whether of the whole board or of the one for anybody."""

from __future__ import annotations

from datetime import date, datetime

from attrs import frozen

from incidentkit.goals.public import PublicGoal, PublicKeyResult
from incidentkit.goals.verdicts import KeyResultProgress, ObjectiveProgress
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.web.figures.ask import FigureAsk

__all__ = ["Expected", "GoalView", "KeyResultView", "goal_view"]


@frozen
class Expected:
    """Where a figure will be at the end, and how likely it is to be good enough."""

    low: float
    mid: float
    high: float
    chance: float


@frozen
class KeyResultView:
    """A Key Result, ready to be shown.

    Args:
        part: of which subjects it is: a segment and its value.
        stated: the start as people said it, in the other clock, and that clock.
        bound: on which side of ``value`` the figure lies, where that is all that is told.
        public: whether anybody sees it: then n is in fives, and figures of few are left out.
    """

    title: str
    ask: FigureAsk
    unit: str
    better: str
    team: str
    part: tuple[str, str] | None
    start: float | None
    stated: tuple[float, str] | None
    target: float
    since: date
    by_date: date
    milestone: bool
    least_n: int
    from_: datetime | None
    until: datetime | None
    n: int | None
    value: float | None
    bound: str
    should_be: float | None
    expected: Expected | None
    verdict: Verdict
    reason: Reason | None
    signal: str
    trend: tuple[tuple[datetime, datetime, float | None], ...]
    public: bool


@frozen
class GoalView:
    """A goal, ready to be shown."""

    title: str
    team: str
    since: date
    until: date
    verdict: Verdict
    key_results: tuple[KeyResultView, ...]


def goal_view(goal: ObjectiveProgress | PublicGoal) -> GoalView:
    """What is shown of a goal."""
    if isinstance(goal, PublicGoal):
        results = tuple(_public(each) for each in goal.key_results)
        return GoalView(goal.title, goal.team, goal.since, goal.until, goal.verdict, results)
    about, results = goal.objective, tuple(_whole(each) for each in goal.key_results)
    return GoalView(about.title, about.team, about.since, about.until, goal.verdict, results)


def _whole(progress: KeyResultProgress) -> KeyResultView:
    about, reading, ahead = progress.key_result, progress.reading, progress.forecast
    part = (about.segment.kind, about.segment.value) if about.segment else None
    return KeyResultView(
        title=about.title,
        ask=FigureAsk(about.measure, about.window, about.statistic, about.clock, part),
        unit=progress.unit,
        better=about.better,
        team=about.team,
        part=part,
        start=about.start,
        stated=(about.stated.value, about.stated.clock) if about.stated else None,
        target=about.target,
        since=about.since,
        by_date=about.by_date,
        milestone=about.kind == "milestone",
        least_n=about.least_n,
        from_=reading.from_ if reading else None,
        until=reading.until if reading else None,
        n=reading.n if reading else 0,
        value=reading.value if reading else None,
        bound="",
        should_be=progress.expected if reading else progress.should_be,
        expected=Expected(ahead.low, ahead.mid, ahead.high, ahead.chance) if ahead else None,
        verdict=progress.verdict,
        reason=progress.reason,
        signal=progress.signal or "",
        trend=tuple((point.from_, point.until, point.value) for point in progress.trend),
        public=False,
    )


def _public(about: PublicKeyResult) -> KeyResultView:
    ahead = about.forecast
    return KeyResultView(
        title=about.title,
        ask=FigureAsk(about.measure, about.window, about.statistic, about.clock, about.part),
        unit=about.unit,
        better=about.better,
        team=about.team,
        part=about.part,
        start=about.start,
        stated=None,
        target=about.target,
        since=about.since,
        by_date=about.by_date,
        milestone=about.milestone,
        least_n=about.least_n,
        from_=about.from_,
        until=about.until,
        n=about.n,
        value=about.value,
        bound=about.bound or "",
        should_be=about.should_be,
        expected=Expected(ahead.low, ahead.mid, ahead.high, ahead.chance) if ahead else None,
        verdict=about.verdict,
        reason=about.reason,
        signal="",
        trend=tuple((p.from_, p.until, p.value) for p in about.trend if p.from_ and p.until),
        public=True,
    )
