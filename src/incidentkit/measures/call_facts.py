"""Facts of verification calls: whether a listed delivery was asked about in time."""

from __future__ import annotations

from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.times import micros
from incidentkit.measures.cost_facts import costs_of_call
from incidentkit.measures.fact import Fact, at

__all__ = ["call_list_rows", "call_rows"]


def call_rows(call: VerificationCall) -> dict[str, list[Fact]]:
    """Every row of a call, by the name of its table."""
    return {"facts_calls": [call_fact(call)], "facts_costs": costs_of_call(call)}


def call_fact(call: VerificationCall) -> Fact:
    """The row of ``facts_calls``; team and agent are those who rang first, ``refused`` is 1 where they were asked not to."""
    first = call.attempts[0] if call.attempts else None
    return {
        "call_id": call.id,
        "list_id": call.list,
        "order_id": call.order,
        "customer": call.customer,
        "incident_id": call.incident,
        "reason": call.reason,
        "state": call.state.value,
        "open": int(call.open),
        "outcome": call.outcome or None,
        "attempts": len(call.attempts),
        "in_time": int(call.in_time),
        "refused": int(any(attempt.means == "refused" for attempt in call.attempts)),
        "team": (first.team or None) if first is not None else None,
        "agent": (first.agent or None) if first is not None else None,
        "listed_at": micros(call.listed_at),
        "not_before": micros(call.not_before),
        "due": micros(call.due),
        "asked_at": at(first.at if first is not None else None),
        "ended_at": at(call.ended_at),
    }


def call_list_rows(made: CallList) -> dict[str, list[Fact]]:
    """The row of ``facts_call_lists``; its day as text, which sorts as days do."""
    row: Fact = {
        "list_id": made.id,
        "day": made.day.isoformat(),
        "since": micros(made.since),
        "until": micros(made.until),
        "made_at": micros(made.made_at),
        "calls": len(made.calls),
    }
    return {"facts_call_lists": [row]}
