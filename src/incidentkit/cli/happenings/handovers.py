"""What is told of handing over."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _asked_over(phrases: Phrases, data: ev.HandoverAsked | ev.HandoverReturned, stream: str) -> Said:
    return {"to": data.to}


def _taken_over(phrases: Phrases, data: ev.HandoverAccepted, stream: str) -> Said:
    return {"owner": data.owner.label, "team": data.owner.team}


TELLS: Tells = {
    ev.HandoverAsked: _asked_over,
    ev.HandoverAccepted: _taken_over,
    ev.HandoverReturned: _asked_over,
}
