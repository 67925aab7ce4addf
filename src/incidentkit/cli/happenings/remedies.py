"""What is told of offers and remedies."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells
from incidentkit.domain import events as ev
from incidentkit.domain.ledger import Claim

__all__ = ["TELLS"]


def _offered(phrases: Phrases, data: ev.OffersMade, stream: str) -> Said:
    return {"offers": "; ".join(phrases.remember(stream, offer.id, phrases.deal(offer)) for offer in data.offers)}


def _accepted(phrases: Phrases, data: ev.OfferAccepted, stream: str) -> Said:
    return {"offer": phrases.remember(stream, data.remedy.id, phrases.deal(data.remedy))}


def _declined(phrases: Phrases, data: ev.OfferDeclined, stream: str) -> Said:
    return {"offer": phrases.recall(stream, data.offer)}


def _carried_out(phrases: Phrases, data: ev.RemedyCarriedOut, stream: str) -> Said:
    return {"remedy": phrases.recall(stream, data.remedy), "reference": data.reference}


def _countered(phrases: Phrases, data: ev.OfferCountered, stream: str) -> Said:
    asked = phrases.remember(stream, data.counter.id, phrases.deal(data.counter))
    return {"offer": phrases.recall(stream, data.offer), "asked": asked}


def _expired(phrases: Phrases, data: ev.OffersExpired, stream: str) -> Said:
    return {"offers": "; ".join(phrases.recall(stream, offer) for offer in data.offers)}


def _received(phrases: Phrases, data: ev.RemedyReceived, stream: str) -> Said:
    rest = "" if data.rest is None else phrases.remember(stream, data.rest.id, phrases.deal(data.rest))
    amount = "" if data.amount is None else phrases.values.money(data.amount)
    return {
        "remedy": phrases.recall(stream, data.remedy),
        "units": phrases.units(data.lines),
        "amount": amount,
        "rest": rest,
    }


def _dropped(phrases: Phrases, data: ev.RemedyDropped, stream: str) -> Said:
    return {"remedy": phrases.recall(stream, data.remedy), "reason": phrases.text(data.reason)}


def _claim(phrases: Phrases, claim: Claim) -> Said:
    parts = tuple((part.line, part.units) for part in claim.parts)
    return {
        "kind": phrases.labels.label("offers", claim.kind),
        "units": phrases.units(parts) if parts else "",
        "amount": "" if claim.amount is None else phrases.values.money(claim.amount),
    }


def _claimed(phrases: Phrases, data: ev.ClaimMade, stream: str) -> Said:
    return _claim(phrases, data.claim)


def _came(phrases: Phrases, data: ev.ClaimReceived, stream: str) -> Said:
    return _claim(phrases, data.claim)


def _ended(phrases: Phrases, data: ev.ClaimDone | ev.ClaimDropped, stream: str) -> Said:
    return {"remedy": data.remedy}


def _replaced(phrases: Phrases, data: ev.OrderReplaced, stream: str) -> Said:
    return {"order": data.by, "remedy": data.remedy}


def _sent_instead(phrases: Phrases, data: ev.OrderSentInstead, stream: str) -> Said:
    return {"order": data.replaces.order, "incident": data.replaces.incident}


TELLS: Tells = {
    ev.OffersMade: _offered,
    ev.OfferAccepted: _accepted,
    ev.OfferDeclined: _declined,
    ev.RemedyCarriedOut: _carried_out,
    ev.OfferCountered: _countered,
    ev.OffersExpired: _expired,
    ev.RemedyReceived: _received,
    ev.RemedyDropped: _dropped,
    ev.ClaimMade: _claimed,
    ev.ClaimReceived: _came,
    ev.ClaimDone: _ended,
    ev.ClaimDropped: _ended,
    ev.OrderReplaced: _replaced,
    ev.OrderSentInstead: _sent_instead,
}
