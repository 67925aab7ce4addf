"""What is told of what happens again, and of what the process does not allow."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.shipments import Units, add_units

__all__ = ["TELLS"]


def _recurred(phrases: Phrases, data: ev.IncidentRecurred, stream: str) -> Said:
    return {
        "count": str(data.count),
        "earlier": ", ".join(case[-8:] for case in data.earlier),
        "severity": phrases.named("severities", data.severity) if data.severity else "",
    }


def _repeated(phrases: Phrases, data: ev.IncidentRepeated, stream: str) -> Said:
    return {"incident": data.incident[-8:]}


def _appointed(phrases: Phrases, data: ev.IncidentAppointed, stream: str) -> Said:
    return {"owner": data.owner.label, "team": data.owner.team}


def _blocked(phrases: Phrases, data: ev.IncidentBlocked, stream: str) -> Said:
    wanted = phrases.quoted(data.wanted)
    phrases.remember(stream, data.block, data.rule)
    return {"rule": data.rule, "wanted": wanted}


def _worked_around(phrases: Phrases, data: ev.BlockWorkedAround, stream: str) -> Said:
    return {
        "rule": phrases.recall(stream, data.block),
        "how": phrases.quoted(data.how),
        "allowed": data.allowed_by,
        "cost": phrases.values.money(data.cost) if data.cost is not None else "",
    }


def _left(phrases: Phrases, data: ev.BlockLeft, stream: str) -> Said:
    return {"rule": phrases.recall(stream, data.block), "reason": phrases.quoted(data.reason)}


def _failed(phrases: Phrases, data: ev.DeliveryFailed, stream: str) -> Said:
    units: Units = ()
    for portion in data.portions:
        units = add_units(units, portion.units)
    return {"units": phrases.units(units), "reason": phrases.quoted(data.reason)}


TELLS: Tells = {
    ev.IncidentRecurred: _recurred,
    ev.IncidentRepeated: _repeated,
    ev.IncidentAppointed: _appointed,
    ev.IncidentBlocked: _blocked,
    ev.BlockWorkedAround: _worked_around,
    ev.BlockLeft: _left,
    ev.DeliveryFailed: _failed,
}
