"""What events do to a commitment."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event

__all__ = ["kept", "made", "missed"]


def made(data: ev.CommitmentMade, event: Event) -> Commitment:
    return Commitment(
        id=data.commitment,
        person=data.person,
        team=data.team,
        what=data.what,
        measure=data.measure,
        asked_by=data.asked_by,
        made_at=event.occurred_at,
        due=data.due,
        objective=data.objective,
        key_result=data.key_result,
    )


def kept(commitment: Commitment, data: ev.CommitmentKept, event: Event) -> Commitment:
    return changed(
        commitment,
        state=CommitmentState.KEPT,
        evidence=data.evidence,
        reported_at=event.occurred_at,
        reason=None,
        ended_by="",
    )


def missed(commitment: Commitment, data: ev.CommitmentMissed, event: Event) -> Commitment:
    return changed(
        commitment,
        state=CommitmentState.MISSED,
        reason=data.reason,
        ended_by=data.rule,
        reported_at=None if data.rule else event.occurred_at,
    )
