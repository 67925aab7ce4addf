"""What is told of verification calls."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, nothing
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _made_list(phrases: Phrases, data: ev.CallListMade, stream: str) -> Said:
    number = phrases.values.number
    return {"count": number(len(data.calls)), "deliveries": number(data.deliveries)}


def _listed(phrases: Phrases, data: ev.CallListed, stream: str) -> Said:
    words = phrases.values.words
    return {"reason": words.named("call_reasons", data.reason), "carrier": data.carrier}


def _made(phrases: Phrases, data: ev.CallMade, stream: str) -> Said:
    return {
        "outcome": phrases.values.words.named("call_outcomes", data.outcome),
        "note": phrases.text(data.note),
        "again": phrases.values.moment(data.again_from) if data.again_from is not None else "",
    }


TELLS: Tells = {
    ev.CallListMade: _made_list,
    ev.CallListed: _listed,
    ev.CallMade: _made,
    ev.CallLapsed: nothing,
}
