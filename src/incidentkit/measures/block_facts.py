"""Facts of blocks: one row for each time that a rule of the process stood in the way of a case."""

from __future__ import annotations

from incidentkit.domain.blocks import BlockState
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at
from incidentkit.measures.incident_facts import LEFT_OUT
from incidentkit.rules.blocks import blocked_by

__all__ = ["block_rows"]


def block_rows(incident: Incident) -> list[Fact]:
    """The rows of ``facts_blocks`` of a case; what somebody asked approval for is there too, once for each limit."""
    return [
        {
            "incident_id": incident.id,
            "block": block.id,
            "rule": block.rule,
            "customer": incident.customer,
            "team": incident.owner.team,
            "agent": _agent(block.by),
            "at": micros(block.at),
            "state": block.state.value,
            "around": int(block.state is BlockState.WORKED_AROUND),
            "open": int(block.state is BlockState.OPEN),
            "allowed_by": block.allowed_by or None,
            "cost": None if block.cost is None else int(block.cost.amount * AMOUNT_UNIT),
            "currency": None if block.cost is None else block.cost.currency,
            "ended_at": at(block.ended_at),
            "counts": int(incident.phase not in LEFT_OUT),
        }
        for block in blocked_by(incident)
    ]


def _agent(actor: str) -> str | None:
    kind, _, handle = actor.partition(":")
    return handle if kind == "agent" else None
