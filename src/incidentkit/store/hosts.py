"""Hosts' transactions: those of SQLAlchemy and those of Django."""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, event
from sqlalchemy.engine import RootTransaction, TwoPhaseTransaction
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util.concurrency import in_greenlet

from incidentkit.store.hosting import checked_driver, not_open

__all__ = ["DjangoHost", "SQLAlchemyHost"]

_BEGIN = "Begin one first, and join it inside."
_AUTOCOMMIT = "Leave autocommit, and begin a transaction."
_ANEW = "Roll it back and begin anew."

_IDLE, _FAILED = 0, 3  # as libpq counts

_SAVEPOINT = re.compile(
    r"\s*(SAVEPOINT|RELEASE(?:\s+SAVEPOINT)?|ROLLBACK\s+(?:(?:WORK|TRANSACTION)\s+)?TO(?:\s+SAVEPOINT)?)\s+(\S+)", re.IGNORECASE
)


class SQLAlchemyHost:
    """The transaction on a connection of SQLAlchemy's, which may be an ORM session's.

    Args:
        send: has the database told what the session keeps back.
    """

    def __init__(self, connection: Connection, send: Callable[[], Any] = lambda: None) -> None:
        self._connection = connection
        self._send = send
        self._transaction = connection.get_transaction()
        if self._transaction is None:
            raise not_open("a connection without one", _BEGIN)
        if isinstance(self._transaction, TwoPhaseTransaction):
            raise not_open("one that is committed in two phases", "Use an ordinary one.")
        checked_driver(self.driver, connection.dialect.driver)
        _check_commits(self.driver)
        self._watch = _watch(connection)

    @property
    def kind(self) -> str:
        """As SQLAlchemy calls it."""
        return self._connection.dialect.name

    @property
    def driver(self) -> Any:
        """Below SQLAlchemy's connection."""
        return self._connection.connection.dbapi_connection

    def ready(self) -> None:
        """The very transaction that was joined, with everything sent."""
        now, joined = self._connection.get_transaction(), self._transaction
        if joined is None or now is not joined or joined is self._watch.over or not joined.is_active:
            raise not_open("one that has ended", "Join the next one anew.")
        self._send()
        _unbroken(self.driver)

    def begin(self) -> None:
        """SQLAlchemy leaves it to the driver, unless the host has seen to it."""
        if self.kind == "sqlite" and not _real(self.driver).in_transaction:
            self.driver.cursor().execute("BEGIN IMMEDIATE")

    def after_commit(self, done: Callable[[], None]) -> None:
        """SQLAlchemy tells of a commit before it makes it: see `_Watch`."""
        self._watch.done.append(done)


class _Watch:
    """What has to be done once a connection has committed, and what of it the host takes back by its savepoints.

    It stays with the connection for as long as that lives.
    """

    def __init__(self, connection: Connection) -> None:
        self.done: list[Callable[[], None]] = []
        self.over: RootTransaction | None = None
        self._savepoints: list[tuple[str, int]] = []
        event.listen(connection, "begin", self._forget)
        event.listen(connection, "rollback", self._forget)
        event.listen(connection, "commit", self._commit)
        event.listen(connection, "after_cursor_execute", self._look)

    def _forget(self, _: Connection) -> None:
        self.done.clear()
        self._savepoints.clear()
        self.over = None

    def _commit(self, connection: Connection) -> None:
        done = list(self.done)
        self._forget(connection)
        raw = connection.connection.dbapi_connection
        # What has failed is rolled back by a commit, without a word.
        if not done or _status(raw) == _FAILED:
            return
        # This is told before the commit, and nothing is told after it: so it is made here. The one that follows finds nothing
        # left to commit.
        _commit(connection)
        self.over = connection.get_transaction()
        for each in done:
            each()

    def _look(self, _c: Connection, _cursor: object, statement: str, _p: object, _context: object, _many: bool) -> None:
        found = _SAVEPOINT.match(statement)
        if found is None:
            return
        what, name = found[1].upper(), found[2].rstrip(";").strip('"')
        if what == "SAVEPOINT":
            self._savepoints.append((name, len(self.done)))
            return
        place = max((at for at, (known, _) in enumerate(self._savepoints) if known == name), default=None)
        if what.startswith("ROLLBACK"):
            # One that was set before anything was looked at comes before all of it.
            del self.done[self._savepoints[place][1] if place is not None else 0 :]
            del self._savepoints[place + 1 if place is not None else 0 :]
        elif place is not None:
            del self._savepoints[place:]


def _commit(connection: Connection) -> None:
    dialect = connection.dialect
    try:
        dialect.do_commit(connection.connection)
    except Exception as error:
        dbapi: Any = dialect.loaded_dbapi
        if not isinstance(error, dbapi.Error):
            raise
        lost = dialect.is_disconnect(error, connection.connection, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, dbapi.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error


_WATCHES: WeakKeyDictionary[Connection, _Watch] = WeakKeyDictionary()
_TURN = Lock()


def _watch(connection: Connection) -> _Watch:
    with _TURN:
        watch = _WATCHES.get(connection)
        if watch is None:
            watch = _WATCHES[connection] = _Watch(connection)
        return watch


class DjangoHost:
    """The transaction that Django's connection has open, by what Django makes public of it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._check()
        checked_driver(self.driver, f"{connection.vendor}, {type(self.driver).__module__}")

    @property
    def kind(self) -> str:
        """Django calls both as we do."""
        return str(self._connection.vendor)

    @property
    def driver(self) -> Any:
        """Below Django's connection."""
        return self._connection.connection

    def ready(self) -> None:
        """Inside of ``atomic``. Django sends everything at once."""
        self._check()
        _unbroken(self.driver)

    def begin(self) -> None:
        """Django has."""

    def after_commit(self, done: Callable[[], None]) -> None:
        """Django keeps account of its savepoints by itself."""
        self._connection.on_commit(done, robust=True)

    def _check(self) -> None:
        if not self._connection.in_atomic_block:
            raise not_open("a connection without one", "Join it inside of transaction.atomic().")
        if self._connection.needs_rollback:
            raise not_open("one that can only be rolled back", "Leave the block of atomic() first.")


# --- How a driver's connection stands ----------------------------------------------------------------------------


def _check_commits(raw: Any) -> None:
    """Refuse a driver's connection that commits each statement, or whose transaction has failed."""
    real = _real(raw)
    if real is not raw and not in_greenlet():
        raise not_open("an asynchronous one from outside", "Join it in a function that you give to run_sync.")
    if hasattr(real, "info"):
        alone = real.autocommit and _status(raw) == _IDLE
    else:
        alone = getattr(real, "autocommit", False) is True or (real.isolation_level is None and not real.in_transaction)
    if alone:
        raise not_open("a connection in autocommit", _AUTOCOMMIT)
    _unbroken(raw)


def _unbroken(raw: Any) -> None:
    if _status(raw) == _FAILED:
        raise not_open("one in which a statement has failed", _ANEW)


def _status(raw: Any) -> int | None:
    info = getattr(_real(raw), "info", None)
    return None if info is None else int(info.transaction_status)


def _real(raw: Any) -> Any:
    return getattr(raw, "driver_connection", raw)
