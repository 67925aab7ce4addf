"""Whether a transaction of the host's is one of the database that the store is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine

from incidentkit.store.database import Database, key_of
from incidentkit.store.engine import translated
from incidentkit.store.hosting import HostTransaction
from incidentkit.store.lent import LentSession
from incidentkit.store.unit import Unit

__all__ = ["Whereabouts"]


class Whereabouts:
    """Where a store lies, as its database says; asked when somebody wants to know first.

    Args:
        label: names the store in errors.
        secret: the key that was made with it.
    """

    def __init__(self, engine: Engine, database: Database, label: str, secret: bytes) -> None:
        self._engine = engine
        self._database = database
        self._label = label
        self._secret = secret
        self.place: tuple[Any, ...] = ()
        # A connection stays with its database as long as it lives.
        self._known: WeakSet[Any] = WeakSet()

    def holds(self, host: HostTransaction, joining: Callable[[], AbstractContextManager[Unit]]) -> bool:
        """Whether that transaction is one of the same database: by all that its database says, and by the store's key.

        Args:
            joining: a part of that transaction, which finds things at `place`.
        """
        if host.kind != self._engine.dialect.name:
            return False
        driver = getattr(host.driver, "driver_connection", host.driver)
        # SQLite's can't be remembered so, and are asked at little cost.
        if not hasattr(driver, "__weakref__"):
            return any(self._found(joining) for _ in self._places())
        if driver not in self._known and any(self._found(joining) for _ in self._places()):
            self._known.add(driver)
        return driver in self._known

    def _found(self, joining: Callable[[], AbstractContextManager[Unit]]) -> bool:
        with joining() as unit, translated(self._label):
            assert isinstance(unit.session, LentSession), "a part of a transaction of the host's"
            return self._database.place(unit.session) == self.place and key_of(unit.connection) == self._secret.hex()

    def _places(self) -> Iterator[None]:
        """As it was found to be, and then as it is, for a server may have been started anew."""
        if self.place:
            yield
        with translated(self._label), self._engine.connect() as connection:
            self.place = self._database.place(LentSession(connection.connection.dbapi_connection))
        yield
