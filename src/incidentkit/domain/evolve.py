"""What an event does to a state: the one definition of "current state", used when writing, replaying and rebuilding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import evolve as changed

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evidence import IncidentAnswer
from incidentkit.domain.incidents import Handover, Incident, Owner, Period, Phase
from incidentkit.domain.messages import Conversation, Notice
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order, SourceStatus
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.shipments import Shipment, Units, add_units
from incidentkit.domain.surveys import Answer, Ask

__all__ = ["State", "evolve", "replay"]

State = Order | Incident | Ask


def evolve(state: State | None, event: Event) -> State:
    """The state after ``event``. ``state`` is None exactly for the first event of a stream."""
    data = event.data
    start = _STARTS.get(type(data))
    if start is not None:
        return start(data, event)
    assert state is not None, f"{event.type} can't be the first event of a stream"
    steps = _STEPS[type(state)]
    return steps[type(data)](state, data, event)


def replay(events: Iterable[Event]) -> State:
    """The state that a whole stream adds up to."""
    state: State | None = None
    for event in events:
        state = evolve(state, event)
    assert state is not None, "an empty stream has no state"
    return state


# --- Starts ------------------------------------------------------------------------------------------------------


def _placed(data: ev.OrderPlaced, event: Event) -> Order:
    return Order(
        id=data.order,
        placed_at=event.occurred_at,
        captured=data.captured,
        lines=data.lines,
        number=data.number,
        customer=data.customer,
        account=data.account,
        passive=data.passive,
    )


def _reported(data: ev.IncidentReported, event: Event) -> Incident:
    return Incident(
        id=data.incident,
        type=data.kind,
        severity=data.severity,
        description=data.description,
        detected_at=event.occurred_at,
        owner=changed(data.owner, since=event.occurred_at),
        handover=Handover(data.owner.team, event.actor, event.occurred_at),
        orders=data.orders,
        customer=data.customer,
        lines=data.lines,
        cause=data.cause,
        reported_by=data.reported_by,
        currency=data.currency,
        deadlines=data.deadlines,
        passive=data.passive,
    )


def _asked(data: ev.SurveyAsked, event: Event) -> Ask:
    return Ask(
        id=data.ask,
        survey=data.survey,
        scale=data.scale,
        asked_at=event.occurred_at,
        order=data.order,
        incident=data.incident,
        customer=data.customer,
        passive=data.passive,
    )


# --- Orders ------------------------------------------------------------------------------------------------------


def _with_units(lines: tuple[Line, ...], units: Units, counter: str) -> tuple[Line, ...]:
    more = dict(units)
    return tuple(
        changed(line, **{counter: getattr(line, counter) + more[line.id]}) if line.id in more else line for line in lines
    )


def _promised(order: Order, data: ev.PromiseMade, event: Event) -> Order:
    return changed(order, promises=_with_promise(order.promises, data))


def _with_promise(promises: tuple[Promise, ...], data: ev.PromiseMade) -> tuple[Promise, ...]:
    kept = tuple(changed(p, replaced_by=data.promise.id) if p.id == data.replaces else p for p in promises)
    return (*kept, data.promise)


def _confirmed(order: Order, data: ev.OrderConfirmed, event: Event) -> Order:
    return changed(order, confirmed_at=order.confirmed_at or event.occurred_at)


def _shipped(order: Order, data: ev.OrderShipped, event: Event) -> Order:
    parcel = Shipment(data.shipment, data.units, event.occurred_at, data.carrier, data.tracking)
    return changed(order, lines=_with_units(order.lines, data.units, "shipped"), shipments=(*order.shipments, parcel))


def _delivered(order: Order, data: ev.OrderDelivered, event: Event) -> Order:
    lines, parcels = order.lines, {s.id: s for s in order.shipments}
    for portion in data.portions:
        lines = _with_units(lines, portion.units, "delivered")
        parcel = parcels[portion.shipment]
        parcel = changed(parcel, delivered=add_units(parcel.delivered, portion.units))
        if not parcel.outstanding():
            parcel = changed(parcel, delivered_at=event.occurred_at)
        parcels[portion.shipment] = parcel
    order = changed(order, lines=lines, shipments=tuple(parcels.values()))
    return _perhaps_all_delivered(order)


def _perhaps_all_delivered(order: Order) -> Order:
    remaining = sum(line.remaining for line in order.lines)
    if order.delivered_at or not remaining or sum(line.delivered for line in order.lines) < remaining:
        return order
    # The last unit's own time, which an event that completes the order later (a cancellation) or earlier is not.
    return changed(order, delivered_at=max(parcel.delivered_at for parcel in order.shipments if parcel.delivered_at))


def _cancelled(order: Order, data: ev.OrderCancelled, event: Event) -> Order:
    order = changed(order, lines=_with_units(order.lines, data.units, "cancelled"))
    if not any(line.remaining for line in order.lines):
        return changed(order, cancelled_at=event.occurred_at)
    # Cancelling the last units that were still out makes what has arrived the whole order.
    return _perhaps_all_delivered(order)


def _returned(order: Order, data: ev.OrderReturned, event: Event) -> Order:
    return changed(order, lines=_with_units(order.lines, data.units, "returned"))


def _published(order: Order, data: ev.StatusPublished, event: Event) -> Order:
    return changed(order, status_text=data.text)


def _order_amended(order: Order, data: ev.OrderAmended, event: Event) -> Order:
    new: dict[str, Any] = {c.field: c.new for c in data.changes if c.field in ("number", "account")}
    for change in data.changes:
        if change.field == "captured" and change.new is not None:
            new["captured"] = Money.parse(change.new)
    return changed(order, **new)


def _anomaly(order: Order, data: ev.AnomalyNoted, event: Event) -> Order:
    return changed(order, anomalies=(*order.anomalies, data.anomaly))


def _money_returned(order: Order, data: ev.MoneyReturned, event: Event) -> Order:
    return changed(order, refunded=order.refunded + data.amount)


def _source_status(state: Any, data: ev.SourceStatusNoted, event: Event) -> Any:
    return changed(state, source_status=SourceStatus(data.status, event.occurred_at))


def _unchanged(state: Any, data: Happening, event: Event) -> Any:
    return state


# --- Incidents ---------------------------------------------------------------------------------------------------


def _notice_planned(incident: Incident, data: ev.NoticePlanned, event: Event) -> Incident:
    notice = Notice(data.notice, data.step, data.channel, data.key, data.confirms, event.occurred_at)
    return changed(incident, notices=(*incident.notices, notice))


def _receipt(incident: Incident, data: ev.MessageReceipt, event: Event) -> Incident:
    notices = tuple(n.received(data.receipt, event.occurred_at) if n.id == data.notice else n for n in incident.notices)
    return changed(incident, notices=notices)


def _told(incident: Incident, data: ev.CustomerTold, event: Event) -> Incident:
    return changed(incident, phase=Phase.COMMUNICATED, communicated_at=incident.communicated_at or event.occurred_at)


def _untold(incident: Incident, data: ev.CustomerUntold, event: Event) -> Incident:
    return changed(incident, phase=Phase.DETECTED, communicated_at=None)


def _conversation(incident: Incident, data: ev.ConversationLogged, event: Event) -> Incident:
    spoken = Conversation(data.conversation, data.channel, data.agent, event.occurred_at, data.summary)
    return changed(incident, conversations=(*incident.conversations, spoken))


def _offered(incident: Incident, data: ev.OffersMade, event: Event) -> Incident:
    return changed(incident, offers=incident.offers + data.offers)


def _offer_now(incident: Incident, offer_id: str, state: OfferState) -> Incident:
    offers = tuple(changed(o, state=state) if o.id == offer_id else o for o in incident.offers)
    return changed(incident, offers=offers)


def _accepted(incident: Incident, data: ev.OfferAccepted, event: Event) -> Incident:
    incident = _offer_now(incident, data.offer, OfferState.ACCEPTED)
    return changed(incident, remedies=(*incident.remedies, data.remedy))


def _declined(incident: Incident, data: ev.OfferDeclined, event: Event) -> Incident:
    return _offer_now(incident, data.offer, OfferState.DECLINED)


def _carried_out(incident: Incident, data: ev.RemedyCarriedOut, event: Event) -> Incident:
    remedies = tuple(
        changed(r, reference=data.reference, carried_out_at=event.occurred_at) if r.id == data.remedy else r
        for r in incident.remedies
    )
    return changed(incident, remedies=remedies)


def _resolved(incident: Incident, data: ev.IncidentResolved, event: Event) -> Incident:
    return changed(
        incident,
        phase=Phase.RESOLVED,
        resolved_at=event.occurred_at,
        first_resolved_at=incident.first_resolved_at or event.occurred_at,
        no_remedy_reason=data.reason,
        claimed=data.claimed,
    )


def _answered(incident: Incident, data: ev.SurveyAnswerReceived, event: Event) -> Incident:
    answer = IncidentAnswer(data.ask, data.survey, data.score, event.occurred_at)
    earlier = tuple(a for a in incident.answers if a.ask != data.ask)
    return changed(incident, answers=(*earlier, answer))


def _satisfied(incident: Incident, data: ev.SatisfactionConfirmed, event: Event) -> Incident:
    return changed(incident, evidence=changed(data.evidence, by=event.actor, at=event.occurred_at))


def _closed(incident: Incident, data: ev.IncidentClosed, event: Event) -> Incident:
    return changed(incident, phase=Phase.CLOSED, closed_at=event.occurred_at)


def _reopened(incident: Incident, data: ev.IncidentReopened, event: Event) -> Incident:
    return changed(
        incident,
        phase=Phase.COMMUNICATED if incident.communicated_at else Phase.DETECTED,
        reopened=incident.reopened + 1,
        closures=_with_period(incident.closures, incident.ended_at, event),
        resolved_at=None,
        closed_at=None,
        evidence=None,
        no_remedy_reason=None,
        claimed=False,
    )


def _with_period(earlier: tuple[Period, ...], since: datetime | None, event: Event) -> tuple[Period, ...]:
    return earlier if since is None else (*earlier, Period(since, event.occurred_at))


def _withdrawn(incident: Incident, data: ev.IncidentWithdrawn, event: Event) -> Incident:
    return changed(incident, phase=Phase.WITHDRAWN, handover=None)


def _incident_amended(incident: Incident, data: ev.IncidentAmended, event: Event) -> Incident:
    new: dict[str, Any] = {c.field: c.new for c in data.changes if c.field in ("type", "severity", "cause")}
    if data.description is not None:
        new["description"] = data.description
    return changed(incident, **new)


def _handover_asked(incident: Incident, data: ev.HandoverAsked, event: Event) -> Incident:
    return changed(incident, handover=Handover(data.to, event.actor, event.occurred_at))


def _handover_accepted(incident: Incident, data: ev.HandoverAccepted, event: Event) -> Incident:
    owner = Owner(data.owner.team, data.owner.agent, event.occurred_at)
    nobody_since = None if incident.owner.agent else incident.owner.since
    return changed(incident, owner=owner, handover=None, unowned=_with_period(incident.unowned, nobody_since, event))


# --- Surveys -----------------------------------------------------------------------------------------------------


def _survey_answered(ask: Ask, data: ev.SurveyAnswered, event: Event) -> Ask:
    return changed(ask, answer=Answer(data.score, event.occurred_at, data.comment, data.standing))


_STARTS: Mapping[type[Happening], Callable[[Any, Event], State]] = {
    ev.OrderPlaced: _placed,
    ev.IncidentReported: _reported,
    ev.SurveyAsked: _asked,
}

_STEPS: Mapping[type[State], Mapping[type[Happening], Callable[[Any, Any, Event], State]]] = {
    Order: {
        ev.PromiseMade: _promised,
        ev.OrderConfirmed: _confirmed,
        ev.OrderShipped: _shipped,
        ev.OrderDelivered: _delivered,
        ev.OrderCancelled: _cancelled,
        ev.OrderReturned: _returned,
        ev.StatusPublished: _published,
        ev.OrderAmended: _order_amended,
        ev.AnomalyNoted: _anomaly,
        ev.MoneyReturned: _money_returned,
        ev.SourceStatusNoted: _source_status,
        ev.MessageReceipt: _unchanged,
        ev.MessageUndelivered: _unchanged,
    },
    Incident: {
        ev.NoticePlanned: _notice_planned,
        ev.MessageReceipt: _receipt,
        ev.MessageUndelivered: _unchanged,
        ev.CustomerTold: _told,
        ev.CustomerUntold: _untold,
        ev.ConversationLogged: _conversation,
        ev.OffersMade: _offered,
        ev.OfferAccepted: _accepted,
        ev.OfferDeclined: _declined,
        ev.RemedyCarriedOut: _carried_out,
        ev.IncidentResolved: _resolved,
        ev.SurveyAnswerReceived: _answered,
        ev.SatisfactionConfirmed: _satisfied,
        ev.IncidentClosed: _closed,
        ev.IncidentReopened: _reopened,
        ev.IncidentWithdrawn: _withdrawn,
        ev.IncidentAmended: _incident_amended,
        ev.HandoverAsked: _handover_asked,
        ev.HandoverAccepted: _handover_accepted,
        ev.SourceStatusNoted: _source_status,
    },
    Ask: {
        ev.SurveyAnswered: _survey_answered,
        ev.MessageReceipt: _unchanged,
        ev.MessageUndelivered: _unchanged,
    },
}
