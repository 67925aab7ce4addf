"""A PostgreSQL server of our own that can be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import uuid4

from attrs import frozen

from tests.services.need import need
from tests.services.postgresql import _run, _tools, _user

__all__ = ["Cluster", "cluster"]

# A process that is killed takes nothing with it that it has written; only a machine does. So nothing waits for the disk, but
# every commit is written before it is acknowledged.
_SETTINGS = (
    "listen_addresses=''",
    "fsync=off",
    "synchronous_commit=on",
    "full_page_writes=on",
    "autovacuum=off",
    "shared_buffers=16MB",
    "max_connections=60",
    "log_min_messages=fatal",
)

_MEMORY = Path("/dev/shm")
_CHILDREN_END = 10.0


@frozen
class Cluster:
    """A running server, whose folder and tools are these."""

    folder: Path
    tools: Path

    def url(self, database: str = "postgres") -> str:
        """The URL of a database on it."""
        return f"postgresql://incidentkit@/{database}?host={quote(str(self.folder), safe='')}"

    def make(self, template: str = "template1") -> str:
        """A new database like another one; its name."""
        import psycopg

        name = f"run_{uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Take it away, whoever is in it."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        _run(self.tools / "pg_ctl", "-D", self._data, "-w", "-l", self.folder / "log", "start", user=_user())

    def stop(self) -> None:
        """For good."""
        with suppress(subprocess.CalledProcessError):
            _run(self.tools / "pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop", user=_user())

    def crash(self, chance: Random) -> str:
        """Kill it in one of three ways, and have it running again; which way."""
        way = chance.choice(["immediate", "server", "backend"])
        if way == "backend":
            # The server notices, ends all the others, and recovers by itself.
            os.kill(chance.choice(self._children() or [self._server]), signal.SIGKILL)
            self._wait_until_it_answers()
            return way
        if way == "immediate":
            self.stop()
        else:
            children, server = self._children(), self._server
            os.kill(server, signal.SIGKILL)
            _wait_for_the_end_of([server, *children])
            # Where nobody buries the dead, its number still looks alive to the next one.
            for lock in (self._data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
                lock.unlink(missing_ok=True)
        self.start()
        return way

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _server(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])

    def _children(self) -> list[int]:
        """Its processes: those of the connections, and those that write."""
        server = self._server
        return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _parent(p) == server]

    def _wait_until_it_answers(self) -> None:
        import psycopg

        end = time.monotonic() + _CHILDREN_END
        while time.monotonic() < end:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url(), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
                return
            time.sleep(0.05)
        # Where the process that was hit was the server itself.
        self.start()


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _wait_for_the_end_of(processes: list[int]) -> None:
    """They notice that their server is gone when they next wait for something."""
    end = time.monotonic() + _CHILDREN_END
    for process in processes:
        while _alive(process):
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
            time.sleep(0.01)


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new one, on this machine alone."""
    need("psycopg", find_spec("psycopg"), "pip install 'incidentkit[postgres]'")
    need("/proc", Path("/proc/self/stat").exists(), "run it on Linux")
    tools = _tools()
    need("PostgreSQL", tools, "install Debian's package postgresql")
    assert tools is not None
    with TemporaryDirectory(prefix="ik-fault-", dir=_MEMORY if _MEMORY.is_dir() else None) as name:
        folder, user = Path(name), _user()
        if user:
            shutil.chown(folder, *user)
        made = Cluster(folder, tools)
        _run(
            tools / "initdb", "-D", made._data, "-U", "incidentkit", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", user=user
        )
        with (made._data / "postgresql.conf").open("a") as file:
            file.write("\n".join((*_SETTINGS, f"unix_socket_directories='{folder}'", "")))
        made.start()
        try:
            yield made
        finally:
            made.stop()
