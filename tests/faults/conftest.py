"""A nursery, and places for stores, once for all tests of faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.cluster import Cluster, cluster
from tests.faults.nursery import Nursery, nursery
from tests.faults.places import Files, Place, Servers

_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def forks() -> Iterator[Nursery]:
    """Where processes come from."""
    with nursery() as running:
        yield running


@pytest.fixture(scope="session")
def files() -> Iterator[Files]:
    """Where files lie."""
    with TemporaryDirectory(prefix="ik-files-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Files(Path(folder))


@pytest.fixture(scope="session")
def servers_own() -> Iterator[Cluster]:
    """A server that may be killed."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def servers(servers_own: Cluster) -> Servers:
    """Databases on it."""
    return Servers(servers_own)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """Either kind of database in turn."""
    found: Place = request.getfixturevalue("files" if request.param == "sqlite" else "servers")
    return found
