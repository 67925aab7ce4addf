"""A store among the tables of others: made there on purpose only, found again without a word, and nothing else touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from incidentkit.desk.opening import open_desk
from incidentkit.errors import NotOurStore, StoreTooNew
from incidentkit.store import tables as t
from incidentkit.store.copying import copy_store
from incidentkit.store.database import SHARED_VERSIONS, STORE
from incidentkit.store.engine import open_engine
from incidentkit.store.migrations.upgrade import upgrade
from tests.desk.world import SHOP, placed

THEIRS = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
    "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY)",
    "INSERT INTO orders VALUES (1)",
)


@contextmanager
def engine_for(url: str) -> Iterator[Engine]:
    """The host's engine."""
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg") if "postgresql" in parsed.drivername else parsed)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def host(new_store_url: str) -> Iterator[Engine]:
    """A database that the host has tables in, and migrations of its own."""
    with engine_for(new_store_url) as engine:
        with engine.begin() as connection:
            for statement in THEIRS:
                connection.execute(text(statement))
        yield engine


def theirs(host: Engine) -> tuple[str, list[int]]:
    """The host's revision and rows."""
    with host.connect() as connection:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        return revision, list(connection.execute(text("SELECT id FROM orders")).scalars())


def test_it_is_made_on_purpose_only(new_store_url: str, host: Engine) -> None:
    """Without the word it is refused, which says how, and nothing of ours is there."""
    with pytest.raises(NotOurStore, match="shared=True"):
        open_desk(new_store_url, SHOP)

    assert {"alembic_version", "orders"} == set(inspect(host).get_table_names())


def test_it_is_made_beside_theirs_and_found_again(new_store_url: str, host: Engine) -> None:
    """Our revision has a table of its own; opened again, the word is not needed."""
    with open_desk(new_store_url, SHOP, shared=True) as desk:
        order = placed(desk)
    with open_desk(new_store_url) as desk:
        found = desk.orders.get(order.id)

    assert order == found
    assert {*t.metadata.tables, SHARED_VERSIONS, "alembic_version", "orders"} == set(inspect(host).get_table_names())
    assert ("ae1027a6acf", [1]) == theirs(host)


def test_it_may_be_made_before_theirs(new_store_url: str) -> None:
    """With the word, an empty database is left to others as well."""
    with open_desk(new_store_url, SHOP, shared=True) as desk:
        order = placed(desk)
    with engine_for(new_store_url) as host, host.begin() as connection:
        for statement in THEIRS:
            connection.execute(text(statement))
    with open_desk(new_store_url) as desk:
        assert order == desk.orders.get(order.id)


def test_theirs_may_come_to_a_store_that_was_alone(new_store_url: str) -> None:
    """A store that was made to be alone stays one, with tables of others beside it."""
    with open_desk(new_store_url, SHOP) as desk:
        order = placed(desk)
    with engine_for(new_store_url) as host, host.begin() as connection:
        connection.execute(text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
    with open_desk(new_store_url, shared=True) as desk:
        assert order == desk.orders.get(order.id)


def test_a_name_that_is_taken_is_named(new_store_url: str, host: Engine) -> None:
    """Where another table has the name of one of ours, nothing is made."""
    with host.begin() as connection:
        connection.execute(text("CREATE TABLE people (id INTEGER PRIMARY KEY)"))
    with pytest.raises(NotOurStore, match="another table called people"):
        open_desk(new_store_url, SHOP, shared=True)

    assert {"alembic_version", "orders", "people"} == set(inspect(host).get_table_names())


def test_an_older_one_is_brought_up_to_date(new_store_url: str, host: Engine) -> None:
    """Later versions migrate by the same table, and leave the host's alone."""
    with host.begin() as connection:
        upgrade(connection, "0001", versions=SHARED_VERSIONS)
        connection.execute(t.settings.insert().values(tenant=STORE, name="key", value="ab" * 32))
    open_engine(new_store_url).dispose()
    with host.connect() as connection:
        revision = connection.execute(text(f"SELECT version_num FROM {SHARED_VERSIONS}")).scalar()

    assert f"{t.SCHEMA_VERSION:04}" == revision
    assert ("ae1027a6acf", [1]) == theirs(host)


def test_a_file_keeps_the_hosts_header(new_store_url: str, host: Engine) -> None:
    """SQLite's two numbers in the header of the file stay the host's."""
    if host.dialect.name != "sqlite":
        pytest.skip("a database has no header")
    with host.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version=42")
        connection.exec_driver_sql("PRAGMA application_id=7")
    open_desk(new_store_url, SHOP, shared=True).close()
    open_desk(new_store_url).close()
    with host.connect() as connection:
        header = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("user_version", "application_id")]

    assert [42, 7] == header


@pytest.mark.parametrize(
    ("damage", "error"),
    [
        ("DELETE FROM settings", NotOurStore),
        ("DROP TABLE links", NotOurStore),
        (f"UPDATE {SHARED_VERSIONS} SET version_num = 'x1'", NotOurStore),
        (f"UPDATE {SHARED_VERSIONS} SET version_num = '0999'", StoreTooNew),
    ],
)
def test_one_that_is_not_whole_is_refused(new_store_url: str, host: Engine, damage: str, error: type[Exception]) -> None:
    """With or without the word."""
    open_desk(new_store_url, SHOP, shared=True).close()
    with host.begin() as connection:
        connection.execute(text(damage))
    for shared in (True, False):
        with pytest.raises(error):
            open_desk(new_store_url, shared=shared)


def test_it_is_copied_without_theirs(new_store_url: str, host: Engine, tmp_path: object) -> None:
    """A copy holds our tables, and can be opened by itself."""
    with open_desk(new_store_url, SHOP, shared=True) as desk:
        order = placed(desk)
    target = f"sqlite:///{tmp_path}/copy.db"
    copy_store(new_store_url, target)
    with open_desk(target) as desk:
        assert order == desk.orders.get(order.id)
    with engine_for(target) as copied:
        assert "orders" not in inspect(copied).get_table_names()
    assert ("ae1027a6acf", [1]) == theirs(host)
