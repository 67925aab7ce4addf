"""What became of a promise: kept, broken, replaced by a later one that never erases it, or still to come."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.times import due_instant
from incidentkit.rules.clocks import heard_at

__all__ = ["UPDATE", "Expectation", "Outcome", "expectations", "first_broken", "kept_at", "outcome"]

Outcome = Literal["kept", "broken", "replaced", "pending"]

UPDATE = "update"
"""What is promised where the customer was told when they hear from the shop again."""


@frozen
class Expectation:
    """What somebody was told to expect, and what happened.

    Args:
        due: the last instant that keeps it.
        kept_at: when what was promised happened, in time or not; None while it has not.
        outcome: as things are at the instant that it was asked for.
    """

    promise: Promise
    due: datetime
    kept_at: datetime | None
    outcome: Outcome


def expectations(state: Order | Incident, zone: str, at: datetime) -> tuple[Expectation, ...]:
    """Every promise that was ever made about an order or a case, in the order in which they were made."""
    made = []
    for promise in state.promises:
        due, kept = due_instant(promise.due, zone), kept_at(state, promise)
        made.append(Expectation(promise, due, kept, outcome(promise, due, kept, at)))
    return tuple(made)


def outcome(promise: Promise, due: datetime, kept: datetime | None, at: datetime) -> Outcome:
    """What a promise has come to at an instant. One that was replaced can still be kept; a new date never makes it good."""
    if kept is not None and kept <= min(due, at):
        return "kept"
    if at > due:
        return "broken"
    return "replaced" if promise.replaced_by is not None else "pending"


def kept_at(state: Order | Incident, promise: Promise) -> datetime | None:
    """When what was promised happened; None while it has not."""
    if isinstance(state, Order):
        return state.delivered_at
    if promise.what == UPDATE:
        return next((at for at in heard_at(state) if at > promise.made_at), None)
    remedy = state.remedy(promise.reference)
    return remedy.carried_out_at if remedy is not None else None


def first_broken(state: Order | Incident, zone: str) -> tuple[Promise, datetime] | None:
    """The promise in force that is, or will be, broken first, and its due time; None where none is waited for.

    Those that were noted as broken are over with, and nothing is waited for of what ended.
    """
    if _over(state):
        return None
    waiting = [
        (promise, due_instant(promise.due, zone))
        for promise in state.promises
        if promise.replaced_by is None and promise.broken_at is None and kept_at(state, promise) is None
    ]
    return min(waiting, key=lambda each: each[1], default=None)


def _over(state: Order | Incident) -> bool:
    if isinstance(state, Order):
        return state.cancelled_at is not None
    return not state.open
