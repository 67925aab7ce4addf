"""Events of commitments."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.texts import Text

__all__ = ["CommitmentKept", "CommitmentMade", "CommitmentMissed"]


@frozen
class CommitmentMade(Happening):
    """A person will do something by a time, for a lead measure; a colleague will ask for it."""

    type = "commitment.made"
    commitment: CommitmentId
    person: str
    team: str
    what: Text
    measure: str
    asked_by: str
    due: datetime
    objective: str = ""
    key_result: str = ""


@frozen
class CommitmentKept(Happening):
    """It was kept; the words say by what one can see it."""

    type = "commitment.kept"
    evidence: Text


@frozen
class CommitmentMissed(Happening):
    """It was not kept: somebody says so, perhaps with a reason, or ``rule`` is ``no_report``."""

    type = "commitment.missed"
    reason: Text | None = None
    rule: str = ""
