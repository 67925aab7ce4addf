"""SQLite: one file, one writer at a time, a write-ahead log, and every commit on the disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event, inspect
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from incidentkit.errors import ConflictError, NotOurStore, StoreBusy, StoreError, StoreFull, StoreReadOnly
from incidentkit.store.database import BEGUN, Database, Moment, check_names_free, checked_version, shared_version
from incidentkit.store.lent import LentSession
from incidentkit.store.schema import other_schema, unknown_outcome
from incidentkit.store.session import Question, Session, Statement, Write

__all__ = ["APPLICATION_ID", "SQLite", "sqlite_error"]

APPLICATION_ID = 0x494B4954
"""Stands in the header of a file that is ours ("IKIT")."""


_WRITING = "BEGIN IMMEDIATE"

# A command touches a dozen pages, the same again and again: those at the end of each table and index.
_CACHE_KB = 16_000
_LOG_PAGES = 4_000


@frozen
class SQLite(Database):
    """A file, or without a path a database in memory."""

    path: Path | None = None
    writing: ClassVar[dict[str, Any]] = {"incidentkit_writing": True}

    @classmethod
    def of(cls, url: URL, wait_ms: int) -> SQLite:
        """What the URL names."""
        memory = not url.database or url.database == ":memory:"
        return cls(wait_ms, None if memory else Path(str(url.database)))

    @property
    def single(self) -> bool:  # type: ignore[override]
        """A database in memory is one connection."""
        return self.path is None

    def engine(self, url: URL) -> Engine:
        """Its transactions begin with BEGIN, those that write with BEGIN IMMEDIATE."""
        pool: dict[str, Any] = {"poolclass": StaticPool} if self.single else {}
        connect_args = {"timeout": self.wait_ms / 1000, "check_same_thread": False}
        # Parameters hold personal data: they stay out of errors.
        engine = create_engine(url, connect_args=connect_args, hide_parameters=True, **pool)
        engine.dialect.statement_compiler = _Compiler
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
        return engine

    def check_place(self, label: str) -> None:
        """The folder is the host's to make."""
        if self.path and not self.path.absolute().parent.is_dir():
            raise StoreError(label, "must lie in a folder that exists", got="none", next="Make the folder first.")

    def version(self, connection: Connection, label: str, *, shared: bool = False) -> int:
        """By the header of the file; among the tables of others by one of ours."""
        application = connection.exec_driver_sql("PRAGMA application_id").scalar()
        if application == APPLICATION_ID:
            return checked_version(connection, connection.exec_driver_sql("PRAGMA user_version").scalar() or 0, label)
        tables = set(inspect(connection).get_table_names())
        version = shared_version(connection, tables, label)
        if version is not None:
            return version
        if shared or (application == 0 and not tables):
            check_names_free(tables, label)
            return 0
        rule, step = "must be new, or made by incidentkit", "Name another file, or open the desk with shared=True."
        raise NotOurStore(label, rule, got="tables of something else", next=step)

    def check_writable(self, engine: Engine, label: str) -> None:  # noqa: ARG002 - the file says it
        """The mode is read too: root may write anything, but a file that was marked read-only was marked for a reason."""
        if self.path and (not os.access(self.path, os.W_OK) or not self.path.stat().st_mode & 0o222):
            raise StoreReadOnly(label, "must be writable", got="a read-only file", next="Change its permissions.")

    def prepare(self, engine: Engine) -> None:
        """Turn the write-ahead log on."""
        # Not possible inside a transaction, and SQLAlchemy's connections begin one.
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            raw.close()

    def mark(self, connection: Connection, version: int) -> None:
        """In the header of the file."""
        connection.exec_driver_sql(f"PRAGMA user_version={version}")
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")

    def tidy(self, engine: Engine) -> None:
        """Let it look at how its tables are filled: without that it passes over indexes that begin with the tenant."""
        with suppress(DBAPIError), engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA analysis_limit=400")
            connection.exec_driver_sql("PRAGMA optimize")
            connection.commit()

    def scrub(self, engine: Engine) -> bool:
        """Empty the write-ahead log, which keeps earlier pages; what is deleted in the file itself is overwritten at once."""
        # Not possible inside a transaction. In memory, and in a host's file with a journal, it has nothing to do.
        raw = engine.raw_connection()
        cursor = raw.cursor()
        try:
            # Whoever reads just now is not waited for: nobody else could write meanwhile.
            cursor.execute("PRAGMA busy_timeout=0")
            blocked = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout={self.wait_ms}")
            raw.close()
        return not blocked

    def compact(self, engine: Engine) -> None:
        """The whole file."""
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
        finally:
            raw.close()

    def begin(self, raw: Any) -> None:
        """Be the only writer from here on."""
        raw.execute(_WRITING)

    def at_rest(self, raw: Any) -> bool:
        """A file is never lost."""
        return not raw.in_transaction

    def session(self, pooled: PoolProxiedConnection, engine: Engine) -> Session:  # noqa: ARG002 - a file is never lost
        """A cursor of the connection."""
        connection: Any = pooled.driver_connection
        return _Session(connection.cursor())

    def place(self, session: LentSession) -> tuple[Any, ...]:
        """The file, by what the system knows it by."""
        path = next((row[2] for row in session.ran("PRAGMA database_list").fetchall() if row[1] == "main"), "")
        if not path:
            return ("memory", id(session))
        found = Path(path).stat()
        return (found.st_dev, found.st_ino, "main")

    def enter(self, session: LentSession, place: tuple[Any, ...]) -> None:  # noqa: ARG002 - a file has no schemas
        """A savepoint, and nothing else."""
        session.ran("SAVEPOINT incidentkit")

    def claim(self, session: LentSession) -> None:
        """A host may have begun without; what it has read since may be old by now, and then nothing can be written."""
        session.ran("DELETE FROM timers WHERE 0")

    def leave(self, session: LentSession, before: Any) -> None:  # noqa: ARG002 - nothing was set
        """The savepoint is given up."""
        session.ran("RELEASE SAVEPOINT incidentkit")

    @contextmanager
    def at_once(self, engine: Engine) -> Iterator[Connection]:
        """It begins at once, or not at all."""
        with engine.execution_options(**self.writing).connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA busy_timeout=0")
            try:
                with connection.begin():
                    yield connection
            finally:
                raw.execute(f"PRAGMA busy_timeout={self.wait_ms}")


