"""Events in any order, each any number of times, and what they add up to all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, replay
from incidentkit.errors import RuleViolation

__all__ = ["converged", "states_of"]


def converged(events: Iterable[Event]) -> Mapping[str, tuple[Event, ...]]:
    """The streams that these events make: each in the order of its versions, each event once, by the stream's id.

    A stream's versions alone say what follows what: never when something happened, became known or was read.

    Raises:
        RuleViolation: two events claim one place of a stream, or a place before another one is empty.
    """
    placed: dict[str, dict[int, Event]] = {}
    for event in events:
        known = placed.setdefault(event.stream, {}).setdefault(event.version, event)
        if known != event:
            raise _broken(event, "holds one event in each place", "another one")
    return {stream: tuple(_whole(placed[stream])) for stream in sorted(placed)}


def states_of(events: Iterable[Event]) -> Mapping[str, State]:
    """What these events add up to, by stream: the same for every order in which they come, and however often.

    Raises:
        RuleViolation: as `converged`.
    """
    return {stream: replay(history) for stream, history in converged(events).items()}


def _whole(placed: Mapping[int, Event]) -> Iterable[Event]:
    for version in range(1, len(placed) + 1):
        if version not in placed:
            raise _broken(placed[max(placed)], f"has an event in place {version} before that", "none")
        yield placed[version]


def _broken(event: Event, rule: str, got: Any) -> RuleViolation:
    return RuleViolation(
        f"Place {event.version} of the stream {event.stream[:48]}", rule, got=got, next="Fetch the whole record anew."
    )
