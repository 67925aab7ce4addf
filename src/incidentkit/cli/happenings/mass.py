"""What is told of mass incidents, and of cases that belong to one."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _opened(phrases: Phrases, data: ev.MassOpened, stream: str) -> Said:
    return {"type": phrases.named("types", data.kind), "description": phrases.quoted(data.description)}


def _listed(phrases: Phrases, data: ev.MassOrdersListed, stream: str) -> Said:
    return {"count": str(len(data.orders))}


def _begun(phrases: Phrases, data: ev.MassStageBegun, stream: str) -> Said:
    return {"kind": phrases.named("mass_stages", data.kind)}


def _added(phrases: Phrases, data: ev.IncidentOrdersAdded, stream: str) -> Said:
    return {"orders": ", ".join(data.labels)}


def _passed(phrases: Phrases, data: ev.IncidentStagePassed, stream: str) -> Said:
    return {"stage": str(data.stage), "refused": data.refused}


TELLS: Tells = {
    ev.MassOpened: _opened,
    ev.MassOrdersListed: _listed,
    ev.MassStageBegun: _begun,
    ev.IncidentOrdersAdded: _added,
    ev.IncidentStagePassed: _passed,
}