class _Compiler(SQLiteCompiler):
    """SQLAlchemy has hints for other databases' tables; those of SQLite, INDEXED BY, stand in the same place."""

    def get_from_hint_text(self, table: object, text: str | None) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The hint as it is."""
        return text


class _Session(Session):
    """Statement by statement: there is no way to a server that could be spared."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def ask(self, *questions: Question) -> list[list[Any]]:
        return [
            [*map(q.statement.made, self._cursor.execute(q.statement.sql, q.statement.given(q.given)).fetchall())]
            for q in questions
        ]

    def write(self, writes: Sequence[Write]) -> None:
        for each in writes:
            if each.rows:
                each.check(self._run(each))

    def change(self, statement: Statement, **given: Any) -> int:
        return self._run(Write(statement, [given]))

    def _run(self, write: Write) -> int:
        statement, rows = write.statement, write.rows
        if len(rows) == 1:
            self._cursor.execute(statement.sql, statement.given(rows[0]))
        elif (whole := statement.together(rows)) is not None:
            self._cursor.execute(*whole)
        else:
            self._cursor.executemany(statement.sql, map(statement.given, rows))
        changed: int = self._cursor.rowcount
        return changed


def _on_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # BEGIN is ours to say, below
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    # What is deleted or replaced is overwritten: a forgotten word is not in the file any more.
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")


def _on_begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get(BEGUN):
        connection.exec_driver_sql(_WRITING if options.get("incidentkit_writing") else "BEGIN")


def sqlite_error(error: BaseException, label: str, wait_ms: int, moment: Moment = Moment.WORKING) -> Exception:
    """Ours for what SQLite says in words.

    Args:
        moment: what was being done.
    """
    text = str(error).lower()
    if "is full" in text:
        return StoreFull(
            label, "needs room for what is written", got="a full disk", next="Make room, then make the call again."
        )
    if "i/o error" in text and moment is Moment.COMMITTING:
        return unknown_outcome(label, "an error of its disk")
    if any(sign in text for sign in ("readonly", "read-only", "unable to open")):
        return StoreReadOnly(label, "must be readable and writable", got=str(error), next="Check the file's permissions.")
    if "not a database" in text or "malformed" in text or "encrypted" in text:
        return NotOurStore(label, "must be an SQLite database of incidentkit", got="another file", next="Name another file.")
    if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY_SNAPSHOT":
        # A host's transaction that began with BEGIN alone: waiting would not help it.
        rule, step = "takes what was decided on its latest state", "Roll back, and begin anew with BEGIN IMMEDIATE."
        return ConflictError(label, rule, got="a transaction that has read an older one", next=step, retry=True)
    if "locked" in text or "busy" in text:
        return StoreBusy(label, f"was locked for {wait_ms / 1000:g} seconds", got="another writer", next="Try again.")
    if "unique" in text:
        return ConflictError(
            label, "holds each thing once", got="a second writer of the same", next="Make the call again.", retry=True
        )
    if "no such table" in text or "no such column" in text or "has no column" in text:
        return other_schema(label)
    return StoreError(label, "did not do what was asked", got=type(error).__name__, next="See the cause in the database's log.")
