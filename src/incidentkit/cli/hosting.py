"""The application that the command line runs inside, where there is one: it says where the store is, and opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.shop import Shop

__all__ = ["Host", "current_host", "hosted"]


class Host(Protocol):
    """An application with incidentkit in it, for ``main(args, host=...)``.

    Its store is the one that commands work on unless ``--store`` names another, and its settings hold unless ``--shop`` names
    a file. ``send --workers`` gives it to processes of their own, so it must be one that can be pickled.
    """

    @property
    def store(self) -> str:
        """The URL of its store."""

    @property
    def shop(self) -> Shop | None:
        """Its settings; None for those that the store was first opened with."""

    def open(self, shop: Shop | None, clock: Callable[[], datetime] | None) -> Desk:
        """A new desk on its store, for its own tenant and with its own plugins, which the command line closes.

        Args:
            shop: the settings that were asked for.
            clock: the present that was asked for; None for the machine's.
        """


_HOST: ContextVar[Host | None] = ContextVar("incidentkit_host", default=None)


def current_host() -> Host | None:
    """The host of the command that runs; None where it is a program of its own."""
    return _HOST.get()


@contextmanager
def hosted(host: Host | None) -> Iterator[None]:
    """Commands inside run in that host."""
    token = _HOST.set(host)
    try:
        yield
    finally:
        _HOST.reset(token)
