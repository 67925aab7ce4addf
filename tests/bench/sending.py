"""Messages a second through the whole engine, beside the no-op jobs of procrastinate and of Celery.

Ours claim, decide, word, hand over to a channel that does nothing, and write the receipt into the record, order by order: one
by one, as for a channel that is neither idempotent nor can be asked, and by the batch. Theirs run a function that does nothing.
Every side works off the same number of messages or jobs that were planned before, in as many processes; the time runs from the
first one's start to the last one's end. procrastinate works on the same PostgreSQL server as ours, Celery on a Redis that keeps
nothing on disk, its results ignored, where ``redis-server`` is there.

Run: python -m tests.bench.sending [--messages N] [--workers 1 4] [--rounds N] [--folder DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import inf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from attrs import frozen

import incidentkit as ik
from incidentkit.hooks import ChannelFeatures, Receipt, ReceiptKind, hookimpl
from incidentkit.ports import AddressKind, Channel, Message
from tests.services.postgresql import postgresql, schema

DURABLE = ("listen_addresses=''", "max_connections=60")
"""The server's own settings: every commit is on the disk."""


@frozen
class Took:
    """Seconds, until the last one was through; and of processor time, in all of them together."""

    wall: float
    cpu: float


Start = Callable[[], tuple[float, float]]
"""Works off what there is; when it began and ended."""


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """When it began and ended."""
    began = perf_counter()
    act()
    return began, perf_counter()


# --- Ours --------------------------------------------------------------------------------------------------------


class Nowhere:
    """A channel that takes everything and does nothing."""

    name = "nowhere"
    address: AddressKind = "email"

    def __init__(self, *, batch: bool) -> None:
        self.features = ChannelFeatures(confirms=False, idempotent=batch)

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """Taken."""
        return Receipt(ReceiptKind.ACCEPTED, message.key[:36])


SHOP = ik.Shop(name="The shop", channel="nowhere", blocked_plugins=("local",))


def fill_ours(url: str, count: int) -> None:
    """So many orders, each with a message that is due."""
    with ik.open_desk(url, SHOP, plugins=(Nowhere(batch=True),)) as desk, desk.batch():
        for number in range(count):
            customer = ik.Customer(f"c-{number}", name="Ana Gil", email=f"c{number}@example.com", language="es")
            desk.orders.place(customer=customer, lines=[ik.Line("mug", 2, "9.90")], number=str(number))


@contextmanager
def ours(url: str, batch: str) -> Iterator[Start]:
    """A worker of ours, ready to start."""
    with ik.open_desk(url, SHOP, plugins=(Nowhere(batch=batch == "batch"),)) as desk:
        yield lambda: timed(desk.send_due)


# --- Theirs ------------------------------------------------------------------------------------------------------


def procrastinate_app(url: str) -> Any:
    """An app of procrastinate's with a job that does nothing."""
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    theirs: Any = import_module("procrastinate")
    app = theirs.App(connector=theirs.PsycopgConnector(conninfo=url))

    async def nothing(number: int) -> None:
        pass

    app.task(name="nothing")(nothing)
    return app


def fill_procrastinate(url: str, count: int) -> None:
    """Its tables, and so many jobs."""

    async def fill() -> None:
        app = procrastinate_app(url)
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            await app.tasks["nothing"].batch_defer_async(*({"number": number} for number in range(count)))

    asyncio.run(fill())


@contextmanager
def procrastinate(url: str, _: str) -> Iterator[Start]:
    """A worker of procrastinate's, ready to start."""

    async def work() -> None:
        app = procrastinate_app(url)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    yield lambda: timed(lambda: asyncio.run(work()))


@cache
def celery_app(url: str) -> Any:
    """An app of Celery's with a job that does nothing."""
    theirs: Any = import_module("celery")
    app = theirs.Celery("bench", broker=url)
    app.conf.update(task_ignore_result=True, worker_redirect_stdouts=False, broker_connection_retry_on_startup=True)

    def nothing(number: int) -> None:
        pass

    app.task(name=f"nothing of {url}")(nothing)
    return app


def fill_celery(url: str, count: int) -> None:
    """So many jobs."""
    task = celery_app(url).tasks[f"nothing of {url}"]
    with task.app.producer_pool.acquire() as producer:
        for number in range(count):
            task.apply_async((number,), producer=producer)


@contextmanager
def celery(url: str, _: str) -> Iterator[Start]:
    """A worker of Celery's, which stops when its queue is empty; its time runs from its first job to its last."""
    app, signals = celery_app(url), import_module("celery.signals")
    redis: Any = import_module("redis").Redis(unix_socket_path=url.partition("://")[2])
    times: list[float] = []

    def note(**_: Any) -> None:
        times.append(perf_counter())

    def end(worked: float) -> None:
        while redis.llen("celery") or redis.hlen("unacked"):
            threading.Event().wait(0.05)
        tell((times[0], times[-1]) if times else (inf, 0), worked)
        os._exit(0)  # a worker of Celery's does not come back

    def work() -> tuple[float, float]:
        signals.task_prerun.connect(note, weak=False)
        signals.task_postrun.connect(note, weak=False)
        threading.Thread(target=end, args=(process_time(),), daemon=True).start()
        app.Worker(pool="solo", loglevel="ERROR", without_gossip=True, without_mingle=True, without_heartbeat=True).start()
        raise SystemExit("Celery's worker has stopped too early")

    yield work


