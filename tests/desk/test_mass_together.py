"""Several work on a mass incident at once, and one that is killed: what is left is done, and nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.mass import MassIncident, OrderRule
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from tests.desk.conftest import Opened
from tests.desk.world import SOON

ORDERS, BUYERS = 60, 40

DRIVER = """
import os, signal, sys
from incidentkit.desk.opening import open_desk
from tests.desk.world import SHOP
from incidentkit.testing._post import Post

desk = open_desk(sys.argv[1], SHOP, plugins=(Post(),))
left = int(sys.argv[3])

def progress(done, all_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

desk.mass.notify(sys.argv[2], progress=progress)
"""


def many(desk: Desk) -> MassIncident:
    """Sixty orders of forty customers with what has run out."""
    with desk.batch():
        for number in range(ORDERS):
            who = Customer(f"c-{number % BUYERS}", email=f"c{number % BUYERS}@example.com")
            desk.orders.place(customer=who, lines=[Line("mug", 1, "10.00")], number=f"S-{number}")
    return desk.mass.open("out_of_stock", "the mug has run out", rule=OrderRule(product="mug"))


def covered(desk: Desk) -> tuple[Counter[str], Counter[str | None]]:
    """How often each order is in a case, and how many cases each customer has."""
    cases = [case for case in desk.incidents.find(limit=1000) if case.mass is not None]
    orders = Counter(str(order) for case in cases if case.mass is not None for order in case.mass.orders)
    return orders, Counter(case.customer for case in cases)


def test_workers_at_once_cover_every_order_once(desk: Desk, opened: Opened) -> None:
    """Each customer has one case and one offer for each order, whoever made it."""
    mass = many(desk)
    desks = [opened() for _ in range(4)]

    def work(one: Desk) -> None:
        one.mass.work(mass.id)
        one.mass.offer(mass.id, [Offer("refund", SOON)])

    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(work, desks))
    orders, customers = covered(desk)
    offers = Counter(offer.order for case in desk.incidents.find(limit=1000) for offer in case.offers)

    assert (dict.fromkeys(mass.orders, 1), {1}, BUYERS) == (dict(orders), set(customers.values()), len(customers))
    assert dict.fromkeys(mass.orders, 1) == dict(offers)
    assert (ORDERS, 0) == (desk.mass.progress(mass.id).covered, desk.mass.progress(mass.id).left)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only POSIX systems kill with SIGKILL")
def test_one_that_was_killed_is_gone_on_with(desk: Desk, store_url: str) -> None:
    """In the midst of covering and in the midst of telling: the same command again does the rest, and nobody is told twice."""
    mass = many(desk)
    root = Path(__file__).parents[2]
    for dies_at in (1, 2):
        died = subprocess.run(
            [sys.executable, "-c", DRIVER, store_url, mass.id, str(dies_at)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            check=False,
        )
        assert -signal.SIGKILL == died.returncode
    assert desk.mass.progress(mass.id).left > 0
    desk.mass.notify(mass.id)
    notices = Counter(len(case.notices) for case in desk.incidents.find(limit=1000))
    orders, customers = covered(desk)

    assert {1: BUYERS} == notices
    assert (dict.fromkeys(mass.orders, 1), {1}) == (dict(orders), set(customers.values()))
    assert (1, 0) == (len(desk.mass.get(mass.id).stages), desk.mass.progress(mass.id).left)
    assert desk.verify().ok
