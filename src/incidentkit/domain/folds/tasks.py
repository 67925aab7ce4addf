"""What events do to a task."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Owner
from incidentkit.domain.tasks import Task, TaskState

__all__ = ["cancelled", "done", "opened", "returned", "taken"]


def opened(data: ev.TaskOpened, event: Event) -> Task:
    return Task(
        id=data.task,
        kind=data.kind,
        owner=changed(data.owner, since=event.occurred_at),
        asked=data.asked,
        opened_at=event.occurred_at,
        what=data.what,
        why=data.why,
        rule=data.rule,
        order=data.order,
        incident=data.incident,
        customer=data.customer,
        due=data.due,
        initiative=data.initiative,
        step=data.step,
        remedy=data.remedy,
    )


def taken(task: Task, data: ev.TaskTaken, event: Event) -> Task:
    owner = changed(data.owner, since=event.occurred_at)
    return changed(task, state=TaskState.TAKEN, owner=owner, taken_at=task.taken_at or event.occurred_at)


def returned(task: Task, data: ev.TaskReturned, event: Event) -> Task:
    owner = Owner(task.owner.team, since=event.occurred_at)
    return changed(task, state=TaskState.OPEN, owner=owner, asked=task.owner.team)


def done(task: Task, data: ev.TaskDone, event: Event) -> Task:
    return changed(task, state=TaskState.DONE, outcome=data.outcome, ended_at=event.occurred_at)


def cancelled(task: Task, data: ev.TaskCancelled, event: Event) -> Task:
    return changed(task, state=TaskState.CANCELLED, reason=data.reason, ended_by=data.rule, ended_at=event.occurred_at)
