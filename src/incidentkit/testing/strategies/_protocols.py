"""Strategies for protocols, their steps, and what happens to them in a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.protocols import DONE_BY, POINTS, Protocol, ProtocolStep, StepTask
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.domain.shop import Survey
from incidentkit.testing.strategies._basics import actors, codes, ids, instants, texts
from incidentkit.testing.strategies._incidents import INCIDENT_TYPES, deadlines

__all__ = ["move_protocol", "protocol_happenings", "protocol_steps", "protocols", "step_tasks", "work_on_steps"]

_NAMES = ("tell", "photos", "trace", "offer", "carry_out", "own_step")
_WORDS = st.dictionaries(st.sampled_from(("en", "es")), st.sampled_from(("look at it", "mirarlo")), max_size=2)


@st.composite
def protocol_steps(draw: st.DrawFn, name: str | None = None, *, earlier: Sequence[ProtocolStep] = ()) -> ProtocolStep:
    """One step of a protocol, after some of the ``earlier`` ones."""
    before = [step.name for step in earlier if step.done_by != "satisfy"]
    done_by = draw(st.sampled_from(DONE_BY))
    return ProtocolStep(
        name=name or draw(st.sampled_from(_NAMES)),
        what=draw(_WORDS),
        done_by=done_by,
        after=tuple(draw(st.lists(st.sampled_from(before), max_size=2, unique=True))) if before else (),
        within=draw(st.none() | st.integers(1, 72).map(lambda hours: timedelta(hours=hours))),
        who=draw(st.sampled_from(("", "supervisor"))) if done_by == "task" else "",
    )


@st.composite
def protocols(
    draw: st.DrawFn,
    type: str | None = None,
    *,
    teams: Sequence[str] = (),
    severities: Sequence[str] = ("critical", "minor"),
    surveys: Sequence[Survey] = (Survey("csat"),),
) -> Protocol:
    """Protocols of ``type`` or of any built-in one, which name only what is given.

    Args:
        teams: those it may name; it may also leave its team to the shop.
    """
    asked = draw(st.sampled_from(surveys))
    steps: list[ProtocolStep] = []
    for name in draw(st.lists(st.sampled_from(_NAMES), max_size=4, unique=True)):
        steps.append(draw(protocol_steps(name, earlier=steps)))
    return Protocol(
        type=type or draw(st.sampled_from(INCIDENT_TYPES)),
        team=draw(st.sampled_from(("", *teams))),
        severity=draw(st.sampled_from(severities)),
        communicate_within=draw(st.none() | st.integers(1, 72).map(lambda hours: timedelta(hours=hours))),
        resolve_within=draw(st.none() | st.integers(1, 30).map(lambda days: timedelta(days=days))),
        group=draw(st.just("") | codes()),
        threshold=draw(st.integers(asked.scale.low, asked.scale.high)),
        survey=asked.name,
        version=draw(st.integers(1, 9)),
        steps=tuple(steps),
        remedies=tuple(draw(st.lists(st.sampled_from(tuple(KINDS)), max_size=3, unique=True))),
        messages=draw(st.dictionaries(st.sampled_from(tuple(POINTS)), st.sampled_from(("damaged", "late_2")), max_size=2)),
    )


@st.composite
def step_tasks(draw: st.DrawFn) -> StepTask:
    """Tasks of steps: open, done or cancelled."""
    ended = draw(st.sampled_from(("", "done", "dropped")))
    at = draw(instants())
    return StepTask(
        step=draw(st.sampled_from(_NAMES)),
        task=TaskId(draw(ids())),
        opened_at=at,
        done_at=at + timedelta(hours=1) if ended == "done" else None,
        by=str(draw(actors())) if ended == "done" else "",
        dropped_at=at + timedelta(hours=1) if ended == "dropped" else None,
    )


def protocol_happenings() -> Mapping[str, Callable[[], st.SearchStrategy[Happening]]]:
    """What happens to the protocol of a case and its steps, by type."""
    names, tasks = st.sampled_from(_NAMES), ids().map(TaskId)
    return {
        "incident.protocol_moved": lambda: st.builds(ev.ProtocolMoved, protocols(), texts(), st.none() | deadlines()),
        "incident.step_opened": lambda: st.builds(ev.StepOpened, names, tasks),
        "incident.step_ended": lambda: st.builds(ev.StepEnded, tasks, st.booleans()),
        "incident.step_late": lambda: st.builds(ev.StepLate, names, instants()),
    }


# --- Steps of histories ------------------------------------------------------------------------------------------


def work_on_steps(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """A step of the protocol is given out, done, cancelled or late."""
    task = next((task for task in incident.step_tasks if task.open), None)
    if task is not None:
        return (ev.StepEnded(task.task, draw(st.booleans())),)
    step = draw(st.sampled_from(incident.protocol.steps if incident.protocol is not None else (ProtocolStep("tell"),))).name
    given = any(task.step == step for task in incident.step_tasks)
    late = ev.StepLate(step, now)
    return (late,) if given else (draw(st.sampled_from((ev.StepOpened(step, TaskId(draw(ids()))), late))),)


def move_protocol(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """The case goes by another version of its protocol from now on."""
    return (ev.ProtocolMoved(draw(protocols(incident.type)), draw(texts())),)
