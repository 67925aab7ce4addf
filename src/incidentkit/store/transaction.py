"""A transaction that writes: on a connection of SQLAlchemy's pool, begun and ended by the driver itself."""

from __future__ import annotations

from threading import Lock
from typing import Any, Protocol

from attrs import frozen
from sqlalchemy import Connection, Engine, Pool, PoolProxiedConnection

from incidentkit.store.database import BEGUN, Database
from incidentkit.store.session import Session

__all__ = ["Part", "Snapshot", "Spare", "Transaction"]


class Part(Protocol):
    """A part of a transaction that somebody else ends."""

    @property
    def connection(self) -> Connection:
        """For what is asked through SQLAlchemy."""

    @property
    def session(self) -> Session:
        """For what was compiled before."""


@frozen
class Snapshot:
    """A transaction that only reads; whoever made the connection ends it."""

    connection: Connection
    session: Session


class Spare:
    """One connection at hand between transactions: the pool's way in and out takes as long as several statements.

    Whoever comes while it is taken asks the pool. It holds one at the most, so that the pool has enough for everybody else.
    """

    def __init__(self, engine: Engine, database: Database) -> None:
        self._engine = engine
        self._database = database
        self._kept: tuple[Pool, PoolProxiedConnection] | None = None
        self._turn = Lock()

    def take(self) -> PoolProxiedConnection:
        """A connection, which has to be given back."""
        with self._turn:
            kept, self._kept = self._kept, None
        if kept is None:
            return self._engine.raw_connection()
        pool, pooled = kept
        if pool is self._engine.pool:
            return pooled
        # That pool was given up since, with a server that was lost.
        pooled.invalidate()
        return self._engine.raw_connection()

    def give(self, pooled: PoolProxiedConnection) -> None:
        """Have it back; what was not committed has not happened."""
        # A database in memory is one connection, which cannot be at hand and in the pool.
        if not self._database.single and self._database.at_rest(pooled.driver_connection):
            with self._turn:
                if self._kept is None:
                    self._kept = self._engine.pool, pooled
                    return
        if getattr(pooled.driver_connection, "closed", False):
            # There is nothing to roll back, and a server that is gone has closed the others too.
            pooled.invalidate()
            self._engine.dispose()
        # The pool rolls back whatever it is given.
        pooled.close()

    def drop(self) -> None:
        """Give it back to the pool."""
        with self._turn:
            kept, self._kept = self._kept, None
        if kept is not None:
            kept[1].close()


class Transaction:
    """Begins when it is made, and has to be closed."""

    def __init__(self, engine: Engine, database: Database, spare: Spare) -> None:
        self._engine = engine
        self._spare = spare
        self._pooled = spare.take()
        self._raw: Any = self._pooled.driver_connection
        self._connection: Connection | None = None
        try:
            database.begin(self._raw)
            self.session = database.session(self._pooled, engine)
        except BaseException:
            self._pooled.close()
            raise

    @property
    def connection(self) -> Connection:
        """The same as SQLAlchemy's connection, which costs more than most commands have use for."""
        if self._connection is None:
            self._connection = Connection(self._engine.execution_options(**{BEGUN: True}), self._pooled)
        return self._connection

    def commit(self) -> None:
        """Make all of it last."""
        (self._connection or self._raw).commit()

    def close(self) -> None:
        """Give the connection back; what was not committed has not happened."""
        if self._connection is None:
            self._spare.give(self._pooled)
        else:
            self._connection.close()
