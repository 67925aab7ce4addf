"""A PostgreSQL server that is thrown away, or the one that INCIDENTKIT_POSTGRES_URL names."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from tests.services.need import need

__all__ = ["URL_VARIABLE", "empty", "postgresql", "schema"]

URL_VARIABLE = "INCIDENTKIT_POSTGRES_URL"

_MEMORY = Path("/dev/shm")

# Nothing here outlives its test: no care for the disk, nothing on the network, and little memory.
_SETTINGS = (
    "listen_addresses=''",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=60",
)


@contextmanager
def postgresql(settings: tuple[str, ...] = _SETTINGS) -> Iterator[str]:
    """The URL of a database on a running server; schemas can be made in it."""
    need("psycopg", find_spec("psycopg"), "pip install 'incidentkit[postgres]'")
    given = os.environ.get(URL_VARIABLE)
    if given:
        yield given
        return
    tools = _tools()
    need("PostgreSQL", tools, f"install Debian's package postgresql, or name a database in {URL_VARIABLE}")
    assert tools is not None
    memory = _MEMORY if _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="ik-pg-", dir=memory) as folder, _server(tools, Path(folder), settings):
        yield f"postgresql://incidentkit@/postgres?host={quote(folder, safe='')}"


def _tools() -> Path | None:
    """The folder of initdb and pg_ctl: of PATH, else where Debian puts the newest."""
    on_path = shutil.which("pg_ctl")
    if on_path and shutil.which("initdb"):
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    return installed[-1].parent if installed else None


@contextmanager
def _server(tools: Path, folder: Path, settings: tuple[str, ...]) -> Iterator[None]:
    """A server whose socket lies in ``folder``."""
    data, user = folder / "data", _user()
    if user:
        shutil.chown(folder, *user)
    _run(tools / "initdb", "-D", data, "-U", "incidentkit", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", user=user)
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n".join((*settings, f"unix_socket_directories='{folder}'", "")))
    _run(tools / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start", user=user)
    try:
        yield
    finally:
        _run(tools / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", user=user)


def _user() -> tuple[str, str] | None:
    """The server refuses to run as root: who runs it instead."""
    if os.geteuid():
        return None
    with suppress(KeyError):
        pwd.getpwnam("postgres")
        return ("postgres", "postgres")
    return ("nobody", "nogroup")


def _run(*command: str | Path, user: tuple[str, str] | None) -> None:
    other: dict[str, Any] = {"user": user[0], "group": user[1], "extra_groups": []} if user else {}
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/", **other)


@contextmanager
def schema(url: str) -> Iterator[str]:
    """The URL of a new schema in that database, which is dropped afterwards."""
    import psycopg

    name = f"ik_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")


def empty(url: str) -> None:
    """Take everything out of a store but the key that was made with it: quicker than to make a new one."""
    import psycopg

    with psycopg.connect(url) as connection:
        names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]
        kept = ("alembic_version", "settings")
        connection.execute("SET LOCAL lock_timeout = 5000")
        connection.execute(";".join(f"DELETE FROM {name}" for name in names if name not in kept))
        if "settings" in names:
            connection.execute("DELETE FROM settings WHERE tenant <> 'store'")
