"""Workers that are killed while they send: what they had is done by others, once, or named as in doubt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy, faults
from tests.desk.sending_worker import KINDS, Counting
from tests.desk.world import SHOP, placed

ROOT = Path(__file__).parents[2]


class Crew:
    """Some workers on one store, each a process."""

    def __init__(self, url: str, file: Path, kind: str, chance: Random) -> None:
        self.killed = 0
        self._command = [sys.executable, "-m", "tests.desk.sending_worker", url, str(file), kind]
        self._chance = chance

    def work(self, workers: int, minutes: int, kills: Sequence[int] = (), limit: int = 0) -> None:
        """Let them work until nothing is left for them; one is killed after each so many messages.

        Args:
            minutes: how far ahead of the time their clocks are.
            limit: how much each of them sends at the most; 0 for all.
        """
        life, end = os.pipe()
        command = [*self._command, str(minutes), str(limit)]
        crew = [subprocess.Popen(command, stdout=end, cwd=ROOT) for _ in range(workers)]
        os.close(end)
        with os.fdopen(life, "rb", buffering=0) as signs:
            for after in kills:
                if len(_read(signs, after)) < after:
                    break
                self._kill(crew)
            while signs.read(4096):
                pass
        for worker in crew:
            worker.wait()

    def _kill(self, crew: list[subprocess.Popen[bytes]]) -> None:
        alive = [worker for worker in crew if worker.poll() is None]
        if alive:
            one = self._chance.choice(alive)
            one.kill()
            one.wait()
            self.killed += 1


def _read(signs: object, count: int) -> bytes:
    found = b""
    while len(found) < count and (more := signs.read(count - len(found))):  # type: ignore[attr-defined]
        found += more
    return found


def orders(url: str, count: int) -> None:
    """So many orders, each with a message to send."""
    with open_desk(url, SHOP, plugins=(Counting(Path("none"), "once-only"),)) as desk, desk.batch():
        for _ in range(count):
            placed(desk)


def check(url: str, channel: Counting, count: int, killed: int) -> None:
    """Every message is done or in doubt, at most one in doubt for each that was killed; none went out twice or is missing."""
    copy, sent = Copy(url), channel.keys()
    rows = copy.tables["intents"]
    states = Counter(row["state"] for row in rows)
    doubtful = {row["key"] for row in rows if row["state"] == "unknown"}

    assert count == states["done"] + states["unknown"]
    assert states["unknown"] <= (killed if channel.features == KINDS["once-only"] else 0)
    assert {row["key"] for row in rows} - doubtful <= set(sent)
    if not channel.features.idempotent:
        assert len(sent) == len(set(sent))
    assert [] == faults(copy, SHOP)


def crash(url: str, folder: Path, kind: str, count: int, kills: Sequence[Sequence[int]], workers: int, limit: int = 0) -> int:
    """Work off so many messages, killing on the way; how many were killed."""
    file = folder / "sent"
    orders(url, count)
    crew = Crew(url, file, kind, Random(count))
    for turn, some in enumerate(kills):
        crew.work(workers, 3 * turn, some, limit)
    crew.work(1, 3 * len(kills))
    crew.work(1, 3 * len(kills) + 3)
    check(url, Counting(file, kind), count, crew.killed)
    return crew.killed


@pytest.mark.parametrize("kind", [*KINDS])
def test_workers_are_killed(store_url: str, tmp_path: Path, kind: str) -> None:
    """Two of two workers, in the midst of their work, on each kind of store."""
    assert 1 <= crash(store_url, tmp_path, kind, 40, [(7, 9)], 2)


@pytest.mark.long
@pytest.mark.parametrize("kind", [*KINDS])
def test_many_workers_are_killed_again_and_again(store_url: str, tmp_path: Path, kind: str) -> None:
    """Four workers, of whom three are killed at some instant in each of ten rounds."""
    chance = Random(kind)
    kills = [[chance.randint(1, 90) for _ in range(3)] for _ in range(10)]

    assert 10 <= crash(store_url, tmp_path, kind, 3_000, kills, 4, limit=100)
