"""Waits: by the policy's names, the same each time, never beyond what it allows, and with an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.delivery.retry import named_wait, next_try
from incidentkit.domain.retrying import RetryPolicy, WaitName
from incidentkit.testing.strategies import retry_policies

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DRAWN: tuple[WaitName, ...] = ("random", "random_exponential", "exponential_jitter")

spans = st.integers(1, 10**7).map(lambda seconds: timedelta(seconds=seconds))
keys = st.text(max_size=20)


def waits(policy: RetryPolicy, key: str = "message/1") -> list[timedelta]:
    """All of them, until the message is given up."""
    found: list[timedelta] = []
    while len(found) < 200 and (due := next_try(policy, len(found) + 1, AT, None, key)) is not None:
        found.append(due - AT)
    return found


# --- By name -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "minutes"),
    [
        ({"wait": "fixed", "start": 2 * MINUTE}, [2, 2, 2]),
        ({"wait": "incrementing", "start": MINUTE, "increment": 5 * MINUTE}, [1, 6, 11]),
        ({"wait": "exponential", "start": MINUTE}, [1, 2, 4]),
        ({"wait": "exponential", "start": MINUTE, "exp_base": 3.0, "max": 5 * MINUTE}, [1, 3, 5]),
        ({"wait": "exponential", "start": MINUTE, "min": 2 * MINUTE}, [2, 2, 4]),
        ({"wait": "chain", "chain": (MINUTE, HOUR)}, [1, 60, 60]),
    ],
)
def test_waits_grow_as_their_names_say(given_: dict[str, Any], minutes: list[int]) -> None:
    """Fixed, incrementing, exponential, or told one by one; between the least and the most."""
    assert [n * MINUTE for n in minutes] == waits(RetryPolicy(attempts=4, **given_))


@pytest.mark.parametrize(
    ("given_", "count"),
    [
        ({"stop": ("after_attempt",), "attempts": 3}, 2),
        ({"stop": ("before_delay",), "delay": 5 * MINUTE}, 4),
        ({"stop": ("after_delay",), "delay": 5 * MINUTE}, 5),
        ({"stop": ("after_attempt", "before_delay"), "attempts": 4, "delay": HOUR}, 3),
    ],
)
def test_tries_end_as_their_names_say(given_: dict[str, Any], count: int) -> None:
    """After so many, before or after so much time in waits, or as soon as one of several says so."""
    assert count == len(waits(RetryPolicy(wait="fixed", start=MINUTE, **given_)))


# --- Laws --------------------------------------------------------------------------------------------------------


@given(retry_policies(), keys)
def test_every_message_is_given_up_in_the_end(policy: RetryPolicy, key: str) -> None:
    """After at most a hundred tries, and as many as the policy allows."""
    found = waits(policy, key)

    assert len(found) < 100
    assert "after_attempt" not in policy.stop or len(found) < policy.attempts


@given(retry_policies(), keys)
def test_waits_keep_their_bounds(policy: RetryPolicy, key: str) -> None:
    """No wait is shorter than the least or longer than the most."""
    assert all(policy.min <= wait <= policy.max for wait in waits(policy, key))


@given(retry_policies(), keys, st.integers(1, 99))
def test_the_same_message_waits_the_same(policy: RetryPolicy, key: str, attempts: int) -> None:
    """Whoever asks, and however often: what is random follows from the key."""
    assert next_try(policy, attempts, AT, None, key) == next_try(policy, attempts, AT, None, key)


@given(retry_policies(), keys)
def test_the_waits_together_stay_below_the_delay(policy: RetryPolicy, key: str) -> None:
    """With ``before_delay`` no further wait begins that would end after it."""
    if "before_delay" in policy.stop:
        assert sum(waits(policy, key), timedelta(0)) < policy.delay


@pytest.mark.parametrize("wait", DRAWN)
def test_messages_do_not_come_back_all_at_once(wait: WaitName) -> None:
    """With a share of chance, a thousand messages that failed together are spread evenly over the span."""
    policy = RetryPolicy(wait=wait, start=MINUTE, max=HOUR, jitter=MINUTE)
    low, high = (
        (HOUR * 0, HOUR) if wait == "random" else (HOUR * 0, MINUTE) if wait == "random_exponential" else (MINUTE, 2 * MINUTE)
    )
    found = [waits(policy, f"message/{n}")[0] for n in range(1000)]
    middle = sum(1 for each in found if each < low + (high - low) / 2)

    assert all(low <= each <= high for each in found)
    assert 440 < middle < 560


# --- A channel that names its own time ---------------------------------------------------------------------------


@given(retry_policies(), keys, spans)
def test_a_named_time_is_waited_for(policy: RetryPolicy, key: str, named: timedelta) -> None:
    """At least that long, as far as the policy lets a channel decide, and never shorter than without it."""
    own, told = next_try(policy, 1, AT, None, key), next_try(policy, 1, AT, named, key)

    assert (own is None) == (told is None)
    if own is not None:
        assert max(own, AT + min(named, policy.retry_after_max)) == told


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (MINUTE, MINUTE),
        (60, MINUTE),
        (0.5, timedelta(seconds=0.5)),
        (-5, None),
        (-MINUTE, None),
        ("60", None),
        (True, None),
        (1e300, None),
    ],
)
def test_a_named_time_may_be_anything(named: object, expected: timedelta | None) -> None:
    """A span, or seconds; a plugin's mistake stops no worker."""
    assert expected == named_wait(named)


def test_a_named_time_has_a_limit() -> None:
    """A channel that says "in a year" is asked again tomorrow."""
    assert AT + timedelta(days=1) == next_try(RetryPolicy(), 1, AT, timedelta(days=365), "k")
