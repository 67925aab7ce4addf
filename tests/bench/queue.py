"""Prints what the first page of the queue costs with many open incidents, as a ratio to reading their bare rows.

Run it as ``python -m tests.bench.queue [--size N] [--rounds N]``. It judges nothing. Both sides take turns in the same run on
the same store, SQLite and, where there is one, PostgreSQL. The bare side reads the same columns of the open incidents through
the driver, sorts them by one of them, and throws them away; ours scores each of them and explains a page. The first number is
the time by the wall, the median of all rounds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import pytest
from sqlalchemy import create_engine, text

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.services.postgresql import postgresql

PAGE = 50
BARE = text(
    "SELECT incident_id, passive, phase, severity, detected_at, waits_for, running, first_response_by, communicate_by, "
    "update_by, resolve_by FROM facts_incidents WHERE tenant = 'default' AND open = 1"
)


def _filled(desk: ik.Desk, clock: ManualClock, size: int) -> None:
    types = [protocol.type for protocol in desk.shop.protocols]
    with desk.batch():
        for number in range(size):
            clock.advance(seconds=20)
            price = f"{number % 700 + 1}.00"
            order = desk.orders.place(customer=f"c-{number % (size // 3)}", lines=[ik.Line("mug", 1, price)])
            desk.incidents.report(order.id, type=types[number % len(types)], description="broken")


def _timed(act: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        begun = perf_counter()
        act()
        took.append(perf_counter() - begun)
    return median(took)


def _measure(name: str, url: str, size: int, rounds: int) -> None:
    clock = ManualClock()
    with ik.open_desk(url, clock=clock) as desk:
        _filled(desk, clock, size)
        engine = create_engine(url)

        def bare() -> object:
            with engine.connect() as connection:
                return sorted(connection.execute(BARE).all(), key=lambda row: row.detected_at)

        ours, theirs = _timed(lambda: desk.queue(limit=PAGE), rounds), _timed(bare, rounds)
        engine.dispose()
    print(f"{name:<12}{size:>8} open   first page {ours * 1e3:7.1f} ms   {ours / theirs:5.2f} × the bare rows")


@contextmanager
def _stores() -> Iterator[dict[str, str]]:
    with TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{Path(folder) / 'queue.db'}"}
        try:
            with postgresql() as url:
                yield found | {"PostgreSQL": url.replace("postgresql:", "postgresql+psycopg:")}
        except pytest.skip.Exception:
            yield found


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    with _stores() as stores:
        for name, url in stores.items():
            _measure(name, url, given.size, given.rounds)


if __name__ == "__main__":
    main()
