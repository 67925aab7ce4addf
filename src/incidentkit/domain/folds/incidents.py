"""What events do to an incident."""

from __future__ import annotations

from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.evidence import Evidence, IncidentAnswer
from incidentkit.domain.folds.protocols import under
from incidentkit.domain.folds.shared import added, in_phase, since_resolved, with_period
from incidentkit.domain.incidents import Handover, Incident, Phase
from incidentkit.domain.merges import Joined
from incidentkit.domain.protocols import StepTask

__all__ = [
    "adopted",
    "amended",
    "answered",
    "attempted",
    "closed",
    "gave_back",
    "lapsed",
    "linked",
    "merged",
    "reopened",
    "reported",
    "resolved",
    "satisfied",
    "substate",
    "took_in",
    "unmerged",
    "unreached",
    "waived",
    "withdrawn",
]


def reported(data: ev.IncidentReported, event: Event) -> Incident:
    return Incident(
        id=data.incident,
        type=data.kind,
        severity=data.severity,
        description=data.description,
        detected_at=event.occurred_at,
        owner=changed(data.owner, since=event.occurred_at),
        handover=Handover(data.asked or data.owner.team, event.actor, event.occurred_at, data.accept_by),
        orders=data.orders,
        customer=data.customer,
        lines=data.lines,
        cause=data.cause,
        reported_by=data.reported_by,
        currency=data.currency,
        deadlines=data.deadlines,
        passive=data.passive,
        needs=data.needs,
        follows=data.follows,
        protocol=data.protocol,
        mass=data.mass,
        products=data.products,
    )


def resolved(incident: Incident, data: ev.IncidentResolved, event: Event) -> Incident:
    return in_phase(
        Phase.RESOLVED,
        incident,
        resolved_at=event.occurred_at,
        first_resolved_at=incident.first_resolved_at or event.occurred_at,
        no_remedy_reason=data.reason,
        claimed=data.claimed,
    )


def answered(incident: Incident, data: ev.SurveyAnswerReceived, event: Event) -> Incident:
    since = since_resolved(incident, event)
    answer = IncidentAnswer(data.ask, data.survey, data.score, event.occurred_at, event.actor, since)
    earlier = tuple(a for a in incident.answers if a.ask != data.ask)
    return changed(incident, answers=(*earlier, answer), heard=incident.heard or since)


def satisfied(incident: Incident, data: ev.SatisfactionConfirmed, event: Event) -> Incident:
    return changed(incident, evidence=changed(data.evidence, by=event.actor, at=event.occurred_at))


def closed(incident: Incident, data: ev.IncidentClosed, event: Event) -> Incident:
    return in_phase(Phase.CLOSED, incident, closed_at=event.occurred_at)


def attempted(incident: Incident, data: ev.IncidentAttempted, event: Event) -> Incident:
    return changed(incident, asked=(*incident.asked, data.ask), attempted_at=event.occurred_at)


def unreached(incident: Incident, data: ev.IncidentUnreached, event: Event) -> Incident:
    return changed(incident, unreached=True)


def lapsed(incident: Incident, data: ev.IncidentLapsed, event: Event) -> Incident:
    return in_phase(Phase.LAPSED, incident, lapsed_at=event.occurred_at)


def waived(incident: Incident, data: ev.IncidentWaived, event: Event) -> Incident:
    return changed(incident, evidence=Evidence("waiver", data.reason.ref, event.actor, event.occurred_at))


def reopened(incident: Incident, data: ev.IncidentReopened, event: Event) -> Incident:
    return in_phase(
        Phase.COMMUNICATED if incident.communicated_at else Phase.DETECTED,
        incident,
        reopened=incident.reopened + 1,
        disproved=(*incident.disproved, event.occurred_at) if data.disproved else incident.disproved,
        closures=with_period(incident.closures, incident.ended_at, event),
        resolved_at=None,
        closed_at=None,
        lapsed_at=None,
        asked=(),
        attempted_at=None,
        unreached=False,
        heard=False,
        came_back=False,
        evidence=None,
        no_remedy_reason=None,
        claimed=False,
        step_tasks=_ended(incident),
    )


def withdrawn(incident: Incident, data: ev.IncidentWithdrawn, event: Event) -> Incident:
    return in_phase(Phase.WITHDRAWN, incident, handover=None)


def linked(incident: Incident, data: ev.IncidentLinked, event: Event) -> Incident:
    return changed(incident, followed_by=(*incident.followed_by, data.incident))


def merged(incident: Incident, data: ev.IncidentMerged, event: Event) -> Incident:
    # All else stays as it was, for taking it back.
    return changed(incident, phase=Phase.MERGED, merged_into=data.into, merged_from=incident.phase)


def unmerged(incident: Incident, data: ev.IncidentUnmerged, event: Event) -> Incident:
    assert incident.merged_from is not None, "only what was merged is taken back"
    return changed(incident, phase=incident.merged_from, merged_into=None, merged_from=None, step_tasks=_ended(incident))


def _ended(incident: Incident) -> tuple[StepTask, ...]:
    """Tasks of steps without those that went with the case when it was over: their steps have their turn again."""
    return tuple(task for task in incident.step_tasks if not task.open)


def took_in(incident: Incident, data: ev.IncidentTookIn, event: Event) -> Incident:
    gained = Joined(data.incident, data.orders, data.customer, data.needs)
    return changed(
        incident,
        orders=added(incident.orders, data.orders),
        customer=incident.customer or data.customer,
        severity=data.severity or incident.severity,
        needs=added(incident.needs, data.needs),
        took_in=(*incident.took_in, gained),
    )


def gave_back(incident: Incident, data: ev.IncidentGaveBack, event: Event) -> Incident:
    # It stays as severe as it became: only a person makes a case less severe.
    gained = next(joined for joined in incident.took_in if joined.incident == data.incident)
    left = tuple(joined for joined in incident.took_in if joined is not gained)
    brought = next((joined.customer for joined in left if joined.customer), None)
    needs = tuple(need for need in incident.needs if need not in gained.needs)
    # What it cost until now stays with the need that it goes away from: it is counted once, whatever comes after.
    paid = () if needs or not incident.needs else (r.id for r in incident.remedies if r.carried_out_at is not None)
    return changed(
        incident,
        orders=tuple(dict.fromkeys((*incident.own_orders, *(order for joined in left for order in joined.orders)))),
        customer=brought if gained.customer else incident.customer,
        needs=needs,
        counted=added(incident.counted, paid),
        took_in=left,
    )


def substate(incident: Incident, data: ev.SubstateEntered, event: Event) -> Incident:
    return changed(incident, substate=data.substate)


def adopted(incident: Incident, data: ev.IncidentAdopted, event: Event) -> Incident:
    live = changed(incident, passive=False, deadlines=data.deadlines, protocol=data.protocol or incident.protocol)
    if data.owner.agent:
        return live
    # Nobody by name has it: whoever is accountable has been so since it is live.
    owner = changed(data.owner, since=event.occurred_at)
    return changed(live, owner=owner, handover=Handover(owner.team, event.actor, event.occurred_at))


def amended(incident: Incident, data: ev.IncidentAmended, event: Event) -> Incident:
    new: dict[str, Any] = {c.field: c.new for c in data.changes if c.field in ("type", "severity", "cause")}
    if data.description is not None:
        new["description"] = data.description
    if data.deadlines is not None:
        new["deadlines"] = data.deadlines
    if "severity" in new:
        new["pushed_down"] = data.pushed_down
    corrected = changed(incident, **new)
    return under(corrected, data.protocol) if "type" in new else corrected
