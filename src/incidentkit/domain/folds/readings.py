"""What events do to a reading."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event
from incidentkit.domain.readings import Reading

__all__ = ["corrected", "entered", "withdrawn"]


def entered(data: ev.ReadingEntered, event: Event) -> Reading:
    return Reading(
        id=data.reading,
        measure=data.measure,
        at=event.occurred_at,
        value=data.value,
        hits=data.hits,
        of=data.of,
        team=data.team,
        agent=data.agent,
        note=data.note,
    )


def corrected(reading: Reading, data: ev.ReadingCorrected, event: Event) -> Reading:
    return evolve(reading, value=data.value, hits=data.hits, of=data.of, corrected=reading.corrected + 1)


def withdrawn(reading: Reading, data: ev.ReadingWithdrawn, event: Event) -> Reading:
    return evolve(reading, withdrawn=True)
