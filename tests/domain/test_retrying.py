"""Policies of channels: sensible as they are, and nothing senseless is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from incidentkit.domain.retrying import BreakerPolicy, RateLimit, RetryPolicy
from incidentkit.domain.shop import ChannelSettings, Shop
from incidentkit.errors import ConfigurationError, InvalidInput

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("policy", "given"),
    [
        (RetryPolicy, {"start": timedelta(0)}),
        (RetryPolicy, {"min": -HOUR}),
        (RetryPolicy, {"max": timedelta(days=400)}),
        (RetryPolicy, {"exp_base": 0.5}),
        (RetryPolicy, {"stop": ()}),
        (RetryPolicy, {"stop": ("after_attempt", "after_attempt")}),
        (RetryPolicy, {"attempts": 0}),
        (RetryPolicy, {"attempts": 101}),
        (RetryPolicy, {"wait": "chain", "chain": (HOUR, timedelta(0))}),
        (BreakerPolicy, {"failures": 0}),
        (BreakerPolicy, {"rest": timedelta(0)}),
        (RateLimit, {"count": 0, "per": HOUR}),
        (RateLimit, {"count": 1, "per": timedelta(0)}),
    ],
)
def test_a_value_out_of_its_bounds_is_refused(policy: Any, given: dict[str, Any]) -> None:
    """Waits that are none, tries without number, limits that let nothing through."""
    with pytest.raises(InvalidInput):
        policy(**given)


@pytest.mark.parametrize(
    ("channel", "problem"),
    [
        (ChannelSettings("sms", retry=RetryPolicy(min=9 * HOUR)), r"channels.sms.retry.min: expected at most max"),
        (ChannelSettings("sms", retry=RetryPolicy(wait="chain")), r"channels.sms.retry.chain: expected the waits, with wait"),
        (ChannelSettings("sms", retry=RetryPolicy(chain=(HOUR,))), r"channels.sms.retry.chain: expected the waits, with wait"),
        (ChannelSettings("sms", breaker=BreakerPolicy(rest=HOUR)), r"channels.sms.breaker.max_rest: expected at least rest"),
    ],
)
def test_what_does_not_fit_together_is_named_by_its_place(channel: ChannelSettings, problem: str) -> None:
    """Two values of which each is right by itself."""
    with pytest.raises(ConfigurationError, match=problem):
        Shop(channels=(channel,))


@pytest.mark.parametrize("fallback", [("call", "sms"), ("sms", "sms"), ("call", "call")])
def test_ways_are_named_once_and_a_call_ends_them(fallback: tuple[str, ...]) -> None:
    """After somebody was asked to call, nothing is tried by machine."""
    with pytest.raises(ConfigurationError, match="fallback: expected each way once, and call at the end"):
        Shop(fallback=fallback)


def test_a_channel_without_settings_has_the_defaults() -> None:
    """Whoever says nothing of a channel has one that is tried again, and left alone when it is down."""
    assert ChannelSettings("sms") == Shop().channel_settings("sms")
    assert (8, 5, None) == ((said := ChannelSettings("sms")).retry.attempts, said.breaker.failures, said.rate)
