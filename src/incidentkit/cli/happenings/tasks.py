"""What is told of tasks."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.protocols import ProtocolStep
from incidentkit.domain.step_words import step_words

__all__ = ["TELLS"]


def _task(phrases: Phrases, data: ev.TaskOpened, stream: str) -> Said:
    step = step_words(ProtocolStep(data.step), phrases.values.words.language) if data.step else ""
    return {
        "kind": phrases.named("tasks", data.kind),
        "what": phrases.quoted(data.what) if data.what is not None else step,
        "rule": phrases.named("task_rules", data.rule) if data.rule else "",
        "why": phrases.text(data.why),
        "owner": data.asked,
        "day": phrases.values.moment(data.due) if data.due else "",
    }


def _task_taken(phrases: Phrases, data: ev.TaskTaken, stream: str) -> Said:
    return {"owner": data.owner.label}


def _task_returned(phrases: Phrases, data: ev.TaskReturned, stream: str) -> Said:
    return {"reason": phrases.named("task_ends", data.rule)}


def _task_cancelled(phrases: Phrases, data: ev.TaskCancelled, stream: str) -> Said:
    return {"reason": phrases.text(data.reason) or (phrases.named("task_ends", data.rule) if data.rule else "")}


def _task_done(phrases: Phrases, data: ev.TaskDone, stream: str) -> Said:
    return {"outcome": phrases.quoted(data.outcome) or phrases.named("things", "nothing")}


TELLS: Tells = {
    ev.TaskOpened: _task,
    ev.TaskTaken: _task_taken,
    ev.TaskReturned: _task_returned,
    ev.TaskDone: _task_done,
    ev.TaskCancelled: _task_cancelled,
}
