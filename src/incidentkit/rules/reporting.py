"""How a case begins, and how what was reported is corrected."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import CustomerId, IncidentId, LineId
from incidentkit.domain.incidents import Deadlines, Incident, Owner
from incidentkit.domain.mass import MassPart
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.rules import ownership
from incidentkit.rules.cases import in_words, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.demands import demanded, demanded_anew
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.needs import linked

__all__ = ["Report", "amend", "report"]


@frozen
class Report:
    """What a caller gives for a new case, with its names already resolved.

    ``orders`` are the orders themselves; the first is the one that lines and money belong to. ``follows`` is an earlier case
    that this one goes on from. ``team`` is who is accountable, by what a source says; empty for the protocol's. ``mass`` and
    ``products``: what it has of a mass incident, and which products are affected.
    """

    incident: IncidentId
    type: str
    description: Text
    orders: Sequence[Order] = ()
    customer: CustomerId | None = None
    severity: str | None = None
    cause: str | None = None
    lines: Sequence[str] = ()
    reported_by: str = "shop"
    need: Need | None = None
    follows: Incident | None = None
    team: str = ""
    mass: MassPart | None = None
    products: tuple[str, ...] = ()


def report(new: Report, now: Circumstances) -> Decision:
    """A new case, with an accountable owner and its deadlines from the first instant."""
    protocol = _protocol(new.type, now)
    severity = _severity(new.severity or _gravest(protocol.severity, new.follows, now), now)
    in_words(new.description, "An incident", "description")
    if new.reported_by not in ("shop", "customer"):
        raise InvalidInput("reported_by", "is shop or customer", got=repr(new.reported_by)[:40])
    owner = Owner(new.team) if new.team else ownership.first_owner(new.type, now.shop)
    # One agent is not asked a thousand times at once: the cases of a mass incident are the team's until somebody takes them.
    asked = owner.team if new.mass is not None else ownership.first_asked(new.incident, owner.team, now)
    deadlines = Deadlines() if now.passive else demanded(protocol, severity, owner.team, new.orders, now)
    reported = ev.IncidentReported(
        incident=new.incident,
        kind=new.type,
        severity=severity,
        description=new.description,
        owner=owner,
        orders=tuple(order.id for order in new.orders),
        customer=_customer(new),
        lines=_lines(new.lines, new.orders),
        cause=_cause(new.cause, now),
        reported_by=new.reported_by,
        currency=new.orders[0].currency if new.orders else now.shop.currency,
        deadlines=deadlines,
        passive=now.passive,
        needs=(new.need.id,) if new.need is not None else (),
        follows=new.follows.id if new.follows is not None else None,
        asked=asked if asked != owner.team else "",
        accept_by=ownership.accept_by(asked, now) if asked != owner.team else None,
        protocol=None if now.passive else protocol,
        mass=new.mass,
        products=new.products,
    )
    elsewhere: tuple[tuple[str, Happening], ...] = ()
    if new.need is not None:
        heard = linked(new.need, reported.incident, reported.kind, reported.orders, reported.customer)
        elsewhere = tuple((new.need.id, event) for event in heard)
    if new.follows is not None:
        elsewhere += ((new.follows.id, ev.IncidentLinked(new.incident)),)
    timers = () if reported.asked else ownership.first_watch(new.incident, owner.team, now)
    return Decision((reported,), elsewhere, timers=timers)


def _gravest(severity: str, follows: Incident | None, now: Circumstances) -> str:
    """Trouble that comes back is never less severe than it was."""
    known = follows is not None and follows.severity in now.shop.severities
    return min(severity, follows.severity, key=now.shop.rank) if known and follows is not None else severity


def _customer(new: Report) -> CustomerId | None:
    of_need = new.need.customer if new.need is not None else None
    of_orders = next((o.customer for o in new.orders if o.customer), None)
    return new.customer or of_need or of_orders or (new.follows.customer if new.follows is not None else None)


def _protocol(type_: str, now: Circumstances) -> Protocol:
    protocol = now.shop.protocol(type_)
    if protocol is None:
        known = ", ".join(p.type for p in now.shop.protocols)
        raise InvalidInput(
            "An incident's type", "must be one that the shop has a protocol for", got=repr(type_)[:40], next=f"Known: {known}."
        )
    return protocol


def _severity(severity: str, now: Circumstances) -> str:
    if severity not in now.shop.severities:
        known = ", ".join(now.shop.severities)
        raise InvalidInput(
            "An incident's severity", "must be one of the shop's", got=repr(severity)[:40], next=f"Known: {known}."
        )
    return severity


def _cause(cause: str | None, now: Circumstances) -> str | None:
    if cause is not None and cause not in now.shop.causes:
        known = ", ".join(now.shop.causes)
        raise InvalidInput("An incident's cause", "must be one of the shop's", got=repr(cause)[:40], next=f"Known: {known}.")
    return cause


def _lines(lines: Sequence[str], orders: Sequence[Order]) -> tuple[LineId, ...]:
    if isinstance(lines, str):
        raise InvalidInput("An incident's lines", "must be a list of line ids", got="one text")
    if not lines:
        return ()
    if len(orders) != 1:
        raise InvalidInput("An incident's lines", "can be named when it has exactly one order", got=f"{len(orders)} orders")
    known = {line.id for line in orders[0].lines}
    for line in lines:
        if line not in known:
            raise UnknownIdError(f"Order {orders[0].label}", f"has the lines {', '.join(sorted(known))}", got=repr(line)[:40])
    return tuple(LineId(line) for line in lines)


def amend(
    incident: Incident,
    reason: Text,
    now: Circumstances,
    type: str | None = None,
    severity: str | None = None,
    cause: str | None = None,
    description: Text | None = None,
    pushed_down: tuple[IncidentId, ...] = (),
) -> Decision:
    """Corrections; the record keeps the old values, and whom a raised severity pushes down."""
    if incident.phase in INCIDENT.final:
        raise refused(incident, "amend", "a final case stays as it is", incident.phase.value)
    in_words(reason, f"Incident {incident.id}", "reason")
    changes = []
    if type is not None:
        changes.append(ev.Change("type", incident.type, _protocol(type, now).type))
    if severity is not None:
        changes.append(ev.Change("severity", incident.severity, _severity(severity, now)))
    if cause is not None:
        changes.append(ev.Change("cause", incident.cause, _cause(cause, now)))
    if description is not None:
        in_words(description, f"Incident {incident.id}", "description")
        changes.append(ev.Change("description", incident.description.ref, description.ref))
    if not changes:
        raise InvalidInput(
            f"Incident {incident.id}",
            "a correction must change something",
            got="no field",
            next="Give type=, severity=, cause= or description=.",
        )
    deadlines = demanded_anew(incident, type or incident.type, severity or incident.severity, now)
    protocol = None if type is None or incident.passive else _protocol(type, now)
    amended = ev.IncidentAmended(tuple(changes), reason, description, deadlines, pushed_down, protocol)
    return Decision((amended,))
