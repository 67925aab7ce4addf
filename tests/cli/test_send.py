"""Sending from the command line: one worker or several, once or on and on, and a stop that leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.cli.crew import Crew, Stop, Task, Voice, work
from incidentkit.desk.sending import SendReport
from incidentkit.errors import StoreBusy
from incidentkit.testing._audit import Copy, faults
from tests.cli.running import environment, run

MAIN = "import signal, sys; from incidentkit.cli import main; sys.exit(main())"
SHOP = ik.Shop(language="en")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a dozen messages that are due."""
    file = tmp_path / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP) as desk, desk.batch():
        for number in range(12):
            customer = ik.Customer(f"c-{number}", email=f"c{number}@example.com")
            desk.orders.place(customer=customer, lines=[ik.Line("mug", 1, "9.90")])
    return file


def mails(store: Path) -> int:
    """How many have arrived."""
    return len(list((store.parent / "maildir" / "new").glob("*")))


def states(store: Path) -> set[str]:
    """Where the messages stand."""
    return {row["state"] for row in Copy(store).tables["intents"]}


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says until it has said these words; a process that ends without them fails the test."""
    assert process.stdout is not None
    said = ""
    while words not in said:
        line = process.stdout.readline()
        assert line, f"it ended before it said {words!r}"
        said += line
    return said


@contextmanager
def started(*args: object) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, which is ended in the end."""
    command = [sys.executable, "-u", "-c", MAIN, "send", *map(str, args)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment({})) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_is_due_is_sent(store: Path) -> None:
    """And said, by what became of it."""
    answer = run("send", "--store", store)

    assert (0, 12) == (answer.code, mails(store))
    assert "12 messages" in answer.out
    assert "12 × handed over" in answer.out


def test_it_speaks_spanish(store: Path) -> None:
    """As every command does."""
    assert "12 × entregados" in run("send", "--store", store, "--lang", "es").out


def test_the_limit_is_kept(store: Path) -> None:
    """So many, and no more."""
    assert (0, 5) == (run("send", "--store", store, "--limit", 5).code, mails(store))


def test_it_answers_as_json(store: Path) -> None:
    """A count for everything that can become of a message."""
    answer = run("send", "--store", store, "--json").json
    del answer["as_of"]

    assert {"stopped": False, "done": 12} == {name: count for name, count in answer.items() if count or name == "stopped"}
    assert {"done", "retried", "deferred", "suppressed", "failed", "unknown", "stopped", "payments"} == answer.keys()


def test_several_workers_share_the_work(store: Path) -> None:
    """Each message goes out once, and their counts are one."""
    answer = run("send", "--store", store, "--workers", 2, "--json")

    assert (0, 12, 12) == (answer.code, answer.json["done"], mails(store))
    assert [] == faults(Copy(store), SHOP)


def test_several_workers_keep_one_limit(store: Path) -> None:
    """Together, not each; none is started for nothing."""
    assert 1 == run("send", "--store", store, "--workers", 3, "--limit", 1, "--json").json["done"]


def test_a_worker_that_fails_is_told_of(tmp_path: Path) -> None:
    """In words, whatever the others do."""
    crew = Crew(Task(str(tmp_path / "gone.db"), None, None, None), 2)
    crew.run(Stop(), Voice(lambda _: None, lambda _: None, lambda _: None))

    assert 2 == len(crew.failures)
    assert all("must be there" in failure for failure in crew.failures)


def test_a_command_whose_worker_fails_has_failed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the others did is shown, and what went wrong."""
    monkeypatch.setattr(Crew, "run", lambda crew, *_: crew.failures.append("worker 1: broken"))
    answer = run("send", "--store", store, "--workers", 2)

    assert (1, "worker 1: broken\n") == (answer.code, answer.err)
    assert "0 messages" in answer.out


@pytest.mark.parametrize("every", [None, 5])
def test_a_watch_outlives_a_store_that_is_away(store: Path, monkeypatch: pytest.MonkeyPatch, every: int | None) -> None:
    """It says so, and looks again; without --watch the command fails."""
    said: list[str] = []
    stop = Stop()
    looks = iter([StoreBusy("The store", "must keep its connection"), None])

    def away(*_: object, **__: object) -> SendReport:
        error = next(looks)
        if error is not None:
            raise error
        stop.say()
        return SendReport()

    monkeypatch.setattr(Stop, "wait", lambda *_: None)
    monkeypatch.setattr("incidentkit.desk.desk.Desk.send_due", away)
    with ik.open_desk(f"sqlite:///{store}") as desk, nullcontext() if every else pytest.raises(StoreBusy):
        work(desk, Task(str(store), None, None, every), stop, Voice(lambda _: None, lambda _: None, said.append))

    assert bool(every) == bool(said)
    assert all("must keep its connection" in text for text in said)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_ends_when_it_is_told_to(store: Path, workers: int, number: signal.Signals) -> None:
    """It says what it did, leaves nothing claimed, and that is no failure."""
    with started("--store", store, "--watch", "--every", 600, "--workers", workers) as process:
        assert process.stdout is not None
        said = read_until(process, "handed over")
        os.kill(process.pid, number)
        said += process.stdout.read()

    assert (0, 12) == (process.wait(), mails(store))
    assert "Stopped after" in said
    assert {"done"} == states(store)


def test_a_watch_takes_up_what_comes(store: Path) -> None:
    """Messages that are planned while it runs go out too."""
    with started("--store", store, "--watch", "--every", 1) as process:
        read_until(process, "handed over")
        with ik.open_desk(f"sqlite:///{store}") as desk:
            desk.orders.place(customer=ik.Customer("c", email="c@example.com"), lines=[ik.Line("mug", 1, "9.90")])
        read_until(process, "1 × handed over")

    assert 13 == mails(store)
