"""What requests for approval do to an incident."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.approvals import ApprovalState
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Incident
from incidentkit.domain.texts import Text

__all__ = ["asked", "ended", "given", "refused"]


def asked(incident: Incident, data: ev.ApprovalAsked, event: Event) -> Incident:
    return changed(incident, approvals=(*incident.approvals, data.approval))


def given(incident: Incident, data: ev.ApprovalGiven, event: Event) -> Incident:
    return _now(incident, data.approval, ApprovalState.APPROVED, event.actor, event.occurred_at)


def refused(incident: Incident, data: ev.ApprovalRefused, event: Event) -> Incident:
    return _now(incident, data.approval, ApprovalState.REFUSED, event.actor, event.occurred_at, data.reason)


def ended(incident: Incident, data: ev.ApprovalEnded, event: Event) -> Incident:
    return _now(incident, data.approval, data.state, "", event.occurred_at)


def _now(
    incident: Incident, approval: str, state: ApprovalState, by: str, at: datetime, reason: Text | None = None
) -> Incident:
    answered = tuple(
        changed(each, state=state, by=by, ended_at=at, reason=reason) if each.id == approval else each
        for each in incident.approvals
    )
    return changed(incident, approvals=answered)
