"""What events do to an analysis."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.analyses import Analysis, AnalysisState, Voice, Why
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event

__all__ = ["begun", "concluded", "dropped", "explained", "heard", "reopened", "retracted", "why_added"]


def begun(data: ev.AnalysisBegun, event: Event) -> Analysis:
    return Analysis(
        id=data.analysis,
        problem=data.problem,
        team=data.team,
        begun_at=event.occurred_at,
        signature=data.signature,
        incidents=data.incidents,
    )


def why_added(analysis: Analysis, data: ev.WhyAdded, event: Event) -> Analysis:
    place = len(analysis.whys) + 1
    why = Why(place, data.because, data.evidence, data.step, event.occurred_at, event.actor, data.incidents)
    return changed(analysis, whys=(*analysis.whys, why))


def retracted(analysis: Analysis, data: ev.WhysRetracted, event: Event) -> Analysis:
    return changed(analysis, whys=analysis.whys[: data.place - 1])


def explained(analysis: Analysis, data: ev.IncidentsExplained, event: Event) -> Analysis:
    return changed(analysis, incidents=(*analysis.incidents, *data.incidents))


def heard(analysis: Analysis, data: ev.CustomerHeard, event: Event) -> Analysis:
    return changed(analysis, voices=(*analysis.voices, Voice(data.words, event.occurred_at, data.incident)))


def concluded(analysis: Analysis, data: ev.AnalysisConcluded, event: Event) -> Analysis:
    return changed(
        analysis,
        state=AnalysisState.CONCLUDED,
        root=data.root,
        cause=data.cause,
        step=data.step,
        ended_at=event.occurred_at,
    )


def reopened(analysis: Analysis, data: ev.AnalysisReopened, event: Event) -> Analysis:
    return changed(analysis, state=AnalysisState.OPEN, root=0, cause="", step="", ended_at=None, reason=data.reason)


def dropped(analysis: Analysis, data: ev.AnalysisDropped, event: Event) -> Analysis:
    return changed(analysis, state=AnalysisState.DROPPED, reason=data.reason, ended_at=event.occurred_at)
