"""What offers and remedies do to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Incident
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import ANSWERABLE, Offer, OfferState, Remedy

__all__ = ["accepted", "carried_out", "countered", "declined", "dropped", "expired", "offered", "received"]


def offered(incident: Incident, data: ev.OffersMade, event: Event) -> Incident:
    made = tuple(_made(offer, event) for offer in data.offers)
    return changed(incident, offers=incident.offers + made)


def _made(offer: Offer, event: Event) -> Offer:
    by = offer.made_by if offer.approved_by else event.actor  # what was approved was wanted by whoever asked for it
    return changed(offer, made_by=by, made_at=event.occurred_at)


def _offers_now(incident: Incident, offer_ids: tuple[str, ...], state: OfferState) -> Incident:
    offers = tuple(changed(o, state=state) if o.id in offer_ids else o for o in incident.offers)
    return changed(incident, offers=offers)


def accepted(incident: Incident, data: ev.OfferAccepted, event: Event) -> Incident:
    taken = incident.offer(data.offer)
    others = tuple(o.id for o in incident.offers if taken is not None and _alternative(o, taken))
    incident = _offers_now(_offers_now(incident, (data.offer,), OfferState.ACCEPTED), others, OfferState.PASSED)
    remedy = changed(data.remedy, agreed_at=event.occurred_at, agreed_by=event.actor)
    promise = _promise(incident, remedy, taken.made_by if taken is not None else event.actor, event)
    return changed(incident, remedies=(*incident.remedies, remedy), promises=(*incident.promises, promise))


def _alternative(offer: Offer, taken: Offer) -> bool:
    """Whether an offer was made together with the one that is taken. Rounds were not counted before there were any."""
    return offer.id != taken.id and offer.round == taken.round > 0 and offer.state in ANSWERABLE


def _promise(incident: Incident, remedy: Remedy, made_by: str, event: Event) -> Promise:
    return Promise(
        id=f"promise-{len(incident.promises) + 1}",
        what=remedy.kind,
        due=remedy.by,
        made_at=event.occurred_at,
        made_by=made_by,
        source="offer",
        reference=remedy.id,
    )


def declined(incident: Incident, data: ev.OfferDeclined, event: Event) -> Incident:
    return _offers_now(incident, (data.offer,), OfferState.DECLINED)


def countered(incident: Incident, data: ev.OfferCountered, event: Event) -> Incident:
    incident = _offers_now(incident, (data.offer,), OfferState.COUNTERED)
    return changed(incident, offers=(*incident.offers, _made(data.counter, event)))


def expired(incident: Incident, data: ev.OffersExpired, event: Event) -> Incident:
    return _offers_now(incident, data.offers, OfferState.EXPIRED)


def carried_out(incident: Incident, data: ev.RemedyCarriedOut, event: Event) -> Incident:
    remedies = tuple(
        changed(r, reference=data.reference, carried_out_at=event.occurred_at, cost=data.cost) if r.id == data.remedy else r
        for r in incident.remedies
    )
    return changed(incident, remedies=remedies)


def received(incident: Incident, data: ev.RemedyReceived, event: Event) -> Incident:
    def came(remedy: Remedy) -> Remedy:
        return changed(remedy, lines=data.lines, amount=data.amount, worth=data.worth, received_at=event.occurred_at)

    remedies = tuple(came(remedy) if remedy.id == data.remedy else remedy for remedy in incident.remedies)
    if data.rest is None:
        return changed(incident, remedies=remedies)
    promise = _promise(incident, data.rest, event.actor, event)
    return changed(incident, remedies=(*remedies, data.rest), promises=(*incident.promises, promise))


def dropped(incident: Incident, data: ev.RemedyDropped, event: Event) -> Incident:
    remedies = tuple(
        changed(r, dropped_at=event.occurred_at, reason=data.reason) if r.id == data.remedy else r for r in incident.remedies
    )
    return changed(incident, remedies=remedies)
