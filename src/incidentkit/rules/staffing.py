"""When an agent is at work: by the rotas of their team, else in its hours; never while absent."""

from __future__ import annotations

from datetime import UTC, datetime

from incidentkit.domain.shop import Agent, Shop
from incidentkit.rules.hours import hours_of, somebody_there
from incidentkit.rules.rotas import absence_of, has_rota, next_of

__all__ = ["NEVER", "at_work_from"]

NEVER = datetime.max.replace(tzinfo=UTC)
"""The end of the calendar: what is put off to it is put off for ever."""

_TRIES = 50
"""Absences one behind the other that are looked past."""


def at_work_from(shop: Shop, agent: Agent, at: datetime) -> datetime:
    """The first instant from ``at`` on at which the agent is at work; the end of the calendar where none is in sight."""
    if has_rota(shop, agent.team):
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
