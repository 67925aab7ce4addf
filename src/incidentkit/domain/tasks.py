"""Tasks: something that one person has to do, with an accountable team from the first instant."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.ids import CustomerId, IncidentId, InitiativeId, OrderId, RemedyId, TaskId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.texts import Text

__all__ = ["OPEN_TASKS", "Task", "TaskState"]


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN_TASKS = frozenset({TaskState.OPEN, TaskState.TAKEN})
"""States in which there is still something to do."""


@frozen
class Task:
    """One thing to do.

    Args:
        kind: a short code, e.g. ``call``.
        what: what is to be done, in words; kept in the vault. None where a rule opened it: then ``rule`` says it.
        why: the reason, in words.
        rule: the code of the rule that opened it, e.g. ``notice_bounced``; empty for a person.
        owner: the accountable team; with an agent once one has taken it.
        asked: the team or agent that was asked to do it.
        due: by when; None for no date.
        initiative: that of an Objective which it is a step of.
        step: the step of the case's protocol that it is, by name; empty for none.
        outcome: what came of it, in words, once it is done.
        remedy: the one of the case that it is about, where it is about paying one.
        reason: why it was cancelled, in words; ``ended_by``: the code of the rule that did so, e.g. ``told``.
    """

    id: TaskId
    kind: str
    owner: Owner
    asked: str
    opened_at: datetime
    what: Text | None = None
    why: Text | None = None
    rule: str = ""
    order: OrderId | None = None
    incident: IncidentId | None = None
    customer: CustomerId | None = None
    due: datetime | None = None
    state: TaskState = TaskState.OPEN
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Text | None = None
    reason: Text | None = None
    ended_by: str = ""
    initiative: InitiativeId | None = None
    step: str = ""
    remedy: RemedyId | None = None

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN_TASKS
