"""Absences that became known after a case or a task was taken: it is looked at now, not at the end of a shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Timer
from incidentkit.domain.shop import Agent, Shop
from incidentkit.rules.ownership import SHIFT
from incidentkit.rules.rotas import absence_of, left_early
from incidentkit.store.reading import cases_had_by, tasks_taken
from incidentkit.store.unit import Unit

__all__ = ["notice_absences"]


def notice_absences(runtime: Runtime, now: datetime) -> None:
    """Have the cases looked at of agents who are absent and were not known to be, and the tasks of all who are not there."""
    shop = runtime.shop
    away = {agent.name: agent for agent in shop.agents if absence_of(shop, agent, now) is not None}
    with runtime.store.reading() as unit:
        left = [*_cases(unit, shop, away, now), *_tasks(unit, shop, away)]
    if left:
        runtime.transaction(lambda unit: unit.time(Timer(stream, SHIFT, now) for stream in left))


def _cases(unit: Unit, shop: Shop, away: dict[str, Agent], now: datetime) -> Iterator[str]:
    had = cases_had_by(unit, sorted(away)) if away else []
    return (case for case, agent, watched in had if left_early(shop, away[agent], now, watched))


def _tasks(unit: Unit, shop: Shop, away: dict[str, Agent]) -> Iterator[str]:
    there = {agent.name for agent in shop.agents if agent.name not in away}
    return (task for task, agent in tasks_taken(unit) if agent not in there)
