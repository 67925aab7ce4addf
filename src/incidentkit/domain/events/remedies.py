"""Events of offers and remedies."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import OfferId, RemedyId
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shipments import Units
from incidentkit.domain.texts import Text

__all__ = [
    "OfferAccepted",
    "OfferCountered",
    "OfferDeclined",
    "OffersExpired",
    "OffersMade",
    "RemedyCarriedOut",
    "RemedyDropped",
    "RemedyReceived",
]


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


@frozen
class OfferCountered(Happening):
    """The customer answered an offer with one of their own, which waits for the shop."""

    type = "incident.offer_countered"
    offer: OfferId
    counter: Offer


@frozen
class OffersExpired(Happening):
    """Nobody took these offers while they could be taken."""

    type = "incident.offers_expired"
    offers: tuple[OfferId, ...]


@frozen
class RemedyReceived(Happening):
    """Units that a remedy waited for have come back; it is for those, and what did not come is owed as a remedy of its own."""

    type = "incident.remedy_received"
    remedy: RemedyId
    lines: Units
    amount: Money | None = None
    worth: Money | None = None
    rest: Remedy | None = None


@frozen
class RemedyDropped(Happening):
    """What was agreed can't be done, or need not be: nobody owes it any more."""

    type = "incident.remedy_dropped"
    remedy: RemedyId
    reason: Text
