"""What became of needs whose incidents are known to the end already, as it would have been decided when it happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.lifecycles import INCIDENT

__all__ = ["Turn", "followed_at", "moved_on", "owed_at"]


@frozen
class Turn:
    """An incident was resolved, or reopened; ``version`` is the event's place in its stream."""

    incident: str
    version: int
    at: datetime
    resolved: bool


def owed_at(case: Incident, turns: Sequence[Turn] | None, at: datetime) -> bool:
    """Whether something was owed of an incident at that instant.

    Args:
        turns: its own, in the order of their times; None where they are not known, and it counts as it stands.
    """
    if case.detected_at > at:
        return False
    if turns is None or case.phase in INCIDENT.final:
        return case.phase in WORKABLE
    before = [turn for turn in turns if turn.at <= at]
    return not (before and before[-1].resolved)


def followed_at(need: Need, turn: Turn, owing: bool) -> Happening | None:
    """What follows for a need from a turn of one of its incidents.

    Args:
        owing: whether something was owed of another of its incidents then.
    """
    if not turn.resolved:
        return None if need.resolved_at is None else ev.NeedReopened(incident=IncidentId(turn.incident))
    return ev.NeedResolved(IncidentId(turn.incident)) if need.open and not owing else None


def moved_on(history: Iterable[Event], at: datetime) -> bool:
    """Whether a need's record goes beyond an instant: what happened then has been decided on."""
    return any(event.occurred_at > at for event in history)
