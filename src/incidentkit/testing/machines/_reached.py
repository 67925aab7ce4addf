"""Which events and moves a run has come by: what a machine never does it shows nothing about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, field

from incidentkit.domain.events import EVENT_TYPES, Event
from incidentkit.domain.evolve import State, evolve
from incidentkit.domain.incidents import Incident
from incidentkit.domain.tasks import Task
from incidentkit.rules.lifecycles import INCIDENT, INTENT, OFFER, TASK

__all__ = ["Reached"]

_TABLES = (INCIDENT, OFFER, TASK)


@define
class Reached:
    """What was come by so far.

    Attributes:
        events: the types of events.
        moves: (lifecycle, from, to), as far as a state has changed.
        intents: the states in which messages were left.
    """

    events: set[str] = field(factory=set)
    moves: set[tuple[str, str, str]] = field(factory=set)
    intents: set[str] = field(factory=set)

    def note(self, events: Iterable[Event]) -> None:
        """All events of one history, in order."""
        states: dict[str, State] = {}
        for event in events:
            self.events.add(event.type)
            before = states.get(event.stream)
            after = states[event.stream] = evolve(before, event)
            if before is not None:
                self.moves.update(_moves(before, after))

    @property
    def missing(self) -> list[str]:
        """Types of events, moves of cases, offers and tasks, and states of messages that no history came by, in words."""
        arrows: dict[tuple[str, str], set[tuple[str, str, str]]] = {}
        for table in _TABLES:
            for source, move, target in table.arrows():
                if source != target:
                    arrows.setdefault((table.name, move.name), set()).add((table.name, source, target))
        return [
            *sorted(set(EVENT_TYPES) - self.events),
            *(f"{table} {move}" for (table, move), ways in arrows.items() if not ways & self.moves),
            *(f"intent {state}" for state in sorted(set(INTENT.resting) - self.intents)),
        ]


def _moves(before: State, after: State) -> Iterator[tuple[str, str, str]]:
    if isinstance(before, Incident) and isinstance(after, Incident):
        yield INCIDENT.name, before.phase, after.phase
        known = {offer.id: offer.state for offer in before.offers}
        yield from ((OFFER.name, known[o.id], o.state) for o in after.offers if o.id in known)
        done = {remedy.id for remedy in before.remedies if remedy.carried_out_at is None}
        if any(r.id in done and r.carried_out_at is not None for r in after.remedies):
            yield OFFER.name, "accepted", "carried_out"
    elif isinstance(before, Task) and isinstance(after, Task):
        yield TASK.name, before.state, after.state
