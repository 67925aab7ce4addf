"""The rows that commitments and check-ins come to."""

from __future__ import annotations

from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at

__all__ = ["checkin_rows", "commitment_rows"]


def commitment_rows(commitment: Commitment) -> dict[str, list[Fact]]:
    """Its row of ``facts_commitments``."""
    row: Fact = {
        "commitment_id": commitment.id,
        "agent": commitment.person,
        "team": commitment.team,
        "measure": commitment.measure,
        "asked_by": commitment.asked_by,
        "objective": commitment.objective or None,
        "key_result": commitment.key_result or None,
        "made_at": micros(commitment.made_at),
        "due": micros(commitment.due),
        "kept": int(commitment.state is CommitmentState.KEPT),
        "reported_at": at(commitment.reported_at),
        "open": int(commitment.open),
    }
    return {"facts_commitments": [row]}


def checkin_rows(checkin: CheckIn) -> dict[str, list[Fact]]:
    """Its row of ``facts_checkins``."""
    row: Fact = {"checkin_id": checkin.id, "team": checkin.team, "held_at": micros(checkin.held_at)}
    return {"facts_checkins": [row]}
