"""Strategies for channels: how they are used, and how they stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from incidentkit.domain.channels import ChannelState
from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy, StopName, WaitName
from incidentkit.domain.shop import ChannelSettings
from incidentkit.testing.strategies._basics import handles, instants

__all__ = ["breaker_policies", "channel_settings", "channel_states", "rate_limits", "retry_policies"]

_WAITS: tuple[WaitName, ...] = (
    "fixed",
    "random",
    "incrementing",
    "exponential",
    "random_exponential",
    "exponential_jitter",
    "chain",
)
_STOPS: tuple[StopName, ...] = ("after_attempt", "after_delay", "before_delay")


def _spans() -> st.SearchStrategy[timedelta]:
    return st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def retry_policies(draw: st.DrawFn) -> RetryPolicy:
    """Policies that fit together, with every way to wait and to stop."""
    wait = draw(st.sampled_from(_WAITS))
    low, high = sorted((draw(_spans()), draw(_spans())))
    return RetryPolicy(
        wait=wait,
        start=draw(_spans()),
        min=low,
        max=high,
        exp_base=draw(st.floats(1, 10)),
        increment=draw(_spans()),
        jitter=draw(_spans()),
        chain=tuple(draw(st.lists(_spans(), min_size=1, max_size=4))) if wait == "chain" else (),
        stop=tuple(draw(st.lists(st.sampled_from(_STOPS), min_size=1, max_size=3, unique=True))),
        attempts=draw(st.integers(1, 100)),
        delay=draw(_spans()),
        retry_after_max=draw(_spans()),
    )


@st.composite
def breaker_policies(draw: st.DrawFn) -> BreakerPolicy:
    """Policies that fit together."""
    rest, longest = sorted((draw(_spans()), draw(_spans())))
    return BreakerPolicy(failures=draw(st.integers(1, 10)), rest=rest, max_rest=longest)


def rate_limits() -> st.SearchStrategy[RateLimit]:
    """From one message to some hundreds, in seconds or months."""
    return st.builds(RateLimit, count=st.integers(1, 300), per=_spans())


def channel_settings() -> st.SearchStrategy[ChannelSettings]:
    """Channels by name, with and without a rate."""
    policies = {"retry": retry_policies(), "breaker": breaker_policies(), "rate": st.none() | rate_limits()}
    return st.builds(ChannelSettings, handles(), **policies)


@st.composite
def channel_states(draw: st.DrawFn) -> ChannelState:
    """Channels that work, rest or are tried out, with what they were given lately."""
    opened: datetime | None = draw(st.none() | instants())
    recent = draw(st.dictionaries(instants(), st.integers(1, 9), max_size=4))
    return ChannelState(
        failures=draw(st.integers(0, 9)),
        opened=0 if opened is None else draw(st.integers(1, 9)),
        open_until=opened,
        probe_until=None if opened is None else draw(st.none() | instants()),
        recent=tuple(sorted(recent.items())),
    )
