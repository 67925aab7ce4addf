"""From ``--store`` and ``--shop`` to a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from incidentkit.cli.hosting import current_host
from incidentkit.errors import InvalidInput, StoreError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.shop import Shop
    from incidentkit.domain.times import Due

__all__ = [
    "DEFAULT_SHOP",
    "DEFAULT_STORE",
    "beside",
    "check_there",
    "chosen_shop",
    "desk_to_read",
    "discard",
    "is_new",
    "open_store",
    "store_label",
    "store_url",
]

DEFAULT_STORE = "sqlite:///shop.db"
DEFAULT_SHOP = Path("shop.toml")


def desk_to_read(store: str, shop: Path | None, now: Due | None = None) -> Desk:
    """The desk on a store that is there already: looking must not make one.

    Args:
        now: what it takes for the present; a date is that day's beginning in the shop's zone. Default: the machine's clock.

    Raises:
        StoreError: there is none.
    """
    url = store_url(store)
    check_there(url)
    if now is None:
        return open_store(url, chosen_shop(shop))
    present = _Present(now)
    desk = open_store(url, chosen_shop(shop), present)
    present.zone = desk.shop.zone
    return desk


def open_store(url: str, shop: Shop | None, clock: Callable[[], datetime] | None = None) -> Desk:
    """A desk on that store; the host's store is opened by the host."""
    from incidentkit.desk.opening import open_desk

    host = current_host()
    if host is not None and url == host.store:
        return host.open(shop, clock)
    return open_desk(url, shop, clock=clock)


def check_there(url: str) -> None:
    """Refuse a store that is not there yet.

    Raises:
        StoreError: there is none.
    """
    if is_new(url):
        raise StoreError(
            f"The store {_file(url)}",
            "must be there before it can be read",
            got="nothing there",
            next="Give --store, or make one with: incidentkit demo --out DIR",
        )


class _Present:
    """A clock that stands still, once the zone is known."""

    def __init__(self, at: Due) -> None:
        self._at = at
        self.zone = "UTC"

    def __call__(self) -> datetime:
        from incidentkit.measures.windows import first_instant

        return first_instant(self._at, self.zone, "--now")


def chosen_shop(given: Path | None) -> Shop | None:
    """The settings in the file that was named, else the host's or in ./shop.toml; None for those kept in the store."""
    host = current_host()
    if given is None and host is not None:
        return host.shop
    if given is None and not DEFAULT_SHOP.exists():
        return None
    from incidentkit.codec.settings import load_shop

    return load_shop(given or DEFAULT_SHOP)


def store_url(given: str) -> str:
    """A URL as it is, or a file's path as one; where none was given, the host's."""
    host = current_host()
    if given == DEFAULT_STORE and host is not None:
        return host.store
    if re.match(r"[A-Za-z][A-Za-z0-9+_.-]*://", given):
        return given
    if not given.strip() or "?" in given or "\0" in given:
        raise InvalidInput("--store", "is a URL, or the path of a file without a question mark", got=repr(given)[:60])
    return f"sqlite:///{given}"


def store_label(given: str) -> str:
    """What was given, for people; the host's without its password."""
    from incidentkit.store.engine import url_label

    return given if current_host() is None else url_label(store_url(given))


def is_new(url: str) -> bool:
    """Whether opening the store would make it: its file is not there, or has nothing in it."""
    file = _file(url)
    try:
        return file is not None and (not file.exists() or (file.is_file() and not file.stat().st_size))
    except ValueError:
        return False  # a name that no file can have; opening says so


def discard(url: str) -> None:
    """Take a store's files away."""
    file = _file(url)
    for name in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))) if file else ():
        name.unlink(missing_ok=True)


def beside(url: str, name: str) -> Path:
    """A file of that name next to the store's, or here for a store that is no file."""
    file = _file(url)
    return Path(name) if file is None else file.with_name(name)


def _file(url: str) -> Path | None:
    """The file of an SQLite store; None for any other, and for one in memory."""
    found = re.match(r"sqlite(?:\+\w+)?:///([^?]+)", url)
    return Path(found[1]) if found and found[1] != ":memory:" else None
