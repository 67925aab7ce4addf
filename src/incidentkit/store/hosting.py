"""A transaction of the host's that commands can be part of: what is asked of it, whoever opened it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import Connection

from incidentkit.errors import InvalidInput, RuleViolation

__all__ = ["HostTransaction", "checked_driver", "host_of"]

_TAKEN = "a SQLAlchemy Connection or Session, or django.db.connection"


class HostTransaction(Protocol):
    """What a command needs of a transaction that is the host's to end. It begins, commits and rolls back nothing of it."""

    @property
    def kind(self) -> str:
        """The kind of database: ``sqlite``, ``postgresql`` or another."""

    @property
    def driver(self) -> Any:
        """The driver's connection, or what stands for it where the driver is asynchronous."""

    def ready(self) -> None:
        """Have what the host has not sent yet in the database.

        Raises:
            RuleViolation: no transaction is open, or not the one that it was.
        """

    def begin(self) -> None:
        """Have the driver begin the transaction, where it waits with that for the first row that is written."""

    def after_commit(self, done: Callable[[], None]) -> None:
        """Call that once the host's commit has succeeded.

        Never, where the host rolls back instead: all of it, or to a savepoint that it set before this call.
        """


def host_of(given: Any) -> HostTransaction:
    """The transaction that is open on what the host gives.

    Raises:
        InvalidInput: it is nothing that a transaction could be open on, or of a driver that is not supported.
        RuleViolation: none is open.
    """
    from incidentkit.store.hosts import DjangoHost, SQLAlchemyHost

    orm, asyncio_ = sys.modules.get("sqlalchemy.orm"), sys.modules.get("sqlalchemy.ext.asyncio")
    if isinstance(given, Connection):
        return SQLAlchemyHost(given)
    if orm is not None and isinstance(given, orm.scoped_session):
        given = given()
    if orm is not None and isinstance(given, orm.Session):
        return SQLAlchemyHost(given.connection(), given.flush)
    if asyncio_ is not None and isinstance(given, (asyncio_.AsyncConnection, asyncio_.AsyncSession)):
        step = "Use desk.within in a function that you give to its run_sync."
        raise InvalidInput("The host's transaction", "is joined by its synchronous half", got=type(given).__name__, next=step)
    if all(hasattr(given, name) for name in ("in_atomic_block", "savepoint", "on_commit", "vendor")):
        return DjangoHost(given)
    raise InvalidInput("The host's transaction", f"is joined by {_TAKEN}", got=type(given).__name__)


def checked_driver(raw: Any, names: str) -> None:
    """Refuse a driver's connection whose driver is not one of the two.

    Args:
        raw: the connection, or SQLAlchemy's stand-in for an asynchronous one.
        names: what the driver calls itself.
    """
    psycopg = sys.modules.get("psycopg")
    real = getattr(raw, "driver_connection", raw)
    known: tuple[type, ...] = (sqlite3.Connection,)
    if psycopg is not None:
        known = (*known, psycopg.Connection, psycopg.AsyncConnection)
    if not isinstance(real, known) and type(real).__module__.partition(".")[0] != "aiosqlite":
        rule = "is one of sqlite3, aiosqlite or psycopg 3, by itself or below SQLAlchemy or Django"
        raise InvalidInput("The driver of the host's transaction", rule, got=names)


def not_open(got: str, step: str) -> RuleViolation:
    """The refusal where there is nothing to be part of."""
    return RuleViolation("The host's transaction", "must be open, and be the one that was joined", got=got, next=step)
