"""What events do to a check-in."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event

__all__ = ["held", "noted"]


def held(data: ev.CheckInHeld, event: Event) -> CheckIn:
    return CheckIn(
        id=data.checkin,
        team=data.team,
        held_at=event.occurred_at,
        present=data.present,
        progress=data.progress,
        obstacles=data.obstacles,
        went_well=data.went_well,
        reported=data.reported,
        made=data.made,
        notes=() if data.notes is None else (data.notes,),
        took=data.took,
    )


def noted(checkin: CheckIn, data: ev.CheckInNoted, event: Event) -> CheckIn:
    return changed(checkin, notes=(*checkin.notes, data.notes))
