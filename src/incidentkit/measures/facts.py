"""Facts: one flat row per order, incident, answer, promise and action, with every time and duration already computed.

Instants are microseconds since 1970 in UTC and durations are microseconds; a duration below zero says that the source
gave an end before its start. Flags are 0 or 1. What is not there is None, never an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Period, Phase
from incidentkit.domain.orders import WHOLE, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask, Standing
from incidentkit.domain.times import due_instant, micros

__all__ = [
    "LEFT_OUT",
    "Fact",
    "action_facts",
    "answer_fact",
    "closures",
    "facts_of",
    "incident_channels",
    "incident_fact",
    "incident_orders",
    "incident_products",
    "lasting_facts",
    "order_carriers",
    "order_fact",
    "order_products",
    "promise_facts",
]

Fact = dict[str, int | str | None]
"""One row of a fact table, without the tenant."""

LEFT_OUT = (Phase.WITHDRAWN, Phase.MERGED)
"""Phases of incidents that count nowhere."""

_OURS = ("agent", "host", "rule", "cli")
"""Kinds of actors that are of the shop."""

_NO_ACTIONS = (
    # What a customer, a channel or a source does, whoever writes it down.
    ev.OrderPlaced,
    ev.SurveyAnswered,
    ev.SurveyAnswerReceived,
    ev.MessageReceipt,
    ev.MessageUndelivered,
    ev.SourceStatusNoted,
    ev.AnomalyNoted,
    # What only follows from something else.
    ev.PromiseMade,
    ev.CustomerTold,
    ev.CustomerUntold,
    ev.MoneyReturned,
)


def facts_of(state: State, shop: Shop) -> dict[str, list[Fact]]:
    """Every row that a state comes to by the name of its table; all but those of `lasting_facts`."""
    if isinstance(state, Order):
        return {
            "facts_orders": [order_fact(state, shop.zone)],
            "facts_order_carriers": order_carriers(state),
            "facts_promises": promise_facts(state, shop.zone),
        }
    if isinstance(state, Incident):
        return {
            "facts_incidents": [incident_fact(state, shop)],
            "facts_incident_orders": incident_orders(state),
            "facts_incident_channels": incident_channels(state),
            "facts_closures": closures(state),
        }
    fact = answer_fact(state)
    return {"facts_answers": [] if fact is None else [fact]}


def lasting_facts(state: State, order: Callable[[str], Order]) -> dict[str, list[Fact]]:
    """Rows that a state comes to when it begins, and that never change afterwards.

    Args:
        order: gives the order with that id.
    """
    if isinstance(state, Order):
        return {"facts_order_products": order_products(state)}
    if isinstance(state, Incident):
        return {"facts_incident_products": incident_products(state, map(order, state.orders))}
    return {}


# --- Orders ------------------------------------------------------------------------------------------------------


def order_fact(order: Order, zone: str) -> Fact:
    """The row of ``facts_orders``. A promise given as a date lasts to the end of that day in ``zone``."""
    return {
        "order_id": order.id,
        "number": order.number or None,
        "customer": order.customer,
        "account": order.account or None,
        "status": order.status.value,
        "passive": int(order.passive),
        "cancelled": int(order.cancelled_at is not None),
        "placed_at": micros(order.placed_at),
        "confirmed_at": _at(order.confirmed_at),
        "delivered_at": _at(order.delivered_at),
        "cancelled_at": _at(order.cancelled_at),
        "promised_first": _promised(order.first_promise, zone),
        "promised_due": _promised(order.promise, zone),
        "confirmation": _between(order.placed_at, order.confirmed_at),
        "delivery": _between(order.placed_at, order.delivered_at),
        "on_time": _on_time(order, zone),
    }


def order_products(order: Order) -> list[Fact]:
    """The rows of ``facts_order_products``: one for each product in it; none where its lines are not known."""
    return [{"order_id": order.id, "product": p} for p in _products(order)]


def _products(order: Order, lines: Sequence[str] = ()) -> Iterable[str]:
    of = [line.product for line in order.lines if line.id != WHOLE and (not lines or line.id in lines)]
    return dict.fromkeys(of)


def order_carriers(order: Order) -> list[Fact]:
    """The rows of ``facts_order_carriers``: one for each carrier of its parcels."""
    return [{"order_id": order.id, "carrier": c} for c in dict.fromkeys(s.carrier for s in order.shipments if s.carrier)]


def promise_facts(order: Order, zone: str) -> list[Fact]:
    """The rows of ``facts_promises``: one for each delivery promise that was ever given.

    One that a later promise replaced stays due at its own time, and is kept if the order was delivered by then: a new date
    never makes good an old one.
    """
    return [
        {
            "order_id": order.id,
            "promise": promise.id,
            "due": micros(due := due_instant(promise.due, zone)),
            "kept": int(order.delivered_at is not None and order.delivered_at <= due),
            "replaced": int(promise.replaced_by is not None),
        }
        for promise in order.promises
        if promise.what == "delivery"
    ]


# --- Actions -----------------------------------------------------------------------------------------------------


def action_facts(event: Event, state: State, shop: Shop) -> list[Fact]:
    """The rows of ``facts_actions``: for an action of ours, one for each order that it is about.

    An action is what a person or a rule of ours does about an order, one of its incidents or one of its surveys; placing
    the order, answering, a channel's receipt and what a source says are none, whoever writes them down.

    Args:
        state: the order, incident or ask that the event belongs to.
    """
    kind, _, name = event.actor.partition(":")
    if kind not in _OURS or isinstance(event.data, _NO_ACTIONS):
        return []
    agent = shop.agent(name) if kind == "agent" else None
    who = {"actor": event.actor, "agent": name if kind == "agent" else None, "team": agent.team if agent else None}
    return [{"at": micros(event.occurred_at), "order_id": order, **who} for order in _orders_of(state)]


def _orders_of(state: State) -> Sequence[str]:
    if isinstance(state, Order):
        return (state.id,)
    if isinstance(state, Incident):
        return state.orders
    return () if state.order is None else (state.order,)


# --- Incidents ---------------------------------------------------------------------------------------------------


def incident_fact(incident: Incident, shop: Shop) -> Fact:
    """The row of ``facts_incidents``; severity rank, group and the cause's category are the shop's at this moment."""
    protocol = shop.protocol(incident.type)
    cause = shop.causes.get(incident.cause) if incident.cause else None
    return {
        "incident_id": incident.id,
        "order_id": incident.orders[0] if incident.orders else None,
        "customer": incident.customer,
        "type": incident.type,
        "group": (protocol.group or None) if protocol else None,
        "severity": incident.severity,
        "severity_rank": shop.rank(incident.severity),
        "cause": incident.cause,
        "cause_category": cause.category if cause else None,
        "reported_by": incident.reported_by,
        "owner_team": incident.owner.team,
        "owner_agent": incident.owner.agent or None,
        "handover_to": incident.handover.to if incident.handover else None,
        **_progress(incident),
    }


def _progress(incident: Incident) -> Fact:
    return {
        "phase": incident.phase.value,
        "open": int(incident.open),
        "counts": _counts(incident),
        "passive": int(incident.passive),
        "claimed": int(incident.claimed),
        "reopened": incident.reopened,
        "ever_resolved": int(incident.first_resolved_at is not None),
        "detected_at": micros(incident.detected_at),
        "communicated_at": _at(incident.communicated_at),
        "resolved_at": _at(incident.resolved_at),
        "closed_at": _at(incident.closed_at),
        "ended_at": _at(incident.ended_at),
        "communicate_by": _at(incident.deadlines.communicate_by),
        "resolve_by": _at(incident.deadlines.resolve_by),
        "resolution": _between(incident.detected_at, incident.resolved_at),
        "unowned": _unowned(incident),
    }


def _unowned(incident: Incident) -> int | None:
    """How long nobody by name had it, all told; None while nobody has."""
    return sum(map(_length, incident.unowned)) if incident.owner.agent else None


def _length(period: Period) -> int:
    return micros(period.until) - micros(period.since)


def incident_orders(incident: Incident) -> list[Fact]:
    """The rows of ``facts_incident_orders``: one for each of its orders."""
    counts, is_open = _counts(incident), int(incident.open)
    return [{"order_id": o, "incident_id": incident.id, "counts": counts, "open": is_open} for o in incident.orders]


def incident_products(incident: Incident, orders: Iterable[Order]) -> list[Fact]:
    """The rows of ``facts_incident_products``: one for each product of its affected lines, or of all where none is named."""
    products = dict.fromkeys(product for order in orders for product in _products(order, incident.lines))
    return [{"incident_id": incident.id, "product": product} for product in products]


def incident_channels(incident: Incident) -> list[Fact]:
    """The rows of ``facts_incident_channels``: one for each channel on which its customer was told or spoken with."""
    spoken = [conversation.channel for conversation in incident.conversations]
    told = [notice.channel for notice in incident.notices if notice.effective]
    return [{"incident_id": incident.id, "channel": channel} for channel in dict.fromkeys((*spoken, *told))]


def closures(incident: Incident) -> list[Fact]:
    """The rows of ``facts_closures``: when it was closed and then reopened, in that order."""
    return [
        {"incident_id": incident.id, "place": place, "since": micros(period.since), "until": micros(period.until)}
        for place, period in enumerate(incident.closures)
    ]


# --- Answers -----------------------------------------------------------------------------------------------------


def answer_fact(ask: Ask) -> Fact | None:
    """The row of ``facts_answers``; None while nobody has answered."""
    if ask.answer is None:
        return None
    return {
        "ask_id": ask.id,
        "survey": ask.survey,
        "order_id": ask.order,
        "incident_id": ask.incident,
        "customer": ask.customer,
        "asked_at": micros(ask.asked_at),
        "answered_at": micros(ask.answer.at),
        "score": ask.answer.score,
        "top": int(ask.answer.score == ask.scale.high),
        "passive": int(ask.passive),
        **_standing(ask.answer.standing),
    }


def _standing(standing: Standing | None) -> Fact:
    if standing is None:
        return dict.fromkeys(("type", "severity", "cause", "team", "agent"))
    return {
        "type": standing.type,
        "severity": standing.severity,
        "cause": standing.cause,
        "team": standing.team,
        "agent": standing.agent or None,
    }


def _counts(incident: Incident) -> int:
    return int(incident.phase not in LEFT_OUT)


def _at(value: datetime | None) -> int | None:
    return None if value is None else micros(value)


def _between(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else micros(end) - micros(start)


def _promised(promise: Promise | None, zone: str) -> int | None:
    return None if promise is None else micros(due_instant(promise.due, zone))


def _on_time(order: Order, zone: str) -> int | None:
    if order.delivered_at is None or order.first_promise is None:
        return None
    return int(order.delivered_at <= due_instant(order.first_promise.due, zone))
