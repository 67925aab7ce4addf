"""What an Objective comes to: one row, by which it is found."""

from __future__ import annotations

from incidentkit.domain.goals import Objective
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at

__all__ = ["objective_fact"]


def objective_fact(objective: Objective) -> Fact:
    """The row of ``facts_objectives``."""
    return {
        "objective_id": objective.id,
        "importance": objective.importance,
        "team": objective.team,
        "owner": objective.owner,
        "state": objective.state.value,
        "running": int(objective.running),
        "since": objective.since.isoformat(),
        "until": objective.until.isoformat(),
        "set_at": micros(objective.set_at),
        "ended_at": at(objective.ended_at),
    }
