"""Strategies for mass incidents, and for what cases have of theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from attrs import evolve
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import MassId, OrderId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident, MassPart, MassStage, OrderRule, StageKind
from incidentkit.testing.strategies._basics import actors, codes, ids, instants, one_liners, texts
from incidentkit.testing.strategies._incidents import CAUSE_CODES, INCIDENT_TYPES, offers, references
from incidentkit.testing.strategies._stream import Stream

__all__ = ["MASS", "PARTS", "add_orders", "mass_histories", "mass_incidents", "part_of", "pass_stage"]

Drawn = st.SearchStrategy[Happening]

_STAGES: tuple[StageKind, ...] = get_args(StageKind)
_TEXTS = st.lists(st.sampled_from(("incident.detected", "incident.offered")), max_size=2, unique=True).map(tuple)
_ERRORS = st.sampled_from(("transition-refused", "money", "authority-exceeded"))


def _orders(least: int = 0) -> st.SearchStrategy[tuple[OrderId, ...]]:
    return st.lists(ids().map(OrderId), min_size=least, max_size=3, unique=True).map(tuple)


@st.composite
def _rules(draw: st.DrawFn) -> OrderRule:
    span = sorted((draw(instants()), draw(instants())))
    return OrderRule(
        product=draw(codes()),
        carrier=draw(st.just("") | codes()),
        placed_since=span[0],
        placed_until=draw(st.none() | st.just(span[1])),
        undelivered=draw(st.booleans()),
        unshipped=draw(st.booleans()),
    )


@st.composite
def _begun(draw: st.DrawFn) -> ev.MassStageBegun:
    kind = draw(st.sampled_from(_STAGES))
    more: dict[StageKind, Callable[[], dict[str, Any]]] = {
        "notify": lambda: {"channel": draw(st.just("") | codes())},
        "offer": lambda: {"offers": tuple(draw(st.lists(offers(), min_size=1, max_size=2)))},
        "carry_out": lambda: {"remedy": draw(st.just("") | codes()), "reference": draw(references())},
        "resolve": lambda: {"reason": draw(st.none() | texts())},
    }
    return ev.MassStageBegun(kind, **more[kind]())


@st.composite
def _opened(draw: st.DrawFn, mass: str | None = None) -> ev.MassOpened:
    return ev.MassOpened(
        MassId(mass or draw(ids())),
        draw(st.sampled_from(INCIDENT_TYPES)),
        draw(texts()),
        draw(st.none() | st.sampled_from(CAUSE_CODES)),
        draw(st.sampled_from(("", "critical", "minor"))),
        draw(st.none() | _rules()),
        tuple(draw(st.lists(codes(), max_size=2, unique=True))),
    )


def _added() -> Drawn:
    return _orders(1).flatmap(
        lambda orders: st.builds(ev.IncidentOrdersAdded, st.just(orders), st.tuples(*(one_liners(min_size=1) for _ in orders)))
    )


MASS: Mapping[str, Callable[[], Drawn]] = {
    "mass.opened": _opened,
    "mass.orders_listed": lambda: st.builds(ev.MassOrdersListed, _orders(1)),
    "mass.stage_begun": _begun,
    "incident.orders_added": _added,
    "incident.stage_passed": lambda: st.builds(ev.IncidentStagePassed, st.integers(1, 9), st.just("") | _ERRORS),
}
"""What happens, by type."""


@st.composite
def mass_histories(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of one mass incident: opened with its orders, more of them later, and what is done for everybody."""
    mass = draw(ids())
    stream: Stream[MassIncident] = Stream(draw, mass, passive=False)
    stream.add("mass.open", draw(_opened(mass)), ev.MassOrdersListed(draw(_orders(1))))
    for _ in range(draw(st.integers(0, 4))):
        stream.later()
        if draw(st.booleans()):
            begun = draw(_begun())
            stream.add(f"mass.{begun.kind}", begun)
            continue
        fresh = tuple(order for order in draw(_orders(1)) if order not in stream.state.orders)
        if fresh:
            stream.add("mass.add", ev.MassOrdersListed(fresh))
    return stream.events


def mass_incidents() -> st.SearchStrategy[MassIncident]:
    """Mass incidents with orders, some with things that are done for everybody."""
    return mass_histories().map(_as_mass)


def _as_mass(events: tuple[Event, ...]) -> MassIncident:
    state = replay(events)
    assert isinstance(state, MassIncident)
    return state


@st.composite
def _stages(draw: st.DrawFn) -> MassStage:
    begun = draw(_begun())
    said = {name: getattr(begun, name) for name in ("offers", "channel", "remedy", "reference", "reason")}
    return MassStage(draw(st.integers(1, 9)), begun.kind, str(draw(actors())), draw(instants()), **said)


@st.composite
def part_of(draw: st.DrawFn, orders: Sequence[OrderId]) -> MassPart:
    """What a new case about these orders has of a mass incident."""
    labels = tuple(draw(one_liners(min_size=1)) for _ in orders)
    return MassPart(MassId(draw(ids())), tuple(orders), labels, draw(_TEXTS))


@st.composite
def _parts(draw: st.DrawFn) -> MassPart:
    stage = draw(st.integers(0, 3))
    refused = draw(st.lists(st.integers(1, stage), max_size=2, unique=True)) if stage else []
    part = draw(part_of(draw(_orders(1))))
    return evolve(part, stage=stage, refused=tuple((number, draw(_ERRORS)) for number in sorted(refused)))


PARTS: Mapping[type, Callable[[], st.SearchStrategy[Any]]] = {
    MassPart: _parts,
    MassStage: _stages,
    OrderRule: _rules,
}
"""What has no public strategy, by type."""


# --- Steps of histories ------------------------------------------------------------------------------------------


def add_orders(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """A further order joins."""
    return (ev.IncidentOrdersAdded((OrderId(draw(ids())),), (draw(one_liners(min_size=1)),)),)


def pass_stage(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """The next thing that is done for everybody was done, or could not be."""
    assert incident.mass is not None, "a case of a mass incident"
    return (ev.IncidentStagePassed(incident.mass.stage + 1, draw(st.just("") | _ERRORS)),)
