"""What a desk can't be part of, and that it says so before anything is done."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.errors import InvalidInput, NotOurStore, RuleViolation
from tests.desk.within.conftest import engine_for
from tests.desk.world import SHOP, placed
from tests.services.postgresql import schema


def join(desk: Desk, given: object) -> None:
    """A block with nothing in it."""
    with desk.within(given):
        pass


@pytest.mark.parametrize("given", [None, "sqlite:///shop.db", object(), 7])
def test_something_else(desk: Desk, given: object) -> None:
    """Nothing else has a transaction; what can be given is named."""
    with (
        pytest.raises(InvalidInput, match=r"a SQLAlchemy Connection or Session, or django\.db\.connection"),
        desk.within(given),
    ):
        pass


def test_an_engine(desk: Desk, host: Engine) -> None:
    """An engine has connections, and no transaction."""
    with pytest.raises(InvalidInput, match="got Engine"):
        join(desk, host)


def test_a_drivers_connection(desk: Desk, tmp_path: Path) -> None:
    """A driver tells nobody of its commits: its connection is joined through SQLAlchemy."""
    with closing(sqlite3.connect(tmp_path / "x.db")) as raw, pytest.raises(InvalidInput, match="got Connection"):
        join(desk, raw)


def test_a_connection_without_a_transaction(desk: Desk, host: Engine) -> None:
    """What would be written could not be rolled back with it."""
    with host.connect() as connection, pytest.raises(RuleViolation, match="Begin one first"):
        join(desk, connection)


def test_autocommit(desk: Desk, host: Engine) -> None:
    """Every statement would be a transaction of its own."""
    with (
        host.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        connection.begin(),
        pytest.raises(RuleViolation, match="autocommit"),
    ):
        join(desk, connection)


def test_a_transaction_that_has_failed(desk: Desk, host: Engine) -> None:
    """PostgreSQL takes nothing more in it."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file goes on after a statement that failed")
    with host.connect() as connection:
        connection.begin()
        with pytest.raises(Exception, match="division"):
            connection.execute(text("SELECT 1 / 0"))
        with pytest.raises(RuleViolation, match="has failed"):
            join(desk, connection)


def test_two_phases(desk: Desk, host: Engine) -> None:
    """Nobody could tell when it is committed."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file has none")
    with host.connect() as connection:
        connection.begin_twophase()
        with pytest.raises(RuleViolation, match="two phases"):
            join(desk, connection)


def test_a_driver_that_is_not_known(desk: Desk) -> None:
    """Only drivers that were proved are used, by whatever name SQLAlchemy calls them."""

    class Raw:
        """A connection of some other driver."""

    class Other(Connection):
        """Whose driver is another."""

        def __init__(self, of: Connection) -> None:
            self.__dict__.update(of.__dict__)

        @property
        def connection(self) -> Any:
            """Below it."""
            return type("Pooled", (), {"dbapi_connection": Raw()})()

    with engine_for("sqlite://") as engine, engine.begin() as real:
        other = Other(real)
        with pytest.raises(InvalidInput, match="psycopg 3"):
            join(desk, other)


def test_another_kind_of_database(desk: Desk, host: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A store in PostgreSQL has nothing to do with a file, nor the other way round."""
    other = f"sqlite:///{tmp_path}/other.db"
    if host.dialect.name == "sqlite":
        other = request.getfixturevalue("postgresql_url").replace("postgresql:", "postgresql+psycopg:")
    with engine_for(other) as engine, engine.begin() as connection, pytest.raises(NotOurStore, match="another database"):
        join(desk, connection)


def test_a_copy_of_the_file(desk: Desk, host: Engine, tmp_path: Path) -> None:
    """A copy has the same key and is another database all the same; so is a database in memory."""
    if host.dialect.name != "sqlite":
        pytest.skip("a server's databases are tried below")
    order = placed(desk)
    shutil.copy(str(host.url.database), tmp_path / "copy.db")
    for other in (f"sqlite:///{tmp_path}/copy.db", "sqlite://"):
        with engine_for(other) as engine, engine.begin() as connection, pytest.raises(NotOurStore, match="another database"):
            join(desk, connection)

    assert order == desk.orders.get(order.id)


