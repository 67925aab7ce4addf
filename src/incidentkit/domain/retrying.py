"""How a channel is used when it does not do its work at once: waiting, giving up, pausing, and not too much in a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["BreakerPolicy", "RateLimit", "RetryPolicy", "StopName", "WaitName"]

WaitName = Literal["fixed", "random", "incrementing", "exponential", "random_exponential", "exponential_jitter", "chain"]
"""tenacity's ways to wait, by their names there."""

StopName = Literal["after_attempt", "after_delay", "before_delay"]
"""tenacity's ways to stop, by their names there."""

_NOTHING = timedelta(0)
_LONGEST = timedelta(days=365)


def _some_time(policy: object, attribute: object, value: timedelta) -> None:
    if not _NOTHING < value <= _LONGEST:
        raise InvalidInput("A span of time", "must be above nothing and at most a year", got=str(value))


def _any_time(policy: object, attribute: object, value: timedelta) -> None:
    if not _NOTHING <= value <= _LONGEST:
        raise InvalidInput("A span of time", "must be at most a year, and not below nothing", got=str(value))


def _from_one(policy: object, attribute: object, value: int) -> None:
    if value < 1:
        raise InvalidInput("A number", "must be at least 1", got=value)


def _few(policy: object, attribute: object, value: int) -> None:
    if not 1 <= value <= 100:
        raise InvalidInput("A number", "must be from 1 to 100", got=value)


def _growing(policy: object, attribute: object, value: float) -> None:
    if not 1 <= value <= 10:
        raise InvalidInput("A base", "must be from 1 to 10", got=value)


def _some_stop(policy: object, attribute: object, value: tuple[str, ...]) -> None:
    if not value or len(set(value)) < len(value):
        raise InvalidInput("A way to stop", "must be at least one, each once", got=len(value))


def _waits(policy: object, attribute: object, value: tuple[timedelta, ...]) -> None:
    for wait in value:
        _some_time(policy, attribute, wait)


@frozen(kw_only=True)
class RetryPolicy:
    """When a message is tried again after its channel failed for the moment, and when it is given up.

    Waits are written into the record as due times; nothing sleeps for them.

    Args:
        wait: how the waits grow, by tenacity's name. What is random there is drawn from the message's key here, so that the
            same message always has the same waits.
        start: the first wait: tenacity's ``wait`` of ``fixed``, ``start`` of ``incrementing``, ``multiplier`` of the others.
        min, max: no wait is shorter or longer.
        exp_base: each wait is so many times the one before.
        increment: each wait is so much longer than the one before, with ``incrementing``.
        jitter: up to so much is added, with ``exponential_jitter``.
        chain: the waits one by one, with ``chain``; the last one stands for all further ones.
        stop: when to give up: as soon as one of these says so.
        attempts: tries, the first one included, for ``after_attempt``.
        delay: time spent in waits, for ``after_delay`` and ``before_delay``.
        retry_after_max: a channel that names its own time is heeded up to that.

    Raises:
        InvalidInput: a value out of its bounds.
    """

    wait: WaitName = "exponential_jitter"
    start: timedelta = field(default=timedelta(minutes=1), validator=_some_time)
    min: timedelta = field(default=_NOTHING, validator=_any_time)
    max: timedelta = field(default=timedelta(hours=6), validator=_some_time)
    exp_base: float = field(default=2.0, validator=_growing)
    increment: timedelta = field(default=timedelta(minutes=5), validator=_any_time)
    jitter: timedelta = field(default=timedelta(seconds=30), validator=_any_time)
    chain: tuple[timedelta, ...] = field(default=(), validator=_waits)
    stop: tuple[StopName, ...] = field(default=("after_attempt",), validator=_some_stop)
    attempts: int = field(default=8, validator=_few)
    delay: timedelta = field(default=timedelta(days=3), validator=_some_time)
    retry_after_max: timedelta = field(default=timedelta(days=1), validator=_some_time)

    def contradictions(self) -> Iterator[tuple[str, str, str]]:
        """What does not fit together: the key, what was expected there, what stands there."""
        if self.min > self.max:
            yield "min", f"at most max ({self.max})", str(self.min)
        if (self.wait == "chain") != bool(self.chain):
            yield "chain", 'the waits, with wait = "chain" and only then', f'{len(self.chain)} with wait = "{self.wait}"'


@frozen(kw_only=True)
class BreakerPolicy:
    """When a channel that keeps failing is left alone for a while.

    Args:
        failures: so many failures in a row open the breaker.
        rest: how long it stays open the first time; then one message tries the channel out. Twice as long after each try that
            fails.
        max_rest: it never stays open longer.

    Raises:
        InvalidInput: a value out of its bounds.
    """

    failures: int = field(default=5, validator=_from_one)
    rest: timedelta = field(default=timedelta(minutes=1), validator=_some_time)
    max_rest: timedelta = field(default=timedelta(minutes=30), validator=_some_time)

    def contradictions(self) -> Iterator[tuple[str, str, str]]:
        """What does not fit together: the key, what was expected there, what stands there."""
        if self.max_rest < self.rest:
            yield "max_rest", f"at least rest ({self.rest})", str(self.max_rest)


@frozen(kw_only=True)
class RateLimit:
    """How much a channel takes: at most ``count`` messages in any stretch of time that is ``per`` long.

    Raises:
        InvalidInput: a value out of its bounds.
    """

    count: int = field(validator=_from_one)
    per: timedelta = field(validator=_some_time)
