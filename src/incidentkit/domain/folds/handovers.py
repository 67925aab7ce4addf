"""What handing over does to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import with_period
from incidentkit.domain.incidents import EarlierTeam, Handover, Incident, Owner

__all__ = ["accepted", "asked", "returned", "taken_by"]


def asked(incident: Incident, data: ev.HandoverAsked, event: Event) -> Incident:
    asked = Handover(data.to, event.actor, event.occurred_at, data.until)
    return changed(incident, handover=asked, tried=() if data.afresh else incident.tried)


def returned(incident: Incident, data: ev.HandoverReturned, event: Event) -> Incident:
    # What nobody has by name stays open to everybody of the team that is accountable.
    team = None if incident.owner.agent else Handover(incident.owner.team, event.actor, event.occurred_at)
    return changed(incident, handover=team, tried=(*incident.tried, data.to))


def accepted(incident: Incident, data: ev.HandoverAccepted, event: Event) -> Incident:
    return taken_by(incident, data.owner, event)


def taken_by(incident: Incident, new: Owner, event: Event) -> Incident:
    """The case with another owner from an event on."""
    owner = Owner(new.team, new.agent, event.occurred_at)
    nobody_since = None if incident.owner.agent else incident.owner.since
    unowned = with_period(incident.unowned, nobody_since, event)
    earlier = _earlier_teams(incident, event) if owner.team != incident.owner.team else incident.earlier_teams
    return changed(incident, owner=owner, handover=None, tried=(), unowned=unowned, earlier_teams=earlier)


def _earlier_teams(incident: Incident, event: Event) -> tuple[EarlierTeam, ...]:
    """With the one that has it until now; what is written down later may have happened earlier."""
    until = max((event.occurred_at, *(team.until for team in incident.earlier_teams)))
    return (*incident.earlier_teams, EarlierTeam(incident.owner.team, until))
