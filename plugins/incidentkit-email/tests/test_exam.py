"""The exam: workers are killed and the server is stopped at random, and every message arrives once or is named as in doubt.

What arrived is counted in Dovecot. Which worker sends what, and where it dies, differs from run to run; the counts hold in all.
Postfix keeps what it has until the last worker is done: killed while it hands a mail to Dovecot, it would hand it over again,
and what the two do between themselves is not examined here.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import define, field, frozen
from sqlalchemy import create_engine, text

import incidentkit as ik
from incidentkit.mail import digest
from tests.services.mail import DOMAIN, PASSWORD, MailServer, mail_server
from tests.services.postgresql import postgresql, schema

BEGAN = datetime(2026, 5, 4, 10, tzinfo=UTC)
WORKER = Path(__file__).with_name("exam_worker.py")
OVER = frozenset({"done", "unknown"})
_SHOP = """
[shop]
name = "Casa Lumbre"
sender = "shop@{domain}"
channel = "email"

[plugins.email]
host = "localhost"
port = {port}
user = "shop"
password = {{ env = "INCIDENTKIT_EXAM_PASSWORD" }}
ca_file = "{ca_file}"
timeout = "20s"
patience = "20s"
"""
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


@frozen
class Plan:
    """How hard it is made.

    Args:
        kills, stops: how often a worker is killed, and the server stopped and started, as long as there is something to send.
    """

    messages: int
    workers: int
    kills: int
    stops: int


@frozen
class Result:
    """What came of it.

    Args:
        states: by key, where each message stands in the record.
        arrived: by Message-ID, how often Dovecot holds it.
        kills, stops: how often that was done.
    """

    states: dict[str, str]
    arrived: Counter[str]
    kills: int
    stops: int
    seconds: float

    def wrong(self) -> dict[str, list[str]]:
        """Keys by what is wrong with them; empty lists where nothing is."""
        name = {key: f"<{digest(key)[:32]}@{DOMAIN}>" for key in self.states}
        return {
            "twice": [key for key in self.states if self.arrived[name[key]] > 1],
            "done, and not there": [k for k, state in self.states.items() if state == "done" and not self.arrived[name[k]]],
            "neither done nor in doubt": [key for key, state in self.states.items() if state not in OVER],
            "there, and nobody's": sorted(set(self.arrived) - set(name.values())),
        }

    @property
    def doubtful(self) -> int:
        """Messages of which the record says that nobody knows."""
        return sum(state == "unknown" for state in self.states.values())


@define
class _Exam:
    """Workers on one store, and what is done to them."""

    order: dict[str, str]
    server: MailServer
    chance: random.Random
    workers: list[subprocess.Popen[str]] = field(factory=list)
    kills: int = 0
    stops: int = 0

    def keep_up(self, wanted: int) -> None:
        """So many living workers."""
        for worker in [worker for worker in self.workers if worker.poll() is not None]:
            self.workers.remove(worker)
            self.end(worker)
        while len(self.workers) < wanted:
            self.workers.append(self._worker())

    def _worker(self) -> subprocess.Popen[str]:
        command = [sys.executable, str(WORKER), json.dumps(self.order)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)

    def kill_one(self, longest: float) -> None:
        """Kill -9 one of them, some time after it began to work."""
        victim = self.chance.choice(self.workers)
        assert victim.stdout is not None
        victim.stdout.readline()
        with suppress(subprocess.TimeoutExpired):
            victim.wait(self.chance.uniform(0, longest))
        self.kills += victim.poll() is None
        victim.kill()
        self.workers.remove(victim)
        self.end(victim)

    def stop_server(self) -> None:
        """Stop it at once, and start it again."""
        self.stops += 1
        self.server.stop(abruptly=self.chance.random() < 0.5)
        self.server.start()

    def run_out(self) -> None:
        """Let those that live come to their end, and move the clock beyond leases and waits."""
        for worker in self.workers:
            self.end(worker)
        self.workers.clear()
        moved = Path(self.order["moved"])
        moved.write_text(str(float(moved.read_text()) + 600))

    def clear(self) -> None:
        """End those that are left, whatever they do."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
            if worker.stdout is not None:
                worker.stdout.close()

    @staticmethod
    def end(worker: subprocess.Popen[str]) -> None:
        """Wait for it. One that fails, where it was not killed, ends the exam."""
        code = worker.wait(900)
        if worker.stdout is not None:
            worker.stdout.close()
        assert code in (0, -signal.SIGKILL), f"a worker ended with {code}"


