"""What is told of incidents."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, amended, nothing, reason
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _reported(phrases: Phrases, data: ev.IncidentReported, stream: str) -> Said:
    lines = {line.id: line.product for line in phrases.order.lines}
    return {
        "type": phrases.named("types", data.kind),
        "severity": phrases.named("severities", data.severity),
        "lines": ", ".join(lines.get(line, line) for line in data.lines),
        "description": phrases.quoted(data.description),
        "cause": phrases.labels.label("causes", data.cause) if data.cause else "",
        "customer": phrases.named("things", "by_customer") if data.reported_by == "customer" else "",
        "owner": data.owner.label,
        "asked": data.asked,
    }


def _answer(phrases: Phrases, data: ev.SurveyAnswerReceived, stream: str) -> Said:
    return {"score": str(data.score), "survey": phrases.named("surveys", data.survey)}


def _satisfied(phrases: Phrases, data: ev.SatisfactionConfirmed, stream: str) -> Said:
    return {"evidence": phrases.named("evidence", data.evidence.kind)}


def _attempted(phrases: Phrases, data: ev.IncidentAttempted, stream: str) -> Said:
    return {"number": str(data.number)}


def _linked(phrases: Phrases, data: ev.IncidentLinked | ev.IncidentGaveBack, stream: str) -> Said:
    return {"incident": data.incident}


def _merged(phrases: Phrases, data: ev.IncidentMerged, stream: str) -> Said:
    return {"incident": data.into}


def _took_in(phrases: Phrases, data: ev.IncidentTookIn, stream: str) -> Said:
    return {"incident": data.incident, "severity": phrases.named("severities", data.severity) if data.severity else ""}


def _substate(phrases: Phrases, data: ev.SubstateEntered, stream: str) -> Said:
    return {"substate": data.substate.replace("_", " ") or phrases.named("things", "nothing")}


def _adopted(phrases: Phrases, data: ev.IncidentAdopted, stream: str) -> Said:
    return {"owner": data.owner.label}


TELLS: Tells = {
    ev.IncidentReported: _reported,
    ev.IncidentResolved: reason,
    ev.SurveyAnswerReceived: _answer,
    ev.SatisfactionConfirmed: _satisfied,
    ev.IncidentClosed: nothing,
    ev.IncidentReopened: reason,
    ev.IncidentWithdrawn: reason,
    ev.IncidentAttempted: _attempted,
    ev.IncidentLapsed: nothing,
    ev.IncidentUnreached: nothing,
    ev.IncidentWaived: reason,
    ev.IncidentLinked: _linked,
    ev.IncidentMerged: _merged,
    ev.IncidentTookIn: _took_in,
    ev.IncidentUnmerged: reason,
    ev.IncidentGaveBack: _linked,
    ev.SubstateEntered: _substate,
    ev.IncidentAdopted: _adopted,
    ev.IncidentAmended: amended,
}
