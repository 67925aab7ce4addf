"""From the record to what its customer may see: what was promised, what happened, what is offered, by when, by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import WHOLE, Order
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import due_instant
from incidentkit.domain.views import (
    CaseView,
    DeliveryPromise,
    HistoryEntry,
    LineView,
    OfferView,
    OrderView,
    ParcelView,
    RemedyView,
    Stands,
    StatusView,
)
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.clocks import clocks, waits_for
from incidentkit.rules.expiring import too_late
from incidentkit.rules.promises import UPDATE, expectations

__all__ = ["case_view", "offer_view", "order_view", "status_view"]

_HIDDEN = (Phase.WITHDRAWN, Phase.MERGED)
_ENDS: Mapping[Phase, Stands] = {Phase.RESOLVED: "resolved", Phase.CLOSED: "closed", Phase.LAPSED: "lapsed"}


def status_view(order: Order | None, incidents: Iterable[Incident], shop: Shop, at: datetime) -> StatusView:
    """How an order stands, or one case without an order.

    What was no incident, what goes on in another case, and what was only imported is left out.
    """
    shown = [case for case in incidents if not case.passive and case.phase not in _HIDDEN]
    shown.sort(key=lambda case: (case.open, case.detected_at), reverse=True)
    cases = tuple(case_view(case, shop, at) for case in shown)
    entries = [*(_order_history(order) if order else ()), *(entry for case in shown for entry in _case_history(case))]
    history = tuple(sorted(entries, key=lambda entry: entry.at))
    return StatusView(at, order_view(order, shop, at) if order else None, cases, history)


def order_view(order: Order, shop: Shop, at: datetime) -> OrderView:
    """An order without its cases."""
    promised = [e for e in expectations(order, shop.zone, at) if e.promise.what == "delivery"]
    return OrderView(
        label=order.label,
        status=order.status,
        lines=tuple(LineView(x.product, x.quantity, x.cancelled, x.delivered) for x in order.lines if x.id != WHOLE),
        parcels=tuple(ParcelView(s.shipped_at, s.carrier, s.tracking, s.delivered_at) for s in order.shipments),
        promises=tuple(DeliveryPromise(e.promise.due, e.promise.made_at, e.outcome, e.kept_at) for e in promised),
        said=order.status_text,
    )


def case_view(case: Incident, shop: Shop, at: datetime) -> CaseView:
    """One case."""
    due = next((c.due for c in clocks(case, shop) if c.name in ("resolve_by", "resolve_again_by") and c.running), None)
    offers = tuple(offer_view(offer, case, shop, at) for offer in case.offers)
    words = [p.due for p in case.promises if p.what == UPDATE and p.replaced_by is None and case.phase in WORKABLE]
    return CaseView(
        id=case.id,
        type=case.type,
        cause=case.cause or "",
        responsible=case.owner.team,
        stands=_stands(case, offers, shop),
        detected_at=case.detected_at,
        told_at=case.communicated_at,
        offers=offers,
        remedies=tuple(_remedy(remedy, shop, at) for remedy in case.remedies if remedy.dropped_at is None),
        put_right_by=due,
        late=due is not None and at > due,
        next_word=next((due for due in reversed(words) if due_instant(due, shop.zone) >= at), None),
        resolved_at=case.resolved_at,
        closed_at=case.closed_at,
    )


def offer_view(offer: Offer, case: Incident, shop: Shop, at: datetime) -> OfferView:
    """One offer of a case."""
    open_ = offer.state is OfferState.OPEN and case.phase in WORKABLE and not too_late(offer, shop, at)
    possible = open_ and at <= due_instant(offer.by, shop.zone)
    return OfferView(offer.id, offer.kind, offer.by, offer.amount, offer.product, offer.state, possible)


def _remedy(remedy: Remedy, shop: Shop, at: datetime) -> RemedyView:
    late = (remedy.carried_out_at or at) > due_instant(remedy.by, shop.zone)
    return RemedyView(remedy.kind, remedy.by, remedy.amount, remedy.product, remedy.carried_out_at, late)


def _stands(case: Incident, offers: Iterable[OfferView], shop: Shop) -> Stands:
    if case.phase not in WORKABLE:
        return _ENDS[case.phase]
    # What can't be answered any more is nobody's to answer, although clocks may still wait for it.
    answerable = any(offer.possible for offer in offers) or any(h.until is None and h.reason == "wait" for h in case.holds)
    return "waiting" if answerable and waits_for(clocks(case, shop)) == "customer" else "at_work"


# --- What happened, in its order ---------------------------------------------------------------------------------


def _order_history(order: Order) -> Iterator[HistoryEntry]:
    yield HistoryEntry(order.placed_at, "placed")
    for what, at in (("confirmed", order.confirmed_at), ("cancelled", order.cancelled_at)):
        if at is not None:
            yield HistoryEntry(at, what)
    for parcel in order.shipments:
        yield HistoryEntry(parcel.shipped_at, "shipped")
        if parcel.delivered_at is not None:
            yield HistoryEntry(parcel.delivered_at, "delivered")


def _case_history(case: Incident) -> Iterator[HistoryEntry]:
    turns = [("detected", case.detected_at), ("told", case.communicated_at)]
    turns += [("agreed", promise.made_at) for promise in case.promises if promise.source == "offer"]
    turns += [("done", remedy.carried_out_at) for remedy in case.remedies]
    turns += [("resolved", rest.since) for rest in case.rests] + [("resolved", case.resolved_at)]
    turns += [("closed", closed.since) for closed in case.closures] + [("closed", case.closed_at)]
    turns += [("reopened", rest.until) for rest in case.rests]
    yield from (HistoryEntry(at, what, case.type) for what, at in turns if at is not None)
