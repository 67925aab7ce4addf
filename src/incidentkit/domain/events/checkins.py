"""Events of check-ins."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from incidentkit.domain.checkins import Obstacle, Progress, WentWell
from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.domain.texts import Text

__all__ = ["CheckInHeld", "CheckInNoted"]


@frozen
class CheckInHeld(Happening):
    """A team has met: who was there, what was shown, said and promised."""

    type = "checkin.held"
    checkin: CheckInId
    team: str
    present: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    went_well: tuple[WentWell, ...] = ()
    reported: tuple[CommitmentId, ...] = ()
    made: tuple[CommitmentId, ...] = ()
    notes: Text | None = None
    took: timedelta | None = None


@frozen
class CheckInNoted(Happening):
    """Something was added to its minutes afterwards."""

    type = "checkin.noted"
    notes: Text
