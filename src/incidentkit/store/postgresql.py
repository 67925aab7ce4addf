"""PostgreSQL, through psycopg 3: READ COMMITTED, with one writer at a time for each tenant, and only while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DataError, DBAPIError

from incidentkit.errors import (
    ConfigurationError,
    ConflictError,
    InvalidInput,
    MissingExtra,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreReadOnly,
)
from incidentkit.store.database import Database, checked_version, key_of

__all__ = ["LOCKS", "PostgreSQL", "postgresql_error"]

LOCKS = 0x494B4954
"""Keeps our advisory locks apart from those of others in the same database ("IKIT")."""

_VERSIONS = "alembic_version"

# Long enough to be told whether a lock is free.
_AT_ONCE_MS = 10

_CONNECTING = {"client_encoding": "utf8", "connect_timeout": 10, "application_name": "incidentkit"}


@frozen
class PostgreSQL(Database):
    """A database, or in it the first schema of the search path."""

    reading: ClassVar[dict[str, Any]] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def engine(self, url: URL) -> Engine:
        """Its connections wait for any lock as long as for another writer."""
        arguments = {name: value for name, value in _CONNECTING.items() if name not in url.query}
        try:
            engine = create_engine(
                url.set(drivername="postgresql+psycopg"),
                isolation_level="READ COMMITTED",
                connect_args=arguments,
                # Parameters hold personal data: they stay out of errors.
                hide_parameters=True,
            )
        except ImportError as error:
            raise MissingExtra(
                "PostgreSQL", "needs the driver psycopg", got="none", next="Install incidentkit[postgres].", extra="postgres"
            ) from error

        def wait_no_longer(connection: Any, _: object) -> None:
            connection.autocommit = True
            connection.execute(f"SET lock_timeout = {self.wait_ms}")
            connection.autocommit = False

        event.listen(engine, "connect", wait_no_longer)
        return engine

    def version(self, connection: Connection, label: str) -> int:
        """By the table that the migrations keep, and the key that was made with the store."""
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return 0
        if {_VERSIONS, "settings"} <= tables:
            revision = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSIONS}").scalar() or ""  # noqa: S608
            if revision.isdigit():
                version = checked_version(connection, int(revision), label)
                if key_of(connection) is not None:
                    return version
        rule, step = (
            "must be new, or made by incidentkit",
            "Name another database, or a schema with options=-csearch_path=NAME.",
        )
        raise NotOurStore(label, rule, got="tables of something else", next=step)

    def check_writable(self, engine: Engine, label: str) -> None:
        """Neither the session nor the server may be set to read only, and the role must have been given the right."""
        query = text("SELECT current_setting('transaction_read_only') = 'off' AND has_table_privilege('events', 'INSERT')")
        with engine.connect() as connection:
            if not connection.execute(query).scalar():
                rule, step = "must be writable", "Use a role that may write, on a server that is no replica."
                raise StoreReadOnly(label, rule, got="a role or server that may only read", next=step)

    def hold(self, connection: Connection) -> None:
        """Wait for those who make or change the same schema; then look whether text is what it must be."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": LOCKS})
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise ConfigurationError(
                "The store", "must be a database in UTF8", got=str(encoding), next="Make one with ENCODING 'UTF8'."
            )

    @contextmanager
    def at_once(self, engine: Engine) -> Iterator[Connection]:
        """It gives up as soon as a row is locked."""
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_AT_ONCE_MS}")
            yield connection


def postgresql_error(error: DBAPIError, label: str, wait_ms: int) -> Exception:
    """Ours for an SQLSTATE. What the server says of it is left out: it quotes values."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in ("40001", "40P01", "23505"):
        rule, got = "takes what was decided on its latest state", "a second writer of the same"
        return ConflictError(label, rule, got=got, next="Make the call again.", retry=True)
    if state == "55P03":
        return StoreBusy(label, f"was locked for {wait_ms / 1000:g} seconds", got="another writer", next="Try again.")
    if state in ("25006", "42501"):
        rule, step = "must be writable", "Use a role that may write, on a server that is no replica."
        return StoreReadOnly(label, rule, got=f"error {state}", next=step)
    if error.connection_invalidated or state[:3] == "57P" or state == "53300":
        step = "Make the call again, with the same key if it had one."
        return StoreBusy(label, "must keep its connection", got=f"none{state and f', error {state}'}", next=step)
    if isinstance(error, DataError):
        return InvalidInput(
            "A text or number", "must be one that the database can hold", got=f"error {state or 'of the driver'}"
        )
    if not state:
        step = "See whether its server runs, and whether the URL names it, the database and a role."
        return StoreError(label, "must be reachable", got=type(error.orig).__name__, next=step)
    return StoreError(label, "did not do what was asked", got=f"error {state}", next="See the cause in the server's log.")
