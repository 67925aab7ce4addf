"""Prints how many durable commands on an incident are done per second, as a ratio to the package `eventsourcing`.

Run it as ``python -m tests.bench.command [--rounds N] [--size N]``; it needs ``pip install eventsourcing``. It judges nothing.

One command of ours reads the case, decides, and writes the event, the words, the message to the customer, the case as it is
then, and the facts that measures are computed from. Theirs loads an aggregate, triggers one event and saves it. All sides
begin each round with fresh subjects of one event, change each once, and take turns in the same run on the same disk, so that
whatever slows the machine slows all. Durability is the same: on SQLite a write-ahead log with ``synchronous=FULL``, on
PostgreSQL what the server is set to that INCIDENTKIT_POSTGRES_URL names. A ratio is theirs ÷ ours in time, the median of all
rounds: above 1, ours is quicker. Beside them stands what no command can beat: the driver alone, one insert and one commit.

What the upkeep of facts and marks costs is the difference to the same commands without it. With ``--grow N`` the store is
filled up to N events, and what is done one by one is measured once more: it should cost the same.
"""

from __future__ import annotations

import argparse
import gc
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from unittest import mock
from uuid import uuid4

from attrs import frozen

import incidentkit as ik
from incidentkit.store.unit import Unit

Subjects = list[Any]
Act = Callable[[Subjects], None]

URL_VARIABLE = "INCIDENTKIT_POSTGRES_URL"
KINDS = ("log_conversation", "hand_over", "amend", "notify")

# --- Ours --------------------------------------------------------------------------------------------------------

# Nobody looks on at theirs either.
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "after-sales")), blocked_plugins=("opentelemetry",))
LINE = ik.Line("mug", 2, "9.90")


def _customer() -> ik.Customer:
    key = uuid4().hex
    return ik.Customer(key, name="Eva", email=f"{key}@example.com")


