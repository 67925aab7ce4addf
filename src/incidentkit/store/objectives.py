"""Questions about Objectives: which there are, and the open tasks of their initiatives."""

from __future__ import annotations

from sqlalchemy import select

from incidentkit.domain.goals import Initiative, Objective
from incidentkit.domain.pages import Page
from incidentkit.domain.tasks import Task
from incidentkit.errors import UnknownIdError
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag, given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["find_objectives", "initiative_of", "running_objectives", "steps_open"]

_objectives = FACT_TABLES["facts_objectives"]
_tasks = FACT_TABLES["facts_tasks"]
_MOST = 10_000


def find_objectives(unit: Unit, wanted: Wanted, *, running: bool | None = None, team: str | None = None) -> Page[str]:
    """Ids of Objectives, the wildly important first, then by their last day."""
    o = _objectives.c
    query = given(select(o.objective_id).where(o.tenant == unit.tenant), (o.running, running), (o.team, team))
    by = (o.until, o.set_at, o.objective_id)
    stretches = [Stretch(by, [query.where(o.importance == importance)]) for importance in ("wildly_important", "important")]
    return page_of(unit, wanted, *stretches).map(lambda row: str(row[0]))


def running_objectives(unit: Unit) -> tuple[Objective, ...]:
    """Those that are worked for, the wildly important first."""
    return tuple(_objective(unit, stream) for stream in find_objectives(unit, Wanted(_MOST), running=True))


def initiative_of(unit: Unit, id: str) -> Initiative:
    """The initiative with that id, of an Objective that is worked for.

    Raises:
        UnknownIdError: there is none that has not ended.
    """
    for objective in running_objectives(unit):
        found = objective.initiative(id)
        if found is not None and found.ended_at is None:
            return found
    raise UnknownIdError(
        "The initiative", "must be one that is worked for", got=repr(id)[:40], next="Look it up: desk.objectives.find()."
    )


def steps_open(unit: Unit) -> tuple[Task, ...]:
    """Open tasks that are steps of initiatives, the soonest due first."""
    k = _tasks.c
    query = (
        select(k.task_id)
        .where(k.tenant == unit.tenant, k.initiative.is_not(None), k.open == flag(value=True))
        .order_by(k.due.is_(None), k.due, k.opened_at, k.task_id)
        .limit(_MOST)
    )
    return tuple(_task(unit, stream) for stream in unit.connection.execute(query).scalars())


def _objective(unit: Unit, stream: str) -> Objective:
    state = unit.load("objective", stream).state
    assert isinstance(state, Objective)
    return state


def _task(unit: Unit, stream: str) -> Task:
    state = unit.view(unit.load("task", stream))
    assert isinstance(state, Task)
    return state
