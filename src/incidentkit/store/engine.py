"""Opening a database: is it ours, can it be written, and whatever SQLite needs to be told."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from incidentkit.errors import ConfigurationError, ConflictError, NotOurStore, StoreBusy, StoreError, StoreReadOnly, StoreTooNew
from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store import tables as t

__all__ = ["directory_of", "open_engine", "translated"]

APPLICATION_ID = 0x494B4954
"""Stands in the header of an SQLite file that is ours ("IKIT")."""

BUSY_TIMEOUT_MS = 5000

_STORE = "store"
"""The tenant under which the store keeps what belongs to itself."""


def open_engine(url: str) -> Engine:
    """An engine for ``url``, its schema made if the database is empty.

    Raises:
        ConfigurationError: the URL is none, or names a database that is not supported.
        StoreError: the database can't be used; its subclasses say why.
    """
    engine = _engine(url)
    try:
        with translated(url_label(url)):
            _prepare(engine, url)
    except BaseException:
        engine.dispose()
        raise
    return engine


def url_label(url: str) -> str:
    """The URL for people: without a password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "The store"


def directory_of(url: str) -> Path | None:
    """The folder that an SQLite file lies in; None for any other database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database).absolute().parent


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError(
            "The store",
            "is named by a URL",
            got="something else",
            next="Give e.g. sqlite:///shop.db.",
            problems=("store: not a URL",),
        ) from error
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(
            "The store",
            "must be an SQLite database",
            got=parsed.get_backend_name(),
            next="Give e.g. sqlite:///shop.db.",
            problems=("store: not SQLite",),
        )
    memory = not parsed.database or parsed.database == ":memory:"
    options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    try:
        connect_args = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        # Parameters hold personal data: they stay out of errors.
        engine = create_engine(parsed, connect_args=connect_args, hide_parameters=True, **options)
    except NoSuchModuleError as error:
        raise ConfigurationError(
            "The store", "needs a driver that is installed", got=parsed.drivername, problems=("store",)
        ) from error
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # BEGIN is ours to say, below
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("incidentkit_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare(engine: Engine, url: str) -> None:
    path = make_url(url).database
    if path and path != ":memory:" and not Path(path).absolute().parent.is_dir():
        raise StoreError(url_label(url), "must lie in a folder that exists", got="none", next="Make the folder first.")
    with engine.connect() as connection:
        state = _inspected(connection, url)
    if state == "ours":
        _check_writable(engine, path)
        return
    _use_wal(engine)
    with engine.execution_options(incidentkit_writing=True).begin() as connection:
        # Another process may have been quicker: it is looked at again under the write lock.
        if _inspected(connection, url) == "empty":
            _create(connection)


def _use_wal(engine: Engine) -> None:
    # Not possible inside a transaction, and SQLAlchemy's connections begin one.
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()


def _inspected(connection: Connection, url: str) -> str:
    """``ours`` or ``empty``; anything else is refused."""
    app = connection.exec_driver_sql("PRAGMA application_id").scalar()
    if app == APPLICATION_ID:
        _check_version(connection.exec_driver_sql("PRAGMA user_version").scalar() or 0, url)
        _check_tables(connection, url)
        return "ours"
    if app == 0 and not inspect(connection).get_table_names():
        return "empty"
    raise NotOurStore(
        url_label(url), "must be new, or made by incidentkit", got="tables of something else", next="Name another file."
    )


def _check_tables(connection: Connection, url: str) -> None:
    missing = sorted(set(t.metadata.tables) - set(inspect(connection).get_table_names()))
    if missing:
        raise NotOurStore(
            url_label(url),
            "must hold every table of incidentkit",
            got=f"none called {missing[0]}",
            next="Name another file, or restore this one from a copy.",
        )


def _check_version(version: int, url: str) -> None:
    if version > t.SCHEMA_VERSION:
        raise StoreTooNew(
            url_label(url),
            f"this version of incidentkit reads schemas up to {t.SCHEMA_VERSION}",
            got=version,
            next="Install a newer incidentkit.",
        )


def _check_writable(engine: Engine, path: str | None) -> None:
    if not path or path == ":memory:":
        return
    # The mode is read too: root may write anything, but a file that was marked read-only was marked for a reason.
    if not os.access(path, os.W_OK) or not Path(path).stat().st_mode & 0o222:
        raise StoreReadOnly(
            f"The store {Path(path).name}", "must be writable", got="a read-only file", next="Change its permissions."
        )


def _create(connection: Connection) -> None:
    t.metadata.create_all(connection)
    connection.execute(insert(t.settings).values(tenant=_STORE, name="key", value=secrets.token_hex(32)))
    connection.exec_driver_sql(f"PRAGMA user_version={t.SCHEMA_VERSION}")
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def store_key(engine: Engine) -> bytes:
    """The key that was made with the store: for hashes of people and fingerprints of arguments.

    Raises:
        NotOurStore: there is none.
    """
    with engine.connect() as connection:
        query = select(t.settings.c.value).where(t.settings.c.tenant == _STORE, t.settings.c.name == "key")
        value: str | None = connection.execute(query).scalar()
    if value is None:
        rule, step = "must hold the key that it was made with", "Restore it from a copy."
        raise NotOurStore(engine.url.render_as_string(hide_password=True), rule, got="none", next=step)
    return bytes.fromhex(value)


def tidy(engine: Engine) -> None:
    """Let SQLite look at how its tables are filled: without that it passes over indexes that begin with the tenant."""
    with suppress(DBAPIError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA analysis_limit=400")
        connection.exec_driver_sql("PRAGMA optimize")
        connection.commit()


@contextmanager
def translated(label: str) -> Iterator[None]:
    """The database's errors as ours, without statements or values in their text."""
    try:
        yield
    except DBAPIError as error:
        raise _ours(error.orig or error, label) from error
    except sqlite3.Error as error:
        # From a connection that SQLAlchemy does not watch.
        raise _ours(error, label) from error


def _ours(error: BaseException, label: str) -> Exception:
    text = str(error).lower()
    if any(sign in text for sign in ("readonly", "read-only", "unable to open")):
        return StoreReadOnly(label, "must be readable and writable", got=str(error), next="Check the file's permissions.")
    if "not a database" in text or "malformed" in text or "encrypted" in text:
        return NotOurStore(label, "must be an SQLite database of incidentkit", got="another file", next="Name another file.")
    if "locked" in text or "busy" in text:
        return StoreBusy(label, f"was locked for {BUSY_TIMEOUT_MS / 1000:g} seconds", got="another writer", next="Try again.")
    if "unique" in text:
        return ConflictError(
            label, "holds each thing once", got="a second writer of the same", next="Make the call again.", retry=True
        )
    return StoreError(label, "did not do what was asked", got=type(error).__name__, next="See the cause in the database's log.")
