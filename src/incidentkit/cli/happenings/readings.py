"""What is told of readings."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.readings import READING_UNIT
from incidentkit.phrases.measures import measure_name

__all__ = ["TELLS"]


def _figure(phrases: Phrases, data: ev.ReadingCorrected | ev.ReadingEntered) -> str:
    values = phrases.values
    if data.value is not None:
        return values.figure(data.value / READING_UNIT, "")
    return values.words.say("readings.share", hits=values.number(data.hits or 0), of=values.number(data.of or 0))


def _entered(phrases: Phrases, data: ev.ReadingEntered, stream: str) -> Said:
    return {
        "measure": measure_name(phrases.values.words, data.measure),
        "figure": _figure(phrases, data),
        "who": data.agent or data.team,
        "note": phrases.text(data.note),
    }


def _corrected(phrases: Phrases, data: ev.ReadingCorrected, stream: str) -> Said:
    return {"figure": _figure(phrases, data), "reason": phrases.quoted(data.reason)}


def _withdrawn(phrases: Phrases, data: ev.ReadingWithdrawn, stream: str) -> Said:
    return {"reason": phrases.quoted(data.reason)}


TELLS: Tells = {
    ev.ReadingEntered: _entered,
    ev.ReadingCorrected: _corrected,
    ev.ReadingWithdrawn: _withdrawn,
}
