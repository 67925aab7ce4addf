"""Exactly one accountable owner at every instant; a hand-over counts once it is accepted, and goes back when it is not.

Laws: the owner changes by acceptance alone; what waits to be accepted waits until a fixed instant, or is open to the owner's
own team; between two acceptances, and within one absence of the owner, nobody is asked twice by rule, so that asking ends.
"""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.shop import Agent, Shop
from incidentkit.errors import InvalidInput, RuleViolation, TimeError, TransitionRefused
from incidentkit.rules.cases import name
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import hours_of
from incidentkit.rules.rotas import absence_of, has_rota, next_on_duty, on_duty, shift_end

__all__ = [
    "SHIFT",
    "accept_by",
    "accept_handover",
    "ask",
    "asking",
    "first_asked",
    "first_owner",
    "first_watch",
    "hand_over",
    "next_asked",
    "present",
    "watch",
]

SHIFT = "shift"
"""The name of the timer at which it is looked whether whoever has a case is still there."""


def first_owner(type_: str, shop: Shop) -> Owner:
    """Who is accountable from the first instant: the protocol's team, else the shop's default."""
    protocol = shop.protocol(type_)
    return Owner((protocol.team if protocol else "") or shop.default_team)


def first_asked(incident_id: str, team: str, now: Circumstances) -> str:
    """Who is asked first to take a new case: by rota an agent who is on duty, else the team as a whole."""
    if now.passive or not has_rota(now.shop, team):
        return team
    there = on_duty(now.shop, team, now.at)
    return _one_of(there, incident_id).name if there else team


def hand_over(incident: Incident, to: str, now: Circumstances) -> Decision:
    """Ask a team or an agent to take the case; the owner stays until they accept, and where they don't in time.

    Raises:
        InvalidInput: nobody of the shop, or the owner.
        RuleViolation: somebody who is absent; it says who is there instead.
    """
    _movable(incident, "hand_over")
    agent = now.shop.agent(to)
    if now.shop.team(to) is None and agent is None:
        known = ", ".join([t.name for t in now.shop.teams] + [a.name for a in now.shop.agents])
        raise InvalidInput(
            f"Incident {incident.id}",
            "can be handed over to a known team or agent only",
            got=repr(to)[:40],
            next=f"Known: {known}.",
        )
    if to == incident.owner.label:
        raise InvalidInput(f"Incident {incident.id}", "is handed over to somebody else", got=f"its owner {to}")
    if agent is not None:
        present(name(incident), agent, now)
    return Decision((asking(incident, to, now),))


def ask(incident: Incident, to: str, now: Circumstances) -> Decision:
    """As `hand_over`, by a rule: in place of an agent who is absent, somebody who is there, else their team."""
    agent = now.shop.agent(to)
    if agent is not None and absence_of(now.shop, agent, now.at) is not None:
        there = [a for a in on_duty(now.shop, agent.team, now.at) if a.name != incident.owner.agent]
        alike = [a for a in there if a.role == agent.role]
        to = _one_of(alike or there, incident.id).name if there else agent.team
    return Decision() if to == incident.owner.label else hand_over(incident, to, now)


def accept_handover(incident: Incident, now: Circumstances) -> Decision:
    """The agent who was asked, or one of the team that was asked, takes the case.

    While nobody has it by name, anybody of the team that is accountable may, whoever was asked first.
    """
    _movable(incident, "accept_handover")
    agent = _agent(incident, now)
    pending = incident.handover
    if pending is None:
        raise TransitionRefused(
            f"Incident {incident.id}",
            "accept_handover needs a hand-over that waits",
            got=f"none; the owner is {incident.owner.label}",
            next=f"Ask with hand_over(to={agent.name!r}) first.",
            phase=incident.phase.value,
            attempted="accept_handover",
            missing=("hand-over",),
        )
    of_the_team = not incident.owner.agent and agent.team == incident.owner.team
    if pending.to not in (agent.name, agent.team) and not of_the_team:
        raise InvalidInput(f"Incident {incident.id}", f"was handed over to {pending.to}", got=f"{agent.name} of {agent.team}")
    present(name(incident), agent, now)
    return Decision((ev.HandoverAccepted(Owner(agent.team, agent.name)),), timers=_until_shift_ends(incident, agent, now))