def test_the_same_file_by_another_name(desk: Desk, host: Engine, tmp_path: Path) -> None:
    """It is the file that counts, however it is called."""
    if host.dialect.name != "sqlite":
        pytest.skip("a file has names")
    link = tmp_path / "link.db"
    link.symlink_to(str(host.url.database))
    with engine_for(f"sqlite:///{link}") as engine, engine.begin() as connection, desk.within(connection):
        order = placed(desk)

    assert order == desk.orders.get(order.id)


def test_another_database_of_the_same_server(host: Engine, desk: Desk) -> None:
    """It has no store, or another one: neither is taken for ours."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file is one database")
    with host.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS host_other"))
        connection.execute(text("CREATE DATABASE host_other"))
    try:
        other = host.url.set(database="host_other")
        with engine_for(other) as engine, engine.begin() as connection, pytest.raises(NotOurStore):
            join(desk, connection)
    finally:
        with host.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE host_other"))


def test_a_store_in_another_schema_is_found(host: Engine, request: pytest.FixtureRequest) -> None:
    """In PostgreSQL the desk's schema is found whatever the host's search path is, and several stores are kept apart."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file has no schemas")
    with schema(request.getfixturevalue("postgresql_url")) as other, open_desk(other, SHOP, plugins=()) as second:
        first: Desk = request.getfixturevalue("desk")
        with host.begin() as connection, first.within(connection), second.within(connection):
            here, there = placed(first), placed(second)

        assert [here.id] == [order.id for order in first.orders.find()]
        assert [there.id] == [order.id for order in second.orders.find()]


def test_a_host_in_another_zone(host: Engine, desk: Desk) -> None:
    """Nothing that a host may set for its session makes its database another one."""
    if host.dialect.name != "postgresql":
        pytest.skip("a file has no zone")
    with host.begin() as connection:
        connection.execute(text("SET LOCAL TIME ZONE 'Pacific/Auckland'"))
        connection.execute(text("SET LOCAL DateStyle = 'German'"))
        connection.execute(text("SET LOCAL search_path = ''"))
        with desk.within(connection):
            order = placed(desk)

    assert order == desk.orders.get(order.id)


def test_inside_a_batch(desk: Desk, host: Engine) -> None:
    """A batch is a transaction of its own, which no other can be part of."""
    with host.begin() as connection, desk.batch(), pytest.raises(RuleViolation, match="from outside of a batch"):
        join(desk, connection)


def test_two_transactions_at_once(desk: Desk, host: Engine) -> None:
    """A command can be part of one."""
    with (
        host.begin() as connection,
        desk.within(connection),
        host.connect() as other,
        other.begin(),
        pytest.raises(RuleViolation, match="one inside another"),
    ):
        join(desk, other)


@pytest.mark.parametrize("what", ["send_due", "tick", "rebuild", "feed", "imports"])
def test_what_needs_transactions_of_its_own(desk: Desk, host: Engine, what: str) -> None:
    """Work that commits step by step can't wait for the host's commit."""
    calls: dict[str, Callable[[], object]] = {
        "send_due": desk.send_due,
        "tick": desk.tick,
        "rebuild": desk.rebuild,
        "feed": desk.feed,
        "imports": desk.inbox.process,
    }
    with host.begin() as connection, desk.within(connection), pytest.raises(RuleViolation, match="transactions of its own"):
        calls[what]()


def test_a_password_is_not_shown(host: Engine, desk: Desk) -> None:
    """No refusal quotes a URL with its password, or what was written."""
    url = make_url("postgresql+psycopg://shop:hunter2@127.0.0.1:1/shop")
    assert host.url != url
    with pytest.raises(InvalidInput) as caught, desk.within(create_engine(url)):
        pass

    assert "hunter2" not in str(caught.value)
