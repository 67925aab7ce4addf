"""One cause and many orders: how long it takes to report it, to get every customer a case, and to tell and offer them all.

Run it with ``python -m tests.bench.mass [ORDERS] [URL]``: by default 18,000 orders of 15,000 customers, in a new SQLite file.
Prints, for each part, seconds, what that is for each order, and the most memory so far.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.mass import OrderRule
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.hooks import hookimpl
from incidentkit.ports import Channel
from incidentkit.testing._post import PostChannel
from tests.desk.world import SHOP

_BATCH = 500
_RETURNING = 5 / 6
"""Customers for each order: some have bought several times."""


class Letters:
    """A channel. What was written down it does not keep, as `Post` does: memory is measured."""

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        return [PostChannel("post", confirms=True, idempotent=True)]


def main(orders: int, url: str | None) -> None:
    """Fill a store, and work on it."""
    with (
        TemporaryDirectory() as folder,
        open_desk(url or f"sqlite:///{Path(folder) / 's.db'}", SHOP, plugins=(Letters(),)) as desk,
    ):
        timed("orders placed", orders, lambda: place(desk, orders))
        mass = desk.mass.open("out_of_stock", "it has run out", rule=OrderRule(product="mug"))
        timed("opened again", orders, lambda: desk.mass.open("late", "late", rule=OrderRule(product="mug")))
        timed("each customer has a case", orders, lambda: desk.mass.work(mass.id, progress=shown))
        timed("worked on again", orders, lambda: desk.mass.work(mass.id))
        timed("told", orders, lambda: desk.mass.notify(mass.id, progress=shown))
        offers = [Offer("refund", desk.clock() + timedelta(days=7)), Offer("restock", desk.clock() + timedelta(days=9))]
        timed("offered", orders, lambda: desk.mass.offer(mass.id, offers, progress=shown))
        timed("how far it is", orders, lambda: desk.mass.progress(mass.id))
        print(desk.mass.progress(mass.id))


def place(desk: Desk, orders: int) -> None:
    """So many orders with what has run out, and something else."""
    chance, customers = Random(1), max(int(orders * _RETURNING), 1)
    for start in range(0, orders, _BATCH):
        with desk.batch():
            for number in range(start, min(start + _BATCH, orders)):
                who = number if number < customers else chance.randrange(customers)
                customer = Customer(f"c-{who}", name="Ana", email=f"c{who}@example.com")
                desk.orders.place(
                    customer=customer, lines=[Line("mug", 1, "10.00"), Line("cup", 2, "4.00")], number=f"S-{number}"
                )


def timed(what: str, orders: int, work: Callable[[], object]) -> None:
    """Do it, and say how long it took."""
    begun = perf_counter()
    work()
    took = perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\r{what:<28}{took:>9.2f} s {1000 * took / orders:>9.3f} ms/order {memory:>8.0f} MB", flush=True)


def shown(done: int, all_: int) -> None:
    """On one line, for whoever waits."""
    if sys.stderr.isatty():
        print(f"\r{done} of {all_}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 18_000, sys.argv[2] if len(sys.argv) > 2 else None)
