"""What is told of granting beyond an authority."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor

__all__ = ["TELLS"]


def _asked(phrases: Phrases, data: ev.ApprovalAsked, stream: str) -> Said:
    asked = data.approval
    offers = "; ".join(phrases.deal(offer) for offer in asked.offers) or phrases.recall(stream, asked.agrees or "")
    return {
        "offers": phrases.remember(stream, asked.id, offers),
        "requester": Actor.parse(asked.asked_by).name,
        "whom": ", ".join(asked.asked_of),
    }


def _given(phrases: Phrases, data: ev.ApprovalGiven, stream: str) -> Said:
    return {"offers": phrases.recall(stream, data.approval)}


def _refused(phrases: Phrases, data: ev.ApprovalRefused, stream: str) -> Said:
    return {"offers": phrases.recall(stream, data.approval), "reason": phrases.text(data.reason)}


def _ended(phrases: Phrases, data: ev.ApprovalEnded, stream: str) -> Said:
    return {"offers": phrases.recall(stream, data.approval)}


TELLS: Tells = {
    ev.ApprovalAsked: _asked,
    ev.ApprovalGiven: _given,
    ev.ApprovalRefused: _refused,
    ev.ApprovalEnded: _ended,
}
