"""Absences that became known after a case was accepted: the case is looked at now, not at the end of a shift."""

from __future__ import annotations

from datetime import datetime

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Timer
from incidentkit.rules.ownership import SHIFT
from incidentkit.rules.rotas import absence_of, left_early
from incidentkit.store.reading import cases_had_by
from incidentkit.store.unit import Unit

__all__ = ["notice_absences"]


def notice_absences(runtime: Runtime, now: datetime) -> None:
    """Have the cases looked at of agents who are absent and were not known to be."""
    shop = runtime.shop
    away = {agent.name: agent for agent in shop.agents if absence_of(shop, agent, now) is not None}
    if not away:
        return

    def set_timers(unit: Unit) -> None:
        had = cases_had_by(unit, sorted(away))
        unit.time(Timer(case, SHIFT, now) for case, agent, watched in had if left_early(shop, away[agent], now, watched))

    runtime.transaction(set_timers)
