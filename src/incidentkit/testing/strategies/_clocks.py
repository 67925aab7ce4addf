"""Strategies for clocks, holds and targets, and for what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.clocks import CLOCK_NAMES, Clock, WaitsFor
from incidentkit.domain.events import Happening
from incidentkit.domain.holds import Hold
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Period, Phase
from incidentkit.domain.promises import Promise
from incidentkit.domain.targets import Targets
from incidentkit.testing.strategies._basics import codes, dues, handles, ids, instants, texts

__all__ = [
    "clock_happenings",
    "clocks",
    "holds",
    "looked_at",
    "promise_update",
    "raise_case",
    "targets",
    "wait_for_customer",
    "workable",
]

Drawn = st.SearchStrategy[Happening]

_WAITING: tuple[WaitsFor, ...] = ("shop", "customer")
_SPANS = st.integers(1, 240).map(lambda quarters: timedelta(minutes=15 * quarters))


def targets() -> st.SearchStrategy[Targets]:
    """Targets from a quarter of an hour to sixty hours, each there or not."""
    span = st.none() | _SPANS
    return st.builds(Targets, span, span, span, span)


@st.composite
def holds(draw: st.DrawFn) -> Hold:
    """Holds that are over, and such as last."""
    since = draw(instants())
    until = draw(st.none() | st.integers(0, 10**6).map(lambda seconds: since + timedelta(seconds=seconds)))
    at_most = draw(dues(since + timedelta(days=1), since + timedelta(days=30)))
    return Hold(since, until, at_most, draw(st.sampled_from(("offer", "wait"))))


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Clocks that run, stand still or have stopped, in time or not."""
    start = draw(instants())
    due = start + draw(_SPANS)
    held = draw(st.lists(st.tuples(_SPANS, _SPANS), max_size=2))
    stopped = draw(st.none() | _SPANS.map(lambda span: start + span))
    waits_for: WaitsFor = "nobody" if stopped is not None else draw(st.sampled_from(_WAITING))
    return Clock(
        name=draw(st.sampled_from(CLOCK_NAMES)),
        started_at=start,
        due=due,
        within=draw(st.none() | _SPANS),
        waits_for=waits_for,
        held=tuple(Period(start + after, start + after + lasting) for after, lasting in held),
        stopped_at=stopped,
    )


def clock_happenings() -> Mapping[str, Callable[[], Drawn]]:
    """What happens to clocks and promises, by type."""
    names = st.sampled_from(CLOCK_NAMES)
    promised = st.integers(1, 9).map(lambda place: f"promise-{place}")
    return {
        "incident.waiting": lambda: st.builds(ev.CustomerAwaited, texts(), dues()),
        "incident.wait_over": lambda: st.just(ev.WaitEnded()),
        "incident.clock_warned": lambda: st.builds(ev.ClockWarned, names, instants()),
        "incident.clock_broken": lambda: st.builds(ev.ClockBroken, names, instants()),
        "incident.escalated": lambda: st.builds(
            ev.IncidentEscalated, st.integers(1, 5), st.just("") | handles(), st.none() | texts(), st.just("") | codes()
        ),
        "promise.broken": lambda: st.builds(ev.PromiseBroken, promised, instants(), st.none() | ids().map(IncidentId)),
    }


# --- Steps of histories ------------------------------------------------------------------------------------------


def workable(incident: Incident) -> bool:
    """Whether somebody still works out the solution of a live case."""
    return not incident.passive and incident.phase in (Phase.DETECTED, Phase.COMMUNICATED)


def wait_for_customer(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """The customer is asked something."""
    return (ev.CustomerAwaited(draw(texts()), draw(dues(now + timedelta(days=1), now + timedelta(days=10)))),)


def raise_case(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """Somebody raises the case by a level."""
    return (ev.IncidentEscalated(incident.level + 1, draw(st.just("") | handles()), draw(texts())),)


def promise_update(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """The customer is told when they hear again."""
    earlier = next((p for p in reversed(incident.promises) if p.what == "update" and p.replaced_by is None), None)
    due = draw(dues(now + timedelta(days=1), now + timedelta(days=10)))
    made = Promise(f"promise-{len(incident.promises) + 1}", "update", due, now, "agent:ana", "conversation")
    return (ev.PromiseMade(made, earlier.id if earlier is not None else None),)


def looked_at(draw: st.DrawFn, incident: Incident, now: datetime) -> tuple[Happening, ...]:
    """The desk finds something due: a clock, a promise, or a wait that has lasted long enough."""
    name = draw(st.sampled_from(CLOCK_NAMES))
    found: list[Happening] = [ev.ClockWarned(name, now), ev.ClockBroken(name, now)]
    found += [ev.PromiseBroken(promise.id, now) for promise in incident.promises if promise.broken_at is None]
    found += [ev.WaitEnded()] * (2 * bool(incident.holds and incident.holds[-1].until is None))
    return (draw(st.sampled_from(found)),)
