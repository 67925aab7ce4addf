"""Events of offers and remedies."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import OfferId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer, Remedy

__all__ = ["OfferAccepted", "OfferDeclined", "OffersMade", "RemedyCarriedOut"]


@frozen
class OffersMade(Happening):
    """The customer was offered something concrete."""

    type = "incident.offered"
    offers: tuple[Offer, ...]


@frozen
class OfferAccepted(Happening):
    """The customer took an offer, which is an agreed remedy now."""

    type = "incident.offer_accepted"
    offer: OfferId
    remedy: Remedy


@frozen
class OfferDeclined(Happening):
    """The customer did not want an offer."""

    type = "incident.offer_declined"
    offer: OfferId


@frozen
class RemedyCarriedOut(Happening):
    """An agreed remedy is done; ``reference`` says where to find it, ``cost`` what it cost beside money given back."""

    type = "incident.remedy_carried_out"
    remedy: RemedyId
    reference: str
    cost: Money | None = None
