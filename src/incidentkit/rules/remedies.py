"""What the customer is offered, what they ask for instead, what is agreed, and what is done or dropped."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.effects import Intent
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import RemedyId
from incidentkit.domain.incidents import Incident, next_remedy
from incidentkit.domain.ledger import Claim
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.remedies import ANSWERABLE, Offer, OfferState, Remedy
from incidentkit.domain.remedy_kinds import RemedyKind
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.rules.cases import in_words, name, refused, workable
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.expiring import too_late
from incidentkit.rules.ledger import ledger_of, line_shares
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.messages import incident_step
from incidentkit.rules.orders import choose
from incidentkit.rules.paying import payment
from incidentkit.rules.pricing import priced
from incidentkit.rules.replacing import sent_instead
from incidentkit.rules.telling import tell

__all__ = ["accept", "agree", "carry_out", "counter", "decline", "drop", "offer", "owed", "released"]


# --- Offers ------------------------------------------------------------------------------------------------------


def offer(incident: Incident, made: Sequence[Offer], order: Order | None, now: Circumstances) -> Decision:
    """Offers as `priced` has them are written to the customer."""
    after = changed(incident, offers=incident.offers + tuple(made))
    told = tell(after, incident_step(after), order, now)
    return Decision((ev.OffersMade(tuple(made)), *told.events), intents=told.intents)


def accept(incident: Incident, offer_id: str, orders: Sequence[Order], now: Circumstances) -> Decision:
    """The customer takes an offer: it becomes an agreed remedy, which is put to them in writing.

    Args:
        orders: those of the case, and those that their money is of.

    Raises:
        InvalidInput: its kind is gone.
        MoneyError, QuantityError: other remedies have used up what it is of.
    """
    return _agreed(incident, _answerable(incident, offer_id, OfferState.OPEN, "accept", now), orders, now)


def agree(incident: Incident, offer_id: str, orders: Sequence[Order], now: Circumstances) -> Decision:
    """The shop takes what the customer asked for instead of an offer."""
    return _agreed(incident, _answerable(incident, offer_id, OfferState.ASKED, "agree", now), orders, now)


def decline(incident: Incident, offer_id: str, now: Circumstances) -> Decision:
    """The customer does not want an offer, or the shop does not want what they asked for instead."""
    workable(incident, "decline")
    found = _offer(incident, offer_id)
    if found.state not in ANSWERABLE:
        raise refused(incident, "decline", f"{offer_id} must be open", found.state.value, "Make a new offer.")
    return Decision((ev.OfferDeclined(found.id),))


def counter(incident: Incident, offer_id: str, asked: Offer, orders: Sequence[Order], now: Circumstances) -> Decision:
    """The customer asks for something else instead of an offer; the shop agrees or declines."""
    answered = _answerable(incident, offer_id, OfferState.OPEN, "counter", now)
    (made,) = priced(incident, (asked,), orders, now)
    made = changed(made, state=OfferState.ASKED, round=answered.round, answers=answered.id)
    return Decision((ev.OfferCountered(answered.id, made),))


def _offer(incident: Incident, offer_id: str) -> Offer:
    found = incident.offer(offer_id)
    if found is None:
        known = ", ".join(o.id for o in incident.offers) or "none yet"
        raise UnknownIdError(name(incident), f"has the offers {known}", got=repr(offer_id)[:40])
    return found


def _answerable(incident: Incident, offer_id: str, state: OfferState, attempted: str, now: Circumstances) -> Offer:
    workable(incident, attempted)
    found = _offer(incident, offer_id)
    if found.state is not state:
        hints = {OfferState.ASKED: "agree() or decline() it.", OfferState.OPEN: "accept(), counter() or decline() it."}
        step = hints.get(found.state, "Make a new offer.")
        raise refused(incident, attempted, f"{offer_id} must be {state.value}", found.state.value, step)
    if too_late(found, now.shop, now.at):
        raise refused(incident, attempted, f"{offer_id} could be taken until {found.until}", str(now.at), "Make a new offer.")
    return found


# --- Agreeing ----------------------------------------------------------------------------------------------------


def _agreed(incident: Incident, taken: Offer, orders: Sequence[Order], now: Circumstances) -> Decision:
    kind = _kind(taken, now)
    remedy = Remedy(
        next_remedy(incident),
        taken.id,
        taken.kind,
        taken.by,
        taken.amount,
        taken.product,
        lines=taken.lines,
        order=taken.order,
        after_return=taken.after_return,
        worth=taken.worth,
        gives=kind.gives,
    )
    events: list[Happening] = [ev.OfferAccepted(taken.id, remedy)]
    claimed, intents = _claimed(incident, remedy, orders, now)
    after = changed(incident, remedies=(*incident.remedies, remedy))
    told = tell(after, "incident.accepted", _first(orders), now)
    if not kind.due:
        events.append(ev.RemedyCarriedOut(remedy.id, "", _cost(incident, remedy, now)))
    return Decision((*events, *told.events), claimed, (*told.intents, *intents))


def _kind(taken: Offer, now: Circumstances) -> RemedyKind:
    """Its kind says what is given; of one that is gone nobody knows whether its amount is money."""
    kind = now.kinds.get(taken.kind)
    if kind is None:
        step = "Add its kind again, or decline() it and make a new offer."
        raise InvalidInput(f"The offer {taken.id}", "is of a kind that the shop has", got=taken.kind, next=step)
    return kind


def _claimed(
    incident: Incident, remedy: Remedy, orders: Sequence[Order], now: Circumstances
) -> tuple[tuple[tuple[str, Happening], ...], tuple[Intent, ...]]:
    """What a remedy claims of its order's money and units, and the payment that follows."""
    money = remedy.gives == "money"
    order = _order_of(incident, remedy, orders)
    if order is None:
        return (), payment(incident, remedy, None, now) if money else ()
    ledger = ledger_of(order, orders)
    if money and remedy.amount is not None:
        ledger.check(remedy.amount)
    units = choose(order, dict(remedy.lines), ledger.free(), "left to be made good") if remedy.lines else ()
    amount = remedy.amount if money else None
    if amount is None and not units:
        return (), ()
    claim = Claim(
        incident=incident.id,
        remedy=remedy.id,
        kind=remedy.kind,
        of=order.id,
        parts=ledger.parts(units),
        amount=amount,
        awaited=remedy.after_return,
        moved=remedy.gives in ("money", "credit"),
    )
    due = payment(incident, remedy, ledger.money, now, line_shares(claim)) if money and not claim.awaited else ()
    return ((ledger.money.id, ev.ClaimMade(claim)),), due


