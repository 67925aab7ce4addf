"""What makes one thing more pressing than another, as a shop weighs it."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["PriorityWeights"]


def _not_negative(weights: object, attribute: object, value: float) -> None:
    if value < 0:
        raise InvalidInput("A weight", "must be at least 0", got=value)


def _positive(weights: object, attribute: object, value: int | timedelta) -> None:
    if not value or (value < timedelta(0) if isinstance(value, timedelta) else value < 0):
        raise InvalidInput("A weight", "must be above zero", got=str(value))


def _share(weights: object, attribute: object, value: float) -> None:
    if not 0 < value <= 1:
        raise InvalidInput("A share", "must be above 0 and at most 1", got=value)


@frozen(kw_only=True)
class PriorityWeights:
    """Points that an open case or task gets, at the most, for each thing that makes it pressing. They add up.

    Args:
        severity: for the most severe; the others get their part of it by rank.
        clock: for each clock, or due date, that is out of time.
        clock_ahead: how long before its due time a clock begins to count.
        promise: for a promised delivery that is not kept.
        promise_ahead: how long before the promised time it begins to count.
        value: for an order of ``full_value`` or more.
        full_value: in the order's own currency.
        repeat: for each time, up to three, that the customer had trouble of this type in the 90 days before.
        age: for each day that it waits, without an end: so nothing waits for ever.
        most_critical: the share of open cases, from 0 to 1, that may have the first severity before it means nothing.

    Raises:
        InvalidInput: a weight below zero, no points for age, or no such share.
    """

    severity: int = field(default=400, validator=_not_negative)
    clock: int = field(default=200, validator=_not_negative)
    clock_ahead: timedelta = field(default=timedelta(days=1), validator=_positive)
    promise: int = field(default=100, validator=_not_negative)
    promise_ahead: timedelta = field(default=timedelta(days=14), validator=_positive)
    value: int = field(default=100, validator=_not_negative)
    full_value: int = field(default=500, validator=_positive)
    repeat: int = field(default=50, validator=_not_negative)
    age: int = field(default=100, validator=_positive)
    most_critical: float = field(default=0.3, validator=_share)
