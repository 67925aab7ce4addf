"""What events do to an Objective."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.goals import Initiative, Objective

__all__ = ["ended", "forecasts_kept", "initiative_begun", "initiative_ended", "objective_changed", "objective_set"]


def objective_set(data: ev.ObjectiveSet, event: Event) -> Objective:
    return Objective(
        id=data.objective,
        title=data.title,
        importance=data.importance,
        team=data.team,
        owner=data.owner,
        since=data.since,
        until=data.until,
        why=data.why,
        key_results=data.key_results,
        set_at=event.occurred_at,
    )


def objective_changed(objective: Objective, data: ev.ObjectiveChanged, event: Event) -> Objective:
    return changed(
        objective,
        title=data.title,
        importance=data.importance,
        team=data.team,
        owner=data.owner,
        since=data.since,
        until=data.until,
        why=data.why,
        key_results=data.key_results,
        changed=objective.changed + 1,
    )


def initiative_begun(objective: Objective, data: ev.InitiativeBegun, event: Event) -> Objective:
    return changed(objective, initiatives=(*objective.initiatives, data.initiative))


def initiative_ended(objective: Objective, data: ev.InitiativeEnded, event: Event) -> Objective:
    def after(one: Initiative) -> Initiative:
        return changed(one, ended_at=event.occurred_at) if one.id == data.initiative else one

    return changed(objective, initiatives=tuple(after(one) for one in objective.initiatives))


def forecasts_kept(objective: Objective, data: ev.ForecastsKept, event: Event) -> Objective:
    return changed(objective, forecasts=(*objective.forecasts, *data.forecasts), foreseen_at=event.occurred_at)


def ended(objective: Objective, data: ev.ObjectiveEnded, event: Event) -> Objective:
    return changed(objective, state=data.state, outcome=data.outcome, ended_at=event.occurred_at)
