"""What a thing waits for: its clocks' and promises' timers, as they follow from how it stands.

After every command they are set, moved or taken back by comparing what was waited for with what is. They act in the hours of
the owning team: what becomes late at night is looked at when the team opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.clocks import CLOCK_NAMES
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.effects import Timer
from incidentkit.domain.evolve import State
from incidentkit.domain.goals import Objective
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import due_instant
from incidentkit.rules.approvals import APPROVAL, approval_due_at
from incidentkit.rules.asking import asked_after
from incidentkit.rules.calls import CALL_OVER
from incidentkit.rules.clocks import clocks, hand_on, once, warned_at
from incidentkit.rules.commitments import UNREPORTED, unreported_at
from incidentkit.rules.corrective_actions import OVERDUE
from incidentkit.rules.escalation import next_level_at
from incidentkit.rules.expiring import EXPIRY, expires_first
from incidentkit.rules.goals import FORECAST, forecast_at
from incidentkit.rules.hours import hours_of, somebody_there
from incidentkit.rules.lapsing import ATTEMPT, LAPSE, awaited
from incidentkit.rules.promises import first_broken
from incidentkit.rules.protocols import STEP, next_late
from incidentkit.worktime.working_time import WorkingTime

__all__ = ["FOLLOWING", "following", "moved", "timers_of"]

FOLLOWING: tuple[str, ...] = (
    *CLOCK_NAMES,
    "warn",
    "escalate",
    "hold_over",
    "promise",
    "handover",
    ATTEMPT,
    LAPSE,
    UNREPORTED,
    CALL_OVER,
    OVERDUE,
    FORECAST,
    EXPIRY,
    STEP,
    APPROVAL,
)
"""The names of timers that follow from how a thing stands; others are set by decisions."""

_TICK = timedelta(microseconds=1)
_END = datetime.max.replace(tzinfo=UTC)


def timers_of(state: State | None, shop: Shop) -> dict[str, datetime]:
    """When something is to be looked at next, by the timer's name; nothing for what is imported."""
    if isinstance(state, Order) and not state.passive:
        found = first_broken(state, shop.zone)
        return {} if found is None else {"promise": _past(found[1])}
    if isinstance(state, Incident) and not state.passive:
        return dict(_of_incident(state, shop))
    if isinstance(state, CorrectiveAction):
        return {OVERDUE: _past(state.due)} if state.to_do and state.overdue != state.due else {}
    if isinstance(state, VerificationCall):
        return {CALL_OVER: state.until} if state.open else {}
    if isinstance(state, Objective):
        foreseen = forecast_at(state, shop)
        return {} if foreseen is None else {FORECAST: foreseen}
    if isinstance(state, Commitment):
        silent = unreported_at(state)
        return {} if silent is None else {UNREPORTED: silent}
    return {}


def following(stream: str, before: State | None, after: State, shop: Shop) -> tuple[Timer, ...]:
    """What a change of state sets, moves or takes back."""
    waited = timers_of(before, shop)
    if isinstance(before, Incident) and isinstance(after, Incident):
        hand_on(before, after)
    return (*moved(stream, waited, timers_of(after, shop)), *asked_after(stream, before, after, shop))


def moved(stream: str, before: Mapping[str, datetime], after: Mapping[str, datetime]) -> tuple[Timer, ...]:
    """What has changed about a thing's timers."""
    gone = (Timer(stream, name, None) for name in before if name not in after)
    new = (Timer(stream, name, due) for name, due in after.items() if before.get(name) != due)
    return (*gone, *new)


def _of_incident(incident: Incident, shop: Shop) -> Iterator[tuple[str, datetime]]:
    yield from once(incident, shop, "timers of clocks", _of_clocks)
    if incident.open and incident.handover is not None and incident.handover.until is not None:
        yield "handover", incident.handover.until
    if (unanswered := approval_due_at(incident)) is not None:
        yield APPROVAL, unanswered
    if found := first_broken(incident, shop.zone):
        yield "promise", somebody_there(_hours(incident, shop), _past(found[1]))
    if (late := next_late(incident, shop)) is not None:
        yield STEP, somebody_there(_hours(incident, shop), _past(late))
    if (expires := expires_first(incident, shop)) is not None:
        yield EXPIRY, expires
    asking = awaited(incident, shop)
    if asking is not None and asking.due is not None:
        yield asking.name, asking.due


def _of_clocks(incident: Incident, shop: Shop) -> tuple[tuple[str, datetime], ...]:
    hours = _hours(incident, shop)
    return tuple((name, somebody_there(hours, at)) for name, at in _due_times(incident, shop))


def _due_times(incident: Incident, shop: Shop) -> Iterator[tuple[str, datetime]]:
    running = [clock for clock in clocks(incident, shop) if clock.running]
    whole = [clock for clock in running if (clock.name, clock.due) not in incident.broke]
    for clock in whole:
        yield clock.name, _past(clock.due)
    warnings = [warned_at(clock, incident, shop) for clock in whole if (clock.name, clock.due) not in incident.warned]
    if warn := min((at for at in warnings if at is not None), default=None):
        yield "warn", warn
    if broken := [clock.due for clock in running if (clock.name, clock.due) in incident.broke]:
        higher = next_level_at(incident, min(broken), shop)
        if higher is not None:
            yield "escalate", higher
    if incident.holds and incident.holds[-1].until is None:
        hold = incident.holds[-1]
        yield "hold_over", _past(max(hold.since, due_instant(hold.at_most, shop.zone)))


def _hours(incident: Incident, shop: Shop) -> WorkingTime:
    return hours_of(shop, incident.owner.team, incident.deadlines.clock)


def _past(due: datetime) -> datetime:
    """The first instant that is too late."""
    return due + _TICK if due < _END else due
