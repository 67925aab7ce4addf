"""Events of protocols: a case goes by another version of its own, and what becomes of the steps."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Deadlines
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.texts import Text

__all__ = ["ProtocolMoved", "StepEnded", "StepLate", "StepOpened"]


@frozen
class ProtocolMoved(Happening):
    """From here on the case goes by its type's protocol of today; ``deadlines``: what that demands, time used kept."""

    type = "incident.protocol_moved"
    protocol: Protocol
    reason: Text
    deadlines: Deadlines | None = None


@frozen
class StepOpened(Happening):
    """It is the turn of a step of the protocol that somebody has to do: their task."""

    type = "incident.step_opened"
    step: str
    task: TaskId


@frozen
class StepEnded(Happening):
    """The task of a step is over: ``done``, or cancelled by a person as not needed."""

    type = "incident.step_ended"
    task: TaskId
    done: bool = True


@frozen
class StepLate(Happening):
    """A step of the protocol is not done by ``due``: whoever has the case is told."""

    type = "incident.step_late"
    step: str
    due: datetime
