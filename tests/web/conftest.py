"""A desk whose shop has pages, and its application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import app
from tests.web.customers import SHOP, World, links, path, world


@pytest.fixture
def clock() -> ManualClock:
    """Stands still until it is moved."""
    return ManualClock()


@pytest.fixture
def desk(file: Path, clock: ManualClock) -> Iterator[Desk]:
    """A desk on a new store."""
    with open_desk(f"sqlite:///{file}", SHOP, plugins=(Post(),), clock=clock) as opened:
        yield opened


@pytest.fixture
def pages(desk: Desk) -> ASGIApp:
    """The desk's application."""
    return app(desk)


@pytest.fixture
def about(desk: Desk) -> World:
    """The affairs of a customer whose language is not known."""
    return world(desk)


@pytest.fixture
def paths(desk: Desk, about: World) -> dict[str, str]:
    """The path of each kind of page, with a token that opens it."""
    found = {**links(desk, about.ask), **links(desk, about.case)}
    return {name.removesuffix("_url"): path(link) for name, link in found.items() if name.endswith("_url")} | {
        "unsubscribe": path(links(desk, about.ask)["unsubscribe_url"])
    }


@pytest.fixture
def record(desk: Desk, file: Path) -> Callable[[], Copy]:
    """Everything in the store as it is now, read past the desk."""
    return lambda: Copy(file)
