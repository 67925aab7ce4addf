"""When a failed sending is tried again: a moment later in place, or by a due time that the record keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_fixed

from incidentkit.errors import TransientChannelError

__all__ = ["LATER_ATTEMPTS", "again", "retry_due"]

T = TypeVar("T")

LATER_ATTEMPTS = 8
"""How often a message is taken up before it is abandoned."""

_PAUSE = 0.05
_LATER = wait_exponential(multiplier=60, max=6 * 3600)


def again(call: Callable[[], T], attempts: int, sleep: Callable[[float], None]) -> T:
    """``call``, up to ``attempts`` times while it fails for the moment, with a short wait before each.

    Raises:
        TransientChannelError: the last attempt's.
    """
    sleep(_PAUSE)
    retrying = Retrying(
        stop=stop_after_attempt(attempts),
        wait=wait_fixed(_PAUSE),
        retry=retry_if_exception_type(TransientChannelError),
        sleep=sleep,
        reraise=True,
    )
    return retrying(call)


def retry_due(attempts: int, at: datetime) -> datetime | None:
    """When to take a message up again after ``attempts`` tries, this one included; None once they are used up.

    A minute, then twice as long each time, six hours at most.
    """
    if attempts >= LATER_ATTEMPTS:
        return None
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = attempts
    return at + timedelta(seconds=_LATER(state))
