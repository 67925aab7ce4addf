"""Mailboxes and inbound adapters that plugins bring."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from incidentkit.delivery.inbound import plugin as mail
from incidentkit.domain.shop import Shop
from incidentkit.errors import PluginError
from incidentkit.hooks import Fetched, RawInbound, hookimpl
from incidentkit.hooks.manager import load_plugins
from incidentkit.hooks.plugins import Plugins
from incidentkit.version import __version__


class Box:
    """A mailbox with nothing in it."""

    def __init__(self, name: Any = "box") -> None:
        self.name = name
        self.closed = False

    def fetch(self, cursor: str | None, limit: int) -> Fetched:
        """Never anything."""
        return Fetched((), cursor or "")

    def close(self) -> None:
        """Let go."""
        self.closed = True


class Reader:
    """An adapter that finds nothing."""

    def __init__(self, name: str = "reader") -> None:
        self.name = name

    def read(self, raw: RawInbound) -> tuple[()]:
        """Never anything."""
        return ()


def bringing(boxes: Iterable[object] = (), readers: Iterable[object] = ()) -> object:
    """A plugin with these."""

    class Bringer:
        @hookimpl
        def incidentkit_register_mailboxes(self) -> Iterable[object]:
            return boxes

        @hookimpl
        def incidentkit_register_inbound(self) -> Iterable[object]:
            return readers

    return Bringer()


def load(*plugins: object) -> Plugins:
    """Only these plugins."""
    return load_plugins(Shop(), extra=plugins, host_version=__version__, directory=Path(), discover=False)


def test_what_plugins_bring_is_found_by_its_name() -> None:
    """And listed with its plugin."""
    plugins = load(bringing([Box("a"), Box("b")], [Reader()]), mail)

    assert (["a", "b"], ["reader", "mail"]) == (list(plugins.mailboxes), list(plugins.inbound))
    assert [("reader",), ("mail",)] == [info.inbound for info in plugins.listing()]


@pytest.mark.parametrize(
    "plugin",
    [
        bringing([object()]),
        bringing([Box("No Name")]),
        bringing([Box("a"), Box("a")]),
        bringing([], [Box()]),
        bringing([Box("same")], [Reader("same")]),
    ],
)
def test_what_is_none_or_has_a_name_that_is_taken_is_refused(plugin: object) -> None:
    """Before the desk opens; the inbox tells sources apart by name alone."""
    with pytest.raises(PluginError):
        load(plugin)


def test_a_mailbox_that_keeps_something_open_is_closed() -> None:
    """With the channels."""
    box = Box()

    load(bringing([box])).close()

    assert box.closed
