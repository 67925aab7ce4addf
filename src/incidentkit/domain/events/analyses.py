"""Events of analyses."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import AnalysisId, IncidentId
from incidentkit.domain.texts import Text

__all__ = [
    "AnalysisBegun",
    "AnalysisConcluded",
    "AnalysisDropped",
    "AnalysisReopened",
    "CustomerHeard",
    "IncidentsExplained",
    "WhyAdded",
    "WhysRetracted",
]


@frozen
class AnalysisBegun(Happening):
    """Somebody wants to know why. ``signature``: of what kind of incident; ``incidents``: cases that it is to explain."""

    type = "analysis.begun"
    analysis: AnalysisId
    problem: Text
    team: str
    signature: str = ""
    incidents: tuple[IncidentId, ...] = ()


@frozen
class WhyAdded(Happening):
    """The reason for the last one, with what shows it and the step of the process that it lies in."""

    type = "analysis.why_added"
    because: Text
    evidence: Text
    step: str
    incidents: tuple[IncidentId, ...] = ()


@frozen
class WhysRetracted(Happening):
    """The reason at that place does not hold; nor do those that answer it."""

    type = "analysis.whys_retracted"
    place: int
    reason: Text


@frozen
class IncidentsExplained(Happening):
    """It explains further cases."""

    type = "analysis.incidents_explained"
    incidents: tuple[IncidentId, ...]


@frozen
class CustomerHeard(Happening):
    """What a customer says about it."""

    type = "analysis.customer_heard"
    words: Text
    incident: IncidentId | None = None


@frozen
class AnalysisConcluded(Happening):
    """The reason at the place ``root`` is the root cause; it has a code, and lies in a step of the process."""

    type = "analysis.concluded"
    root: int
    cause: str
    step: str


@frozen
class AnalysisReopened(Happening):
    """The conclusion does not hold, or not any more."""

    type = "analysis.reopened"
    reason: Text


@frozen
class AnalysisDropped(Happening):
    """It is not followed any further."""

    type = "analysis.dropped"
    reason: Text
