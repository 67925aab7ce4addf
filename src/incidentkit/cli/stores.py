"""From ``--store`` and ``--shop`` to a desk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from incidentkit.errors import InvalidInput, StoreError

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.shop import Shop

__all__ = ["DEFAULT_SHOP", "DEFAULT_STORE", "chosen_shop", "desk_to_read", "is_new", "store_url"]

DEFAULT_STORE = "sqlite:///shop.db"
DEFAULT_SHOP = Path("shop.toml")


def desk_to_read(store: str, shop: Path | None) -> Desk:
    """The desk on a store that is there already: looking must not make one.

    Raises:
        StoreError: there is none.
    """
    from incidentkit.desk.opening import open_desk

    url = store_url(store)
    if is_new(url):
        raise StoreError(
            f"The store {_file(url)}",
            "must be there before it can be read",
            got="nothing there",
            next="Give --store, or make one with: incidentkit demo --out DIR",
        )
    return open_desk(url, chosen_shop(shop))


def chosen_shop(given: Path | None) -> Shop | None:
    """The settings in the file that was named, else in ./shop.toml if it is there; None for those kept in the store."""
    if given is None and not DEFAULT_SHOP.exists():
        return None
    from incidentkit.codec.settings import load_shop

    return load_shop(given or DEFAULT_SHOP)


def store_url(given: str) -> str:
    """A URL as it is, or a file's path as one."""
    if re.match(r"[A-Za-z][A-Za-z0-9+_.-]*://", given):
        return given
    if not given.strip() or "?" in given or "\0" in given:
        raise InvalidInput("--store", "is a URL, or the path of a file without a question mark", got=repr(given)[:60])
    return f"sqlite:///{given}"


def is_new(url: str) -> bool:
    """Whether opening the store would make it: its file is not there, or has nothing in it."""
    file = _file(url)
    try:
        return file is not None and (not file.exists() or (file.is_file() and not file.stat().st_size))
    except ValueError:
        return False  # a name that no file can have; opening says so


def _file(url: str) -> Path | None:
    """The file of an SQLite store; None for any other, and for one in memory."""
    found = re.match(r"sqlite(?:\+\w+)?:///([^?]+)", url)
    return Path(found[1]) if found and found[1] != ":memory:" else None
