"""A stream that grows: each event is folded into the state by the domain itself, so that the next step can look at it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from hypothesis import strategies as st

from incidentkit.domain.actors import RULE
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import State, evolve
from incidentkit.testing.strategies._basics import LATEST, actors, instants

__all__ = ["Stream"]

S = TypeVar("S", bound=State)

_GAPS = st.integers(0, 4 * 86_400_000).map(lambda ms: timedelta(milliseconds=ms))
# Most things become known at once.
_DELAYS = st.sampled_from((0, 0, 0, 90, 86_400)).map(lambda seconds: timedelta(seconds=seconds))


class Stream(Generic[S]):
    """The events of one order, incident or ask, and the state that they add up to so far.

    Time never goes back in it. What is imported (``passive``) carries its source.
    """

    def __init__(self, draw: st.DrawFn, stream: str, passive: bool) -> None:
        self._draw = draw
        self._stream = stream
        self._passive = passive
        self._at = draw(instants(max_value=LATEST - timedelta(days=2_000)))
        self._who = str(draw(actors("source" if passive else "agent")))
        self._events: list[Event] = []
        self._state: S | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything that has happened."""
        return tuple(self._events)

    @property
    def state(self) -> S:
        """What it adds up to."""
        assert self._state is not None, "nothing has happened yet"
        return self._state

    @property
    def now(self) -> datetime:
        """When the next thing happens."""
        return self._at

    def later(self) -> None:
        """Let some time pass: none, or up to four days."""
        self._at += self._draw(_GAPS)

    def add(self, command: str, *data: Happening) -> None:
        """What one command writes: all at one instant, by one actor."""
        known = self._at + self._draw(_DELAYS)
        who = str(RULE) if command == "send" else self._who
        for happening in data:
            version = len(self._events) + 1
            source = ("file", f"{self._stream}:{version}") if self._passive else ("", "")
            event = Event(self._stream, version, happening, self._at, known, who, command, *source)
            self._events.append(event)
            self._state = cast("S", evolve(self._state, event))
