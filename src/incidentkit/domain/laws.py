"""What an order, a case, a need or an ask can never be, whatever has happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import ApprovalState
from incidentkit.domain.calls import CallState, VerificationCall
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import LineId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask

__all__ = ["broken_laws"]


def broken_laws(state: State) -> tuple[str, ...]:
    """Which laws a state breaks, each said in words; none for a sound one."""
    if isinstance(state, Order):
        return tuple(_of_order(state))
    if isinstance(state, Incident):
        return tuple(_of_incident(state))
    if isinstance(state, Need):
        return tuple(_of_need(state))
    if isinstance(state, VerificationCall):
        return tuple(_of_call(state))
    return tuple(_of_ask(state)) if isinstance(state, Ask) else ()


def _of_need(need: Need) -> Iterator[str]:
    if need.joined is None and not need.contacts:
        yield "a need that nobody has said anything about"
    if any(contact.need != need.id for contact in need.contacts):
        yield "has a contact of another need"
    if need.contacts and need.opened_at != min(contact.at for contact in need.contacts):
        yield "does not begin with its first contact"
    if any(None not in (contact.customer, need.customer) and contact.customer != need.customer for contact in need.contacts):
        yield "has somebody else's contact"


def _of_order(order: Order) -> Iterator[str]:
    for line in order.lines:
        if not 0 <= line.returned <= line.delivered <= line.shipped <= line.quantity - line.cancelled:
            yield f"line {line.id} has units that come from nowhere"
        parcels = [(dict(parcel.units).get(line.id, 0), dict(parcel.delivered).get(line.id, 0)) for parcel in order.shipments]
        if (sum(out for out, _ in parcels), sum(there for _, there in parcels)) != (line.shipped, line.delivered):
            yield f"line {line.id} does not add up over its parcels"
    for parcel in order.shipments:
        inside = dict(parcel.units)
        if any(count > inside.get(line, 0) for failure in parcel.failures for line, count in failure.units):
            yield f"{parcel.id} failed to hand over what is not in it"
    if order.refunded > order.captured:
        yield "more money out than in"
    if order.claims:
        yield from _of_claims(order)


def _of_claims(order: Order) -> Iterator[str]:
    """Money that is agreed and not paid is there; a unit, of it or of what was sent instead, is made good once."""
    nothing = Money.zero(order.currency)
    owed = sum((c.amount for c in order.claims if c.state == "agreed" and c.amount is not None), nothing)
    paid = sum((c.amount for c in order.claims if c.state == "done" and c.amount is not None), nothing)
    if order.refunded + owed > order.captured:
        yield "more money agreed than there is"
    if paid > order.refunded:
        yield "a remedy is paid that gave nothing back"
    there = {(order.id, line.id): line.quantity for line in order.lines}
    there |= {(c.by, LineId(line)): count for c in order.claims if c.by is not None for line, count in c.sent}
    taken = Counter[tuple[OrderId, LineId]]()
    for claim in order.claims:
        taken.update({(claim.of, part.line): part.units for part in claim.parts if claim.holds})
    for (of, line), count in taken.items():
        if count > there.get((of, line), 0):
            yield f"line {line} of {of} is made good more often than there are units"


def _of_approvals(incident: Incident) -> Iterator[str]:
    """Nobody grants what they asked for themselves; who answered is known, and when it was over."""
    for approval in incident.approvals:
        answered = approval.state in (ApprovalState.APPROVED, ApprovalState.REFUSED)
        if approval.pending != (approval.ended_at is None) or answered != bool(approval.by):
            yield f"{approval.id} ended without an end, or was answered by nobody"
        if approval.by and Actor.parse(approval.by).name == Actor.parse(approval.asked_by).name:
            yield f"{approval.id} was answered by whoever asked"


def _of_incident(incident: Incident) -> Iterator[str]:
    yield from _of_approvals(incident)
    for block in incident.blocks:
        if block.open != (block.ended_at is None) or (block.worked_around_at is not None) != bool(block.allowed_by):
            yield f"{block.id} ended without an end, or got around without anybody who allowed it"
    if not incident.owner.team or incident.owner.since is None:
        yield "nobody is accountable"
    if incident.phase is Phase.LAPSED and (incident.resolved_at is None or incident.lapsed_at is None):
        yield "lapsed, but never resolved"
    if incident.phase is Phase.CLOSED and (incident.evidence is None or incident.communicated_at is None):
        yield "closed without evidence, or without telling"
    # A reopened case was told once, whatever came back since.
    if incident.phase is Phase.COMMUNICATED and not incident.told and not incident.reopened:
        yield "communicated, but nobody was told"
    if incident.phase is Phase.DETECTED and incident.told:
        yield "told, and not communicated"
    if incident.phase is Phase.RESOLVED and not incident.claimed and any(r.owed for r in incident.remedies):
        yield "resolved with a remedy that is owed"
    yield from _of_part(incident)
    yield from _of_steps(incident)


def _of_ask(ask: Ask) -> Iterator[str]:
    if ask.answer is not None and not ask.scale.low <= ask.answer.score <= ask.scale.high:
        yield "an answer off its scale"


def _of_call(call: VerificationCall) -> Iterator[str]:
    if call.open != (call.ended_at is None):
        yield "ended without an end"
    if (call.state is CallState.DONE) != any(attempt.means != "no_answer" for attempt in call.attempts):
        yield "is done and nobody answered, or the other way round"
    if any(attempt.means == "wrong" for attempt in call.attempts) and call.incident is None:
        yield "found something wrong that has no case"


def _of_part(incident: Incident) -> Iterator[str]:
    """What a case of a mass incident can never be."""
    part = incident.mass
    if part is None:
        return
    if len(part.orders) != len(set(part.orders)) or len(part.orders) != len(part.labels):
        yield "covers an order twice, or one that has no name"
    if not set(part.orders) <= set(incident.orders):
        yield "covers an order that it is not about"


def _of_steps(incident: Incident) -> Iterator[str]:
    """A step is given out once, and only one that the case's protocol has."""
    given = [task.step for task in incident.step_tasks]
    known = {step.name for step in incident.protocol.steps} if incident.protocol is not None else set()
    if len(given) != len(set(given)):
        yield "gives out a step twice"
    if not set(given) <= known:
        yield "gives out a step that its protocol does not have"
