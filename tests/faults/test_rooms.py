"""No room on the disk, and no right to write: a typed refusal, nothing half done, and it goes on once that is over."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import StoreError, StoreFull, StoreReadOnly
from incidentkit.testing._audit import Copy, faults
from tests.desk.world import MARTA, SHOP
from tests.faults.cluster import Cluster
from tests.faults.lives import desk_of
from tests.services.need import need
from tests.services.postgresql import _user

_MOST = 5_000


def fill(desk: Desk) -> list[str]:
    """Orders until there is no room; those that were acknowledged."""
    done: list[str] = []
    with pytest.raises(StoreFull, match="Make room"):
        done.extend(_placed(desk, number) for number in range(_MOST))
    return done


def _placed(desk: Desk, number: int) -> str:
    return desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=f"{number}").id


def ids(desk: Desk) -> set[str]:
    """Every order that is there."""
    return {order.id for order in desk.orders.find(limit=10_000)}


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder with so much room; without the right to make one, the test is skipped."""
    folder.mkdir()
    mount = shutil.which("mount") if os.geteuid() == 0 else None
    command = [str(mount), "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    made = mount and subprocess.run(command, check=False).returncode == 0
    need("a disk of a few megabytes", made, "run as root, where file systems may be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


# --- A full disk -------------------------------------------------------------------------------------------------


def test_a_full_file(file: Path) -> None:
    """A database that may not grow: what was acknowledged is there, and once there is room the same call goes through."""
    url = f"sqlite:///{file}"
    with desk_of(url) as desk:
        _limit(desk, file.stat().st_size // 4096 + 20)
        done = fill(desk)

        assert set(done) == ids(desk)
        _limit(desk, 1_000_000)
        again = desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=f"{len(done)}")
        assert {*done, again.id} == ids(desk)
        assert desk.verify().ok
    assert [] == faults(Copy(url), SHOP)


def _limit(desk: Desk, pages: int) -> None:
    """For every connection from now on."""
    store = desk._runtime.store
    event.listen(store._engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages}"))
    store._spare.drop()
    store._engine.dispose()


def test_a_full_disk_under_a_file(tmp_path: Path) -> None:
    """The same where the disk itself is full: the log can't grow either."""
    with small_disk(tmp_path / "disk", 4) as disk:
        ballast = disk / "ballast"
        url = f"sqlite:///{disk}/shop.db"
        with desk_of(url) as desk:
            ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - 500_000))
            done = fill(desk)
            assert set(done) == ids(desk)
            ballast.unlink()
            desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=f"{len(done)}")
        with desk_of(url) as desk:
            assert len(done) + 1 == len(ids(desk))
            assert desk.verify().ok
        assert [] == faults(Copy(url), SHOP)


def test_a_full_disk_under_a_server(servers_own: Cluster, tmp_path: Path) -> None:
    """Its tables lie on a disk that is full; its log does not, for without that a server stops altogether."""
    place = Path(servers_own.folder) / "small"
    with small_disk(place, 24):
        user = _user()
        if user:
            shutil.chown(place, *user)
        url = _on_tablespace(servers_own, place)
        try:
            with desk_of(url) as desk:
                ballast = place / "ballast"
                free = shutil.disk_usage(place).free
                ballast.write_bytes(b"\0" * max(free - 500_000, 0))
                done = fill(desk)
                # A server without room may refuse even who reads: it writes to make place in its memory.
                ballast.unlink()
                assert set(done) == ids(desk)
                desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=f"{len(done)}")
                assert len(done) + 1 == len(ids(desk))
                assert desk.verify().ok
            assert [] == faults(Copy(url), SHOP)
        finally:
            _drop_tablespace(servers_own)


def _on_tablespace(cluster: Cluster, place: Path) -> str:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.execute("CREATE DATABASE small TABLESPACE small")
    return cluster.url("small")


def _drop_tablespace(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE small WITH (FORCE)")
        connection.execute("DROP TABLESPACE small")


# --- No right to write -------------------------------------------------------------------------------------------


def test_a_file_that_may_only_be_read(tmp_path: Path) -> None:
    """It is not opened, and is as it was."""
    file = tmp_path / "shop.db"
    with desk_of(f"sqlite:///{file}") as desk:
        desk.orders.place(MARTA, [])
    before = file.read_bytes()
    file.chmod(0o444)
    with pytest.raises(StoreReadOnly):
        desk_of(f"sqlite:///{file}")

    assert before == file.read_bytes()


def test_a_disk_that_turns_read_only(tmp_path: Path) -> None:
    """Under an open desk: commands are refused by a typed error, and what was acknowledged is there when it is writable."""
    with small_disk(tmp_path / "disk", 16) as disk:
        url = f"sqlite:///{disk}/shop.db"
        with desk_of(url) as desk:
            order = desk.orders.place(MARTA, [])
        with _read_only(disk), pytest.raises(StoreError):
            desk_of(url)
        with desk_of(url) as desk:
            assert {order.id} == ids(desk)
            assert desk.verify().ok


@contextmanager
def _read_only(disk: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)


def test_a_server_that_turns_read_only(servers_own: Cluster) -> None:
    """As when another one takes over: every command says so, and works again afterwards."""
    name = servers_own.make()
    url = servers_own.url(name)
    with desk_of(url) as desk:
        first = desk.orders.place(MARTA, [])
        _say(url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        with suppress(StoreError):
            desk.orders.place(MARTA, [])  # its connection was cut
        with pytest.raises(StoreReadOnly):
            desk.orders.place(MARTA, [])
        _say(url, f"ALTER DATABASE {name} RESET default_transaction_read_only")
        with suppress(StoreError):
            desk.orders.place(MARTA, [])
        last = desk.orders.place(MARTA, [])

        assert {first.id, last.id} == ids(desk)
        assert desk.verify().ok
    servers_own.drop(name)


def _say(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement)
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'incidentkit'")
