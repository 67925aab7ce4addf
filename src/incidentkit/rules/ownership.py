"""Exactly one accountable owner at every instant; a hand-over counts once it is accepted."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.shop import Agent, Shop
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["accept_handover", "first_owner", "hand_over"]


def first_owner(type_: str, shop: Shop) -> Owner:
    """Who is accountable from the first instant: the protocol's team, else the shop's default."""
    protocol = shop.protocol(type_)
    return Owner((protocol.team if protocol else "") or shop.default_team)


def hand_over(incident: Incident, to: str, now: Circumstances) -> Decision:
    """Ask a team or an agent to take the case; the owner stays until they accept."""
    _movable(incident, "hand_over")
    if now.shop.team(to) is None and now.shop.agent(to) is None:
        known = ", ".join([t.name for t in now.shop.teams] + [a.name for a in now.shop.agents])
        raise InvalidInput(
            f"Incident {incident.id}",
            "can be handed over to a known team or agent only",
            got=repr(to)[:40],
            next=f"Known: {known}.",
        )
    if to == incident.owner.label:
        raise InvalidInput(f"Incident {incident.id}", "is handed over to somebody else", got=f"its owner {to}")
    return Decision((ev.HandoverAsked(to),))


def accept_handover(incident: Incident, now: Circumstances) -> Decision:
    """The agent who was asked, or one of the team that was asked, takes the case."""
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
    if pending.to not in (agent.name, agent.team):
        raise InvalidInput(f"Incident {incident.id}", f"was handed over to {pending.to}", got=f"{agent.name} of {agent.team}")
    return Decision((ev.HandoverAccepted(Owner(agent.team, agent.name)),))


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
