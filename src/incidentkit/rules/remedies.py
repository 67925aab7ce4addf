"""What the customer is offered, what is agreed, and what is done."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import RemedyId
from incidentkit.domain.incidents import Incident, next_offer, next_remedy
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.times import due_instant
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.rules.cases import refused, workable
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.messages import incident_step
from incidentkit.rules.orders import returned_money
from incidentkit.rules.telling import tell

__all__ = ["accept", "carry_out", "decline", "offer", "priced"]


def priced(incident: Incident, offers: Sequence[Offer], orders: Sequence[Order], now: Circumstances) -> tuple[Offer, ...]:
    """New offers as they would be made: checked, with their ids, their amounts to the cent and what they are worth.

    Args:
        orders: those of the case.
    """
    workable(incident, "offer")
    if not offers:
        raise InvalidInput(f"Incident {incident.id}", "an offer needs at least one Offer", got="none")
    return tuple(_priced(incident, offer, place, orders, now) for place, offer in enumerate(offers))


def offer(incident: Incident, made: Sequence[Offer], order: Order | None, now: Circumstances) -> Decision:
    """Offers as `priced` has them are written to the customer."""
    after = changed(incident, offers=incident.offers + tuple(made))
    told = tell(after, incident_step(after), order, now)
    return Decision((ev.OffersMade(tuple(made)), *told.events), intents=told.intents)


def _priced(incident: Incident, offer: Offer, place: int, orders: Sequence[Order], now: Circumstances) -> Offer:
    if offer.id or offer.state is not OfferState.OPEN:
        raise InvalidInput(
            f"Incident {incident.id}", "an offer is made once", got="one that was made before", next="Make a new Offer."
        )
    kind = now.kinds.get(offer.kind)
    if kind is None:
        raise InvalidInput("An offer's kind", f"must be one of {', '.join(now.kinds)}", got=offer.kind)
    if kind.takes_amount == (offer.amount is None):
        rule = "needs an amount" if offer.amount is None else "takes no amount"
        raise InvalidInput(f"An offer of {offer.kind}", rule, got=offer.amount)
    if due_instant(offer.by, now.shop.zone) < now.at:
        raise InvalidInput(f"Incident {incident.id}", "an offer needs a date that can still be kept", got=str(offer.by))
    amount = offer.amount.in_currency(incident.currency) if offer.amount is not None else None
    if amount is not None and orders and kind.gives == "money":
        returned_money(orders[0], amount)
    return changed(offer, id=next_offer(incident, place), amount=amount, worth=amount)


def accept(incident: Incident, offer_id: str, order: Order | None, now: Circumstances) -> Decision:
    """The customer takes an offer: it becomes an agreed remedy, which is put to them in writing."""
    workable(incident, "accept")
    taken = _open_offer(incident, offer_id, "accept")
    remedy = Remedy(next_remedy(incident), taken.id, taken.kind, taken.by, taken.amount, taken.product)
    after = changed(incident, remedies=(*incident.remedies, remedy))
    told = tell(after, "incident.accepted", order, now)
    return Decision((ev.OfferAccepted(taken.id, remedy), *told.events), intents=told.intents)


def decline(incident: Incident, offer_id: str, now: Circumstances) -> Decision:
    """The customer does not want an offer."""
    workable(incident, "decline")
    return Decision((ev.OfferDeclined(_open_offer(incident, offer_id, "decline").id),))


def _open_offer(incident: Incident, offer_id: str, attempted: str) -> Offer:
    found = incident.offer(offer_id)
    if found is None:
        known = ", ".join(o.id for o in incident.offers) or "none yet"
        raise UnknownIdError(f"Incident {incident.id}", f"has the offers {known}", got=repr(offer_id)[:40])
    if found.state is not OfferState.OPEN:
        raise refused(incident, attempted, f"{offer_id} must be open", found.state.value, "Make a new offer.")
    return found


def carry_out(incident: Incident, remedy_id: str, reference: str, order: Order | None, now: Circumstances) -> Decision:
    """An agreed remedy is done; the reference says where to find it. The same again changes nothing."""
    remedy = incident.remedy(remedy_id)
    if remedy is None:
        known = ", ".join(r.id for r in incident.remedies) or "none yet"
        raise UnknownIdError(f"Incident {incident.id}", f"has the remedies {known}", got=repr(remedy_id)[:40])
    if not isinstance(reference, str) or not reference.strip() or len(reference) > 200:
        raise InvalidInput(
            f"Incident {incident.id}", "a remedy needs its reference: a refund's id, an order, a coupon", got="none"
        )
    if remedy.carried_out_at is not None:
        if remedy.reference == reference:
            return Decision()
        raise refused(incident, "carry_out", f"{remedy_id} is carried out once", f"done as {remedy.reference}")
    workable(incident, "carry_out")
    cost = now.shop.cost_of_remedy(remedy.kind, now.at)
    done = ev.RemedyCarriedOut(RemedyId(remedy_id), reference, cost)
    elsewhere: tuple[tuple[str, Happening], ...] = ()
    if remedy.amount is not None and order is not None:
        elsewhere = ((order.id, ev.MoneyReturned(remedy.amount, incident.id, remedy.id)),)
    finished = changed(remedy, reference=reference, carried_out_at=now.at, cost=cost)
    after = changed(incident, remedies=tuple(finished if r is remedy else r for r in incident.remedies))
    told = tell(after, "incident.carried_out", order, now)
    return Decision((done, *told.events), elsewhere, told.intents)
