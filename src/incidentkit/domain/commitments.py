"""Commitments: what one person will do by the next check-in, for which lead measure, and which colleague will ask."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.texts import Text

__all__ = ["Commitment", "CommitmentState"]


class CommitmentState(StrEnum):
    """Where a commitment stands."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"


@frozen
class Commitment:
    """One thing that one person has committed themselves to.

    Args:
        person: the agent who does it, by handle; ``team`` is theirs, as it was then.
        what: what they will do, in words; kept in the vault.
        measure: the lead measure that it should move.
        asked_by: the colleague who will ask for it.
        due: the last instant at which a report of it is in time.
        objective, key_result: the goal that the measure is to move; empty where none is named.
        evidence: by what one can see that it was kept, in words.
        reason: why it was missed, in words; ``ended_by``: ``no_report`` where nobody said anything by the due time.
        reported_at: when somebody said what came of it; None while nobody has.
    """

    id: CommitmentId
    person: str
    team: str
    what: Text
    measure: str
    asked_by: str
    made_at: datetime
    due: datetime
    objective: str = ""
    key_result: str = ""
    state: CommitmentState = CommitmentState.OPEN
    reported_at: datetime | None = None
    evidence: Text | None = None
    reason: Text | None = None
    ended_by: str = ""

    @property
    def open(self) -> bool:
        """Whether it is still to be reported on."""
        return self.state is CommitmentState.OPEN
