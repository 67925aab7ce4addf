"""Facts: one flat row per order, incident and answer, with every time and duration already computed.

Instants are microseconds since 1970 in UTC and durations are microseconds; a duration below zero says that the source
gave an end before its start. Flags are 0 or 1. What is not there is None, never an empty text.
"""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.domain.times import due_instant, micros

__all__ = ["Fact", "answer_fact", "incident_fact", "incident_orders", "order_fact"]

Fact = dict[str, int | str | None]
"""One row of a fact table, without the tenant."""

_LEFT_OUT = (Phase.WITHDRAWN, Phase.MERGED)


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
        "communicate_by": _at(incident.deadlines.communicate_by),
        "resolve_by": _at(incident.deadlines.resolve_by),
        "resolution": _between(incident.detected_at, incident.resolved_at),
    }


def incident_orders(incident: Incident) -> list[Fact]:
    """The rows of ``facts_incident_orders``: one for each of its orders."""
    counts, is_open = _counts(incident), int(incident.open)
    return [{"order_id": o, "incident_id": incident.id, "counts": counts, "open": is_open} for o in incident.orders]


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
    }


def _counts(incident: Incident) -> int:
    return int(incident.phase not in _LEFT_OUT)


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
