"""Facts of authority: what stands granted in a case, and what was asked for beyond somebody's authority."""

from __future__ import annotations

from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import AMOUNT_UNIT, Money
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at
from incidentkit.rules.authority import cause_of, grants_of

__all__ = ["approvals", "grants"]


def grants(incident: Incident) -> list[Fact]:
    """The rows of ``facts_grants``: one for each grant that stands; ``amount`` is None where nobody knows what it is worth."""
    return [
        {
            "incident_id": incident.id,
            "offer_id": grant.id,
            "customer": incident.customer,
            "cause": cause_of(incident),
            "granted_by": Actor.parse(grant.by).name if grant.by else "",
            "at": micros(grant.at),
            "amount": None if grant.worth is None else _units(grant.worth),
            "currency": None if grant.worth is None else grant.worth.currency,
        }
        for grant in grants_of(incident)
    ]


def approvals(incident: Incident) -> list[Fact]:
    """The rows of ``facts_approvals``: for each request one by itself, with ``asked`` empty, and one for each who was asked."""
    return [_row(incident, approval, asked) for approval in incident.approvals for asked in ("", *approval.asked_of)]


def _row(incident: Incident, approval: Approval, asked: str) -> Fact:
    return {
        "incident_id": incident.id,
        "approval_id": approval.id,
        "asked": asked,
        "asked_by": approval.asked_by,
        "asked_at": micros(approval.asked_at),
        "state": approval.state.value,
        "open": int(approval.pending),
        "ended_at": at(approval.ended_at),
    }


def _units(amount: Money) -> int:
    return int(amount.amount * AMOUNT_UNIT)