class Ours:
    """A desk, and what is done at it."""

    def __init__(self, url: str) -> None:
        self.desk = ik.open_desk(url, SHOP)

    def orders(self, size: int) -> Subjects:
        """Fresh orders, each of one event, of a customer of its own."""
        with self.desk.batch():
            return [self.desk.orders.place(customer=_customer(), lines=[LINE]).id for _ in range(size)]

    def cases(self, size: int) -> Subjects:
        """Fresh cases, each of one event, on an order of its own."""
        orders = self.orders(size)
        with self.desk.batch():
            return [self.desk.incidents.report(order, "out_of_stock", "None left.").id for order in orders]

    def change(self, kind: str, case: str, key: str | None = None) -> None:
        """One command on a case."""
        incidents = self.desk.incidents
        match kind:
            case "log_conversation":
                incidents.log_conversation(case, channel="phone", summary="She takes the blue one.", by="ana", key=key)
            case "hand_over":
                incidents.hand_over(case, to="leo", by="ana", key=key)
            case "amend":
                incidents.amend(case, reason="Seen in the stock room.", cause="oversold", by="ana", key=key)
            case _:
                incidents.notify(case, by="ana", key=key)

    def one_by_one(self, cases: Subjects) -> None:
        """The four kinds in turn."""
        for place, case in enumerate(cases):
            self.change(KINDS[place % len(KINDS)], case)

    def with_keys(self, cases: Subjects) -> None:
        """The same, each under an idempotency key."""
        for place, case in enumerate(cases):
            self.change(KINDS[place % len(KINDS)], case, key=f"key-{case}")

    def without_facts(self, cases: Subjects) -> None:
        """The same, with no facts written and no figure marked as stale."""
        with mock.patch.object(Unit, "_fact_writes", return_value=()):
            self.one_by_one(cases)

    def grow(self, events: int) -> None:
        """Fill the store up to that many events."""
        for _ in range(events // 300):
            self.in_one_batch(self.cases(100))

    def in_one_batch(self, cases: Subjects) -> None:
        """The same in one transaction."""
        with self.desk.batch():
            self.one_by_one(cases)

    def only(self, kind: str) -> Act:
        """One kind throughout."""

        def act(cases: Subjects) -> None:
            for case in cases:
                self.change(kind, case)

        return act

    def report(self, orders: Subjects) -> None:
        """A new case on an order that is there."""
        for order in orders:
            self.desk.incidents.report(order, "out_of_stock", "None left.", by="ana")

    def close(self) -> None:
        """Let go of the store."""
        self.desk.close()


# --- Theirs ------------------------------------------------------------------------------------------------------


@cache
def _aggregate() -> Any:
    theirs = import_module("eventsourcing.domain")

    class Case(theirs.Aggregate):  # type: ignore[misc, name-defined]
        @theirs.event("Reported")  # type: ignore[untyped-decorator]
        def __init__(self, description: str) -> None:
            self.description = description
            self.said: list[str] = []

        @theirs.event("Told")  # type: ignore[untyped-decorator]
        def tell(self, summary: str) -> None:
            self.said.append(summary)

    # What is stored is found again by module and name.
    for kind in (Case, *(value for value in vars(Case).values() if isinstance(value, type))):
        kind.__qualname__ = kind.__qualname__.rpartition("<locals>.")[2]
    globals()["Case"] = Case
    return Case


class Theirs:
    """An application of `eventsourcing` with one small aggregate, and no snapshots."""

    def __init__(self, env: dict[str, str]) -> None:
        self.case: Any = _aggregate()
        self.app: Any = import_module("eventsourcing.application").Application(env=env)

    def cases(self, size: int) -> Subjects:
        """Fresh aggregates, each of one event."""
        made = [self.case("None left.") for _ in range(size)]
        self.app.save(*made)
        return [case.id for case in made]

    def one_by_one(self, cases: Subjects) -> None:
        """Load, trigger, save."""
        for case_id in cases:
            case = self.app.repository.get(case_id)
            case.tell("She takes the blue one.")
            self.app.save(case)

    def in_one_batch(self, cases: Subjects) -> None:
        """Load and trigger each, save all in one transaction."""
        loaded = [self.app.repository.get(case_id) for case_id in cases]
        for case in loaded:
            case.tell("She takes the blue one.")
        self.app.save(*loaded)

    def close(self) -> None:
        """Let go of the store."""
        self.app.close()


# --- The driver alone --------------------------------------------------------------------------------------------

ROW = ("default", "incident.conversation_logged", '{"conversation":"conversation-1","channel":"phone","agent":"ana"}')


class Raw:
    """A connection, and one insert and one commit for each subject, as durable as the others."""

    def __init__(self, connection: Any, mark: str) -> None:
        self.connection = connection
        self.insert = f"INSERT INTO events VALUES ({', '.join([mark] * (len(ROW) + 1))})"
        connection.execute("CREATE TABLE events (id TEXT PRIMARY KEY, tenant TEXT, type TEXT, data TEXT)")
        connection.commit()

    @staticmethod
    def ids(size: int) -> Subjects:
        """Fresh ids."""
        return [uuid4().hex for _ in range(size)]

    def one_by_one(self, ids: Subjects) -> None:
        """Insert, commit."""
        for each in ids:
            self.connection.execute(self.insert, (each, *ROW))
            self.connection.commit()


@contextmanager
def raw_on_sqlite(folder: Path) -> Iterator[Raw]:
    """On a file of its own."""
    connection = sqlite3.connect(folder / "raw.db")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        yield Raw(connection, "?")
    finally:
        connection.close()


@contextmanager
def raw_on_postgresql(url: str) -> Iterator[Raw]:
    """In a schema of its own, which is dropped afterwards."""
    name = f"bench_raw_{uuid4().hex}"
    with import_module("psycopg").connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"SET search_path TO {name}")
        try:
            yield Raw(connection, "%s")
        finally:
            connection.rollback()
            connection.execute(f"DROP SCHEMA {name} CASCADE")


# --- Counting ----------------------------------------------------------------------------------------------------


@contextmanager
def watched(seen: Counter[str]) -> Iterator[None]:
    """Counts the statements of every connection that is opened inside, by their first words.

    SQLite names all of them, BEGIN and COMMIT too, and each row of a statement that is run for many; psycopg those that it is
    told to run, which BEGIN and COMMIT are not.
    """
    connect = sqlite3.connect

    def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda statement: seen.update([_words(statement)]))
        return connection

    with mock.patch("sqlite3.connect", traced), mock.patch("sqlite3.dbapi2.connect", traced), _watched_psycopg(seen):
        yield


