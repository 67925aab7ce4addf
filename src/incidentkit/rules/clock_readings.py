"""A clock, read at an instant: what it has counted, how much is left, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from incidentkit.domain.clocks import Clock, WaitsFor
from incidentkit.domain.incidents import Incident, Period
from incidentkit.domain.shop import Shop
from incidentkit.rules.clocks import clocks
from incidentkit.rules.hours import clock_hours
from incidentkit.worktime.explanation import Explanation
from incidentkit.worktime.holds import elapsed_less_holds

__all__ = ["ClockReading", "read_clocks"]

_END = datetime.max.replace(tzinfo=UTC)


@frozen
class ClockReading:
    """One clock as it stands at ``at``.

    Args:
        used: the time counted, holds left out.
        left: what is left of it; negative when it is late. None where only a fixed instant is demanded.
        late: whether it is broken.
        counted: the stretches of time that were counted, in UTC; they add up to ``used``.
        hours: every day that it ran over, with its open hours and why it has them; holds are in ``clock.held``.
    """

    clock: Clock
    at: datetime
    used: timedelta
    left: timedelta | None
    late: bool
    counted: tuple[Period, ...]
    hours: Explanation

    @property
    def waits_for(self) -> WaitsFor:
        """Whom it waits for at that instant: a hold that is over by itself waits for the customer no more."""
        held = any(hold.since <= self.at < hold.until for hold in self.clock.held)
        return "shop" if self.clock.waits_for == "customer" and not held else self.clock.waits_for


def read_clocks(incident: Incident, shop: Shop, at: datetime) -> tuple[ClockReading, ...]:
    """Every clock of a case at an instant."""
    return tuple(_read(clock, incident, shop, at) for clock in clocks(incident, shop))


def _read(clock: Clock, incident: Incident, shop: Shop, at: datetime) -> ClockReading:
    hours = clock_hours(incident, shop, clock.started_at, clock.stopped_at or _END)
    until = max(clock.stopped_at or at, clock.started_at)
    used = elapsed_less_holds(hours, clock.started_at, until, clock.held)
    explained = hours.explain(clock.started_at, until)
    counted = tuple(_without(explained.counted, clock.held))
    left = None if clock.within is None else clock.within - used
    return ClockReading(clock, at, used, left, clock.late(at), counted, explained)


def _without(counted: tuple[Period, ...], held: tuple[Period, ...]) -> list[Period]:
    """The stretches without what of them was held."""
    left = list(counted)
    for hold in held:
        parts = [(p.since, min(p.until, hold.since), max(p.since, hold.until), p.until) for p in left]
        left = [Period(a, b) for one, two, three, four in parts for a, b in ((one, two), (three, four)) if a < b]
    return left
