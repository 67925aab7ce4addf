"""What do we do differently this Monday? Steps of initiatives, by person and team."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from attrs import frozen

from incidentkit.domain.goals import Initiative, Objective
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import due_instant

__all__ = ["Monday", "MondayStep", "monday_of"]

_NEVER = datetime.max.replace(tzinfo=UTC)


@frozen
class MondayStep:
    """One thing to do, or an initiative that nobody has given a next step.

    Args:
        team, person: whose it is; no person where nobody has taken it or was asked by name.
        objective, key_result, initiative: what it is for: the Objective's id and title, the Key Result's id, the initiative.
        task: the task; None where the initiative has no open one.
        due: the task's due time, or the end of the initiative's last day.
        late: whether that has passed.
    """

    team: str
    person: str
    objective: str
    objective_title: str
    key_result: str
    initiative: Initiative
    task: Task | None
    due: datetime | None
    late: bool

    @property
    def what(self) -> str:
        """What is to be done, in words."""
        return self.initiative.title if self.task is None else " ".join(str(self.task.what or self.initiative.title).split())

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "team": self.team,
            "person": self.person or None,
            "objective": self.objective,
            "key_result": self.key_result,
            "initiative": self.initiative.id,
            "initiative_title": self.initiative.title,
            "task": None if self.task is None else self.task.id,
            "what": self.what,
            "due": self.due.isoformat() if self.due else None,
            "late": self.late,
        }


@frozen
class Monday:
    """What is done differently in a week.

    Args:
        week: its Monday, in the shop's zone.
        steps: what is to be done in it, by team and person, the soonest due first.
        stuck: initiatives without a next step.
    """

    week: date
    steps: tuple[MondayStep, ...]
    stuck: tuple[MondayStep, ...]

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "week": self.week.isoformat(),
            "steps": [step.as_dict() for step in self.steps],
            "stuck": [step.as_dict() for step in self.stuck],
        }


def monday_of(
    objectives: Iterable[Objective],
    tasks: Sequence[Task],
    now: datetime,
    week: date,
    week_ends: datetime,
    zone: str,
    person: str | None,
    team: str | None,
) -> Monday:
    """What is to be done in a week, from the open tasks of running initiatives.

    A task without a date, or with a later one, is for this week too only where nothing sooner of its initiative is.

    Args:
        tasks: open ones that name an initiative.
        week, week_ends: the week's Monday, and the first instant after it.
        person, team: only theirs.
    """
    steps: list[MondayStep] = []
    stuck: list[MondayStep] = []
    for objective, initiative in _running(objectives):
        mine = sorted((task for task in tasks if task.initiative == initiative.id), key=_by_due)
        soon = [task for task in mine if task.due is not None and task.due < week_ends] or mine[:1]
        steps += [_step(objective, initiative, task, now) for task in soon]
        if not mine:
            stuck.append(_gap(objective, initiative, now, zone))
    return Monday(week, _ordered(_of(steps, person, team)), _ordered(_of(stuck, person, team)))


def _running(objectives: Iterable[Objective]) -> Iterator[tuple[Objective, Initiative]]:
    for objective in objectives:
        for initiative in objective.initiatives:
            if objective.running and initiative.ended_at is None:
                yield objective, initiative


def _step(objective: Objective, initiative: Initiative, task: Task, now: datetime) -> MondayStep:
    person = task.owner.agent or ("" if task.asked == task.owner.team else task.asked)
    late = task.due is not None and task.due < now
    return MondayStep(
        task.owner.team, person, objective.id, objective.title, initiative.key_result, initiative, task, task.due, late
    )


def _gap(objective: Objective, initiative: Initiative, now: datetime, zone: str) -> MondayStep:
    due = None if initiative.due is None else due_instant(initiative.due, zone)
    late = due is not None and due < now
    return MondayStep(
        initiative.team, initiative.owner, objective.id, objective.title, initiative.key_result, initiative, None, due, late
    )


def _of(steps: Iterable[MondayStep], person: str | None, team: str | None) -> list[MondayStep]:
    return [step for step in steps if person in (None, step.person) and team in (None, step.team)]


def _ordered(steps: Iterable[MondayStep]) -> tuple[MondayStep, ...]:
    return tuple(sorted(steps, key=lambda step: (step.team, step.person, step.due is None, step.due or _NEVER, step.what)))


def _by_due(task: Task) -> tuple[bool, datetime]:
    return task.due is None, task.due or task.opened_at
