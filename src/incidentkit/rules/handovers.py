"""What follows when nobody accepts a hand-over in time, and when whoever has a case is no longer there."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident
from incidentkit.rules.around import Around
from incidentkit.rules.cases import WORKABLE
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.ownership import SHIFT, asking, next_asked
from incidentkit.rules.rotas import next_of, on_duty, shift_end

__all__ = ["handover_due", "shift_due"]


def handover_due(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """A hand-over that was not accepted goes back: the owner was accountable all the time.

    Where the owner is there, it stays with them. Where nobody is, the next on duty of their team is asked, then a supervisor,
    each of them once.
    """
    pending = incident.handover
    if not incident.open or pending is None or pending.until is None or now.at < pending.until:
        return Decision()
    returned: tuple[Happening, ...] = (ev.HandoverReturned(pending.to),)
    if incident.phase not in WORKABLE or _owner_is_there(incident, now):
        return Decision(returned)
    tried = _with_tried(incident, pending.to)
    whom = next_asked(tried, now)
    if whom is not None:
        return Decision((*returned, asking(incident, whom.name, now)))
    return Decision(returned, timers=_when_somebody_comes(tried, now))


def shift_due(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Whoever has the case goes, or somebody comes: it is asked of who is there. The owner stays until they accept."""
    if incident.phase not in WORKABLE or (incident.handover is not None and incident.handover.until is not None):
        return Decision(timers=(Timer(incident.id, SHIFT, None),))
    agent = now.shop.agent(incident.owner.agent) if incident.owner.agent else None
    if agent is not None and agent in on_duty(now.shop, agent.team, now.at):
        return Decision(timers=(Timer(incident.id, SHIFT, shift_end(now.shop, agent, now.at)),))
    # A new round, where this is the end of the owner's own shift: who was asked at an earlier one may be asked again.
    was_there = _was_there(incident, timer, now)
    whom = next_asked(incident, now, afresh=was_there)
    if whom is None:
        return Decision(timers=_when_somebody_comes(incident, now))
    return Decision((asking(incident, whom.name, now, afresh=was_there),), timers=(Timer(incident.id, SHIFT, None),))


def _owner_is_there(incident: Incident, now: Circumstances) -> bool:
    agent = now.shop.agent(incident.owner.agent) if incident.owner.agent else None
    return agent is not None and agent in on_duty(now.shop, agent.team, now.at)


def _was_there(incident: Incident, timer: Timer, now: Circumstances) -> bool:
    """Whether the owner was on duty until the timer's own time."""
    agent = now.shop.agent(incident.owner.agent) if incident.owner.agent else None
    if agent is None or timer.due is None:
        return False
    return agent in on_duty(now.shop, agent.team, timer.due - timer.due.resolution)


def _with_tried(incident: Incident, to: str) -> Incident:
    return evolve(incident, tried=(*incident.tried, to))


def _when_somebody_comes(incident: Incident, now: Circumstances) -> tuple[Timer, ...]:
    """The next time that the owner comes back, or somebody of their team who was not asked yet; none for nobody in sight."""
    team = incident.owner.team
    here = on_duty(now.shop, team, now.at)
    others = [a for a in now.shop.agents if a.team == team and a.name not in incident.tried and a not in here]
    coming = next_of(now.shop, others, now.at)
    return (Timer(incident.id, SHIFT, None if coming is None else coming.at),)
