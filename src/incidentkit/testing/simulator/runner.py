"""Performing a plan on a desk, through the commands that every host uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from attrs import define, field

from incidentkit.desk.desk import Desk
from incidentkit.domain.contacts import Contact
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident
from incidentkit.testing.simulator.days import SLICE, SLICES, START, slice_of
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.steps import MEET, Id, Part, Shown, Step

__all__ = ["MovableClock", "simulate"]

_AT_ONCE = 500
"""Commands in one transaction at the most."""


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The present, as far as the simulation has come."""
        return self.now


def simulate(
    desk: Desk,
    clock: MovableClock,
    plan: Plan,
    *,
    finished: int = 0,
    after: Callable[[int], None] | None = None,
) -> None:
    """Run a plan's month on a desk, slice by slice: commands, then the messages that are due, then what else is due.

    Nothing more comes due at the month's end itself, where the figures are read.

    Every command has a key that follows from the plan, so that a run that was broken off, at whatever moment, is continued by
    running it again on the same store: what was done gives its first result.

    Args:
        clock: the desk's own; it is moved to the end of each slice, up to the end of the month.
        finished: slices that are known to be over on this store. Of these only what later steps refer to is looked up.
        after: called with the number of slices that are over, each time one more is.
    """
    cast = _Cast(desk)
    by_slice = groupby(plan.steps(), key=lambda step: slice_of(step.at))
    upcoming = next(by_slice, None)
    for number in range(SLICES):
        clock.now = START + (number + 1) * SLICE
        if upcoming is not None and upcoming[0] == number:
            _slice(desk, cast, upcoming[1], over=number < finished)
            upcoming = next(by_slice, None)
        if finished <= number < SLICES - 1:
            desk.tick()
        if number >= finished and after is not None:
            after(number + 1)


def _slice(desk: Desk, cast: _Cast, steps: Iterable[Step], *, over: bool) -> None:
    if over:
        with desk.batch():
            for step in steps:
                cast.recall(step)
        return
    for some in _batches(steps):
        with desk.batch():
            for step in some:
                cast.perform(step)
    desk.send_due()


def _batches(steps: Iterable[Step]) -> Iterator[list[Step]]:
    rest = iter(steps)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


@define
class _Cast:
    """Who is who: ids by the plan's names, and incidents as they were last returned."""

    desk: Desk
    ids: dict[str, str] = field(factory=dict)
    incidents: dict[str, Incident] = field(factory=dict)

    def recall(self, step: Step) -> None:
        """A step that was done earlier: only what it made is looked up, by its key."""
        if step.makes:
            self._remember(step, self._run(step))

    def perform(self, step: Step) -> None:
        """Do a step, or be told what came of it the first time."""
        state = self._run(step)
        if step.makes:
            self._remember(step, state)
        if isinstance(state, Incident):
            self.incidents[step.about] = state
            if step.command == "incidents.close":
                del self.incidents[step.about]

    def _remember(self, step: Step, state: Any) -> None:
        # What is said leads to a need: it is the need that later steps are about.
        self.ids[step.about] = state.need if isinstance(state, Contact) else state.id

    def _run(self, step: Step) -> Any:
        if step.command == MEET:
            return self._met(step)
        command: Callable[..., Any] = attrgetter(step.command)(self.desk)
        about = () if step.makes or step.command.startswith("surveys.") else (self.ids[step.about],)
        return command(*about, **self._known(step.arguments), by=step.by, at=step.at, key=step.key)

    def _met(self, step: Step) -> Incident:
        """The case that the desk opened by itself: of its order's, the one that nobody reported."""
        found = self.desk.incidents.find(**self._known(step.arguments))
        return next(case for case in found if case.detected_at == step.at)

    def _known(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._meant(value) for name, value in arguments.items()}

    def _meant(self, value: Any) -> Any:
        if isinstance(value, Id):
            return self.ids[value.name]
        if isinstance(value, Part):
            return getattr(self._incident(value.incident), value.of)[value.place].id
        if isinstance(value, Shown):
            return Evidence(value.kind, self._meant(value.reference))  # type: ignore[arg-type]
        return value

    def _incident(self, name: str) -> Incident:
        """As it was last returned; where that was before a restart, as it stands: parts are only ever added."""
        return self.incidents.get(name) or self.desk.incidents.get(self.ids[name])
