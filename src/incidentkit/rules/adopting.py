"""What was imported becomes live: an owner, deadlines and timers count from now on, and nothing of the past is made up for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.times import due_instant
from incidentkit.errors import InvalidInput
from incidentkit.rules import ownership
from incidentkit.rules.cases import WORKABLE, name, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.demands import demanded
from incidentkit.rules.promises import kept_at

__all__ = ["adopt"]


def adopt(incident: Incident, orders: Sequence[Order], now: Circumstances) -> Decision:
    """The case is live from now on, and so are its orders. One that is live already stays as it is."""
    if not incident.passive:
        return Decision()
    if incident.phase not in WORKABLE:
        rule = "is adopted while its solution is being worked out"
        raise refused(incident, "adopt", rule, incident.phase.value, "Leave it as its source has it, or reopen it first.")
    protocol = now.shop.protocol_of(incident)
    if protocol is None:
        rule, step = "is adopted by the protocol of its type", "Correct it with amend(type=...) first."
        raise InvalidInput(name(incident), rule, got=f"the type {incident.type}, which has none", next=step)
    owner = incident.owner if incident.owner.agent else ownership.first_owner(incident.type, now.shop)
    deadlines = evolve(demanded(protocol, incident.severity, owner.team, orders, now), since=now.at)
    watched = ownership.watch(evolve(incident, owner=owner, passive=False), now)
    return Decision((ev.IncidentAdopted(owner, deadlines, protocol),), tuple(_with_orders(orders, now)), timers=watched)


def _with_orders(orders: Iterable[Order], now: Circumstances) -> Iterator[tuple[str, Happening]]:
    for order in orders:
        if order.passive:
            yield order.id, ev.OrderAdopted()
            yield from ((order.id, broken) for broken in _broken(order, now))


def _broken(order: Order, now: Circumstances) -> Iterator[ev.PromiseBroken]:
    """Promises that nobody can keep any more: noted, so that nothing is done about them as if they broke today."""
    for promise in order.promises:
        due = due_instant(promise.due, now.shop.zone)
        standing = promise.replaced_by is None and promise.broken_at is None and order.cancelled_at is None
        if standing and due < now.at and kept_at(order, promise) is None:
            yield ev.PromiseBroken(promise.id, due)
