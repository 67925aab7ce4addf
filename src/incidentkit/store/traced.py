"""What an object-centric event log tells of an event and of a thing: which things it concerns, and how they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from incidentkit.codec.record import kind_of
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order

__all__ = ["CUSTOMER", "Thing", "concerned", "parts_of", "related", "standing", "type_of"]

CUSTOMER = "customer"

_TOLD: dict[str, tuple[str, ...]] = {
    "order": ("number", "status", "account", "passive"),
    "incident": ("type", "severity", "phase", "substate", "cause", "reported_by", "passive"),
    "need": ("type", "passive"),
    "task": ("kind", "rule", "state"),
    "ask": ("survey", "step"),
    "analysis": ("state", "cause", "step"),
    "corrective_action": ("state", "signature"),
    "objective": ("importance", "state"),
    "commitment": ("measure",),
    "reading": ("measure",),
    "call": ("reason", "state", "outcome"),
}
"""What is told of each kind of thing: codes of ours and of the shop, never words."""

_RELATED = {
    "orders": ("order", "about"),
    "order": ("order", "about"),
    "incidents": ("incident", "about"),
    "incident": ("incident", "about"),
    "needs": ("need", "of"),
    "analysis": ("analysis", "follows"),
    "customer": (CUSTOMER, "of"),
}
"""The parts of a state that name other things, each with the kind of these and how they belong to it."""


@frozen
class Thing:
    """An object of the log: its type and its id, which no other object has; and how it belongs to what names it."""

    type: str
    id: str
    how: str = ""


def type_of(state: State) -> str:
    """The type of a stream's own object: what it is called, and ``customer`` for a person."""
    kind = kind_of(state)
    return CUSTOMER if kind == "person" else kind


def related(state: State) -> Iterator[Thing]:
    """The things that another one is about or belongs to; of an order, who bought."""
    for name, (kind, how) in _RELATED.items():
        named = getattr(state, name, None)
        for id_ in (named,) if isinstance(named, str) else named or ():
            yield Thing(kind, str(id_), how)


def parts_of(state: State) -> Iterator[tuple[Thing, dict[str, Any]]]:
    """The lines and parcels of an order, each with what is told of it."""
    if isinstance(state, Order):
        for line in state.lines:
            told = {"product": line.product, "quantity": line.quantity, "price": float(line.price.amount)}
            yield _line(state.id, line.id), told
        for shipment in state.shipments:
            yield _shipment(state.id, shipment.id), {"carrier": shipment.carrier}


def concerned(event: Event, state: State) -> list[Thing]:
    """Everything that an event is about, each thing once: its own stream's first."""
    own = Thing(type_of(state), event.stream, "of")
    found = {thing.id: thing for thing in (own, *_touched(event, state), *related(state))}
    return list(found.values())


def standing(state: State) -> dict[str, Any]:
    """How a thing stands, as far as it is told."""
    told = {name: getattr(state, name, None) for name in _TOLD.get(kind_of(state), ())}
    if isinstance(state, Order):
        told |= {"paid": float(state.captured.amount), "currency": state.captured.currency}
    known = {name: value for name, value in told.items() if value not in (None, "")}
    return {name: value if isinstance(value, (bool, float)) else str(value) for name, value in known.items()}


def _touched(event: Event, state: State) -> Iterator[Thing]:
    """The lines and parcels that it happened to."""
    if isinstance(state, Incident) and event.version == 1:
        yield from (_line(order, line) for order in state.orders[:1] for line in state.lines)
    if not isinstance(state, Order):
        return
    data: Any = event.data
    if event.version == 1:
        yield from (_line(state.id, line.id) for line in state.lines)
    portions = getattr(data, "portions", ())
    for units in (getattr(data, "units", ()), *(portion.units for portion in portions)):
        yield from (_line(state.id, line) for line, _ in units)
    shipments = [portion.shipment for portion in portions] + [getattr(data, "shipment", "")]
    yield from (_shipment(state.id, shipment) for shipment in shipments if shipment)


def _line(order: str, line: str) -> Thing:
    return Thing("line", f"{order}/line/{line}", "contains")


def _shipment(order: str, shipment: str) -> Thing:
    return Thing("shipment", f"{order}/shipment/{shipment}", "is sent in")
