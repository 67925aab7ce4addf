"""What the shop demands of a case: the targets of its protocol and severity, as deadlines from an instant on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from incidentkit.domain.incidents import Deadlines, Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.times import due_instant
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.hours import after_hours, clock_hours, hours_of
from incidentkit.worktime.relay import Counting

__all__ = ["demanded", "demanded_anew", "demanded_by"]


def demanded(protocol: Protocol, severity: str, team: str, orders: Iterable[Order], now: Circumstances) -> Deadlines:
    """Deadlines from now on, in the hours of the team that is accountable; the promised delivery is one of them."""
    hours = hours_of(now.shop, team, protocol.clock)
    return _from(now.at, protocol, severity, hours, _before_delivery(orders, now))


def demanded_anew(incident: Incident, type_: str, severity: str, now: Circumstances) -> Deadlines | None:
    """Deadlines of another type or severity, from when the clocks began: what was used stays used.

    None for an imported case, for an unchanged one, and where the shop has no protocol any more.
    """
    protocol = now.shop.protocol_of(incident) if type_ == incident.type else now.shop.protocol(type_)
    if incident.passive or protocol is None or (type_, severity) == (incident.type, incident.severity):
        return None
    return demanded_by(protocol, incident, severity, now)


def demanded_by(protocol: Protocol, incident: Incident, severity: str, now: Circumstances) -> Deadlines:
    """Deadlines of a case by another protocol, from when its clocks began: what was used stays used."""
    before = incident.deadlines
    began = before.since or incident.detected_at
    counted = evolve(incident, deadlines=evolve(before, clock=protocol.clock))
    hours = clock_hours(counted, now.shop, began, now.at)
    return evolve(_from(began, protocol, severity, hours, before.before), since=before.since)


def _from(began: datetime, protocol: Protocol, severity: str, hours: Counting, before: datetime | None) -> Deadlines:
    targets = protocol.targets(severity)
    tell = None if targets.communicate_within is None else after_hours(hours, began, targets.communicate_within)
    resolve = None if targets.resolve_within is None else after_hours(hours, began, targets.resolve_within)
    tell = min((at for at in (tell, before) if at is not None), default=None)
    return Deadlines(tell, resolve, targets, protocol.clock, before)


def _before_delivery(orders: Iterable[Order], now: Circumstances) -> datetime | None:
    """The earliest promised delivery that is still to come."""
    promised = (due_instant(o.promise.due, now.shop.zone) for o in orders if o.promise and o.delivered_at is None)
    return min((due for due in promised if due > now.at), default=None)
