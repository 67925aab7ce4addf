"""What it does to an incident that it is the same again."""

from __future__ import annotations

from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.handovers import taken_by
from incidentkit.domain.folds.shared import added
from incidentkit.domain.incidents import Incident
from incidentkit.domain.recurrence import Recurrence

__all__ = ["appointed", "recurred", "repeated"]


def recurred(incident: Incident, data: ev.IncidentRecurred, event: Event) -> Incident:
    noted = Recurrence(data.rule, data.subject, data.count, event.occurred_at, data.earlier)
    new: dict[str, Any] = {"recurrences": (*incident.recurrences, noted)}
    if data.severity:
        new["severity"] = data.severity
    if data.deadlines is not None:
        new["deadlines"] = data.deadlines
    return changed(incident, **new)


def repeated(incident: Incident, data: ev.IncidentRepeated, event: Event) -> Incident:
    return changed(incident, repeated_by=added(incident.repeated_by, (data.incident,)))


def appointed(incident: Incident, data: ev.IncidentAppointed, event: Event) -> Incident:
    return taken_by(incident, data.owner, event)
