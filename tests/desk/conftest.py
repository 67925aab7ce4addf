"""A desk on a store of each kind, its clock, and channels in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP

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
def opened(store_url: str, clock: ManualClock, post: Post) -> Iterator[Opened]:
    """Opens further desks on the store, each closed at the end."""
    with ExitStack() as stack:

        def open_(**given: Any) -> Desk:
            return stack.enter_context(open_desk(store_url, **{"shop": SHOP, "plugins": (post,), "clock": clock, **given}))

        yield open_


@pytest.fixture
def desk(opened: Opened) -> Desk:
    """A desk on a new store."""
    return opened()


@pytest.fixture
def record(desk: Desk, store_url: str) -> Callable[[], Copy]:
    """Everything in the store as it is now, read past the desk."""
    return lambda: Copy(store_url)
