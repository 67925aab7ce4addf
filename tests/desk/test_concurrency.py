"""Sixteen at the same moment: through every door the same thing comes in once, and no conflict is left to the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import psycopg
import pytest
from sqlalchemy import create_engine

from incidentkit.desk.desk import Desk
from incidentkit.desk.importing import ImportReport
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.orders import Line
from incidentkit.errors import ConflictError, StoreBusy
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.importing import order, small, write
from tests.desk.letters import mail
from tests.desk.world import MARTA, SHOP, placed, reported

Record = Callable[[], Copy]
T = TypeVar("T")

MANY = 16

POSTGRESQL = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time, and what a process holds of a file goes with it."""


def at_once(desks: Sequence[Desk], act: Callable[[Desk, int], T]) -> list[T]:
    """What each desk's act returns; all begin at the same moment."""
    barrier = Barrier(len(desks))

    def one(number: int) -> T:
        barrier.wait(timeout=60)
        return act(desks[number], number)

    with ThreadPoolExecutor(len(desks)) as pool:
        return list(pool.map(one, range(len(desks))))


@pytest.fixture(params=["one desk", "four desks"])
def desks(request: pytest.FixtureRequest, opened: Opened) -> list[Desk]:
    """Sixteen times one desk that threads share, or each of four desks four times."""
    some = [opened() for _ in range(1 if request.param == "one desk" else 4)]
    return some * (MANY // len(some))


# --- The four doors ----------------------------------------------------------------------------------------------


def test_a_command_has_one_effect(desks: list[Desk], record: Record) -> None:
    """Under one key; everybody gets its result, whatever it does."""
    desk = desks[0]
    bought = placed(desk, lines=(Line("A", 100, "1"),))
    orders = at_once(desks, lambda each, _: placed(each, key="order").id)
    parcels = at_once(desks, lambda each, _: each.orders.ship(bought.id, {"A": 1}, key="parcel"))
    cases = at_once(desks, lambda each, _: reported(each, bought, key="case").id)

    assert [1, 1, 1] == [len(set(orders)), len({len(parcel.shipments) for parcel in parcels}), len(set(cases))]
    assert 1 == desk.orders.get(bought.id).lines[0].shipped
    assert [] == faults(record(), SHOP)


def test_a_person_is_known_once(desks: list[Desk], record: Record) -> None:
    """Who buys for the first time, sixteen times at once, is one customer."""
    orders = at_once(desks, lambda each, _: placed(each, customer=MARTA))

    assert (MANY, 1) == (len({each.id for each in orders}), len({each.customer for each in orders}))
    assert 1 == len(record().tables["people"])


def test_a_file_is_imported_once(desks: list[Desk], record: Record, tmp_path: Path) -> None:
    """Each of its rows, though sixteen import it."""
    rows = [order(id=f"A{number}", number=f"{number}", status="unavailable" if number % 2 else "") for number in range(8)]
    folder = write(tmp_path, orders=rows)

    def run(desk: Desk, _: int) -> ImportReport:
        return desk.imports.run(small(), [folder])

    reports = at_once(desks, run)

    assert (8, 4) == (sum(report.orders_new for report in reports), sum(report.incidents for report in reports))
    assert (8, 4) == (len(desks[0].orders.find()), len(desks[0].incidents.find()))
    assert [] == faults(record(), SHOP)


def test_a_webhook_is_kept_once_and_processed_once(desks: list[Desk], record: Record) -> None:
    """One of sixteen is told that it was new, and one contact comes of it."""
    kept = at_once(desks, lambda each, _: each.inbox.put("mail", "event-1", mail()))
    reports = at_once(desks, lambda each, _: each.inbox.process())

    assert (1, 1) == (sum(kept), sum(report.total for report in reports))
    assert 1 == len(desks[0].needs.find())
    assert [] == faults(record(), SHOP)


def test_a_receipt_counts_once(desks: list[Desk], record: Record) -> None:
    """What a vendor says sixteen times at once is one receipt."""
    desk = desks[0]
    placed(desk)
    desk.send_due()
    (message,) = desk.messages.find()
    news = Receipt(ReceiptKind.BOUNCED, message.reference)
    told = at_once(desks, lambda each, _: each.messages.receipt(channel="post", reference=message.key, receipt=news))

    assert 1 == sum(told)
    assert [] == faults(record(), SHOP)


def test_a_message_is_sent_once(desks: list[Desk], post: Post, record: Record) -> None:
    """Sixteen workers have forty messages; each goes to one of them."""
    with desks[0].batch():
        for _ in range(40):
            placed(desks[0])
    reports = at_once(desks, lambda each, _: each.send_due())

    assert 40 == sum(report.done for report in reports)
    assert {1} == set(Counter(post.post.sent).values())
    assert [] == faults(record(), SHOP)


def test_a_timer_acts_once(desks: list[Desk], record: Record, opened: Opened, clock: ManualClock) -> None:
    """Sixteen tick at once, a month later."""
    for _ in range(5):
        reported(desks[0])
    clock.advance(days=30)
    reports = at_once(desks, lambda each, _: each.tick())
    acted = sum(report.acted for report in reports)

    assert 0 < acted
    assert 0 == opened().tick().acted
    assert [] == faults(record(), SHOP)


# --- Conflicts ---------------------------------------------------------------------------------------------------


def test_batches_in_opposite_orders_do_not_stop_each_other(opened: Opened, record: Record, store_url: str) -> None:
    """Half of them go through the orders from the front, half from the back; the server sees no deadlock."""
    desk = opened()
    orders = [placed(desk, lines=(Line("A", 100, "1"),)).id for _ in range(6)]
    before = _deadlocks(store_url)

    def ship(each: Desk, number: int) -> None:
        for _ in range(2):
            with each.batch():
                for order_id in orders if number % 2 else reversed(orders):
                    each.orders.ship(order_id, {"A": 1})

    at_once([opened() for _ in range(8)], ship)

    assert {16} == {desk.orders.get(order_id).lines[0].shipped for order_id in orders}
    assert before == _deadlocks(store_url)
    assert [] == faults(record(), SHOP)


def _deadlocks(url: str) -> int:
    if url.startswith("sqlite"):
        return 0
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def test_commands_batches_workers_and_ticks_get_along(opened: Opened, record: Record, store_url: str) -> None:
    """All kinds of writers on the same few orders at once: nobody is told of a conflict, and the record is whole."""
    first = opened()
    orders = [placed(first, lines=(Line("A", 100, "1"),)).id for _ in range(3)]
    before = _deadlocks(store_url)

    def work(desk: Desk, number: int) -> None:
        for turn in range(4):
            _one_of_all(desk, orders, number + turn)

    at_once([opened() for _ in range(10)], work)

    assert before == _deadlocks(store_url)
    assert [] == faults(record(), SHOP)


def _one_of_all(desk: Desk, orders: Sequence[str], which: int) -> None:
    mine, other = orders[which % 3], orders[(which + 1) % 3]
    if which % 5 == 0:
        desk.send_due()
    elif which % 5 == 1:
        desk.tick()
    elif which % 5 == 2:
        with desk.batch():
            desk.orders.ship(mine, {"A": 1})
            desk.orders.ship(other, {"A": 1})
    elif which % 5 == 3:
        case = desk.incidents.report(mine, "damaged", "crushed")
        desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    else:
        desk.orders.ship(mine, {"A": 1}, key=f"parcel-{which}")


@POSTGRESQL
def test_a_host_that_looks_at_an_older_state_is_told_to_begin_anew(opened: Opened, store_url: str) -> None:
    """Where a transaction sees what was there at its beginning, only the host can have the command decided again."""
    one, two = opened(), opened()
    bought = placed(one)
    engine = create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="REPEATABLE READ")
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("SELECT count(*) FROM events")
        two.orders.confirm(bought.id)
        with one.within(connection), pytest.raises(ConflictError) as caught:
            one.orders.ship(bought.id)
    engine.dispose()

    assert caught.value.retry


