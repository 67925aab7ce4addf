"""What shows that a step of a case's protocol is done."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import ProtocolStep, StepTask

__all__ = ["Shown", "shown"]


@frozen
class Shown:
    """What shows that a step is over; ``at`` is None where the record is older than what says when."""

    at: datetime | None = None
    by: str = ""
    needed: bool = True


def shown(step: ProtocolStep, incident: Incident, task: StepTask | None) -> Shown | None:
    """What shows that a step is done; None while nothing does."""
    match step.done_by:
        case "own":
            return _owned(incident)
        case "notify":
            return _told(incident)
        case "conversation":
            return next((Shown(c.at, c.agent) for c in incident.conversations), None)
        case "offer":
            return next((Shown(o.made_at, _handle(o.made_by)) for o in incident.offers if o.answers is None), None)
        case "accept":
            return next((Shown(r.agreed_at, _handle(r.agreed_by)) for r in incident.remedies), None)
        case "carry_out":
            return _carried_out(incident)
        case "resolve":
            return Shown(incident.resolved_at) if incident.resolved_at is not None else None
        case "satisfy":
            evidence = incident.evidence
            return Shown(evidence.at, _handle(evidence.by)) if evidence is not None else None
        case "task":
            return Shown(task.done_at, _handle(task.by)) if task is not None and task.done_at is not None else None


def _owned(incident: Incident) -> Shown | None:
    if not incident.owner.agent:
        return None
    first = incident.unowned[0].until if incident.unowned else incident.owner.since
    return Shown(first, incident.owner.agent)


def _told(incident: Incident) -> Shown | None:
    if not incident.told:
        return None
    spoken = [Shown(conversation.at, conversation.agent) for conversation in incident.conversations]
    sent = [Shown(notice.told_at) for notice in incident.notices if notice.effective and notice.told_at is not None]
    return min((*spoken, *sent), key=lambda shown: shown.at or incident.detected_at, default=Shown(incident.communicated_at))


def _carried_out(incident: Incident) -> Shown | None:
    if not incident.remedies or any(remedy.owed for remedy in incident.remedies):
        return None
    ends = [remedy.carried_out_at or remedy.dropped_at for remedy in incident.remedies]
    return Shown(max((at for at in ends if at is not None), default=None))


def _handle(actor: str) -> str:
    return actor.removeprefix("agent:")
