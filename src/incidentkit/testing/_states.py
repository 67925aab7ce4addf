"""What an order, a case, a need or an ask can never be, alone or beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask

__all__ = ["bad_costs", "bad_merges", "bad_money", "bad_state"]


def bad_state(state: State) -> list[str]:
    """What an order, an incident or an ask can never be."""
    if isinstance(state, Order):
        return list(_bad_order(state))
    if isinstance(state, Incident):
        return list(_bad_incident(state))
    if isinstance(state, Need):
        return list(_bad_need(state))
    return list(_bad_ask(state)) if isinstance(state, Ask) else []


def _bad_need(need: Need) -> Iterator[str]:
    if need.joined is None and not need.contacts:
        yield f"{need.id}: a need that nobody has said anything about"
    if any(contact.need != need.id for contact in need.contacts):
        yield f"{need.id}: has a contact of another need"
    if need.contacts and need.opened_at != min(contact.at for contact in need.contacts):
        yield f"{need.id}: does not begin with its first contact"
    if any(None not in (contact.customer, need.customer) and contact.customer != need.customer for contact in need.contacts):
        yield f"{need.id}: has somebody else's contact"


def _bad_order(order: Order) -> Iterator[str]:
    for line in order.lines:
        if not 0 <= line.returned <= line.delivered <= line.shipped <= line.quantity - line.cancelled:
            yield f"{order.id}: line {line.id} has units that come from nowhere"
        parcels = [(dict(parcel.units).get(line.id, 0), dict(parcel.delivered).get(line.id, 0)) for parcel in order.shipments]
        if (sum(out for out, _ in parcels), sum(there for _, there in parcels)) != (line.shipped, line.delivered):
            yield f"{order.id}: line {line.id} does not add up over its parcels"
    if order.refunded > order.captured:
        yield f"{order.id}: more money out than in"


def _bad_incident(incident: Incident) -> Iterator[str]:
    if not incident.owner.team or incident.owner.since is None:
        yield f"{incident.id}: nobody is accountable"
    if incident.phase is Phase.LAPSED and (incident.resolved_at is None or incident.lapsed_at is None):
        yield f"{incident.id}: lapsed, but never resolved"
    if incident.phase is Phase.CLOSED and (incident.evidence is None or incident.communicated_at is None):
        yield f"{incident.id}: closed without evidence, or without telling"
    # A reopened case was told once, whatever came back since.
    if incident.phase is Phase.COMMUNICATED and not incident.told and not incident.reopened:
        yield f"{incident.id}: communicated, but nobody was told"
    if incident.phase is Phase.DETECTED and incident.told:
        yield f"{incident.id}: told, and not communicated"
    if incident.phase is Phase.RESOLVED and not incident.claimed and any(r.carried_out_at is None for r in incident.remedies):
        yield f"{incident.id}: resolved with a remedy that is owed"


def _bad_ask(ask: Ask) -> Iterator[str]:
    if ask.answer is not None and not ask.scale.low <= ask.answer.score <= ask.scale.high:
        yield f"{ask.id}: an answer off its scale"


def bad_costs(states: Mapping[str, State]) -> Iterator[str]:
    """What a case cost is in one of its needs, and in no other."""
    counted = [paid for need in states.values() if isinstance(need, Need) for paid in need.remedied]
    for case in states.values():
        if isinstance(case, Incident) and case.needs:
            paid = [r for r in case.remedies if r.carried_out_at is not None and r.amount is not None]
            here = [c for c in counted if c.incident == case.id]
            if sorted((r.id, str(r.amount)) for r in paid) != sorted((c.remedy, str(c.amount)) for c in here):
                yield f"{case.id}: what it cost is not what its need says"


def bad_merges(states: Mapping[str, State]) -> Iterator[str]:
    """Who was merged is known where it went, and every such way ends at a case that goes on."""
    cases = {state.id: state for state in states.values() if isinstance(state, Incident)}
    for case in cases.values():
        into = cases.get(case.merged_into) if case.merged_into is not None else None
        if (case.phase is Phase.MERGED) != (into is not None and case.id in {joined.incident for joined in into.took_in}):
            yield f"{case.id}: merged into what does not know of it"
        elif into is not None and not set(case.orders) <= set(into.orders):
            yield f"{case.id}: merged, and orders of it are lost"
        passed, at = {case.id}, into
        while at is not None and at.id not in passed:
            passed.add(at.id)
            at = cases.get(at.merged_into) if at.merged_into is not None else None
        if at is not None:
            yield f"{case.id}: merged in a circle"


def bad_money(states: Mapping[str, State]) -> Iterator[str]:
    """What an order has given back is what the remedies of its cases came to."""
    for order in states.values():
        if isinstance(order, Order):
            paid = [
                remedy.amount.amount
                for case in states.values()
                if isinstance(case, Incident) and case.orders[:1] == (order.id,)
                for remedy in case.remedies
                if remedy.carried_out_at is not None and remedy.amount is not None
            ]
            if sum(paid) != order.refunded.amount:
                yield f"{order.id}: gave back what no remedy was for"
