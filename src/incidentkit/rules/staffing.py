"""When an agent is at work: on their shifts, or in the hours of their team where they have none; never while absent."""

from __future__ import annotations

from datetime import UTC, datetime

from incidentkit.domain.shop import Agent, Shop
from incidentkit.rules.hours import hours_of, somebody_there
from incidentkit.rules.rotas import absence_of, next_of

__all__ = ["NEVER", "at_work_from"]

NEVER = datetime.max.replace(tzinfo=UTC)
"""The end of the calendar: what is put off to it is put off for ever."""

_TRIES = 50
"""Absences one behind the other that are looked past."""


def at_work_from(shop: Shop, agent: Agent, at: datetime) -> datetime:
    """The first instant from ``at`` on at which the agent is at work; the end of the calendar where none is in sight."""
    if _has_shifts(shop, agent):
        coming = next_of(shop, (agent,), at)
        return NEVER if coming is None else coming.at
    hours, there = hours_of(shop, agent.team), at
    for _ in range(_TRIES):
        there = somebody_there(hours, there)
        away = absence_of(shop, agent, there)
        if away is None:
            return there
        there = away.until
    return NEVER


def _has_shifts(shop: Shop, agent: Agent) -> bool:
    """Whether a rota names them, or a swap; a supervisor may stand in none beside a team that works in shifts."""
    return any(agent.name in rota.agents for rota in shop.rotas) or any(agent.name == swap.by for swap in shop.swaps)
