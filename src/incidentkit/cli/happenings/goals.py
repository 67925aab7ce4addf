"""What is told of Objectives."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _set(phrases: Phrases, data: ev.ObjectiveSet, stream: str) -> Said:
    return {"title": data.title, "owner": data.owner, "count": str(len(data.key_results))}


def _changed(phrases: Phrases, data: ev.ObjectiveChanged, stream: str) -> Said:
    return {"title": data.title, "count": str(len(data.key_results)), "reason": phrases.text(data.reason)}


def _begun(phrases: Phrases, data: ev.InitiativeBegun, stream: str) -> Said:
    initiative = data.initiative
    return {"title": initiative.title, "owner": initiative.owner or initiative.team, "key_result": initiative.key_result}


def _initiative_ended(phrases: Phrases, data: ev.InitiativeEnded, stream: str) -> Said:
    return {"outcome": phrases.text(data.outcome)}


def _foreseen(phrases: Phrases, data: ev.ForecastsKept, stream: str) -> Said:
    return {"count": str(len(data.forecasts))}


def _ended(phrases: Phrases, data: ev.ObjectiveEnded, stream: str) -> Said:
    return {"state": phrases.named("objective_states", data.state.value), "outcome": phrases.text(data.outcome)}


TELLS: Tells = {
    ev.ObjectiveSet: _set,
    ev.ObjectiveChanged: _changed,
    ev.InitiativeBegun: _begun,
    ev.InitiativeEnded: _initiative_ended,
    ev.ForecastsKept: _foreseen,
    ev.ObjectiveEnded: _ended,
}
