"""Workers: one in this process, or several in processes of their own, who stop cleanly when they are told to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from incidentkit.cli.failing import told
from incidentkit.cli.hosting import Host, hosted
from incidentkit.cli.stores import desk_to_read
from incidentkit.errors import IncidentkitError, OutcomeUnknown, SetupError, StoreBusy

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.sending import SendReport

__all__ = ["Crew", "Stop", "Task", "Voice", "work"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@frozen
class Task:
    """What each worker is to do.

    Args:
        limit: messages at the most; None for all.
        every: seconds from one look to the next; None for one look.
        host: the application that the command runs inside.
    """

    store: str
    shop: Path | None
    limit: int | None
    every: int | None
    host: Host | None = None


_BLINK = 0.1
"""Seconds after which whoever waits looks whether stop was said."""


class Stop:
    """Whether somebody has said stop: an interrupt, or whoever ends the process. The second time it ends at once."""

    def __init__(self, also: Callable[[], None] = lambda: None) -> None:
        # No lock: a signal may come while whoever waits holds it, and would then wait for itself.
        self._said = False
        self._also = also

    def __call__(self) -> bool:
        return self._said

    def say(self) -> None:
        """Stop after what is being done."""
        self._said = True

    def wait(self, seconds: float) -> None:
        """Until it is said, or so long."""
        end = monotonic() + seconds
        while not self._said and (left := end - monotonic()) > 0:
            sleep(min(left, _BLINK))

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Signals say stop, inside."""
        before = {number: signal.signal(number, self._hear) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        self.say()
        self._also()


@frozen
class Voice:
    """Where a worker says what it does.

    Args:
        progress: how many messages it is through with.
        tell: what it did, after each of its looks.
        warn: what went wrong for the moment, in words.
    """

    progress: Callable[[int], None]
    tell: Callable[[SendReport], None]
    warn: Callable[[str], None]


def work(desk: Desk, task: Task, stop: Stop, voice: Voice) -> None:
    """One worker's life: until nothing is due, or with ``every`` until it is stopped, whatever its store does meanwhile."""
    while not stop():
        try:
            voice.tell(desk.send_due(limit=task.limit, progress=voice.progress, stopping=stop))
        except (StoreBusy, OutcomeUnknown) as error:
            if task.every is None:
                raise
            voice.warn(told(error))
        if task.every is None:
            return
        stop.wait(task.every)


@define
class Crew:
    """Several workers, each a process.

    Attributes:
        failures: what went wrong, in words.
    """

    task: Task
    workers: int
    failures: list[str] = field(factory=list, init=False)
    _processes: list[Any] = field(factory=list, init=False)

    def run(self, stop: Stop, voice: Voice) -> None:
        """Start them, say what they say, and come back when the last one has ended. ``progress`` is that of all of them."""
        context = get_context("spawn")
        lines: dict[Any, Any] = {}
        for number, limit in enumerate(self._limits()):
            ours, theirs = context.Pipe(duplex=False)
            task = evolve(self.task, limit=limit)
            process = context.Process(target=_live, args=(task, theirs), name=f"worker {number + 1}")
            process.start()
            theirs.close()
            self._processes.append(process)
            lines[ours] = process
        if stop():
            self.stop()
        self._listen(lines, voice, stop)

    def stop(self) -> None:
        """Tell all of them to stop."""
        for process in self._processes:
            if process.is_alive():
                process.terminate()

    def _limits(self) -> list[int | None]:
        """Each worker's share; nobody is started for nothing."""
        if self.task.limit is None:
            return [None] * self.workers
        share, rest = divmod(self.task.limit, self.workers)
        return [share + (place < rest) for place in range(min(self.workers, self.task.limit))]

    def _listen(self, lines: dict[Any, Any], voice: Voice, stop: Stop) -> None:
        through = 0
        while lines:
            line: Any
            for line in wait(list(lines)):
                try:
                    what, said = line.recv()
                except EOFError:
                    self._ended(lines.pop(line), stop)
                    continue
                if what == "through":
                    through += said
                    voice.progress(through)
                elif what == "report":
                    voice.tell(said)
                elif what == "warned":
                    voice.warn(said)
                else:
                    self.failures.append(said)

    def _ended(self, process: Any, stop: Stop) -> None:
        process.join()
        # One that was told to stop before it could listen has ended as well.
        if process.exitcode and not stop():
            self.failures.append(f"{process.name}: {process.exitcode}")


def _live(task: Task, line: Connection) -> None:
    """A worker in its own process. Without anybody who listens it stops."""
    stop, parent = Stop(), os.getppid()

    def say(what: str, said: object) -> None:
        try:
            line.send((what, said))
        except OSError:
            stop.say()

    done = [0]

    def progress(count: int) -> None:
        say("through", count - done[0])
        done[0] = count

    def tell(report: SendReport) -> None:
        say("report", report)
        done[0] = 0
        if os.getppid() != parent:
            stop.say()

    with stop.heard():
        try:
            with hosted(task.host), desk_to_read(task.store, task.shop) as desk:
                work(desk, task, stop, Voice(progress, tell, lambda text: say("warned", text)))
        except (IncidentkitError, SetupError, OSError) as error:
            say("failed", told(error))
            line.close()
            sys.exit()
