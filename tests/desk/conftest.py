"""A desk on a file, its clock, and channels in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP

MEMORY = Path("/dev/shm")
Opened = Callable[..., Desk]


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def post() -> Post:
    """The channels ``post`` and ``wire``, and what observers saw."""
    return Post()


@pytest.fixture
def file() -> Iterator[Path]:
    """Where the store lies: in memory, where the machine has such a folder, for most of these tests' time is a disk's waits."""
    with TemporaryDirectory(prefix="incidentkit-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder) / "shop.db"


@pytest.fixture
def opened(file: Path, clock: ManualClock, post: Post) -> Iterator[Opened]:
    """Opens further desks on the file, each closed at the end."""
    with ExitStack() as stack:

        def open_(**given: Any) -> Desk:
            return stack.enter_context(
                open_desk(f"sqlite:///{file}", **{"shop": SHOP, "plugins": (post,), "clock": clock, **given})
            )

        yield open_


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk on a new store."""
    return opened()


@pytest.fixture
def record(desk: Desk, file: Path) -> Callable[[], Copy]:
    """Everything in the store as it is now, read past the desk."""
    return lambda: Copy(file)
