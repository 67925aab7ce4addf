"""Whether a channel may be given a message now: its breaker and its rate limit, as functions of what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve

from incidentkit.domain.channels import ChannelState
from incidentkit.domain.retrying import BreakerPolicy, RateLimit
from incidentkit.domain.shop import ChannelSettings
from incidentkit.domain.times import from_micros, micros

__all__ = ["admit", "note", "open_until"]

_STEPS = 64
"""A window of more messages than that is remembered in so many steps, and no message by itself."""

_DOUBLINGS = 20
"""Beyond so many a rest is the longest there is in any case."""


def admit(state: ChannelState, settings: ChannelSettings, now: datetime) -> tuple[ChannelState, datetime | None]:
    """Ask for one message to be handed over at ``now``.

    Returns:
        The channel's state afterwards, and None where it may be; else the instant at which to ask again, and the same state.
    """
    until = open_until(state, now)
    room = None if settings.rate is None else _room(state, settings.rate, now)
    if until is not None or room is not None:
        return state, max(filter(None, (until, room)))
    # Half open: from here on everybody else waits for what becomes of this one.
    probe = None if state.open_until is None else now + settings.breaker.rest
    recent = () if settings.rate is None else _with(state, settings.rate, now)
    return evolve(state, probe_until=probe, recent=recent), None


def note(
    state: ChannelState, settings: ChannelSettings, ok: bool, now: datetime, retry_after: timedelta | None = None
) -> ChannelState:
    """The channel's state after it worked or failed once.

    What was still under way when the breaker opened changes nothing any more, good or bad. A channel that names its own time
    is left alone so long, up to what its policy allows.
    """
    named = None if retry_after is None else now + min(retry_after, settings.retry.retry_after_max)
    if ok:
        return state if _resting(state, now) else evolve(state, failures=0, opened=0, open_until=None, probe_until=None)
    failed = evolve(state, failures=state.failures + 1)
    if not _resting(state, now) and (state.open_until is not None or failed.failures >= settings.breaker.failures):
        failed = _opened(failed, settings.breaker, now)
    if named is not None and (failed.open_until is None or failed.open_until < named):
        failed = evolve(failed, opened=max(failed.opened, 1), open_until=named, probe_until=None)
    return failed


def open_until(state: ChannelState, now: datetime) -> datetime | None:
    """Until when the breaker lets nothing through; None where it lets through at least one message."""
    waits = (at for at in (state.open_until, state.probe_until) if at is not None and now < at)
    return max(waits, default=None)


def _resting(state: ChannelState, now: datetime) -> bool:
    return state.open_until is not None and now < state.open_until


def _opened(state: ChannelState, policy: BreakerPolicy, now: datetime) -> ChannelState:
    rest = min(policy.rest * 2 ** min(state.opened, _DOUBLINGS), policy.max_rest)
    return evolve(state, opened=state.opened + 1, open_until=now + rest, probe_until=None)


# --- The rate ----------------------------------------------------------------------------------------------------


def _room(state: ChannelState, rate: RateLimit, now: datetime) -> datetime | None:
    """None where there is room for one more; else when there will be."""
    within = _within(state.recent, rate, now)
    left, until = sum(count for _, count in within), None
    for at, count in within:
        if left < rate.count:
            break
        left -= count
        until = at + rate.per
    return until


def _with(state: ChannelState, rate: RateLimit, now: datetime) -> tuple[tuple[datetime, int], ...]:
    """What is remembered after one more. Its time is rounded up: it is never forgotten too early."""
    step = 1 if rate.count <= _STEPS else max((rate.per // timedelta(microseconds=1)) // _STEPS, 1)
    at = from_micros(-(-micros(now) // step) * step)
    counts = dict(_within(state.recent, rate, now))
    counts[at] = counts.get(at, 0) + 1
    return tuple(sorted(counts.items()))


def _within(recent: Iterable[tuple[datetime, int]], rate: RateLimit, now: datetime) -> list[tuple[datetime, int]]:
    return [(at, count) for at, count in recent if at + rate.per > now]