@contextmanager
def _watched_psycopg(seen: Counter[str]) -> Iterator[None]:
    if not os.environ.get(URL_VARIABLE):
        yield
        return
    cursor = import_module("psycopg").Cursor
    execute, many = cursor.execute, cursor.executemany

    def said(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        seen.update([_words(_text(self, query))])
        return execute(self, query, *args, **kwargs)

    def said_for_many(self: Any, query: Any, rows: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        seen.update({_words(_text(self, query)): len(rows)})
        return many(self, query, rows, *args, **kwargs)

    with mock.patch.object(cursor, "execute", said), mock.patch.object(cursor, "executemany", said_for_many):
        yield


def _text(cursor: Any, query: Any) -> str:
    return query if isinstance(query, str) else str(query.as_string(cursor))


def _words(statement: str) -> str:
    words = statement.split()
    place = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM"}.get(words[0].upper())
    # The last one: what stands before it are questions within the question.
    after = len(words) - words[::-1].index(place) if place in words else 1
    return " ".join([words[0], *words[after : after + 1]]).split("(")[0]


# --- Measuring ---------------------------------------------------------------------------------------------------


@frozen
class Side:
    """What takes turns: how its subjects are made, what is done to them, and to how many in a turn; 0 for all at once."""

    name: str
    make: Callable[[int], Subjects]
    act: Act
    step: int = 10


def seconds(act: Act, subjects: Subjects) -> tuple[float, float]:
    """How long ``act`` takes, and how much of that in this process, in seconds."""
    start, worked = perf_counter(), process_time()
    act(subjects)
    return perf_counter() - start, process_time() - worked


Times = dict[str, list[tuple[float, float]]]


def sides(ours: Ours, theirs: Theirs, raw: Raw, *, each: bool) -> list[Side]:
    """Everything that is compared."""
    taken = [
        Side("theirs", theirs.cases, theirs.one_by_one),
        Side("ours", ours.cases, ours.one_by_one),
        Side("raw driver", raw.ids, raw.one_by_one),
        Side("ours with keys", ours.cases, ours.with_keys),
        Side("ours without facts", ours.cases, ours.without_facts),
        Side("ours in a batch", ours.cases, ours.in_one_batch, 0),
        Side("theirs in a batch", theirs.cases, theirs.in_one_batch, 0),
    ]
    if each:
        taken += [Side(f"ours, {kind}", ours.cases, ours.only(kind)) for kind in KINDS]
        taken.append(Side("ours, report", ours.orders, ours.report))
    return taken


def measured(taken: list[Side], rounds: int, size: int) -> Times:
    """The seconds per command of each side, round by round."""
    times: Times = {side.name: [] for side in taken}
    for turn in range(rounds + 1):
        took = _round(taken, size)
        if turn:  # the first one warms up
            for name, (wall, worked) in took.items():
                times[name].append((wall / size, worked / size))
    return times


def _round(taken: list[Side], size: int) -> dict[str, tuple[float, float]]:
    """Few commands of each side in turn, until all are done: a disk that is slow for a while is slow for all."""
    subjects = {side.name: side.make(size) for side in taken}
    took = {side.name: (0.0, 0.0) for side in taken}
    gc.collect()
    for start in range(0, size, 10):
        for side in taken:
            now = subjects[side.name][start : start + side.step] if side.step else [] if start else subjects[side.name]
            if now:
                wall, worked = seconds(side.act, now)
                took[side.name] = (took[side.name][0] + wall, took[side.name][1] + worked)
    return took


def counted(taken: list[Side], seen: Counter[str], size: int) -> dict[str, Counter[str]]:
    """The statements of each side for ``size`` commands."""
    found = {}
    for side in taken:
        subjects = side.make(size)
        seen.clear()
        side.act(subjects)
        found[side.name] = Counter(seen)
    return found


def show(title: str, times: Times, said: dict[str, Counter[str]], size: int, *, words: bool) -> None:
    """The table of one database."""
    rounds = len(times["ours"])
    print(f"{title}; {rounds} rounds of {size} commands each; a ratio is theirs ÷ it in time, the median of the rounds")
    print(f"{'':24}{'per second':>11}{'ms':>8}{'ms of CPU':>11}{'ratio':>8}{'lowest':>8}{'highest':>8}{'statements':>12}")
    for name, took in times.items():
        wall, worked = (median(part) for part in zip(*took, strict=True))
        row = f"{1 / wall:11.0f}{wall * 1000:8.3f}{worked * 1000:11.3f}{_ratios(took, times['theirs'])}"
        print(f"{name:24}{row}{said[name].total() / size:12.2f}")
    print(f"{'batch against batch':24}{'':30}{_ratios(times['ours in a batch'], times['theirs in a batch'])}")
    print(f"{'ours beside the driver':24}{'':30}{_ratios(times['ours'], times['raw driver'])}")
    print(f"upkeep of facts: {_upkeep(times):.0%} of a command's CPU time, {_upkeep_said(said) / size:.2f} statements")
    if words:
        for name, found in said.items():
            print(f"\n{name}:")
            print("\n".join(f"  {n / size:6.2f} {what}" for what, n in found.most_common()))


def _upkeep(times: Times) -> float:
    whole, rest = times["ours"], times["ours without facts"]
    return median(1 - b / a for (_, a), (_, b) in zip(whole, rest, strict=True))


def _upkeep_said(said: dict[str, Counter[str]]) -> int:
    return said["ours"].total() - said["ours without facts"].total()


def show_grown(times: Times, events: int) -> None:
    """What is done one by one in a store that was filled."""
    for name, took in times.items():
        wall, worked = (median(part) for part in zip(*took, strict=True))
        row = f"{1 / wall:11.0f}{wall * 1000:8.3f}{worked * 1000:11.3f}{_ratios(took, times['theirs'])}"
        print(f"{f'{name}, {events:,} events':24}{row}")


def _ratios(ours: list[tuple[float, float]], theirs: list[tuple[float, float]]) -> str:
    ratios = [b / a for (a, _), (b, _) in zip(ours, theirs, strict=True)]
    return f"{median(ratios):8.2f}{min(ratios):8.2f}{max(ratios):8.2f}"


# --- The databases -----------------------------------------------------------------------------------------------


@contextmanager
def on_sqlite(folder: Path) -> Iterator[tuple[Ours, Theirs]]:
    """Both sides on files of their own in ``folder``."""
    env = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "theirs.db")}
    ours, theirs = Ours(f"sqlite:///{folder / 'ours.db'}"), Theirs(env)
    with theirs.app.factory.datastore.transaction(commit=False) as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
    if (mode, level) != ("wal", 2):
        raise SystemExit(f"theirs is not as durable as ours: journal_mode={mode}, synchronous={level}")
    try:
        yield ours, theirs
    finally:
        ours.close()
        theirs.close()


