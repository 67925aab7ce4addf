"""The database's errors as ours: of the right class, and without a value in their text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from incidentkit.errors import (
    ConflictError,
    IncidentkitError,
    NotOurStore,
    OutcomeUnknown,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)
from incidentkit.store.database import Moment
from incidentkit.store.engine import directory_of, open_engine, translated, url_label

SECRET = "marta@example.com"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An open store."""
    opened = open_engine(f"sqlite:///{tmp_path}/shop.db")
    yield opened
    opened.dispose()


def raised(text: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> IncidentkitError:
    """What an error of the driver with that text becomes."""
    orig = kind(text)
    with pytest.raises(IncidentkitError) as caught, translated("The store"):
        raise OperationalError("UPDATE vault", {"body": SECRET}, orig, hide_parameters=True)
    return caught.value


KINDS: list[tuple[str, type[IncidentkitError]]] = [
    ("attempt to write a readonly database", StoreReadOnly),
    ("unable to open database file", StoreReadOnly),
    ("file is not a database", NotOurStore),
    ("database disk image is malformed", NotOurStore),
    ("database is locked", StoreBusy),
    ("UNIQUE constraint failed: names.tenant", ConflictError),
    ("database or disk is full", StoreFull),
    ("no such column: s.number", StoreTooNew),
    ("disk I/O error", StoreError),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_each_error_has_its_class(text: str, kind: type[IncidentkitError]) -> None:
    """So that the caller knows what to do."""
    assert kind is type(raised(text))


def test_a_disk_that_fails_at_the_commit_leaves_it_open() -> None:
    """What was written to the log may be found there after all."""
    with pytest.raises(OutcomeUnknown, match="same key"), translated("The store", Moment.COMMITTING):
        raise sqlite3.OperationalError("disk I/O error")


def test_threads_that_wait_for_a_connection_are_told_so() -> None:
    """It is no error of the database, and the call may be made again."""
    with pytest.raises(StoreBusy, match="a connection free"), translated("The store"):
        raise PoolTimeout("QueuePool limit of size 5 overflow 10 reached")


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_no_error_shows_a_value(text: str, kind: type[IncidentkitError]) -> None:
    """Neither it nor its cause."""
    error = raised(text)

    assert SECRET not in f"{error} {error!r} {error.__cause__} {error.__cause__!r}"


def test_a_driver_that_is_used_directly_is_translated_too() -> None:
    """Some statements can't go through SQLAlchemy."""
    with pytest.raises(StoreBusy), translated("The store"):
        raise sqlite3.OperationalError("database is locked")


def test_what_is_no_error_of_the_database_passes() -> None:
    """As it is."""
    with pytest.raises(ZeroDivisionError), translated("The store"):
        raise ZeroDivisionError


def test_real_errors_hide_their_parameters(engine: Engine) -> None:
    """A statement that fails says what failed, and not with which values."""
    rows = [("t", "r", SECRET)] * 2
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO vault (tenant, ref, body) VALUES (?, ?, ?)", rows)

    assert SECRET not in f"{caught.value} {caught.value!r}"


def test_a_label_has_no_password() -> None:
    """What people see of a URL."""
    assert "hunter2" not in url_label("postgresql://shop:hunter2@host/db")
    assert "The store" == url_label("no url: hunter2")


def test_a_store_in_memory_has_no_folder() -> None:
    """A file has the one that it lies in."""
    assert (None, None) == (directory_of("sqlite://"), directory_of("sqlite:///:memory:"))
    assert Path("/a") == directory_of("sqlite:////a/shop.db")
