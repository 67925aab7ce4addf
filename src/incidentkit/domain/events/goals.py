"""Events of Objectives."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.goals import Importance, Initiative, KeptForecast, KeyResult, ObjectiveState
from incidentkit.domain.ids import InitiativeId, ObjectiveId
from incidentkit.domain.texts import Text

__all__ = [
    "ForecastsKept",
    "InitiativeBegun",
    "InitiativeEnded",
    "ObjectiveChanged",
    "ObjectiveEnded",
    "ObjectiveSet",
]


@frozen
class ObjectiveSet(Happening):
    """A goal is worked for from now on; starts and targets of its Key Results are as they were worked out then."""

    type = "objective.set"
    objective: ObjectiveId
    title: str
    importance: Importance
    team: str
    owner: str
    since: date
    until: date
    why: str
    key_results: tuple[KeyResult, ...]


@frozen
class ObjectiveChanged(Happening):
    """The goal was set anew, all of it but its initiatives; the words say why."""

    type = "objective.changed"
    title: str
    importance: Importance
    team: str
    owner: str
    since: date
    until: date
    why: str
    key_results: tuple[KeyResult, ...]
    reason: Text


@frozen
class InitiativeBegun(Happening):
    """Something is done differently for a Key Result."""

    type = "objective.initiative_begun"
    initiative: Initiative


@frozen
class InitiativeEnded(Happening):
    """It is done, or given up; the words say what came of it."""

    type = "objective.initiative_ended"
    initiative: InitiativeId
    outcome: Text


@frozen
class ForecastsKept(Happening):
    """What was foreseen of the Key Results, kept to be held against what comes; nothing where too little is known."""

    type = "objective.forecasts_kept"
    forecasts: tuple[KeptForecast, ...]


@frozen
class ObjectiveEnded(Happening):
    """Nobody works for it any more: it was reached, missed or dropped."""

    type = "objective.ended"
    state: ObjectiveState
    outcome: Text
