"""Opening a database: is it ours, can it be written, and is its schema up to date."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, insert, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from incidentkit.errors import ConfigurationError, NotOurStore, StoreBusy
from incidentkit.store import tables as t
from incidentkit.store.database import OWN_VERSIONS, SHARED_VERSIONS, STORE, Database, Moment, key_of
from incidentkit.store.making import make_schema
from incidentkit.store.postgresql import PostgreSQL, is_drivers_own, postgresql_error
from incidentkit.store.schema import note_schema
from incidentkit.store.sqlite import APPLICATION_ID, SQLite, sqlite_error

__all__ = [
    "APPLICATION_ID",
    "at_once",
    "compact",
    "database_of",
    "directory_of",
    "file_of",
    "open_engine",
    "raise_translated",
    "scrub",
    "store_key",
    "tidy",
    "translated",
    "url_label",
]

BUSY_TIMEOUT_MS = 5000
"""How long a writer waits for another."""

_NEXT = "Give e.g. sqlite:///shop.db or postgresql://user@host/shop."


def open_engine(url: str, *, shared: bool = False) -> Engine:
    """An engine for ``url``; its schema is made if the database is empty, and brought up to date if it is older.

    Args:
        shared: it may be made among the tables of others. One that was made so needs it no more.

    Raises:
        ConfigurationError: the URL is none, or names a database that is not supported.
        MissingExtra: the database's driver is not installed.
        StoreError: the database can't be used; its subclasses say why.
    """
    database, label = database_of(url), url_label(url)
    try:
        engine = database.engine(_parsed(url))
    except NoSuchModuleError as error:
        raise ConfigurationError("The store", "needs a driver that is installed", got="another", problems=("store",)) from error
    try:
        with translated(label, Moment.OPENING):
            _prepare(database, engine, label, shared=shared)
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


def database_of(url: str) -> Database:
    """The kind of database that ``url`` names.

    Raises:
        ConfigurationError: the URL is none, or names a database that is not supported.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return SQLite.of(parsed, BUSY_TIMEOUT_MS)
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return PostgreSQL(BUSY_TIMEOUT_MS)
    raise ConfigurationError(
        "The store",
        "must be an SQLite or a PostgreSQL database, the latter through psycopg",
        got=parsed.drivername,
        next=_NEXT,
        problems=("store: another",),
    )


def directory_of(url: str) -> Path | None:
    """The folder that an SQLite file lies in; None for any other database."""
    database = database_of(url)
    return database.path.absolute().parent if isinstance(database, SQLite) and database.path else None


def file_of(url: str) -> Path | None:
    """The file of an SQLite database; None for any other database, and for one in memory."""
    database = database_of(url)
    return database.path.absolute() if isinstance(database, SQLite) and database.path else None


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        rule, problems = "is named by a URL", ("store: not a URL",)
        raise ConfigurationError("The store", rule, got="something else", next=_NEXT, problems=problems) from error


def _prepare(database: Database, engine: Engine, label: str, *, shared: bool) -> None:
    database.check_place(label)
    with engine.connect() as connection:
        version = database.version(connection, label, shared=shared)
    if version:
        database.check_writable(engine, label)
    if version == t.SCHEMA_VERSION:
        return
    database.prepare(engine)
    with engine.execution_options(**database.writing).begin() as connection:
        database.hold(connection)
        # Another process may have been quicker: it is looked at again now that nobody else writes.
        version = database.version(connection, label, shared=shared)
        if version < t.SCHEMA_VERSION:
            shared = inspect(connection).has_table(SHARED_VERSIONS) if version else shared
            versions = SHARED_VERSIONS if shared else OWN_VERSIONS
            if version:
                _migrate(connection, versions)
            else:
                make_schema(connection, versions)
            _settle(database, connection, shared=shared)


def _migrate(connection: Connection, versions: str) -> None:
    # Costs time and memory, and is needed once in the life of a version.
    from incidentkit.store.migrations.upgrade import upgrade

    upgrade(connection, versions=versions)


def _settle(database: Database, connection: Connection, *, shared: bool) -> None:
    if key_of(connection) is None:
        connection.execute(insert(t.settings).values(tenant=STORE, name="key", value=secrets.token_hex(32)))
    note_schema(connection, t.SCHEMA_VERSION)
    if not shared:
        database.mark(connection, t.SCHEMA_VERSION)


def store_key(engine: Engine) -> bytes:
    """The key that was made with the store: for hashes of people and fingerprints of arguments.

    Raises:
        NotOurStore: there is none.
    """
    with engine.connect() as connection:
        value = key_of(connection)
    if value is None:
        rule, step = "must hold the key that it was made with", "Restore it from a copy."
        raise NotOurStore(engine.url.render_as_string(hide_password=True), rule, got="none", next=step)
    return bytes.fromhex(value)


def tidy(engine: Engine) -> None:
    """Whatever is good for the database when a store is closed."""
    _database(engine).tidy(engine)


def compact(engine: Engine) -> None:
    """Write the words anew, so that nothing of what was there before is left in the database's files."""
    _database(engine).compact(engine)


def scrub(engine: Engine) -> bool:
    """Leave nothing of what was deleted in the database's files, as far as it can; False where it must be asked again."""
    return _database(engine).scrub(engine)


def at_once(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that does not wait for another writer.

    Raises:
        DBAPIError: somebody else is writing.
    """
    return _database(engine).at_once(engine)


def _database(engine: Engine) -> Database:
    return SQLite.of(engine.url, BUSY_TIMEOUT_MS) if engine.dialect.name == "sqlite" else PostgreSQL(BUSY_TIMEOUT_MS)


@contextmanager
def translated(label: str, moment: Moment = Moment.WORKING) -> Iterator[None]:
    """The database's errors as ours, without statements or values in their text."""
    try:
        yield
    except Exception as error:
        raise_translated(error, label, moment)
        raise


def raise_translated(error: BaseException, label: str, moment: Moment = Moment.WORKING) -> None:
    """Raise ours for an error of the database, SQLAlchemy's or the driver's own; for any other do nothing.

    Args:
        moment: what was being done when it was raised.

    Raises:
        StoreError: or one of its kin, which says what to do.
    """
    orig = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(orig, sqlite3.Error):
        raise sqlite_error(orig, label, BUSY_TIMEOUT_MS, moment) from error
    if isinstance(error, DBAPIError) or is_drivers_own(error):
        # Not from it: its text quotes the row.
        raise postgresql_error(error, label, BUSY_TIMEOUT_MS, moment) from None
    if isinstance(error, PoolTimeout):
        step = "Use fewer threads, or shorter batches."
        raise StoreBusy(label, "must have a connection free", got="none for half a minute", next=step) from None
