"""What events do to a mass incident, and to the cases that belong to one."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import added
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident, MassStage

__all__ = ["listed", "opened", "orders_added", "stage_begun", "stage_passed"]


def opened(data: ev.MassOpened, event: Event) -> MassIncident:
    return MassIncident(
        id=data.mass,
        type=data.kind,
        description=data.description,
        opened_at=event.occurred_at,
        opened_by=event.actor,
        cause=data.cause,
        severity=data.severity,
        rule=data.rule,
        products=data.products,
    )


def listed(mass: MassIncident, data: ev.MassOrdersListed, event: Event) -> MassIncident:
    return changed(mass, orders=(*mass.orders, *data.orders))


def stage_begun(mass: MassIncident, data: ev.MassStageBegun, event: Event) -> MassIncident:
    stage = MassStage(
        number=len(mass.stages) + 1,
        kind=data.kind,
        by=event.actor,
        at=event.occurred_at,
        offers=data.offers,
        channel=data.channel,
        remedy=data.remedy,
        reference=data.reference,
        reason=data.reason,
    )
    return changed(mass, stages=(*mass.stages, stage))


def orders_added(incident: Incident, data: ev.IncidentOrdersAdded, event: Event) -> Incident:
    assert incident.mass is not None, "orders are added to a case of a mass incident"
    part = incident.mass
    # What was done for everybody is done for these too: each stage again, of which what was done before stays as it is.
    orders, labels = (*part.orders, *data.orders), (*part.labels, *data.labels)
    mass = changed(part, orders=orders, labels=labels, stage=0, refused=())
    return changed(incident, orders=added(incident.orders, data.orders), mass=mass)


def stage_passed(incident: Incident, data: ev.IncidentStagePassed, event: Event) -> Incident:
    assert incident.mass is not None, "only a case of a mass incident has stages"
    part = incident.mass
    earlier = tuple(each for each in part.refused if each[0] != data.stage)
    refused = (*earlier, (data.stage, data.refused)) if data.refused else earlier
    return changed(incident, mass=changed(part, stage=max(part.stage, data.stage), refused=refused))
