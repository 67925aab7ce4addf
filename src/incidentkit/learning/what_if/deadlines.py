"""Deadlines of one case in both worlds, and how high broken ones would raise it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import zip_longest

from incidentkit.domain.clocks import Clock, ClockName
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.learning.what_if.values import ClockVerdict, DeadlineChange, EscalationChange, NotComparable
from incidentkit.rules.clocks import clocks
from incidentkit.rules.escalation import level_after
from incidentkit.rules.protocols import StepReading, read_steps

__all__ = ["deadline_changes", "escalation_change", "step_changes", "unlike_the_record"]

_NO_STEP: tuple[ClockVerdict, datetime | None] = ("none", None)


def unlike_the_record(recorded: Incident, was: Incident, shop: Shop) -> Iterator[NotComparable]:
    """What the record says of the deadlines of a case that its protocol and the settings do not explain.

    Args:
        was: the case in the world of the settings in force then.
    """
    if (was.deadlines.targets, was.deadlines.clock) != (recorded.deadlines.targets, recorded.deadlines.clock):
        yield NotComparable("deadline", recorded.id, "other_targets")
        return
    due = {(clock.name, clock.due) for clock in clocks(was, shop)}
    for name in dict.fromkeys(name for name, at in recorded.broke if (name, at) not in due):
        yield NotComparable("deadline", recorded.id, f"{name}_moved")


def deadline_changes(
    was: tuple[Incident, Shop], would: tuple[Incident, Shop], at: datetime, apart: Iterable[NotComparable] = ()
) -> Iterator[DeadlineChange]:
    """Every deadline that would be met or missed otherwise, or due at another time; at an instant.

    Args:
        apart: what can't be compared, and is left out.
    """
    reasons = {each.reason for each in apart}
    if "other_targets" in reasons:
        return
    before, after = clocks(*was), clocks(*would)
    for name in dict.fromkeys(clock.name for clock in (*before, *after)):
        if f"{name}_moved" not in reasons:
            for one, other in _pairs(name, before, after):
                change = DeadlineChange(was[0].id, name, _verdict(one, at), _verdict(other, at), _due(one), _due(other))
                if _matters(change):
                    yield change


def step_changes(
    was: tuple[Incident, Shop], would: tuple[Incident, Shop], at: datetime, beside: Iterable[DeadlineChange] = ()
) -> Iterator[DeadlineChange]:
    """Every step of the protocol that would be in time or late otherwise, or due at another time.

    Args:
        beside: what the clocks say already: a step that is due with one of them is left out.
    """
    said = {(change.due_was, change.due_would) for change in beside}
    before, after = ({step.name: _step(step) for step in read_steps(*world, at)} for world in (was, would))
    for name in dict.fromkeys((*before, *after)):
        (one, due), (other, then) = before.get(name, _NO_STEP), after.get(name, _NO_STEP)
        change = DeadlineChange(was[0].id, f"step:{name}", one, other, due, then)
        if _matters(change) and (due, then) not in said:
            yield change


def _step(step: StepReading) -> tuple[ClockVerdict, datetime | None]:
    """Whether a step was in time, and by when it was due."""
    if step.due is None or step.state == "not_needed":
        return _NO_STEP
    if step.done_at is not None:
        return "missed" if step.done_at > step.due else "met", step.due
    return "missed" if step.state == "late" else "open", step.due


def _pairs(name: ClockName, before: Iterable[Clock], after: Iterable[Clock]) -> Iterator[tuple[Clock | None, Clock | None]]:
    """The clocks of a name side by side: those that began at one instant, and then the others in their order."""
    one = {clock.started_at: clock for clock in before if clock.name == name}
    other = {clock.started_at: clock for clock in after if clock.name == name}
    yield from ((clock, other[began]) for began, clock in one.items() if began in other)
    alone = [clock for began, clock in one.items() if began not in other]
    instead = [clock for began, clock in other.items() if began not in one]
    yield from zip_longest(alone, instead)


def _verdict(clock: Clock | None, at: datetime) -> ClockVerdict:
    if clock is None:
        return "none"
    if clock.late(at):
        return "missed"
    return "open" if clock.running else "met"


def _due(clock: Clock | None) -> datetime | None:
    return None if clock is None else clock.due


def _matters(change: DeadlineChange) -> bool:
    """A clock that is there in one world only matters where it is missed."""
    verdicts = {change.was, change.would}
    if "none" in verdicts:
        return "missed" in verdicts
    return change.was != change.would or change.due_was != change.due_would


def escalation_change(
    was: tuple[Incident, Shop], would: tuple[Incident, Shop], at: datetime, apart: Iterable[NotComparable] = ()
) -> EscalationChange | None:
    """Another level that broken clocks raise a case to by an instant; None for the same one."""
    if any(True for _ in apart):
        return None
    change = EscalationChange(was[0].id, _level(*was, at), _level(*would, at))
    return None if change.was == change.would else change


def _level(case: Incident, shop: Shop, at: datetime) -> int:
    ends = ((clock.due, clock.stopped_at or case.ended_at or at) for clock in clocks(case, shop) if clock.late(at))
    return max((level_after(case, due, end, shop) for due, end in ends if end > due), default=0)
