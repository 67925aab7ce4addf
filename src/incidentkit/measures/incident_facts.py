"""Facts of incidents: their rows, with their orders, products, channels and closures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incidentkit.domain.incidents import Incident, Period, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.measures.clock_facts import clock_columns
from incidentkit.measures.fact import Fact, at, between
from incidentkit.measures.order_facts import line_of, products_of
from incidentkit.measures.worked import worked

__all__ = [
    "LEFT_OUT",
    "closures",
    "false_resolutions",
    "incident_channels",
    "incident_fact",
    "incident_lines",
    "incident_orders",
    "incident_products",
    "lines_with_products",
]

LEFT_OUT = (Phase.WITHDRAWN, Phase.MERGED)
"""Phases of incidents that count nowhere."""


def incident_fact(incident: Incident, shop: Shop) -> Fact:
    """The row of ``facts_incidents``; severity rank, group, category and step are the shop's at this moment."""
    protocol = shop.protocol_of(incident)
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
        "step": shop.step_of(incident.type, incident.cause) or None,
        "reported_by": incident.reported_by,
        "owner_team": incident.owner.team,
        "owner_agent": incident.owner.agent or None,
        "handover_to": incident.handover.to if incident.handover else None,
        "told_at": at(_told_at(incident)),
        "promised_at": at(incident.deadlines.before),
        "lines_named": int(bool(incident.lines or incident.products)),
        "resolution_working": worked(incident.detected_at, incident.resolved_at, incident.owner.team, shop),
        **_progress(incident),
        **clock_columns(incident, shop),
    }


def _told_at(incident: Incident) -> datetime | None:
    """When the customer first heard of it, by what has not come back."""
    spoken = [conversation.at for conversation in incident.conversations]
    sent = [notice.told_at for notice in incident.notices if notice.effective and notice.told_at is not None]
    return min((*spoken, *sent), default=None)


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
        "communicated_at": at(incident.communicated_at),
        "resolved_at": at(incident.resolved_at),
        "closed_at": at(incident.closed_at),
        "ended_at": at(incident.ended_at),
        "resolution": between(incident.detected_at, incident.resolved_at),
        "unowned": _unowned(incident),
        **_ending(incident),
    }


def _ending(incident: Incident) -> Fact:
    closed = incident.phase is Phase.CLOSED
    return {
        "substate": incident.substate or None,
        "evidence": incident.evidence.kind if incident.evidence else None,
        "waived": int(closed and incident.waived),
        "settled": int(incident.phase is Phase.LAPSED or (closed and not incident.waived)),
        "false_resolutions": incident.false_resolutions,
        "follows": incident.follows,
        "merged_into": incident.merged_into,
    }


def _unowned(incident: Incident) -> int | None:
    """How long nobody by name had it, all told; None while nobody has."""
    return sum(map(_length, incident.unowned)) if incident.owner.agent else None


def _length(period: Period) -> int:
    return micros(period.until) - micros(period.since)


def incident_orders(incident: Incident, shop: Shop) -> list[Fact]:
    """The rows of ``facts_incident_orders``: one for each of its orders; the cause's category is the shop's at this moment."""
    cause = shop.causes.get(incident.cause) if incident.cause else None
    about: Fact = {
        "incident_id": incident.id,
        "counts": _counts(incident),
        "open": int(incident.open),
        "reported_by": incident.reported_by,
        "cause_category": cause.category if cause else None,
    }
    return [{"order_id": order, **about} for order in incident.orders]


def incident_products(incident: Incident, orders: Iterable[Order]) -> list[Fact]:
    """The rows of ``facts_incident_products``: one for each product of its affected lines, or of all where none is named."""
    found = dict.fromkeys(product for order in orders for product in products_of(order, incident.lines))
    products = [product for product in found if not incident.products or product in incident.products]
    when = micros(incident.detected_at)
    return [{"incident_id": incident.id, "product": product, "detected_at": when} for product in products]


def incident_lines(incident: Incident) -> list[Fact]:
    """The rows of ``facts_incident_lines``: one for each affected line, where they are named; they are its first order's."""
    named = incident.lines if incident.orders else ()
    return [{"incident_id": incident.id, "order_line": line_of(incident.orders[0], line)} for line in named]


def lines_with_products(incident: Incident, orders: Iterable[Order]) -> list[Fact]:
    """The same rows for a case that names its affected products: one for each line of its orders with one of them."""
    lines = [(order.id, line.id) for order in orders for line in order.lines if line.product in incident.products]
    return [{"incident_id": incident.id, "order_line": line_of(order, line)} for order, line in lines]


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


def false_resolutions(incident: Incident) -> list[Fact]:
    """The rows of ``facts_false_resolutions``: when its customer found that it was not solved, in that order."""
    return [{"incident_id": incident.id, "place": place, "at": micros(when)} for place, when in enumerate(incident.disproved)]


def _counts(incident: Incident) -> int:
    return int(incident.phase not in LEFT_OUT)
