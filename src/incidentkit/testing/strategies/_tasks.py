"""Strategies for tasks, each folded from its history."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import CustomerId, IncidentId, InitiativeId, OrderId, TaskId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.tasks import Task, TaskState
from incidentkit.testing.strategies._basics import codes, handles, ids, instants, texts
from incidentkit.testing.strategies._stream import Stream

__all__ = ["task_histories", "task_openings", "tasks"]


@st.composite
def task_openings(draw: st.DrawFn, task: str | None = None) -> ev.TaskOpened:
    """First events of tasks, opened by a person with words or by a rule."""
    team, by_rule = draw(codes()), draw(st.booleans())
    return ev.TaskOpened(
        task=TaskId(task or draw(ids())),
        kind=draw(st.sampled_from(("call", "check", "refund"))),
        owner=Owner(team),
        asked=draw(st.just(team) | handles()),
        what=None if by_rule else draw(texts()),
        why=draw(st.none() | texts()),
        rule=draw(codes()) if by_rule else "",
        order=draw(st.none() | ids().map(OrderId)),
        incident=draw(st.none() | ids().map(IncidentId)),
        customer=draw(st.none() | ids().map(CustomerId)),
        due=draw(st.none() | instants()),
        initiative=draw(st.none() | ids().map(InitiativeId)),
        step=draw(st.sampled_from(("", "trace"))) if by_rule else "",
    )


@st.composite
def task_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one task, from its opening on: taken by one agent or several, given back, done, cancelled or still open."""
    task = draw(ids())
    stream: Stream[Task] = Stream(draw, task, passive=False)
    stream.add("tasks.open", draw(task_openings(task)))
    for agent in draw(st.lists(handles(), max_size=2, unique=True)):
        stream.later()
        stream.add("tasks.take", ev.TaskTaken(Owner(stream.state.owner.team, agent)))
        if draw(st.integers(0, 3)) == 0:
            stream.later()
            stream.add("tick", ev.TaskReturned(draw(st.sampled_from(("absent", "gone")))))
    stream.later()
    end = draw(st.sampled_from(("done", "cancelled", "")))
    if end == "done" and stream.state.state is TaskState.TAKEN:
        stream.add("tasks.done", ev.TaskDone(draw(texts())))
    elif end == "cancelled":
        stream.add("tasks.cancel", ev.TaskCancelled(draw(texts())))
    return stream.events


def tasks() -> st.SearchStrategy[Task]:
    """Tasks that are open, taken, done or cancelled."""
    return task_histories().map(_as_task)


def _as_task(events: tuple[Event, ...]) -> Task:
    state = replay(events)
    assert isinstance(state, Task)
    return state
