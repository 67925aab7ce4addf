"""What is told of commitments and check-ins."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.phrases.measures import measure_name

__all__ = ["TELLS"]


def _made(phrases: Phrases, data: ev.CommitmentMade, stream: str) -> Said:
    return {
        "person": data.person,
        "what": phrases.quoted(data.what),
        "measure": measure_name(phrases.values.words, data.measure),
        "asker": data.asked_by,
        "day": phrases.values.moment(data.due),
    }


def _kept(phrases: Phrases, data: ev.CommitmentKept, stream: str) -> Said:
    return {"evidence": phrases.quoted(data.evidence)}


def _missed(phrases: Phrases, data: ev.CommitmentMissed, stream: str) -> Said:
    words = phrases.values.words
    return {"reason": phrases.text(data.reason) or (words.named("commitment_ends", data.rule) if data.rule else "")}


def _held(phrases: Phrases, data: ev.CheckInHeld, stream: str) -> Said:
    number = phrases.values.number
    return {
        "team": data.team,
        "present": ", ".join(data.present),
        "reported": number(len(data.reported)),
        "made": number(len(data.made)),
    }


def _noted(phrases: Phrases, data: ev.CheckInNoted, stream: str) -> Said:
    return {"notes": phrases.quoted(data.notes)}


TELLS: Tells = {
    ev.CommitmentMade: _made,
    ev.CommitmentKept: _kept,
    ev.CommitmentMissed: _missed,
    ev.CheckInHeld: _held,
    ev.CheckInNoted: _noted,
}
