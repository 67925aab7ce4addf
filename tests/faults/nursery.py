"""Forks processes from one that has everything loaded, and kills them: a life costs milliseconds instead of a second.

As a program, ``python -m tests.faults.nursery``, it takes one request a line, and answers with two: when everybody is at work,
and when everybody has ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from attrs import frozen

__all__ = ["Life", "Nursery", "nursery"]

_ROOT = Path(__file__).parents[2]
_LONGEST = 40.0


@frozen
class Life:
    """One process.

    Args:
        what: one of the lives.
        killed: after so many seconds of everybody's work; None lets it go on to its end.
    """

    what: str
    url: str
    folder: Path
    seed: str
    given: dict[str, Any]
    killed: float | None = None


class Nursery:
    """The program, from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def live(self, lives: Sequence[Life]) -> list[int]:
        """Have all of them live at once; how each ended: 0, or -9 where it was killed."""
        self.start(lives)
        return self.end()

    def start(self, lives: Sequence[Life]) -> None:
        """The same, without waiting for the end."""
        told = [[life.what, life.url, str(life.folder), life.seed, life.given, life.killed] for life in lives]
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        assert "ready" == self._answer()

    def end(self) -> list[int]:
        """Wait until all have ended."""
        ended: list[int] = self._answer()
        return ended

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextmanager
def nursery() -> Iterator[Nursery]:
    """A running one."""
    command = [sys.executable, "-m", "tests.faults.nursery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT, text=True) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)


# --- The program -------------------------------------------------------------------------------------------------


def _serve(answers: int) -> None:
    for line in sys.stdin:
        lives = [
            Life(what, url, Path(folder), seed, given, killed) for what, url, folder, seed, given, killed in json.loads(line)
        ]
        signs, sign = os.pipe()
        born = [_born(life, number, sign) for number, life in enumerate(lives)]
        os.close(sign)
        _wait_for(signs, len(born))
        _say("ready", answers)
        _say(_ended(born, lives), answers)
        os.close(signs)


def _born(life: Life, number: int, sign: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    signal.alarm(int(_LONGEST))
    try:
        _live(life, number, sign)
        code = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the test tells it
        (life.folder / f"{number}.error").write_text(traceback.format_exc())
    finally:
        os._exit(code)


def _live(life: Life, number: int, sign: int) -> None:
    from tests.faults.journal import Journal
    from tests.faults.lives import LIVES

    journal = Journal(life.folder / f"{number}-{life.seed}.journal")
    LIVES[life.what](life.url, journal, Random(life.seed), lambda: _signal(sign), **life.given)


def _signal(sign: int) -> None:
    os.write(sign, b".")


def _wait_for(signs: int, count: int) -> None:
    end, found = time.monotonic() + _LONGEST, 0
    while found < count and select.select([signs], [], [], max(end - time.monotonic(), 0))[0]:
        read = os.read(signs, count)
        if not read:
            return
        found += len(read)


def _ended(born: Sequence[int], lives: Sequence[Life]) -> list[int]:
    start = time.monotonic()
    deaths = sorted((life.killed, child) for life, child in zip(lives, born, strict=True) if life.killed is not None)
    for after, child in deaths:
        time.sleep(max(start + after - time.monotonic(), 0))
        os.kill(child, signal.SIGKILL)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in born]


def _say(what: object, answers: int) -> None:
    os.write(answers, json.dumps(what).encode() + b"\n")


def _warm_up() -> None:
    """Load whatever a life may need, and have its statements ready."""
    from sqlalchemy import create_engine

    from incidentkit.store.statements import statements_for
    from tests.faults.lives import desk_of, one_order

    with desk_of("sqlite://") as desk:
        one_order(desk)
        desk.send_due()
        desk.tick()
    with suppress(ImportError):
        statements_for(create_engine("postgresql+psycopg://").dialect)


if __name__ == "__main__":
    # Channels of the tests write to the standard output too.
    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _warm_up()
    _serve(told)
