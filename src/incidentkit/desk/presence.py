"""Who is on duty, and why."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput
from incidentkit.rules.rotas import Duty, duty

__all__ = ["duties"]


def duties(runtime: Runtime, team: str | None, at: datetime | None) -> tuple[Duty, ...]:
    """Of every agent of a team, or of all, whether they are on duty, in the order of the settings."""
    shop = runtime.shop
    if team is not None and shop.team(team) is None:
        known = ", ".join(t.name for t in shop.teams)
        raise InvalidInput("team", "must be a team of the shop", got=repr(team)[:40], next=f"Known: {known}.")
    when = runtime.clock() if at is None else instant(at)
    return tuple(duty(shop, agent, when) for agent in shop.agents if team in (None, agent.team))