def _order_of(incident: Incident, remedy: Remedy, orders: Sequence[Order]) -> Order | None:
    """The order of a remedy's units and money: of one that was agreed before that was said, the first of its case."""
    wanted = remedy.order or next(iter(incident.orders), None)
    return next((order for order in orders if order.id == wanted), None)


def _gives(remedy: Remedy, now: Circumstances) -> str:
    """What a remedy gives. Of one from before there were kinds, an amount is money."""
    if remedy.gives:
        return remedy.gives
    kind = now.kinds.get(remedy.kind)
    return kind.gives if kind is not None else "nothing" if remedy.amount is None else "money"


def _first(orders: Sequence[Order]) -> Order | None:
    return next(iter(orders), None)


# --- Doing and dropping ------------------------------------------------------------------------------------------


def owed(incident: Incident, remedy_id: str, attempted: str) -> Remedy:
    """A remedy that is agreed, and neither done nor dropped.

    Raises:
        UnknownIdError: the case has none of that id.
        TransitionRefused: it is done, or was dropped.
    """
    remedy = _remedy(incident, remedy_id)
    if remedy.carried_out_at is not None:
        raise refused(incident, attempted, f"{remedy_id} is carried out once", f"done as {remedy.reference or 'agreed'}")
    if remedy.dropped_at is not None:
        raise refused(incident, attempted, f"{remedy_id} must be owed", "dropped", "Make a new offer.")
    return remedy


def _remedy(incident: Incident, remedy_id: str) -> Remedy:
    remedy = incident.remedy(remedy_id)
    if remedy is None:
        known = ", ".join(r.id for r in incident.remedies) or "none yet"
        raise UnknownIdError(name(incident), f"has the remedies {known}", got=repr(remedy_id)[:40])
    return remedy