@contextmanager
def on_postgresql(url: str) -> Iterator[tuple[Ours, Theirs]]:
    """Both sides in schemas of their own, which are dropped afterwards."""
    psycopg: Any = import_module("psycopg")
    names = [f"bench_{side}_{uuid4().hex}" for side in ("ours", "theirs")]
    with psycopg.connect(url, autocommit=True) as connection:
        info, password = connection.info, connection.info.password
        for name in names:
            connection.execute(f"CREATE SCHEMA {name}")
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": info.dbname,
            "POSTGRES_HOST": info.host,
            "POSTGRES_PORT": str(info.port),
            "POSTGRES_USER": info.user,
            "POSTGRES_PASSWORD": password or "none",
            "POSTGRES_SCHEMA": names[1],
        }
        join = "&" if "?" in url else "?"
        ours, theirs = Ours(f"{url}{join}options=-csearch_path%3D{names[0]}"), Theirs(env)
        try:
            yield ours, theirs
        finally:
            ours.close()
            theirs.close()
            for name in names:
                connection.execute(f"DROP SCHEMA {name} CASCADE")


def bench(title: str, opened: Callable[[], Any], asked: argparse.Namespace) -> None:
    """Measure unwatched, count watched, and print both."""
    with opened() as (ours, theirs, raw):
        taken = sides(ours, theirs, raw, each=asked.each)
        times = measured(taken, asked.rounds, asked.size)
        ours.grow(asked.grow)
        grown = measured(taken[:2], asked.rounds if asked.grow else 0, asked.size)
    seen: Counter[str] = Counter()
    with watched(seen), opened() as (ours, theirs, raw):
        said = counted(sides(ours, theirs, raw, each=asked.each), seen, asked.size)
    show(title, times, said, asked.size, words=asked.statements)
    if asked.grow:
        show_grown(grown, asked.grow)


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where there is one."""
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=15, help="rounds that count; one more comes first")
    parser.add_argument("--size", type=int, default=100, help="commands in a round, and in a batch")
    parser.add_argument("--each", action="store_true", help="also each kind of command alone")
    parser.add_argument("--grow", type=int, default=0, help="fill the store up to so many events, and measure again")
    parser.add_argument("--statements", action="store_true", help="also which statements")
    parser.add_argument("--folder", type=Path, help="where the SQLite files lie while it runs; default: the system's own")
    asked = parser.parse_args()

    def sqlite() -> Iterator[tuple[Ours, Theirs, Raw]]:
        with (
            TemporaryDirectory(dir=asked.folder) as folder,
            on_sqlite(Path(folder)) as pair,
            raw_on_sqlite(Path(folder)) as raw,
        ):
            yield (*pair, raw)

    def postgresql() -> Iterator[tuple[Ours, Theirs, Raw]]:
        with on_postgresql(url or "") as pair, raw_on_postgresql(url or "") as raw:
            yield (*pair, raw)

    bench(f"SQLite {sqlite3.sqlite_version}, write-ahead log, synchronous=FULL", contextmanager(sqlite), asked)
    url = os.environ.get(URL_VARIABLE)
    if url:
        print()
        bench("PostgreSQL", contextmanager(postgresql), asked)


if __name__ == "__main__":
    main()
