"""When a failed sending is tried again: by a due time that the record keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tenacity import (
    RetryCallState,
    Retrying,
    stop_after_attempt,
    stop_after_delay,
    stop_any,
    stop_before_delay,
    wait_chain,
    wait_exponential,
    wait_fixed,
    wait_incrementing,
)
from tenacity.stop import stop_base
from tenacity.wait import wait_base

from incidentkit.domain.retrying import RetryPolicy

__all__ = ["named_wait", "next_try"]

_LONGEST = 10 * 366 * 24 * 3600


def next_try(policy: RetryPolicy, attempts: int, at: datetime, retry_after: timedelta | None, key: str) -> datetime | None:
    """When to take a message up again after ``attempts`` tries, this one included; None once it is to be given up.

    The same message has the same waits whoever asks and however often: what is random in a strategy is drawn from ``key``.

    Args:
        at: the present.
        retry_after: the time that the channel itself named. It is waited for, up to what the policy allows, and never less than
            the policy's own wait.
        key: the message's.
    """
    wait = _wait(policy, attempts, key)
    state = _state(attempts)
    # The time spent in waits follows from the policy and the key: nothing else need be kept for it.
    state.start_time = 0.0  # a clock's own reading would be rounded away in part
    state.outcome_timestamp = sum(_wait(policy, n, key) for n in range(1, attempts))
    state.upcoming_sleep = wait
    if _stop(policy)(state):
        return None
    named = timedelta(0) if retry_after is None else min(retry_after, policy.retry_after_max)
    return at + max(timedelta(seconds=wait), named)


def named_wait(named: object) -> timedelta | None:
    """The time that a channel named with its error: a span, or so many seconds; None for what is neither, or below nothing."""
    if isinstance(named, (int, float)) and not isinstance(named, bool) and 0 < named < _LONGEST:
        return timedelta(seconds=named)
    return named if isinstance(named, timedelta) and named > timedelta(0) else None


def _state(attempts: int) -> RetryCallState:
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts
    return state


def _wait(policy: RetryPolicy, attempts: int, key: str) -> float:
    """In seconds, to the microsecond."""
    return round(min(max(_WAITS[policy.wait](policy, key)(_state(attempts)), policy.min.total_seconds()), _most(policy)), 6)


def _most(policy: RetryPolicy) -> float:
    return policy.max.total_seconds()


class _Drawn(wait_base):
    """A share of another wait, between ``low`` and all of it; the share is drawn from a key in place of chance."""

    def __init__(self, whole: wait_base, key: str, low: float = 0.0) -> None:
        self._whole, self._key, self._low = whole, key, low

    def __call__(self, retry_state: RetryCallState) -> float:
        high = self._whole(retry_state)
        return self._low + _share(self._key, retry_state.attempt_number) * max(high - self._low, 0.0)


def _share(key: str, attempts: int) -> float:
    """From 0 up to 1, evenly spread over keys, the same each time."""
    drawn = hashlib.sha256(f"{attempts}\0{key}".encode()).digest()[:6]
    return int.from_bytes(drawn) / 2**48


def _exponential(policy: RetryPolicy, key: str) -> wait_base:
    return wait_exponential(policy.start.total_seconds(), _most(policy), policy.exp_base, policy.min)


_WAITS: Mapping[str, Callable[[RetryPolicy, str], wait_base]] = {
    "fixed": lambda p, _: wait_fixed(p.start),
    "random": lambda p, key: _Drawn(wait_fixed(p.max), key, p.min.total_seconds()),
    "incrementing": lambda p, _: wait_incrementing(p.start, p.increment, p.max),
    "exponential": _exponential,
    "random_exponential": lambda p, key: _Drawn(_exponential(p, key), key, p.min.total_seconds()),
    "exponential_jitter": lambda p, key: _exponential(p, key) + _Drawn(wait_fixed(p.jitter), key),
    "chain": lambda p, _: wait_chain(*map(wait_fixed, p.chain or (p.start,))),
}

_STOPS: Mapping[str, Callable[[RetryPolicy], stop_base]] = {
    "after_attempt": lambda p: stop_after_attempt(p.attempts),
    "after_delay": lambda p: stop_after_delay(p.delay),
    "before_delay": lambda p: stop_before_delay(p.delay),
}


def _stop(policy: RetryPolicy) -> stop_base:
    # However it is set, a message is given up in the end: a hundred tries are enough for any.
    return stop_any(stop_after_attempt(100), *(_STOPS[name](policy) for name in policy.stop))
