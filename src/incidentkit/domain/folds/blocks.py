"""What the process not allowing it does to an incident."""

from __future__ import annotations

from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.blocks import Block, BlockState
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.ids import BlockId
from incidentkit.domain.incidents import Incident

__all__ = ["blocked", "left", "worked_around"]


def blocked(incident: Incident, data: ev.IncidentBlocked, event: Event) -> Incident:
    block = Block(data.block, data.rule, data.wanted, event.occurred_at, event.actor)
    return changed(incident, blocks=(*incident.blocks, block))


def worked_around(incident: Incident, data: ev.BlockWorkedAround, event: Event) -> Incident:
    what = {"how": data.how, "allowed_by": data.allowed_by, "cost": data.cost}
    return _ended(incident, data.block, event, state=BlockState.WORKED_AROUND, **what)


def left(incident: Incident, data: ev.BlockLeft, event: Event) -> Incident:
    return _ended(incident, data.block, event, state=BlockState.LEFT, reason=data.reason)


def _ended(incident: Incident, block: BlockId, event: Event, **new: Any) -> Incident:
    end = {"ended_at": event.occurred_at, "ended_by": event.actor}
    blocks = tuple(changed(b, **new, **end) if b.id == block else b for b in incident.blocks)
    return changed(incident, blocks=blocks)
