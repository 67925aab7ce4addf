"""How well the desk runs."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from incidentkit.desk.kept_protocols import unraised
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.health import Health
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput
from incidentkit.rules.due import NAMES
from incidentkit.rules.health import judged
from incidentkit.store.health import read_health

__all__ = ["LATE", "health_of", "show_health"]

LATE = timedelta(minutes=15)
"""For how long something may be due before that is grave."""


def health_of(runtime: Runtime, late: timedelta = LATE) -> Health:
    """What waits, what nobody has seen to, and what is wrong with that."""
    if not isinstance(late, timedelta) or late < timedelta(0):
        raise InvalidInput("late", "must be a time of nothing or more", got=repr(late)[:40])
    now = instant(runtime.clock(), "The desk's clock")
    protocols = unraised(runtime.store, runtime.shop)
    with runtime.store.reading() as unit:
        return judged(evolve(read_health(unit, now, NAMES), protocols=protocols), late)


def show_health(runtime: Runtime) -> None:
    """Show it to the plugins that look on, if there are any."""
    if runtime.plugins.observed("incidentkit_on_health"):
        runtime.plugins.show("incidentkit_on_health", health=health_of(runtime))
