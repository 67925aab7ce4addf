"""What others see of a host's transaction that takes its time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import ConflictError, StoreBusy
from incidentkit.store import engine as engines
from incidentkit.testing._audit import faults
from incidentkit.testing._post import Post
from tests.desk.conftest import Opened
from tests.desk.within.conftest import Rows, add, engine_for
from tests.desk.world import SHOP, placed

THREADS = 16


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits longer than a fifth of a second for another writer."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 200)


@pytest.mark.usefixtures("hasty")
def test_other_writers_wait_no_longer_than_they_wait_for_each_other(opened: Opened, request: pytest.FixtureRequest) -> None:
    """Somebody who finds a slow transaction in the way is told so, and succeeds once it has ended."""
    slow, other = opened(), opened()
    host: Engine = request.getfixturevalue("host")
    with host.begin() as connection:
        with slow.within(connection):
            placed(slow, number="1")
        with pytest.raises(StoreBusy):
            placed(other, number="2")
        readable = other.orders.find()
    placed(other, number="2")

    assert () == tuple(readable)
    assert {"1", "2"} == {order.number for order in other.orders.find()}


@pytest.mark.usefixtures("hasty")
def test_a_host_waits_no_longer_either(opened: Opened, request: pytest.FixtureRequest) -> None:
    """A command in the host's transaction that finds another writer in the way is refused, and leaves it usable."""
    desk, other = opened(), opened()
    host: Engine = request.getfixturevalue("host")
    with engine_for(host.url, timeout=0.2) as hasty_host, hasty_host.connect() as connection:
        connection.begin()
        with other.batch():
            placed(other, number="1")
            with pytest.raises(StoreBusy), desk.within(connection):
                placed(desk, number="2")
        with desk.within(connection):
            placed(desk, number="2")
        connection.commit()

    assert {"1", "2"} == {order.number for order in other.orders.find()}


def test_a_file_that_was_read_before(desk: Desk, opened: Opened, host: Engine) -> None:
    """On a file, a transaction that began by reading can't write once somebody else has: it is told to begin anew."""
    if host.dialect.name != "sqlite":
        pytest.skip("rows are versioned one by one")
    other = opened()
    with host.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.execute(text("SELECT count(*) FROM host_rows")).all()
        placed(other)
        with desk.within(connection), pytest.raises(ConflictError, match="BEGIN IMMEDIATE") as caught:
            placed(desk)

    assert caught.value.retry


def test_threads_with_transactions_of_their_own(desk: Desk, immediate: Engine, rows: Rows, post: Post, record: Any) -> None:
    """Sixteen threads share a desk, each with transactions of a host, some rolled back: what was committed is there, once."""
    order = placed(desk, lines=(Line("A", THREADS * 4, "1"),))
    post.seen.clear()

    def work(thread: int) -> None:
        for turn in range(4):
            with immediate.connect() as connection:
                transaction = connection.begin()
                with desk.within(connection):
                    desk.orders.ship(order.id, {"A": 1})
                    add(connection, thread * 10 + turn)
                (transaction.rollback if turn == 3 else transaction.commit)()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    assert (THREADS * 3, THREADS * 3, THREADS * 3) == (
        desk.orders.get(order.id).lines[0].shipped,
        len(rows()),
        len(post.seen),
    )
    assert [] == faults(record(), SHOP)


def test_threads_that_mix(desk: Desk, immediate: Engine, post: Post, record: Any) -> None:
    """Sixteen threads share a desk: commands, batches, reads and transactions of a host's, all at once; nothing is lost."""
    order = placed(desk, lines=(Line("A", THREADS * 3, "1"),))
    begun = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        begun.wait(60)
        for _ in range(3):
            if thread % 4 == 0:
                with immediate.begin() as connection, desk.within(connection):
                    desk.orders.ship(order.id, {"A": 1})
            elif thread % 4 == 1:
                with desk.batch():
                    desk.orders.ship(order.id, {"A": 1})
            else:
                desk.orders.ship(order.id, {"A": 1})
            desk.queue()
            assert desk.orders.get(order.id).lines[0].shipped

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    assert THREADS * 3 == desk.orders.get(order.id).lines[0].shipped
    assert THREADS * 3 == len({(seen.stream, seen.version) for seen in post.seen if seen.type == "order.shipped"})
    assert [] == faults(record(), SHOP)
