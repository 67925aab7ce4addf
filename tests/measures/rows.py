"""Rows of facts for tests: whole ones, of which a test names only what it is about."""

from __future__ import annotations

from incidentkit.measures.fact import Fact

__all__ = [
    "action_row",
    "answer_row",
    "call_row",
    "carrier_row",
    "closure_row",
    "commitment_row",
    "incident_row",
    "link_row",
    "need_row",
    "order_row",
    "product_row",
    "promise_row",
    "signature_row",
]


def order_row(order_id: str, placed_at: int, **changes: int | str | None) -> Fact:
    """A placed order."""
    row: Fact = {
        "order_id": order_id,
        "number": None,
        "customer": None,
        "account": None,
        "status": "placed",
        "passive": 0,
        "cancelled": 0,
        "placed_at": placed_at,
        "confirmed_at": None,
        "delivered_at": None,
        "cancelled_at": None,
        "promised_first": None,
        "promised_due": None,
        "confirmation": None,
        "handover": None,
        "delivery": None,
        "on_time": None,
        "value": 0,
        "updated_at": None,
        "judged_at": placed_at,
    }
    return row | changes


def incident_row(incident_id: str, detected_at: int, **changes: int | str | None) -> Fact:
    """A detected incident of the built-in type ``late``."""
    row: Fact = {
        "incident_id": incident_id,
        "order_id": None,
        "customer": None,
        "type": "late",
        "group": "logistics",
        "severity": "minor",
        "severity_rank": 1,
        "cause": None,
        "cause_category": None,
        "step": None,
        "reported_by": "shop",
        "owner_team": "after-sales",
        "owner_agent": None,
        "handover_to": None,
        "told_at": None,
        "promised_at": None,
        "lines_named": 0,
        "phase": "detected",
        "open": 1,
        "counts": 1,
        "passive": 0,
        "claimed": 0,
        "reopened": 0,
        "ever_resolved": 0,
        "detected_at": detected_at,
        "communicated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "ended_at": None,
        "resolution": None,
        "resolution_working": None,
        "unowned": None,
        "substate": None,
        "evidence": None,
        "waived": 0,
        "settled": 0,
        "false_resolutions": 0,
        "follows": None,
        "merged_into": None,
        "first_response_by": None,
        "communicate_by": None,
        "update_by": None,
        "resolve_by": None,
        "next_due": None,
        "waits_for": "shop",
        "running": None,
        "clocks_due": None,
        "sla_met": 0,
        "level": 0,
    }
    return row | changes


def link_row(order_id: str, incident_id: str, **changes: int | str | None) -> Fact:
    """That the incident is about the order."""
    row: Fact = {"order_id": order_id, "incident_id": incident_id, "counts": 1, "open": 1}
    return row | {"reported_by": "shop", "cause_category": None} | changes


def signature_row(incident_id: str, detected_at: int, signature: str, **changes: int | str | None) -> Fact:
    """What an incident of nobody's is a case of."""
    row: Fact = {"incident_id": incident_id, "signature": signature, "narrow": 1, "customer": None}
    return row | {"detected_at": detected_at, "counts": 1} | changes


def answer_row(ask_id: str, answered_at: int, **changes: int | str | None) -> Fact:
    """An answer of 5 out of 5 to the survey ``csat``."""
    row: Fact = {
        "ask_id": ask_id,
        "survey": "csat",
        "kind": "csat",
        "order_id": None,
        "incident_id": None,
        "customer": None,
        "asked_at": answered_at,
        "answered_at": answered_at,
        "score": 5,
        "top": 1,
        "passive": 0,
        "type": None,
        "severity": None,
        "cause": None,
        "step": None,
        "team": None,
        "agent": None,
    }
    return row | changes


def promise_row(order_id: str, due: int, promise: str = "promise-1", **changes: int | str | None) -> Fact:
    """A promise that was not kept."""
    row: Fact = {
        "stream": order_id,
        "promise": promise,
        "order_id": order_id,
        "what": "delivery",
        "made_by": "host:host",
        "due": due,
        "kept": 0,
        "replaced": 0,
    }
    return row | changes


def action_row(order_id: str, at: int, **changes: int | str | None) -> Fact:
    """Something that Ana did about an order."""
    row: Fact = {"at": at, "order_id": order_id, "actor": "agent:ana", "agent": "ana", "team": "after-sales"}
    return row | changes


def need_row(need_id: str, opened_at: int, **changes: int | str | None) -> Fact:
    """A need whose one question nobody has answered, at an unknown cost."""
    row: Fact = {
        "need_id": need_id,
        "customer": None,
        "channel": "email",
        "type": None,
        "team": "after-sales",
        "agent": None,
        "counts": 1,
        "open": 1,
        "passive": 0,
        "opened_at": opened_at,
        "asked_at": opened_at,
        "resolved_at": None,
        "reopened": 0,
        "inbound": 1,
        "first_response": None,
        "first_response_working": None,
        "first_contact": 0,
        "cost": None,
    }
    return row | changes


def commitment_row(commitment_id: str, due: int, **changes: int | str | None) -> Fact:
    """What Ana committed herself to, and nobody has reported on."""
    row: Fact = {"commitment_id": commitment_id, "agent": "ana", "team": "after-sales", "measure": "unowned_time"}
    row |= {"asked_by": "leo", "objective": None, "key_result": None, "made_at": due}
    return row | {"due": due, "kept": 0, "reported_at": None, "open": 1} | changes


def call_row(call_id: str, order_id: str, listed_at: int, **changes: int | str | None) -> Fact:
    """A delivery that is to be asked about, and nobody has."""
    row: Fact = {"call_id": call_id, "list_id": "l-0", "order_id": order_id, "customer": "c-0", "incident_id": None}
    row |= {"reason": "random", "state": "open", "open": 1, "outcome": None, "attempts": 0, "in_time": 0, "refused": 0}
    row |= {"team": None, "agent": None, "listed_at": listed_at, "not_before": listed_at, "due": listed_at}
    return row | {"asked_at": None, "ended_at": None} | changes


def closure_row(incident_id: str, place: int, since: int, until: int) -> Fact:
    """That the incident was closed for a while."""
    return {"incident_id": incident_id, "place": place, "since": since, "until": until}


def product_row(order_id: str, product: str) -> Fact:
    """That the product is in the order."""
    return {"order_id": order_id, "product": product, "placed_at": 0, "units": 1}


def carrier_row(order_id: str, carrier: str) -> Fact:
    """That the carrier has a parcel of the order."""
    return {"order_id": order_id, "carrier": carrier}
