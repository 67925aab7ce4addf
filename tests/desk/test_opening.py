"""Opening a desk: what a store keeps of itself, and what is no store of ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.errors import (
    ConfigurationError,
    InvalidInput,
    NotOurStore,
    PluginError,
    StoreBusy,
    StoreError,
    StoreReadOnly,
    StoreTooNew,
)
from incidentkit.store import engine
from incidentkit.store.engine import url_label
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed


def test_the_first_settings_are_kept(opened: Opened, post: Post) -> None:
    """A store opened without settings works by those that it was first opened with."""
    opened()

    assert SHOP == opened(shop=None).shop


def test_settings_given_later_are_used_and_not_kept(opened: Opened) -> None:
    """A desk works by the settings that it is given; the store keeps the first."""
    opened()
    other = evolve(SHOP, name="Another name")

    assert ("Another name", SHOP.name) == (opened(shop=other).shop.name, opened(shop=None).shop.name)


def test_without_any_settings_the_built_in_ones_are_used(opened: Opened) -> None:
    """And they are not kept, so that the shop can still name its own."""
    first = opened(shop=None).shop
    opened()

    assert (Shop(), SHOP) == (first, opened(shop=None).shop)


def test_settings_that_do_not_work_are_not_kept(opened: Opened) -> None:
    """Settings for a plugin that is not there stop the opening, and leave the next one as it was."""
    with pytest.raises(ConfigurationError):
        opened(shop=evolve(SHOP, plugins={"pigeon": {"coops": 3}}))
    with pytest.raises(ConfigurationError, match="FINGERPRINTS"):
        opened(shop=evolve(SHOP, fingerprint_key={"env": "FINGERPRINTS"}))

    assert Shop() == opened(shop=None, plugins=()).shop


def test_a_plugin_that_cannot_be_used_stops_the_opening(opened: Opened, post: Post) -> None:
    """Two plugins with the same channel are refused, by name."""
    with pytest.raises(PluginError, match="post again"):
        opened(plugins=(post, _SecondPost()))


class _SecondPost(Post):
    """The same channels once more."""


def test_many_may_open_a_new_store_at_once(new_store_url: str) -> None:
    """Desks that open the same new store at the same moment find one store: one shop, one key, one version of its facts."""

    def one(_: int) -> str:
        with open_desk(new_store_url, SHOP, plugins=(Post(),)) as desk:
            return desk.shop.name

    with ThreadPoolExecutor(6) as pool:
        assert [SHOP.name] * 6 == list(pool.map(one, range(6)))
    names = {row["name"].partition("/")[0] for row in Copy(new_store_url).tables["settings"]}

    assert {"facts", "key", "protocol", "schema", "shop"} == names


def test_the_key_of_a_store_is_its_own(tmp_path: Path) -> None:
    """The same person has another hash in every store."""
    hashes = set()
    for name in ("one", "two"):
        with open_desk(f"sqlite:///{tmp_path / name}", evolve(SHOP, channel="")) as desk:
            placed(desk)
        hashes.add(Copy(tmp_path / name).tables["people"][0]["hash"])

    assert 2 == len(hashes)


def test_a_desk_closes_with_its_block(opened: Opened) -> None:
    """What was written is in the store, and the store is free."""
    with opened() as desk:
        order = placed(desk)

    assert order == opened().orders.get(order.id)


def test_a_desk_in_memory_is_a_whole_desk() -> None:
    """``sqlite://`` needs no file."""
    with open_desk("sqlite://", evolve(SHOP, channel="")) as desk:
        order = placed(desk)

        assert order == desk.orders.get(order.id)


def test_threads_take_turns_on_a_desk_in_memory() -> None:
    """One connection serves many threads, each command whole."""
    with open_desk("sqlite://", evolve(SHOP, channel="")) as desk:
        with ThreadPoolExecutor(4) as pool:
            orders = list(pool.map(lambda i: desk.orders.confirm(placed(desk, number=str(i)).id), range(40)))

        assert 40 == len(orders) == len(desk.orders.find())


def test_the_repr_names_shop_and_store_and_no_secret(desk: Desk, store_url: str) -> None:
    """What a desk is, for a log."""
    assert f"<Desk of 'La tienda' on {url_label(store_url)}>" == repr(desk)


# --- What is no store of ours ------------------------------------------------------------------------------------


def _sqlite(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def _another_database(path: Path) -> None:
    _sqlite(path, "CREATE TABLE orders (id)")


def _another_application(path: Path) -> None:
    _sqlite(path, "PRAGMA application_id=7", "CREATE TABLE orders (id)")


def _no_database(path: Path) -> None:
    path.write_bytes(b"name;amount\nEva;5\n" * 200)


def _newer(path: Path) -> None:
    with open_desk(f"sqlite:///{path}", SHOP, plugins=(Post(),)) as desk:
        placed(desk)
    _sqlite(path, "PRAGMA user_version=99")


def _read_only(path: Path) -> None:
    with open_desk(f"sqlite:///{path}", SHOP, plugins=(Post(),)) as desk:
        placed(desk)
    path.chmod(0o444)


REFUSED: dict[str, tuple[type[StoreError], Callable[[Path], None]]] = {
    "another database": (NotOurStore, _another_database),
    "another application": (NotOurStore, _another_application),
    "no database": (NotOurStore, _no_database),
    "a newer one": (StoreTooNew, _newer),
    "a read-only one": (StoreReadOnly, _read_only),
}


@pytest.mark.parametrize(("kind", "make"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_used_is_refused_untouched(tmp_path: Path, kind: type[StoreError], make: Callable[[Path], None]) -> None:
    """It is an error of its class that names the file, and not a byte of the file has changed."""
    path = tmp_path / "shop.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(kind, match=r"shop\.db"):
        open_desk(f"sqlite:///{path}", SHOP)

    assert before == path.read_bytes()


def test_a_folder_that_is_missing_is_named_and_not_made(tmp_path: Path) -> None:
    """The folder of a store is the host's to make."""
    with pytest.raises(StoreError, match="must lie in a folder that exists"):
        open_desk(f"sqlite:///{tmp_path}/missing/shop.db", SHOP)

    assert [] == list(tmp_path.iterdir())


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """A path that is a folder is refused."""
    with pytest.raises(StoreError):
        open_desk(f"sqlite:///{tmp_path}", SHOP)


URLS = ("shop.db", "", "postgresql://shop:hunter2@host:port/db", "mysql://shop:hunter2@host/db", "oracle+nothing://hunter2@x")


@pytest.mark.parametrize("url", URLS)
def test_what_is_no_url_is_refused(url: str) -> None:
    """The error says what one looks like, and shows no password."""
    with pytest.raises(ConfigurationError, match=r"sqlite:///shop\.db") as caught:
        open_desk(url, SHOP)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("tenant", ["", "a/b", "x" * 65, None])
def test_a_tenant_has_a_short_name(tenant: str) -> None:
    """Slashes part the keys of effects, so no tenant has one."""
    with pytest.raises(InvalidInput, match="tenant"):
        open_desk("sqlite://", SHOP, tenant=tenant)


def test_a_file_that_is_taken_is_busy_and_not_broken(desk: Desk, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that holds the file longer than the desk waits is an error that says to try again."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    other = opened()
    with desk.batch():
        placed(desk, customer=Customer("c-1"))
        with pytest.raises(StoreBusy, match="Try again"):
            placed(other)

    assert 1 == len(other.orders.find())
