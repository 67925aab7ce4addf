"""How a Key Result stands, as a check-in shows it and its minutes keep it."""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.domain.checkins import Progress
from incidentkit.goals.verdicts import KeyResultProgress, ObjectiveProgress

__all__ = ["shown"]


def shown(objectives: Iterable[ObjectiveProgress], team: str) -> tuple[Progress, ...]:
    """The Key Results that a team works for: of its own goals and the shop's, without those of other teams."""
    return tuple(
        _shown(goal, progress)
        for goal in objectives
        for progress in goal.key_results
        if progress.key_result.team in ("", team) or goal.objective.team == team
    )


def _shown(goal: ObjectiveProgress, progress: KeyResultProgress) -> Progress:
    key_result, reading, forecast = progress.key_result, progress.reading, progress.forecast
    return Progress(
        objective=goal.objective.id,
        objective_title=goal.objective.title,
        key_result=key_result.id,
        title=key_result.title,
        measure=key_result.measure,
        unit=progress.unit,
        value=reading.value if reading else None,
        n=reading.n if reading else 0,
        since=reading.from_ if reading else None,
        until=reading.until if reading else None,
        as_of=reading.as_of if reading else goal.as_of,
        version=reading.version if reading else 1,
        complete=reading.complete if reading else False,
        should_be=progress.should_be,
        target=key_result.target,
        by_date=key_result.by_date,
        low=forecast.low if forecast else None,
        high=forecast.high if forecast else None,
        chance=forecast.chance if forecast else None,
        verdict=progress.verdict.value,
        reason=progress.reason.value if progress.reason else "",
        lead_measures=key_result.lead_measures,
    )
