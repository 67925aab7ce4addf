"""A host with a table of its own in the database that the store is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text

from incidentkit.desk.desk import Desk

__all__ = ["Rows", "add", "engine_for"]

Rows = Callable[[], list[int]]


@pytest.fixture
def host_url(store_url: str) -> str:
    """The same database as the store's; in PostgreSQL by another schema than ours."""
    url = make_url(store_url)
    if url.get_backend_name() == "sqlite":
        return store_url
    url = url.set(drivername="postgresql+psycopg").difference_update_query(["options"])
    return url.render_as_string(hide_password=False)


@pytest.fixture
def host(host_url: str, desk: Desk) -> Iterator[Engine]:
    """The host's engine, which knows nothing of us."""
    engine = create_engine(host_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS host_rows"))
        connection.execute(text("CREATE TABLE host_rows (id INTEGER PRIMARY KEY)"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE host_rows"))
    engine.dispose()


@pytest.fixture
def rows(host: Engine) -> Rows:
    """What stands in the host's table, as others see it."""

    def read() -> list[int]:
        with host.connect() as connection:
            return list(connection.execute(text("SELECT id FROM host_rows ORDER BY id")).scalars())

    return read


def add(connection: Connection, row: int) -> None:
    """Write a row of the host's."""
    connection.execute(text("INSERT INTO host_rows VALUES (:row)"), {"row": row})


@contextmanager
def engine_for(url: str | URL, timeout: float = 60) -> Iterator[Engine]:
    """Another engine of the host's.

    Args:
        timeout: how long it waits for a lock on a file.
    """
    file = make_url(url).get_backend_name() == "sqlite"
    engine = create_engine(url, connect_args={"timeout": timeout} if file else {})
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def immediate(host: Engine) -> Iterator[Engine]:
    """The host as the page advises it: on a file its transactions begin with BEGIN IMMEDIATE."""
    with engine_for(host.url) as engine:
        if host.dialect.name == "sqlite":
            event.listen(engine, "connect", _ours_to_begin)
            event.listen(engine, "begin", _begin)
        yield engine


def _ours_to_begin(connection: Any, _: object) -> None:
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
