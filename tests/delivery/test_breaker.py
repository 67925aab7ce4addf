"""The gate before a channel: what one worker learns and uses up, every other one on the same store knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from incidentkit.delivery.breaker import Gate
from incidentkit.domain.retrying import BreakerPolicy, RateLimit
from incidentkit.domain.shop import ChannelSettings, Shop
from incidentkit.store.channels import channel_states
from incidentkit.store.store import Store

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP = Shop(
    channels=(
        ChannelSettings("email", breaker=BreakerPolicy(failures=2, rest=MINUTE)),
        ChannelSettings("sms", rate=RateLimit(count=5, per=MINUTE)),
    )
)


@pytest.fixture
def gates(store_url: str) -> Iterator[list[Gate]]:
    """Three workers, each with a connection of its own."""
    with ExitStack() as stack:
        stores = [Store(store_url) for _ in range(3)]
        for store in stores:
            stack.callback(store.close)
        yield [Gate(store, SHOP) for store in stores]


@pytest.fixture
def broken(gates: list[Gate]) -> list[Gate]:
    """Three workers of whom one has found that the mail is down."""
    for _ in range(2):
        gates[0].note("email", False, AT)
    for gate in gates:
        gate.refresh()
    return gates


def test_a_channel_that_works_leaves_no_row(gates: list[Gate], store_url: str) -> None:
    """Nothing is written for what needs no memory."""
    for gate in gates:
        gate.refresh()
        assert gate.admit("email", AT) is None
        gate.note("email", True, AT)
    store = Store(store_url)
    with store.reading() as unit:
        states = channel_states(unit)
    store.close()

    assert {} == states


def test_a_channel_that_is_down_is_known_to_all(broken: list[Gate]) -> None:
    """Each is told when to come back, and can leave it out from the start."""
    assert [AT + MINUTE] * 3 == [gate.admit("email", AT) for gate in broken]
    assert [{"email": AT + MINUTE}] * 3 == [gate.blocked(["email", "sms"], AT) for gate in broken]


def test_one_of_all_tries_it_out(broken: list[Gate]) -> None:
    """After the rest the first worker's message goes through; when it works, everybody's do."""
    later = AT + MINUTE
    tried = [gate.admit("email", later) for gate in broken]
    broken[0].note("email", True, later)
    for gate in broken:
        gate.refresh()

    assert [None, later + MINUTE, later + MINUTE] == tried
    assert [None] * 3 == [gate.admit("email", later) for gate in broken]


def test_the_rate_is_one_for_all(gates: list[Gate]) -> None:
    """However many workers ask, in turns, no more go through."""
    verdicts = [gate.admit("sms", AT) for _ in range(3) for gate in gates]

    assert [None] * 5 + [AT + MINUTE] * 4 == verdicts


def test_the_rate_holds_when_all_ask_at_once(gates: list[Gate]) -> None:
    """In threads that get in each other's way."""
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda gate: [gate.admit("sms", AT) for _ in range(4)], gates))

    assert 5 == sum(until is None for each in found for until in each)


def test_what_a_worker_dies_over_stays_used(gates: list[Gate]) -> None:
    """What was let through counts, whatever became of it."""
    for _ in range(5):
        gates[0].admit("sms", AT)
    gates[1].refresh()

    assert {"sms": AT + MINUTE} == gates[1].blocked(["sms"], AT)