@POSTGRESQL
def test_a_host_s_deadlock_is_a_conflict(opened: Opened, store_url: str) -> None:
    """One host has a row of its own and wants to write; the other writes and wants that row: one of them goes on."""
    one, two = opened(), opened()
    bought = placed(one)
    engine = create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"))
    both = Barrier(2)
    row = "SELECT value FROM settings WHERE tenant = 'store' AND name = 'key' FOR UPDATE"

    def first() -> None:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL deadlock_timeout = '100ms'")
            connection.exec_driver_sql(row)
            both.wait(timeout=60)
            with one.within(connection):
                one.orders.confirm(bought.id)

    def second() -> None:
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL deadlock_timeout = '10s'")
            with two.within(connection):
                two.orders.publish_status(bought.id, "on its way")
            both.wait(timeout=60)
            connection.exec_driver_sql(row)

    with ThreadPoolExecutor(2) as pool:
        told, other = pool.submit(first), pool.submit(second)
        with pytest.raises(ConflictError) as caught:
            told.result()
        other.result()
    engine.dispose()

    assert caught.value.retry


# --- Somebody who does not go on ---------------------------------------------------------------------------------


@POSTGRESQL
def test_a_writer_that_stands_still_is_given_up(opened: Opened, store_url: str) -> None:
    """It holds the turn and says nothing more: the server takes it back, and the others go on."""
    hasty = "options=-cidle_in_transaction_session_timeout%3D300ms%20"
    still, other = open_desk(store_url.replace("options=", hasty), SHOP, plugins=()), opened(plugins=())
    with still, pytest.raises(StoreBusy, match="keep its connection"):
        _standing_still(still, other)

    assert ["other"] == [each.number for each in other.orders.find()]


def _standing_still(desk: Desk, other: Desk) -> None:
    with desk.batch():
        placed(desk)
        placed(other, number="other")  # waits until the other one was given up
        placed(desk)