WORKERS: dict[str, Callable[[str, str], Any]] = {"ours": ours, "procrastinate": procrastinate, "celery": celery}


# --- Measuring ---------------------------------------------------------------------------------------------------


def be_worker(kind: str, url: str, how: str) -> None:
    """One process: ready, waiting for the signal, and what it took."""
    with WORKERS[kind](url, how) as start:
        print("ready", flush=True)
        sys.stdin.readline()
        worked = process_time()
        tell(start(), worked)


def tell(times: tuple[float, float], worked: float) -> None:
    """Say what it took: when it began and ended, and the processor time since that was so much."""
    print(json.dumps({"began": times[0], "ended": times[1], "cpu": process_time() - worked}), flush=True)


def measured(kind: str, url: str, how: str, workers: int) -> Took:
    """So many processes at once, started when all are ready."""
    command = [sys.executable, "-m", "tests.bench.sending", "--worker", kind, url, how]
    # What a worker says for people goes elsewhere.
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    crew: list[Any] = [subprocess.Popen(command, **pipes) for _ in range(workers)]
    try:
        for process in crew:
            heard(process, "ready")
        for process in crew:
            process.stdin.write("\n")
            process.stdin.flush()
        said = [json.loads(heard(process, "{")) for process in crew]
    finally:
        for process in crew:
            process.kill()
            process.wait()
    wall = max(each["ended"] for each in said) - min(each["began"] for each in said)
    return Took(wall, sum(each["cpu"] for each in said))


def heard(process: Any, beginning: str) -> str:
    """The next line of a process that begins so."""
    for line in process.stdout:
        if line.startswith(beginning):
            return str(line)
    raise SystemExit(f"a worker ended without a word: {process.args}")


@frozen
class Side:
    """What is compared: where it works, how it is filled, and how it works it off."""

    name: str
    kind: str
    place: Callable[[], Any]
    fill: Callable[[str, int], None]
    how: str = ""

    def round(self, count: int, workers: int) -> Took:
        """Fill a new place, and work it off."""
        with self.place() as url:
            self.fill(url, count)
            return measured(self.kind, url, self.how, workers)


@contextmanager
def file(folder: Path | None) -> Iterator[str]:
    """The URL of a new SQLite store."""
    with TemporaryDirectory(dir=folder) as place:
        yield f"sqlite:///{place}/shop.db"


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis that keeps nothing."""
    with TemporaryDirectory() as folder:
        socket = f"{folder}/socket"
        command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            while "accept connections" not in server.stdout.readline():
                pass
            try:
                yield f"redis+socket://{socket}"
            finally:
                server.terminate()


def sides(server: str | None, folder: Path | None) -> list[Side]:
    """Everything that can be compared here; theirs first."""
    found = []
    if server is not None and find_spec("procrastinate"):
        found.append(Side("procrastinate", "procrastinate", lambda: schema(server), fill_procrastinate))
    if find_spec("celery") and find_spec("redis") and shutil.which("redis-server"):
        found.append(Side("Celery, Redis", "celery", redis_server, fill_celery))
    for how in ("one by one", "batch"):
        if server is not None:
            found.append(Side(f"ours, PostgreSQL, {how}", "ours", lambda: schema(server), fill_ours, how))
        found.append(Side(f"ours, SQLite, {how}", "ours", lambda: file(folder), fill_ours, how))
    return found


def show(taken: Sequence[Side], times: dict[str, list[Took]], count: int, workers: int) -> None:
    """The table for so many workers: a ratio is theirs ÷ ours in time, round by round, the median of them."""
    peers = [side.name for side in taken if side.kind != "ours"]
    print(f"\n{workers} worker{'s' * (workers > 1)}, {count:,} messages, {len(times[taken[0].name])} rounds")
    print(f"{'':28}{'per second':>12}{'µs of CPU':>11}" + "".join(f"{'÷ ' + peer:>18}" for peer in peers))
    for name, took in times.items():
        rate, cpu = count / median(t.wall for t in took), 1e6 * median(t.cpu for t in took) / count
        ratios = (median(p.wall / t.wall for p, t in zip(times[peer], took, strict=True)) for peer in peers)
        print(f"{name:28}{rate:12,.0f}{cpu:11.0f}" + "".join(f"{ratio:18.2f}" for ratio in ratios))


def main() -> None:
    """Measure every side, round by round in turn, so that a slow minute is slow for all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--messages", type=int, default=2_000, help="in each round")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the SQLite files lie while it runs; default: the system's own")
    parser.add_argument("--worker", nargs=3, metavar=("KIND", "URL", "HOW"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.worker:
        be_worker(*asked.worker)
        return
    with ExitStack() as stack:
        server = stack.enter_context(postgresql(DURABLE)) if find_spec("psycopg") else None
        taken = sides(server, asked.folder)
        for workers in asked.workers:
            times: dict[str, list[Took]] = {side.name: [] for side in taken}
            for _ in range(asked.rounds):
                for side in taken:
                    times[side.name].append(side.round(asked.messages, workers))
            show(taken, times, asked.messages, workers)
    os.sync()


if __name__ == "__main__":
    main()