def accept_by(to: str, now: Circumstances) -> datetime | None:
    """When somebody who is asked now has to have accepted: by the working time of their team; None for no such time."""
    agent = now.shop.agent(to)
    team = now.shop.team(agent.team if agent is not None else to)
    if now.passive or team is None or team.accept_within is None:
        return None
    try:
        return hours_of(now.shop, team.name).deadline(now.at, team.accept_within)
    except TimeError:
        return None  # the calendar ends before


def next_asked(incident: Incident, now: Circumstances, *, afresh: bool = False) -> Agent | None:
    """Who is asked next by rule: somebody on duty in the owner's team, else a supervisor who is; None where all were.

    Args:
        afresh: whether those who were asked before may be asked again.
    """
    not_again = {incident.owner.agent, *(() if afresh else incident.tried)}
    there = [a for a in on_duty(now.shop, incident.owner.team, now.at) if a.name not in not_again]
    agents = [agent for agent in there if not now.shop.supervises(agent)]
    if agents or there:
        return _one_of(agents or there, incident.id)
    others = [agent for agent in now.shop.supervisors if agent.name not in not_again]
    return next((a for a in others if a in on_duty(now.shop, a.team, now.at)), None)


def first_watch(incident_id: str, team: str, now: Circumstances) -> tuple[Timer, ...]:
    """For a new case that nobody was there to be asked about: when the first one of the team comes."""
    if now.passive or not has_rota(now.shop, team):
        return ()
    coming = next_on_duty(now.shop, team, now.at)
    return () if coming is None else (Timer(incident_id, SHIFT, coming.at),)


def watch(incident: Incident, now: Circumstances) -> tuple[Timer, ...]:
    """When to look whether whoever has the case is there: at the end of their shift, or when the first one comes."""
    if incident.passive or now.passive:
        return ()
    agent = now.shop.agent(incident.owner.agent) if incident.owner.agent else None
    if agent is not None and agent in on_duty(now.shop, agent.team, now.at):
        return _until_shift_ends(incident, agent, now)
    by_rota = has_rota(now.shop, incident.owner.team)
    if incident.owner.agent or (by_rota and on_duty(now.shop, incident.owner.team, now.at)):
        return (Timer(incident.id, SHIFT, now.at),)
    return first_watch(incident.id, incident.owner.team, now)


def asking(incident: Incident, to: str, now: Circumstances, *, afresh: bool = False) -> ev.HandoverAsked:
    """The event of asking; ``afresh`` begins a new round, in which who was asked before may be asked again."""
    own_team = to == incident.owner.team and not incident.owner.agent
    return ev.HandoverAsked(to, None if incident.passive or own_team else accept_by(to, now), afresh)


def _until_shift_ends(incident: Incident, agent: Agent, now: Circumstances) -> tuple[Timer, ...]:
    """Instead of an earlier one; in a team without rotas, until they are absent."""
    if incident.passive:
        return ()
    end = shift_end(now.shop, agent, now.at)
    return () if end is None and not has_rota(now.shop, agent.team) else (Timer(incident.id, SHIFT, end),)


def _one_of(agents: tuple[Agent, ...] | list[Agent], incident_id: str) -> Agent:
    """The same one for the same case, and over many cases each as often: agents before supervisors."""
    first = [agent for agent in agents if agent.role == agents[0].role]
    return first[crc32(incident_id.encode()) % len(first)]


def _agent(incident: Incident, now: Circumstances) -> Agent:
    agent = now.shop.agent(now.actor.name)
    if agent is None:
        raise InvalidInput(
            f"Incident {incident.id}",
            "is taken by an agent named in the shop's settings",
            got=f"by={now.actor.name}",
            next="Give by= with the agent's handle.",
        )
    return agent


def present(subject: str, agent: Agent, now: Circumstances) -> None:
    """Refuse somebody who is absent, with who is there instead."""
    away = absence_of(now.shop, agent, now.at)
    if away is None:
        return
    there = ", ".join(a.name for a in on_duty(now.shop, agent.team, now.at)) or "nobody"
    raise RuleViolation(
        subject,
        "is taken by somebody who is there",
        got=f"{agent.name}, absent until {away.until.isoformat()}",
        next=f"On duty in {agent.team} now: {there}.",
    )


def _movable(incident: Incident, attempted: str) -> None:
    if not incident.open:
        raise TransitionRefused(
            f"Incident {incident.id}",
            f"{attempted} is possible while the case is open",
            got=incident.phase.value,
            next="Reopen it first.",
            phase=incident.phase.value,
            attempted=attempted,
            missing=(),
        )