def carry_out(
    incident: Incident,
    remedy_id: str,
    reference: str,
    orders: Sequence[Order],
    now: Circumstances,
    sent: Order | None = None,
) -> Decision:
    """An agreed remedy is done; the reference says where to find it. The same again changes nothing.

    Args:
        orders: those of the case, and those that their money is of.
        sent: the order that was sent by it, if it is in the record and captured nothing of its own.
    """
    remedy = _remedy(incident, remedy_id)
    kind = now.kinds.get(remedy.kind)
    if not isinstance(reference, str) or not reference.strip() or len(reference) > 200:
        what = kind.evidence if kind is not None else "refund"
        raise InvalidInput(name(incident), f"a remedy needs its reference: that of the {what}", got="none")
    if remedy.carried_out_at is not None and remedy.reference == reference:
        return Decision()
    remedy = owed(incident, remedy_id, "carry_out")
    workable(incident, "carry_out")
    if not remedy.payable:
        step = "orders.take_back() what came; drop() what does not come."
        raise refused(incident, "carry_out", f"{remedy_id} is done once its units are back", "they are not", step)
    cost = _cost(incident, remedy, now)
    finished = changed(remedy, reference=reference, carried_out_at=now.at, cost=cost)
    after = changed(incident, remedies=tuple(finished if r is remedy else r for r in incident.remedies))
    told = tell(after, "incident.carried_out", _first(orders), now)
    done = ev.RemedyCarriedOut(RemedyId(remedy_id), reference, cost)
    return Decision((done, *told.events), tuple(_settled(incident, remedy, orders, now, sent)), told.intents)


def _cost(incident: Incident, remedy: Remedy, now: Circumstances) -> Money | None:
    """What carrying it out costs beside money, at today's rate: a kind that gives nothing costs nothing without one."""
    goods = remedy.worth if _gives(remedy, now) == "goods" else None
    cost = now.shop.cost_of_remedy(remedy.kind, now.at, sum(count for _, count in remedy.lines) or 1, goods)
    if cost is None and _gives(remedy, now) == "nothing" and incident.currency:
        return Money.zero(incident.currency)
    return cost


def _settled(
    incident: Incident, remedy: Remedy, orders: Sequence[Order], now: Circumstances, sent: Order | None
) -> list[tuple[str, Happening]]:
    """What a remedy that is done does to the ledger that its claim is in."""
    order = _order_of(incident, remedy, orders)
    if order is None:
        return []
    money = ledger_of(order, orders).money
    if remedy.amount is not None and _gives(remedy, now) == "money":
        return [(money.id, ev.MoneyReturned(remedy.amount, incident.id, remedy.id))]
    claim = _claim(money, incident, remedy)
    if sent is not None:
        return sent_instead(incident, remedy, claim, order, money, sent)
    return [(money.id, ev.ClaimDone(incident.id, remedy.id))] if claim is not None else []


def drop(incident: Incident, remedy_id: str, reason: Text, orders: Sequence[Order], now: Circumstances) -> Decision:
    """What was agreed can't be done, or need not be: nobody owes it any more, and what it claimed is free again."""
    remedy = owed(incident, remedy_id, "drop")
    if incident.phase in INCIDENT.final:
        raise refused(incident, "drop", "nothing is decided on a final case", incident.phase.value)
    in_words(reason, name(incident), "reason")
    return Decision((ev.RemedyDropped(remedy.id, reason),), released(incident, (remedy,), orders))


def released(incident: Incident, remedies: Sequence[Remedy], orders: Sequence[Order]) -> tuple[tuple[str, Happening], ...]:
    """What remedies that nobody owes any more give back to their ledgers."""
    found = []
    for remedy in remedies:
        order = _order_of(incident, remedy, orders)
        money = ledger_of(order, orders).money if order is not None else None
        if money is not None and _claim(money, incident, remedy) is not None:
            found.append((money.id, ev.ClaimDropped(incident.id, remedy.id)))
    return tuple(found)


def _claim(money: Order, incident: Incident, remedy: Remedy) -> Claim | None:
    return next((c for c in money.claims if (c.incident, c.remedy) == (incident.id, remedy.id)), None)
