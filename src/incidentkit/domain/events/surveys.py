"""Events of survey asks."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.surveys import Scale, Standing
from incidentkit.domain.texts import Text

__all__ = ["SurveyAnswered", "SurveyAsked", "SurveyCoded"]


@frozen
class SurveyAsked(Happening):
    """A survey's question was put to a customer; ``elsewhere`` where somebody else had put it."""

    type = "survey.asked"
    ask: AskId
    survey: str
    scale: Scale
    order: OrderId | None = None
    incident: IncidentId | None = None
    customer: CustomerId | None = None
    passive: bool = False
    elsewhere: bool = False
    standing: Standing | None = None


@frozen
class SurveyAnswered(Happening):
    """The customer's answer; a later one to the same ask takes its place."""

    type = "survey.answered"
    score: int
    comment: Text | None = None
    standing: Standing | None = None


@frozen
class SurveyCoded(Happening):
    """Somebody read the open answer: it is about this step of the process."""

    type = "survey.coded"
    step: str
