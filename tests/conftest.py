"""What every test starts from: how hard Hypothesis tries, and the real data where it is at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

from tests.services.postgresql import empty, postgresql, schema

REAL_DATA = Path(__file__).parents[1].parent / "shared" / "data"

# The same examples on every run and every machine, however slow; `long` draws new ones, and many more.
SHARED: dict[str, Any] = {"deadline": None, "database": None, "print_blob": True}
settings.register_profile("ci", max_examples=50, stateful_step_count=30, derandomize=True, **SHARED)
settings.register_profile("long", max_examples=1_000, stateful_step_count=80, **SHARED)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
settings.load_profile(PROFILE)
if PROFILE == "ci":
    # Hypothesis also draws the constants of the modules that are loaded, and which those are depends on how the tests are
    # shared out among processes. There is no setting for it.
    providers._get_local_constants = lambda: providers._local_constants


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with the real data sets; without it, the test is skipped."""
    if not REAL_DATA.is_dir():
        pytest.skip("the real data is not here: expected a folder shared/data beside the repository")
    return REAL_DATA


# --- Stores ------------------------------------------------------------------------------------------------------

MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL database; without a server, the test is skipped."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_store(postgresql_url: str) -> Iterator[str]:
    """A schema for one store after the other."""
    with schema(postgresql_url) as url:
        yield url


@pytest.fixture
def file() -> Iterator[Path]:
    """Where a store can lie: in memory, where there is such a folder, for most of these tests' time is a disk's waits."""
    with TemporaryDirectory(prefix="incidentkit-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "shop.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a store with nothing in it, of each kind of database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    url: str = request.getfixturevalue("postgresql_store")
    empty(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a store that is not made yet, of each kind of database in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('file')}"
    else:
        with schema(request.getfixturevalue("postgresql_url")) as url:
            yield url
