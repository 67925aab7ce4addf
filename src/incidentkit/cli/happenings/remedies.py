"""What is told of offers and remedies."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _offered(phrases: Phrases, data: ev.OffersMade, stream: str) -> Said:
    return {"offers": "; ".join(phrases.remember(stream, offer.id, phrases.deal(offer)) for offer in data.offers)}


def _accepted(phrases: Phrases, data: ev.OfferAccepted, stream: str) -> Said:
    return {"offer": phrases.remember(stream, data.remedy.id, phrases.deal(data.remedy))}


def _declined(phrases: Phrases, data: ev.OfferDeclined, stream: str) -> Said:
    return {"offer": phrases.recall(stream, data.offer)}


def _carried_out(phrases: Phrases, data: ev.RemedyCarriedOut, stream: str) -> Said:
    return {"remedy": phrases.recall(stream, data.remedy), "reference": data.reference}


TELLS: Tells = {
    ev.OffersMade: _offered,
    ev.OfferAccepted: _accepted,
    ev.OfferDeclined: _declined,
    ev.RemedyCarriedOut: _carried_out,
}
