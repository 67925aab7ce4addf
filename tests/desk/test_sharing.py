"""Several desks on one store: nothing is lost between them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import QuantityError
from incidentkit.testing._audit import Copy, faults
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed

QUIET = evolve(SHOP, channel="")

Record = Callable[[], Copy]

_PROCESS = """
import sys
import incidentkit as ik

url, order, times = sys.argv[1:]
with ik.open_desk(url) as desk:
    for _ in range(int(times)):
        desk.orders.ship(order, {"A": 1})
"""


def test_no_update_is_lost_between_desks(opened: Opened, record: Record) -> None:
    """Four desks ship a unit each of the same order, over and over, at the same time: every one leaves once."""
    order = placed(opened(), lines=(Line("A", 40, "1"),))
    desks = [opened() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda desk: [desk.orders.ship(order.id, {"A": 1}) for _ in range(10)], desks))

    assert (40, 40) == (desks[0].orders.get(order.id).lines[0].shipped, len(desks[0].orders.get(order.id).shipments))
    assert [] == faults(record(), SHOP)


def test_the_last_unit_goes_to_one(opened: Opened) -> None:
    """Of desks that ship the same last unit, one does, and the others are refused."""
    order = placed(opened(), lines=(Line("A", 1, "1"),))

    def try_to_ship(desk: Desk) -> bool:
        try:
            desk.orders.ship(order.id)
        except QuantityError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert 1 == sum(pool.map(try_to_ship, [opened() for _ in range(4)]))


def test_no_update_is_lost_between_threads(desk: Desk, record: Record) -> None:
    """The same with threads that share a desk, some of them in batches."""
    order = placed(desk, lines=(Line("A", 24, "1"),))

    def ship(in_batch: int) -> None:
        if in_batch % 2:
            with desk.batch():
                for _ in range(6):
                    desk.orders.ship(order.id, {"A": 1})
        else:
            for _ in range(6):
                desk.orders.ship(order.id, {"A": 1})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ship, range(4)))

    assert 24 == desk.orders.get(order.id).lines[0].shipped
    assert [] == faults(record(), SHOP)


def test_a_batch_belongs_to_its_thread(opened: Opened) -> None:
    """What another thread does on the same desk is not in the batch, nor does it see it."""
    desk = opened()
    with ThreadPoolExecutor(1) as pool, desk.batch():
        inside = placed(desk)
        seen = pool.submit(lambda: [order.id for order in desk.orders.find()]).result()

    assert inside.id not in seen
    assert [inside.id] == [order.id for order in desk.orders.find()]


def test_no_update_is_lost_between_processes(opened: Opened, store_url: str, record: Record) -> None:
    """Two processes on one store, at the same time."""
    with opened(plugins=(), shop=QUIET) as desk:
        order = placed(desk, lines=(Line("A", 20, "1"),))
    command = [sys.executable, "-c", _PROCESS, store_url, order.id, "10"]
    both = [subprocess.Popen(command) for _ in range(2)]

    assert [0, 0] == [process.wait(timeout=60) for process in both]
    assert 20 == opened(plugins=(), shop=QUIET).orders.get(order.id).lines[0].shipped
    assert [] == faults(record(), QUIET)
