"""What clocks, escalation and promises do to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import with_promise
from incidentkit.domain.incidents import Incident

__all__ = ["broken", "escalated", "promised", "warned"]


def warned(incident: Incident, data: ev.ClockWarned, event: Event) -> Incident:
    return changed(incident, warned=(*incident.warned, (data.clock, data.due)))


def broken(incident: Incident, data: ev.ClockBroken, event: Event) -> Incident:
    return changed(incident, broke=(*incident.broke, (data.clock, data.due)))


def escalated(incident: Incident, data: ev.IncidentEscalated, event: Event) -> Incident:
    return changed(incident, level=max(incident.level, data.level))


def promised(incident: Incident, data: ev.PromiseMade, event: Event) -> Incident:
    return changed(incident, promises=with_promise(incident.promises, data))
