"""A customer's own answer to offers that were put to them: they take one, or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Offer, OfferState
from incidentkit.domain.shop import Shop
from incidentkit.domain.views import OfferView
from incidentkit.errors import InvalidInput
from incidentkit.rules.cases import WORKABLE, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.remedies import accept
from incidentkit.rules.views import offer_view

__all__ = ["NONE", "AnswerStands", "Put", "answer", "answer_stands", "offers_put"]

NONE = "none"
"""The choice of none of the offers."""

AnswerStands = Literal["open", "accepted", "declined", "replaced", "over"]
"""``replaced`` by further offers; ``over`` where the case went on, or every date has passed, without an answer."""


@frozen
class Put:
    """The offers that were put to a customer together.

    Args:
        offers: their ids.
        generation: how many offers the case had then.
    """

    offers: Sequence[str]
    generation: int


def offers_put(incident: Incident, put: Put, shop: Shop, at: datetime) -> tuple[OfferView, ...]:
    """Those offers as they stand at an instant."""
    return tuple(offer_view(offer, incident, shop, at) for offer in _offers(incident, put))


def answer_stands(incident: Incident, put: Put, shop: Shop, at: datetime) -> AnswerStands:
    """What can still be answered, or was."""
    states = {offer.state for offer in _offers(incident, put)}
    if OfferState.ACCEPTED in states:
        return "accepted"
    if states == {OfferState.DECLINED}:
        return "declined"
    if len(incident.offers) != put.generation:
        return "replaced"
    return "open" if any(offer.possible for offer in offers_put(incident, put, shop, at)) else "over"


def answer(incident: Incident, put: Put, choice: str, orders: Sequence[Order], now: Circumstances) -> Decision:
    """The customer takes the offer of that id, or `NONE` of them. All that they were put is answered by that.

    Args:
        orders: those of the case, and those that their money is of.

    Raises:
        TransitionRefused: it was answered, was replaced by further offers, or can't be answered any more.
        InvalidInput: no such choice.
    """
    stands = answer_stands(incident, put, now.shop, now.at)
    if stands != "open":
        step = "The link in the latest message answers what stands now." if incident.phase in WORKABLE else ""
        raise refused(incident, "answer", "offers are answered once, while they stand", stands, step)
    if choice == NONE:
        return Decision(tuple(ev.OfferDeclined(o.id) for o in _offers(incident, put) if o.state is OfferState.OPEN))
    if choice not in [offer.id for offer in offers_put(incident, put, now.shop, now.at) if offer.possible]:
        raise InvalidInput("An answer", "names one of the offers that can still be taken, or none", got="another")
    return accept(incident, choice, orders, now)


def _offers(incident: Incident, put: Put) -> list[Offer]:
    return [offer for offer in incident.offers if offer.id in put.offers]
