"""Prints what a scoreboard costs with ten million facts, beside the same board with 100,000, and beside DuckDB and Polars.

Run it as ``python -m tests.bench.scoreboard [--facts N] [--folder DIR]``; it needs ``pip install duckdb polars``, and some
gigabytes in the folder. It judges nothing.

The board has one goal with five Key Results and twelve measures of teams, each over 52 weeks, on SQLite. The stores are filled
with the facts of a simulated month, again and again, evenly over a year. Whether such facts are those that commands write is
looked at first: a store of some 20,000 facts that was filled with one copy of a month has to give the figures of the store
that the month's commands filled.

The first build works out every week; afterwards finished weeks are kept. DuckDB and Polars have the same facts in memory and
work out the same figures, which are compared; loading is not counted for them.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from attrs import evolve

import incidentkit as ik
from incidentkit.domain.times import micros
from incidentkit.measures.windows import windows
from incidentkit.testing.simulator.days import START, ZONE
from incidentkit.testing.simulator.shop import demo_shop
from tests.bench.board_peers import (
    FIGURES,
    Figures,
    duckdb_figures,
    duckdb_loaded,
    exported,
    polars_figures,
    polars_loaded,
)
from tests.bench.filling import MONTHS, YEAR, count, fill, simulated

WEEKS = 52
_ORDERS = 620  # of one month: 13 of them are some 100,000 facts
_NOW = START + YEAR + timedelta(days=10)
_TWENTY_THOUSAND = 1_520
_KEY_RESULTS = tuple(FIGURES)[:5]
_LEADS = ("handover_time", "told_first_rate", "unowned_time", "first_response_time", "proactive_update_rate")


def _shop() -> ik.Shop:
    """The demo's, where each team has its measures."""
    teams = ("warehouse", "after-sales", "billing")
    names = tuple(FIGURES)[5:]
    lines = tuple(
        ik.ScoreboardLine(
            name, 0.5, "up", statistic="p50" if FIGURES[name].statistic == "p50" else "value", team=teams[place % len(teams)]
        )
        for place, name in enumerate(names)
    )
    return evolve(demo_shop(), scoreboard=lines)


def _opened(path: Path) -> ik.Desk:
    return ik.open_desk(f"sqlite:///{path}", _shop(), clock=lambda: _NOW, plugins=[])


def _filled(path: Path, month: Path, copies: int, months: int = MONTHS) -> int:
    _opened(path).close()
    fill(path, month, copies, months=months)
    return count(path)


def _weeks() -> list[int]:
    """The starts of the last 52 complete weeks, and the end of the last."""
    spans = [w for w in windows("week", ZONE, _NOW - timedelta(weeks=WEEKS + 1), _NOW) if w.until <= _NOW][-WEEKS:]
    return [micros(spans[0].from_), *(micros(w.until) for w in spans)]


def _figures(desk: ik.Desk, starts: list[int]) -> Figures:
    """The seventeen figures of 52 weeks, as the desk gives them."""
    zero = datetime.fromtimestamp(0, START.tzinfo)
    since, until = (zero + timedelta(microseconds=at) for at in (starts[0], starts[-1]))
    found: Figures = {}
    for name, asked in FIGURES.items():
        rows = desk.measure(name, by="week", since=since, until=until).rows
        found[name] = {
            place: (row.n, row.p50 if asked.statistic == "p50" else row.value) for place, row in enumerate(rows) if row.n
        }
    return found


def _same(ours: Figures, theirs: Figures) -> bool:
    def near(a: float | None, b: float | None) -> bool:
        return a == b or (a is not None and b is not None and abs(a - b) <= 1e-6 * max(1.0, abs(a)))

    return all(
        ours[name].keys() == theirs[name].keys()
        and all(ours[name][k][0] == theirs[name][k][0] and near(ours[name][k][1], theirs[name][k][1]) for k in ours[name])
        for name in FIGURES
    )


def _set_goal(desk: ik.Desk) -> None:
    first = (START + timedelta(days=7)).date()
    drafts = tuple(
        ik.KeyResultDraft(
            measure=name,
            start=86_400.0 if FIGURES[name].statistic == "p50" else 0.5,
            target=3_600.0 if FIGURES[name].statistic == "p50" else 0.1 if name == "incident_rate" else 0.9,
            statistic="p50" if FIGURES[name].statistic == "p50" else "value",
            lead_measures=(lead,),
            team="after-sales",
            owner="ana",
        )
        for name, lead in zip(_KEY_RESULTS, _LEADS, strict=True)
    )
    desk.objectives.set(
        ik.ObjectiveDraft(
            "Customers hear it from us first",
            "wildly_important",
            owner="ana",
            since=first,
            until=first + timedelta(weeks=WEEKS + 8),
            key_results=drafts,
        ),
        at=START,
    )


