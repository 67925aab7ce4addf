"""Steps and parts of steps that several kinds of things share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.incidents import Incident, Period, Phase
from incidentkit.domain.orders import SourceStatus
from incidentkit.domain.promises import Promise

__all__ = ["added", "in_phase", "promise_broken", "since_resolved", "source_status", "unchanged", "with_period", "with_promise"]


def with_promise(promises: tuple[Promise, ...], data: ev.PromiseMade) -> tuple[Promise, ...]:
    """A promise among the earlier ones, of which it may take one's place."""
    kept = tuple(changed(p, replaced_by=data.promise.id) if p.id == data.replaces else p for p in promises)
    # One that a later promise had replaced already when it became known stands before that one.
    place = next((place for place, p in enumerate(kept) if p.id == data.promise.replaced_by), len(kept))
    return (*kept[:place], data.promise, *kept[place:])


def source_status(state: Any, data: ev.SourceStatusNoted, event: Event) -> Any:
    """What the source says of it now."""
    return changed(state, source_status=SourceStatus(data.status, event.occurred_at))


def unchanged(state: Any, data: Happening, event: Event) -> Any:
    """What the state has nothing of."""
    return state


def since_resolved(incident: Incident, event: Event) -> bool:
    """Whether it happened while the case counted as solved."""
    return incident.resolved_at is not None and event.occurred_at >= incident.resolved_at


def in_phase(phase: Phase, incident: Incident, **more: Any) -> Incident:
    """In another phase, and in none of the shop's own sub-states yet."""
    return changed(incident, phase=phase, substate="", **more)


def with_period(earlier: tuple[Period, ...], since: datetime | None, event: Event) -> tuple[Period, ...]:
    """A period that is over, if it had begun."""
    return earlier if since is None else (*earlier, Period(since, event.occurred_at))


def promise_broken(state: Any, data: ev.PromiseBroken, event: Event) -> Any:
    """A promise has passed its time."""
    promises = (changed(p, broken_at=event.occurred_at) if p.id == data.promise else p for p in state.promises)
    return changed(state, promises=tuple(promises))


def added(known: tuple[Any, ...], more: Iterable[Any]) -> tuple[Any, ...]:
    """What is known, with what is new to it, each once."""
    return tuple(dict.fromkeys((*known, *more)))
