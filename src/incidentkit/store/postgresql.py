"""PostgreSQL, through psycopg 3: READ COMMITTED, with one writer at a time for each tenant, and only while it writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError

from incidentkit.errors import (
    ConfigurationError,
    ConflictError,
    InvalidInput,
    MissingExtra,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from incidentkit.store.database import OWN_VERSIONS, Database, Moment, check_names_free, checked_version, key_of, shared_version
from incidentkit.store.lent import LentSession
from incidentkit.store.schema import other_schema, unknown_outcome
from incidentkit.store.session import Question, Row, Session, Statement, Write

__all__ = ["LOCKS", "PostgreSQL", "PostgreSQLSession", "is_drivers_own", "is_lost", "postgresql_error"]

LOCKS = 0x494B4954
"""Keeps our advisory locks apart from those of others in the same database ("IKIT")."""

T = TypeVar("T")

_IDLE_TOO_LONG = "25P03"
_DISK_FULL = "53100"
_OTHER_TABLES = ("42P01", "42703")

# As libpq counts; the driver need not be installed.
_IDLE = 0

# Long enough to be told whether a lock is free.
_AT_ONCE_MS = 10

_CONNECTING = {
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "application_name": "incidentkit",
    # A server that is gone without a word is noticed within half a minute.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_GIVEN_UP = {
    # A writer that does nothing in the midst of its transaction keeps everybody else waiting.
    "idle_in_transaction_session_timeout": "300s",
    # So does one whose machine is gone: the server looks for it.
    "tcp_keepalives_idle": "15s",
    "tcp_keepalives_interval": "5s",
    "tcp_keepalives_count": "3",
}
"""After how long the server takes back what a client holds that is not heard of; ``options`` in the URL may say otherwise."""


_PLACE = """
SELECT extract(epoch FROM pg_postmaster_start_time())::text, d.oid::bigint,
       to_regclass('events')::oid::bigint, quote_ident(current_schema())
FROM pg_database AS d WHERE d.datname = current_database()
"""

_OURS = """
SELECT set_config('search_path', %(schema)s, true),
       CASE WHEN current_setting('lock_timeout') = '0' THEN set_config('lock_timeout', %(wait)s, true) END
"""

_THEIRS = "SELECT set_config('search_path', %(path)s, true), set_config('lock_timeout', %(wait)s, true)"


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

        given = str(url.query.get("options", ""))
        ours = {name: value for name, value in _GIVEN_UP.items() if name not in given}
        patience = "; ".join(f"SET {name} = '{value}'" for name, value in ours.items() | {("lock_timeout", self.wait_ms)})

        def wait_no_longer(connection: Any, _: object) -> None:
            connection.autocommit = True
            connection.execute(patience)
            connection.autocommit = False

        event.listen(engine, "connect", wait_no_longer)
        return engine

    def version(self, connection: Connection, label: str, *, shared: bool = False) -> int:
        """By the table that the migrations keep, and the key that was made with the store."""
        tables = set(inspect(connection).get_table_names())
        if not tables:
            return 0
        version = shared_version(connection, tables, label)
        if version is not None:
            return version
        if {OWN_VERSIONS, "settings"} <= tables:
            revision = connection.exec_driver_sql(f"SELECT version_num FROM {OWN_VERSIONS}").scalar() or ""  # noqa: S608
            if revision.isdigit():
                version = checked_version(connection, int(revision), label)
                if key_of(connection) is not None:
                    return version
        if shared:
            check_names_free(tables, label)
            return 0
        rule, step = (
            "must be new, or made by incidentkit",
            "Name another database, or a schema with options=-csearch_path=NAME, or open the desk with shared=True.",
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
        if inspect(connection).has_table("settings"):
            # Every writer looks there before it writes: none is in the midst of it while the schema changes.
            connection.exec_driver_sql("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE")
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise ConfigurationError(
                "The store", "must be a database in UTF8", got=str(encoding), next="Make one with ENCODING 'UTF8'."
            )

    def compact(self, engine: Engine) -> None:
        """The table of the words."""
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL vault")

    def at_rest(self, raw: Any) -> bool:
        """As the driver knows of it; one that was found lost is gone, or in an unknown state."""
        return raw is not None and raw.pgconn.transaction_status == _IDLE

    def session(self, pooled: PoolProxiedConnection, engine: Engine) -> Session:
        """The driver's own connection."""
        return PostgreSQLSession(pooled, engine)

    def place(self, session: LentSession) -> tuple[Any, ...]:
        """The server as long as it runs, the database and the table in it."""
        return tuple(session.ran(_PLACE).fetchone())

    def enter(self, session: LentSession, place: tuple[Any, ...]) -> Any:
        """A savepoint, our schema, and no longer a wait for any lock than ours, where the host has set none."""
        ours = {"schema": place[-1], "wait": str(self.wait_ms)}
        with session.together():
            session.ran("SAVEPOINT incidentkit")
            before = session.ran("SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS wait")
            session.ran(_OURS, ours)
        return before.fetchone()

    def leave(self, session: LentSession, before: Any) -> None:
        """As the host had it set."""
        with session.together():
            session.ran(_THEIRS, {"path": before[0], "wait": before[1]})
            session.ran("RELEASE SAVEPOINT incidentkit")

    @contextmanager
    def at_once(self, engine: Engine) -> Iterator[Connection]:
        """It gives up as soon as a row is locked."""
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_AT_ONCE_MS}")
            yield connection