def _timed(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return perf_counter() - begun


def _kept(desk: ik.Desk, rounds: int) -> float:
    return median(_timed(desk.scoreboard) for _ in range(rounds))


def _checked(folder: Path) -> None:
    """Whether facts that are copied are those that commands write."""
    month, copy = folder / "real.db", folder / "copied.db"
    simulated(month, _TWENTY_THOUSAND)
    facts = _filled(copy, month, 1, months=1)
    starts = _weeks()
    starts = [at - micros(START + YEAR) + micros(START + timedelta(days=28)) for at in starts]
    with _opened(month) as real, _opened(copy) as copied:
        same = _same(_figures(real, starts), _figures(copied, starts))
    print(f"{facts:,} facts that commands wrote, and a copy of them: {'the same figures' if same else 'OTHER FIGURES'}")


def bench(folder: Path, facts: int, rounds: int) -> None:
    """Fill, measure, and print."""
    _checked(folder)
    month = folder / "month.db"
    simulated(month, _ORDERS)
    copies = round(facts / count(month) / MONTHS) * MONTHS
    small, large = folder / "small.db", folder / "large.db"
    sizes = _filled(small, month, MONTHS), _filled(large, month, copies)
    starts, now = _weeks(), micros(_NOW)
    with _opened(small) as few, _opened(large) as many:
        for desk in (few, many):
            _set_goal(desk)
        first = [_timed(desk.scoreboard) for desk in (few, many)]
        again = [_kept(desk, rounds) for desk in (few, many)]
        for size, cold, warm in zip(sizes, first, again, strict=True):
            print(f"{size:>12,} facts: the first board {cold:7.2f} s, every further one {warm * 1000:6.1f} ms")
        print(f"every further board: {again[1] / again[0]:.2f} times the time at {sizes[0]:,}")
        with ik.open_desk(f"sqlite:///{large}", _shop(), clock=lambda: _NOW + timedelta(seconds=1), plugins=[]) as desk:
            cold = _cold(desk, large, starts)
            ours = _figures(desk, starts)
            warm = median(_timed(lambda: _figures(desk, starts)) for _ in range(rounds))
    _beside(folder, large, starts, now, ours, cold, warm)


def _cold(desk: ik.Desk, store: Path, starts: list[int]) -> float:
    with sqlite3.connect(store) as connection:
        connection.execute("DELETE FROM figures")
    return _timed(lambda: _figures(desk, starts))


def _beside(folder: Path, store: Path, starts: list[int], now: int, ours: Figures, cold: float, warm: float) -> None:
    tables = folder / "tables"
    tables.mkdir()
    exported(store, tables)
    print(f"seventeen figures of {WEEKS} weeks{'':12}{'s':>9}{'ratio to ours anew':>21}  figures")
    print(f"{'ours, anew (SQLite, on disk)':40}{cold:9.3f}{1.0:21.2f}")
    print(f"{'ours, finished weeks kept':40}{warm:9.3f}{warm / cold:21.4f}")
    database, frames = duckdb_loaded(tables), polars_loaded(tables)
    peers: dict[str, Callable[[], Figures]] = {
        "DuckDB, in memory, 2 threads": lambda: duckdb_figures(database, starts, now),
        "Polars, in memory": lambda: polars_figures(frames, starts, now),
    }
    for name, work in peers.items():
        theirs = work()
        took = min(_timed(work) for _ in range(3))
        print(f"{name:40}{took:9.3f}{took / cold:21.2f}  {'the same' if _same(ours, theirs) else 'OTHERS'}")


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--facts", type=int, default=10_000_000, help="how many facts the large store has")
    parser.add_argument("--rounds", type=int, default=15, help="boards that count, once weeks are kept")
    parser.add_argument("--folder", type=Path, help="where the stores lie while it runs; default: the system's own")
    asked = parser.parse_args()
    with TemporaryDirectory(dir=asked.folder) as folder:
        bench(Path(folder), asked.facts, asked.rounds)


if __name__ == "__main__":
    main()
