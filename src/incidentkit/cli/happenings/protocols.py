"""What is told of the protocol of a case and its steps."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.protocols import ProtocolStep
from incidentkit.domain.step_words import step_words

__all__ = ["TELLS"]


def _moved(phrases: Phrases, data: ev.ProtocolMoved, stream: str) -> Said:
    version = phrases.values.number(data.protocol.version)
    return {"type": phrases.named("types", data.protocol.type), "version": version, "reason": phrases.text(data.reason)}


def _opened(phrases: Phrases, data: ev.StepOpened, stream: str) -> Said:
    return {"step": phrases.remember(stream, data.task, _step(phrases, data.step))}


def _ended(phrases: Phrases, data: ev.StepEnded, stream: str) -> Said:
    return {"step": phrases.recall(stream, data.task)}


def _late(phrases: Phrases, data: ev.StepLate, stream: str) -> Said:
    return {"step": _step(phrases, data.step), "moment": phrases.values.moment(data.due)}


def _step(phrases: Phrases, name: str) -> str:
    return step_words(ProtocolStep(name), phrases.values.words.language)


TELLS: Tells = {
    ev.ProtocolMoved: _moved,
    ev.StepOpened: _opened,
    ev.StepEnded: _ended,
    ev.StepLate: _late,
}
