"""Prints how many events are folded per second when streams are replayed, as a ratio to the package `eventsourcing`.

Run it as ``python -m tests.bench.folding [--rounds N] [--size N]``; it needs ``pip install eventsourcing``. It judges nothing.

Both sides read each stream from the store, one after the other, and fold its events to what it adds up to: ours to a case with
its words, without looking at the document that is kept of it; theirs to an aggregate, without snapshots. Streams of both have
as many events, and take turns in the same run. A ratio is theirs ÷ ours in time, the median of all rounds: above 1, ours is
quicker. The second line is a simulated month, in which streams are what a shop's are.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from sqlalchemy import select

import incidentkit as ik
from incidentkit.domain.evolve import replay
from incidentkit.store import tables as t
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.runner import MovableClock, simulate
from incidentkit.testing.simulator.shop import demo_shop
from tests.bench.command import URL_VARIABLE, Ours, Theirs, on_postgresql, on_sqlite

EVENTS = 8
_MONTH = 500
_THEIRS = "eventsourcing"


def ours_grown(ours: Ours, size: int) -> list[str]:
    """Cases of so many events each."""
    cases = ours.cases(size)
    for turn in range(EVENTS - 1):
        with ours.desk.batch():
            for case in cases:
                severity = ("critical", "minor")[turn % 2]
                ours.desk.incidents.amend(case, reason="Seen in the stock room.", severity=severity, by="ana")
    return cases


def theirs_grown(theirs: Theirs, size: int) -> list[object]:
    """Aggregates of so many events each."""
    cases = theirs.cases(size)
    for _ in range(EVENTS - 1):
        theirs.in_one_batch(cases)
    return cases


def folded(desk: ik.Desk, streams: list[str]) -> int:
    """Read and fold each of these streams; how many events they have."""
    count = 0
    with desk._runtime.store.reading() as unit:
        for stream in streams:
            events = unit.history(stream)
            replay(events)
            count += len(events)
    return count


def theirs_folded(theirs: Theirs, cases: list[object]) -> int:
    """The same, of theirs."""
    for case in cases:
        theirs.app.repository.get(case)
    return len(cases) * EVENTS


def rate(act: Callable[[], int]) -> float:
    """Events per second of this process's own time."""
    begun = process_time()
    return act() / (process_time() - begun)


def month(folder: Path) -> tuple[ik.Desk, list[str]]:
    """A simulated month, and all of its streams."""
    clock = MovableClock()
    desk = ik.open_desk(f"sqlite:///{folder / 'month.db'}", demo_shop(), clock=clock, plugins=[])
    simulate(desk, clock, Plan(_MONTH))
    with desk._runtime.store.reading() as unit:
        return desk, list(unit.connection.execute(select(t.streams.c.stream).order_by(t.streams.c.stream)).scalars())


def compare(title: str, sides: dict[str, Callable[[], int]], rounds: int) -> None:
    """All sides in turns; one of them is theirs."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds + 1):
        for name, act in sides.items():
            found = rate(act)
            if turn:
                rates[name].append(found)
    for name, mine in rates.items():
        ratio = median([one / other for one, other in zip(mine, rates[_THEIRS], strict=True)])
        print(f"{title}, {name:22}{median(mine):10,.0f} events per second{ratio:8.2f}")


def bench(title: str, pair: tuple[Ours, Theirs], month_folded: Callable[[], int], asked: argparse.Namespace) -> None:
    """One database."""
    ours, theirs = pair
    cases, others = ours_grown(ours, asked.size), theirs_grown(theirs, asked.size)
    sides = {
        "cases": lambda: folded(ours.desk, cases),
        "a month on SQLite": month_folded,
        _THEIRS: lambda: theirs_folded(theirs, others),
    }
    compare(title, sides, asked.rounds)


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--size", type=int, default=300, help="streams of each side")
    asked = parser.parse_args()
    url = os.environ.get(URL_VARIABLE)
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        desk, streams = month(folder)
        stack.callback(desk.close)
        bench("SQLite", stack.enter_context(on_sqlite(folder)), lambda: folded(desk, streams), asked)
        if url:
            bench("PostgreSQL", stack.enter_context(on_postgresql(url)), lambda: folded(desk, streams), asked)


if __name__ == "__main__":
    main()
