"""Prints what a shop of a million orders waits for, beside one of ten thousand: reading, commands, replaying, and room on disk.

Run it as ``python -m tests.bench.volume [--orders N] [--folder DIR]``; a million orders need half an hour and 25 gigabytes in
the folder. It judges nothing, but stops where what it measures would mean nothing.

The orders are those of a simulated month that commands wrote, copied with ids and chains of their own. Whether such a record
is one is looked at first: ``verify`` must accept 20,000 orders of it, and its figures must be those of the month.

What is read or done in both stores takes turns in the same run; a number is the median of the rounds. Rebuilding is measured
in processes of their own, for its memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import incidentkit as ik
from incidentkit.testing.simulator.days import END
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop
from tests.bench.copies import copy

MONTH = 1_000
SMALL = 10_000
ACCEPTED = 20_000
PAGE = 50
_NOW = END + timedelta(days=2)

Act = Callable[[ik.Desk], object]


@contextmanager
def opened(path: Path) -> Iterator[ik.Desk]:
    """A desk on that file, after the month."""
    with ik.open_desk(f"sqlite:///{path}", demo_shop(), clock=lambda: _NOW, plugins=[]) as desk:
        yield desk


def made(folder: Path, month: Path, orders: int) -> Path:
    """A store of so many orders, which is made unless it is there."""
    path = folder / f"{orders}.db"
    if not path.exists():
        begun = perf_counter()
        unfinished = folder / "unfinished.db"
        unfinished.unlink(missing_ok=True)
        with opened(unfinished):
            pass
        copy(unfinished, month, orders // MONTH)
        unfinished.rename(path)
        print(f"a store of {orders:,} orders: made in {perf_counter() - begun:.0f} s", flush=True)
    return path


def month_of(folder: Path) -> Path:
    """A month that commands wrote."""
    path = folder / "month.db"
    if not path.exists():
        clock = MovableClock()
        with ik.open_desk(f"sqlite:///{path}", demo_shop(), clock=clock, plugins=[]) as desk:
            simulate(desk, clock, Plan(MONTH))
    return path


def check(folder: Path, month: Path) -> None:
    """Whether copies make a record."""
    names = ("orders_received", "incident_rate", "on_time_delivery_rate", "first_response_time", "order_confirmation_time")
    with opened(month) as one, opened(made(folder, month, ACCEPTED)) as many:
        begun = perf_counter()
        report = many.verify()
        print(f"verify of {ACCEPTED:,} orders, {report.events:,} events: {perf_counter() - begun:.1f} s")
        if not report.ok:
            raise SystemExit(f"the copies are no record: {report.first}")
        for name in names:
            was, now = (desk.measure(name).rows[-1] for desk in (one, many))
            times = ACCEPTED // MONTH if name == "orders_received" else 1
            if (was.value or 0) * times != now.value or was.n * (ACCEPTED // MONTH) != now.n:
                raise SystemExit(f"the copies have other figures: {name} is {now}, of one {was}")


# --- Reading and doing -------------------------------------------------------------------------------------------


class Subjects:
    """Orders and open cases all over a store, one after the other."""

    def __init__(self, desk: ik.Desk) -> None:
        cases = desk.incidents.find(open=True, limit=400)
        self._cases = [case.id for case in cases if not case.passive]
        self._orders = [order for case in cases for order in case.orders]
        self._turn = 0

    def order(self) -> str:
        """The next order."""
        self._turn += 1
        return self._orders[self._turn % len(self._orders)]

    def case(self) -> str:
        """The next open case."""
        self._turn += 1
        return self._cases[self._turn % len(self._cases)]


def reads(subjects: Subjects) -> Mapping[str, Act]:
    """What is asked."""
    return {
        "an order": lambda desk: desk.orders.get(subjects.order()),
        "its timeline": lambda desk: desk.orders.timeline(subjects.order()),
        "its context": lambda desk: desk.context(subjects.order()),
        f"{PAGE} open incidents": lambda desk: desk.incidents.find(open=True, limit=PAGE),
        f"{PAGE} orders, the latest": lambda desk: desk.orders.find(limit=PAGE),
        f"{PAGE} of the queue": lambda desk: desk.queue(limit=PAGE),
    }


def commands(subjects: Subjects) -> Mapping[str, Act]:
    """What is done."""
    turns = iter(range(10**9))
    line = ik.Line("mug", 1, "9.90")

    def amend(desk: ik.Desk) -> object:
        cause = ("oversold", "supplier_short")[next(turns) % 2]
        return desk.incidents.amend(subjects.case(), reason="Seen in the stock room.", cause=cause)

    def raise_(desk: ik.Desk) -> object:
        severity = ("minor", "critical")[next(turns) % 4 // 2]
        return desk.incidents.amend(subjects.case(), reason="Seen in the stock room.", severity=severity)

    return {
        "place": lambda desk: desk.orders.place(customer=f"new-{os.getpid()}-{next(turns)}", lines=[line]),
        "amend": amend,
        "amend, every other critical": raise_,
        "log_conversation": lambda desk: desk.incidents.log_conversation(subjects.case(), channel="phone", summary="Told."),
    }


def seconds(act: Act, desk: ik.Desk) -> float:
    """How long it takes."""
    begun = perf_counter()
    act(desk)
    return perf_counter() - begun


def compare(small: Path, large: Path, sizes: tuple[int, int], rounds: int) -> None:
    """The same in both stores, in turns."""
    with opened(small) as one, opened(large) as other:
        sides = [(desk, Subjects(desk)) for desk in (one, other)]
        for kinds in (reads, commands):
            acts = [(desk, kinds(subjects)) for desk, subjects in sides]
            print(f"\n{kinds.__doc__ or ''}".rstrip(".") + f", ms: {'':12}{sizes[0]:>12,}{sizes[1]:>12,}{'ratio':>8}")
            for name in acts[0][1]:
                took = [[seconds(named[name], desk) for desk, named in acts] for _ in range(rounds + 3)][3:]
                few, many = (median(times) * 1000 for times in zip(*took, strict=True))
                print(f"{name:28}{few:12.2f}{many:12.2f}{many / few:8.2f}")
        open_ = [desk.queue_size() for desk, _ in sides]
        print(f"\nin the queues: {open_[0]:,} and {open_[1]:,}")


# --- Rebuilding --------------------------------------------------------------------------------------------------


def rebuild(path: Path) -> None:
    """Rebuild it here, and print how long that takes and what memory it needs."""
    with opened(path) as desk:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        took = seconds(ik.Desk.rebuild, desk)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"rebuilt in {took:.1f} s; memory {before / 1024:.0f} MB before, {after / 1024:.0f} MB at most")


def rebuilt(path: Path, orders: int) -> None:
    """The same in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.volume", "--rebuild", str(path)], check=True, capture_output=True, text=True
    )
    print(f"{orders:>12,} orders: {done.stdout.strip()}", flush=True)


def main() -> None:
    """Make the stores, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=1_000_000, help="of the large store; a multiple of 1,000")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="where the stores lie, and stay; default: a temporary one")
    parser.add_argument("--rebuild", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.rebuild:
        rebuild(asked.rebuild)
        return
    with TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        month = month_of(folder)
        check(folder, month)
        small, large = made(folder, month, SMALL), made(folder, month, asked.orders)
        for path, orders in ((small, SMALL), (large, asked.orders)):
            size = path.stat().st_size
            print(f"on disk: {orders:,} orders are {size / 1e6:,.0f} MB, {size / orders / 1000:.1f} kB each")
        compare(small, large, (SMALL, asked.orders), asked.rounds)
        print("\nRebuilding:")
        rebuilt(small, SMALL)
        rebuilt(folder / f"{ACCEPTED}.db", ACCEPTED)
        rebuilt(made(folder, month, 10 * SMALL), 10 * SMALL)


if __name__ == "__main__":
    main()
