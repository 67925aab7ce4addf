"""What events of its protocol do to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import Protocol, StepTask

__all__ = ["moved", "step_ended", "step_late", "step_opened", "under"]


def moved(incident: Incident, data: ev.ProtocolMoved, event: Event) -> Incident:
    return under(changed(incident, deadlines=data.deadlines or incident.deadlines), data.protocol)


def under(incident: Incident, protocol: Protocol | None) -> Incident:
    """The case by another protocol: what was given out for a step that this one does not have is not its any more."""
    known = {step.name for step in protocol.steps} if protocol is not None else set()
    kept = tuple(task for task in incident.step_tasks if task.step in known)
    return changed(incident, protocol=protocol, step_tasks=kept)


def step_opened(incident: Incident, data: ev.StepOpened, event: Event) -> Incident:
    return changed(incident, step_tasks=(*incident.step_tasks, StepTask(data.step, data.task, event.occurred_at)))


def step_ended(incident: Incident, data: ev.StepEnded, event: Event) -> Incident:
    new = {"done_at": event.occurred_at, "by": event.actor} if data.done else {"dropped_at": event.occurred_at}
    tasks = tuple(changed(task, **new) if task.task == data.task else task for task in incident.step_tasks)
    return changed(incident, step_tasks=tasks)


def step_late(incident: Incident, data: ev.StepLate, event: Event) -> Incident:
    return changed(incident, late_steps=(*incident.late_steps, (data.step, data.due)))
