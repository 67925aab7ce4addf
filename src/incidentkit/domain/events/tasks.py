"""Events of tasks."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import CustomerId, IncidentId, InitiativeId, OrderId, RemedyId, TaskId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.texts import Text

__all__ = ["TaskCancelled", "TaskDone", "TaskOpened", "TaskReturned", "TaskTaken"]


@frozen
class TaskOpened(Happening):
    """Something is to be done, by a team that is accountable from now on; ``rule`` opened it, or a person with words.

    ``step``: the step of the case's protocol that it is.
    """

    type = "task.opened"
    task: TaskId
    kind: str
    owner: Owner
    asked: str
    what: Text | None = None
    why: Text | None = None
    rule: str = ""
    order: OrderId | None = None
    incident: IncidentId | None = None
    customer: CustomerId | None = None
    due: datetime | None = None
    initiative: InitiativeId | None = None
    step: str = ""
    remedy: RemedyId | None = None


@frozen
class TaskTaken(Happening):
    """An agent has taken it."""

    type = "task.taken"
    owner: Owner


@frozen
class TaskReturned(Happening):
    """Whoever had taken it is not there: it is open again, for the team that is accountable. ``rule`` is why."""

    type = "task.returned"
    rule: str


@frozen
class TaskDone(Happening):
    """It is done; the words say what came of it."""

    type = "task.done"
    outcome: Text


@frozen
class TaskCancelled(Happening):
    """It need not be done: a person says why, or ``rule`` is the code of what happened."""

    type = "task.cancelled"
    reason: Text | None = None
    rule: str = ""
