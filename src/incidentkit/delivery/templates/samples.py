"""Sample values: what a text looks like before anybody gets it, and what it is tried with when it is loaded."""

from __future__ import annotations

from incidentkit.delivery.templates.steps import STEPS

__all__ = ["SAMPLE_LINKS", "least_values", "sample_values"]

SAMPLE_LINKS = {
    "status_url": "https://shop.example/status/sample",
    "answer_url": "https://shop.example/answer/sample",
    "survey_url": "https://shop.example/survey/sample",
    "preferences_url": "https://shop.example/messages/sample",
    "unsubscribe_url": "https://shop.example/stop/sample",
}

_SAMPLE = {
    "name": "Ana",
    "order": "S-1001",
    "orders": "S-1001\nS-1004",
    "date": "2026-05-12",
    "was": "2026-05-05",
    "carrier": "Correos",
    "tracking": "PK123456789ES",
    "type": "out_of_stock",
    "cause": "stock_count",
    "responsible": "after-sales",
    "by": "2026-05-09",
    "next": "2026-05-06",
    "offers": "substitution|Blue mug|2026-05-12; restock||2026-06-01; discount|5.00 EUR|2026-05-08; "
    "refund|24.90 EUR|2026-05-08",
    "reference": "RF-77",
    "survey": "csat",
    "low": "1",
    "high": "5",
    "case": "4f2a91c0",
    "task": "77b3e5d2",
    "kind": "call",
    "severity": "critical",
    "owner": "after-sales",
    "clock": "communicate_by",
    "rule": "communicate_by",
    "approval": "approval-1",
    "requester": "luis",
    "worth": "24.90 EUR",
    "answer": "refused",
}
_CARRIED = {
    "bundle.orders": ("order.shipped", "order.delayed", "incident.offered"),
    "bundle.staff": ("staff.assigned", "staff.due", "staff.task"),
}


def sample_values(step: str) -> dict[str, str]:
    """A value for each that the step may have."""
    values = dict(_SAMPLE)
    if step.startswith("staff."):
        values |= {"name": "luis", "by": "2026-05-06T14:30:00+00:00"}
    for at, carried in enumerate(_CARRIED.get(step, ()), start=1):
        own = sample_values(carried) | {"order": f"S-100{at}"}
        values |= {f"item.{at}.step": carried, **{f"item.{at}.{name}": own[name] for name in sorted(STEPS[carried].values)}}
    return values


def least_values(step: str) -> dict[str, str]:
    """The least that is known of anything: a case has its type, a notice its id, and a bundle carries one message at least."""
    values = {"type": "late", "case": "4f2a91c0", "task": "77b3e5d2", "kind": "call"}
    for at, carried in enumerate(_CARRIED.get(step, ())[:1], start=1):
        values |= {f"item.{at}.step": carried}
    return values