def _examine(url: str, server: MailServer, folder: Path, plan: Plan, seed: int) -> Result:
    shop, moved = folder / "shop.toml", folder / "moved"
    shop.write_text(_SHOP.format(domain=DOMAIN, port=server.submission, ca_file=server.ca_file))
    moved.write_text("0")
    with ik.open_desk(url, ik.load_shop(shop), clock=lambda: BEGAN) as desk, desk.batch():
        for number in range(plan.messages):
            eva = ik.Customer(f"c-{number}", name="Eva", email=f"ana+{number}@{DOMAIN}")
            desk.orders.place(customer=eva, lines=[ik.Line("lamp", 1, "45.00")], number=str(number))
    server.hold()
    epoch, begun = str(time.time()), time.monotonic()
    order = {"url": url, "shop": str(shop), "moved": str(moved), "began": BEGAN.isoformat(), "epoch": epoch}
    exam = _Exam(order, server, random.Random(seed))
    actions = ["kill"] * plan.kills + ["stop"] * plan.stops
    exam.chance.shuffle(actions)
    try:
        while not _over(url):
            exam.keep_up(plan.workers)
            if not actions:
                exam.run_out()
            elif actions.pop() == "kill":
                exam.kill_one(min(0.1 + plan.messages / 2000, 2.0))
            else:
                exam.stop_server()
    finally:
        exam.clear()
    seconds = time.monotonic() - begun
    server.release()
    server.settle()
    found = (_MESSAGE_ID.search(mail) for mail in server.mails("ana"))
    arrived = Counter(name[1].decode() for name in found if name is not None)
    return Result(_states(url), arrived, exam.kills, exam.stops, seconds)


def _states(url: str) -> dict[str, str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            return {row.key: row.state for row in connection.execute(text("SELECT key, state FROM intents"))}
    finally:
        engine.dispose()


def _over(url: str) -> bool:
    return not {"planned", "claimed"} & set(_states(url).values())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A pair of servers for one exam."""
    monkeypatch.setenv("INCIDENTKIT_EXAM_PASSWORD", PASSWORD)
    with mail_server() as found:
        yield found


@contextmanager
def _store(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'shop.db'}"
        return
    with postgresql() as found, schema(found) as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(messages=120, workers=2, kills=4, stops=1), id="small"),
        pytest.param(Plan(messages=10_000, workers=4, kills=40, stops=6), id="whole", marks=pytest.mark.long),
    ],
)
def test_each_message_arrives_once_or_stands_as_unknown(
    kind: str, plan: Plan, server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """None twice, none missing without a word; in doubt at most one for each worker that was killed or cut off."""
    seed = int(os.environ.get("INCIDENTKIT_EXAM_SEED", "7"))
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder, _store(kind, Path(folder)) as url:
        result = _examine(url, server, Path(folder), plan, seed)
    with capsys.disabled():
        sys.stdout.write(f"\n{kind}: {plan.messages} messages, {result.kills} kills, stopped {result.stops} times: ")
        sys.stdout.write(f"{sum(result.arrived.values())} arrived, {result.doubtful} in doubt, ")
        sys.stdout.write(f"{result.seconds:.0f} s\n")

    assert plan.messages == len(result.states)
    assert {} == {fault: keys for fault, keys in result.wrong().items() if keys}
    assert result.doubtful <= result.kills + result.stops * plan.workers
