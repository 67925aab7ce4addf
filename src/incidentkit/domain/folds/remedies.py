"""What offers and remedies do to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Incident
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import OfferState

__all__ = ["accepted", "carried_out", "declined", "offered"]


def offered(incident: Incident, data: ev.OffersMade, event: Event) -> Incident:
    made = tuple(changed(offer, made_by=event.actor) for offer in data.offers)
    return changed(incident, offers=incident.offers + made)


def _offer_now(incident: Incident, offer_id: str, state: OfferState) -> Incident:
    offers = tuple(changed(o, state=state) if o.id == offer_id else o for o in incident.offers)
    return changed(incident, offers=offers)


def accepted(incident: Incident, data: ev.OfferAccepted, event: Event) -> Incident:
    incident = _offer_now(incident, data.offer, OfferState.ACCEPTED)
    remedy, offer = data.remedy, incident.offer(data.offer)
    promise = Promise(
        id=f"promise-{len(incident.promises) + 1}",
        what=remedy.kind,
        due=remedy.by,
        made_at=event.occurred_at,
        made_by=offer.made_by if offer is not None else event.actor,
        source="offer",
        reference=remedy.id,
    )
    return changed(incident, remedies=(*incident.remedies, remedy), promises=(*incident.promises, promise))


def declined(incident: Incident, data: ev.OfferDeclined, event: Event) -> Incident:
    return _offer_now(incident, data.offer, OfferState.DECLINED)


def carried_out(incident: Incident, data: ev.RemedyCarriedOut, event: Event) -> Incident:
    remedies = tuple(
        changed(r, reference=data.reference, carried_out_at=event.occurred_at, cost=data.cost) if r.id == data.remedy else r
        for r in incident.remedies
    )
    return changed(incident, remedies=remedies)