class PostgreSQLSession(Session):
    """Everything that is asked or written together is one message to the server and one answer."""

    def __init__(self, pooled: PoolProxiedConnection, engine: Engine) -> None:
        self._pooled = pooled
        self._engine = engine
        self._connection: Any = pooled.driver_connection

    def ask(self, *questions: Question) -> list[list[Any]]:
        return self._watched(self._ask, questions)

    def write(self, writes: Sequence[Write]) -> None:
        self._watched(self._write, writes)

    def change(self, statement: Statement, **given: Any) -> int:
        return self._watched(self._change, statement, given)

    def _watched(self, does: Callable[..., T], *arguments: Any) -> T:
        try:
            return does(*arguments)
        except Exception:
            # A server that is gone has closed the pool's other connections too.
            if self._connection.closed:
                self._pooled.invalidate()
                self._engine.dispose()
            raise

    def _ask(self, questions: Sequence[Question]) -> list[list[Any]]:
        connection = self._connection
        if len(questions) == 1 and connection.pgconn.transaction_status:
            q = questions[0]
            return [[*map(q.statement.made, connection.execute(q.statement.sql, q.statement.given(q.given)).fetchall())]]
        # The driver's BEGIN goes with the first question.
        with connection.pipeline():
            answers = [connection.execute(q.statement.sql, q.statement.given(q.given)) for q in questions]
        return [[*map(q.statement.made, answer.fetchall())] for q, answer in zip(questions, answers, strict=True)]

    def _change(self, statement: Statement, given: Row) -> int:
        changed: int = self._connection.execute(statement.sql, statement.given(given)).rowcount
        return changed

    def _write(self, writes: Sequence[Write]) -> None:
        connection = self._connection
        with connection.pipeline():
            # One cursor will do where nobody looks at what came of it.
            unseen = connection.cursor()
            answers = [(each, _sent(each, connection.cursor() if each.what else unseen)) for each in writes if each.rows]
        for each, answer in answers:
            each.check(answer.rowcount)


def _sent(write: Write, cursor: Any) -> Any:
    statement, rows = write.statement, write.rows
    if len(rows) == 1:
        return cursor.execute(statement.sql, statement.given(rows[0]))
    together = statement.together(rows)
    if together is None:
        cursor.executemany(statement.sql, [statement.given(row) for row in rows])
        return cursor
    return cursor.execute(*together)


def is_drivers_own(error: BaseException) -> bool:
    """Whether psycopg raised it, past SQLAlchemy."""
    # Nobody has its errors who has not loaded it.
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def is_lost(error: Any) -> bool:
    """Whether a connection that stood is gone."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    # The driver's errors at connecting name what they tried; those without a state come from no server.
    lost: bool = isinstance(error, sys.modules["psycopg"].OperationalError) and not error.sqlstate and error.pgconn is None
    return lost or _is_end(error.sqlstate or "")


def _is_end(state: str) -> bool:
    """Whether the server closed the connection with that."""
    return state[:3] == "57P" or state[:2] == "08" or state == _IDLE_TOO_LONG


def postgresql_error(error: BaseException, label: str, wait_ms: int, moment: Moment = Moment.WORKING) -> Exception:
    """Ours for an SQLSTATE. What the server says of it is left out: it quotes values.

    Args:
        error: SQLAlchemy's, or the driver's own.
        moment: what was being done.
    """
    orig = getattr(error, "orig", None) or error
    state = getattr(orig, "sqlstate", None) or ""
    lost = is_lost(error) or _is_end(state)
    # A session that idled for too long was over before it was asked to commit.
    if lost and moment is Moment.COMMITTING and state != _IDLE_TOO_LONG:
        return unknown_outcome(label, f"a connection that was lost{state and f', error {state}'}")
    if state in ("40001", "40P01", "23505"):
        rule, got = "takes what was decided on its latest state", "a second writer of the same"
        return ConflictError(label, rule, got=got, next="Make the call again.", retry=True)
    if state == "55P03":
        return StoreBusy(label, f"was locked for {wait_ms / 1000:g} seconds", got="another writer", next="Try again.")
    if state in ("25006", "42501"):
        rule, step = "must be writable", "Use a role that may write, on a server that is no replica."
        return StoreReadOnly(label, rule, got=f"error {state}", next=step)
    if lost or state == "53300":
        step = "Make the call again, with the same key if it had one."
        return StoreBusy(label, "must keep its connection", got=f"none{state and f', error {state}'}", next=step)
    if state[:2] == "22" or type(orig).__name__ == "DataError":
        return InvalidInput(
            "A text or number", "must be one that the database can hold", got=f"error {state or 'of the driver'}"
        )
    if state == _DISK_FULL:
        return StoreFull(
            label, "needs room for what is written", got="a full disk", next="Make room, then make the call again."
        )
    if not state:
        step = "See whether its server runs, and whether the URL names it, the database and a role."
        # A desk that is open had reached it before.
        kind = StoreError if moment is Moment.OPENING else StoreBusy
        return kind(label, "must be reachable", got=type(orig).__name__, next=step)
    if state in _OTHER_TABLES:
        return other_schema(label)
    return StoreError(label, "did not do what was asked", got=f"error {state}", next="See the cause in the server's log.")
