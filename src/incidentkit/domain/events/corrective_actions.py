"""Events of corrective actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from incidentkit.domain.corrective_actions import Effect, Verification
from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import AnalysisId, CorrectiveActionId, IncidentId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.texts import Text

__all__ = [
    "ActionCancelled",
    "ActionDone",
    "ActionExtended",
    "ActionJudged",
    "ActionOverdue",
    "ActionPlanned",
    "ActionRecurred",
    "ActionReopened",
    "ActionTaken",
]


@frozen
class ActionPlanned(Happening):
    """Something will be done against a kind of incident: a sponsor answers for it, a team or an agent does it."""

    type = "corrective_action.planned"
    action: CorrectiveActionId
    what: Text
    signature: str
    sponsor: str
    owner: Owner
    asked: str
    due: datetime
    verification: Verification
    analysis: AnalysisId | None = None
    incidents: tuple[IncidentId, ...] = ()


@frozen
class ActionTaken(Happening):
    """An agent has taken it."""

    type = "corrective_action.taken"
    owner: Owner


@frozen
class ActionDone(Happening):
    """It is done, the words say what; whether it helps is seen from now on."""

    type = "corrective_action.done"
    outcome: Text


@frozen
class ActionOverdue(Happening):
    """It is not done by its due date; the sponsor is told."""

    type = "corrective_action.overdue"
    due: datetime


@frozen
class ActionRecurred(Happening):
    """It has happened again, to orders placed since it was done."""

    type = "corrective_action.recurred"
    incidents: tuple[IncidentId, ...]


@frozen
class ActionReopened(Happening):
    """It must be taken up again: it happened more often than the limit allows (``effect``), or a person says why."""

    type = "corrective_action.reopened"
    reason: Text | None = None
    effect: Effect | None = None


@frozen
class ActionJudged(Happening):
    """Its window is over: what was done helped, did not help, or there is no telling."""

    type = "corrective_action.judged"
    effect: Effect


@frozen
class ActionExtended(Happening):
    """Orders are looked at for longer: for ``window`` after it was done."""

    type = "corrective_action.extended"
    window: timedelta


@frozen
class ActionCancelled(Happening):
    """It is given up."""

    type = "corrective_action.cancelled"
    reason: Text
