"""What a kind of database has to say for itself; everything else is the same for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, inspect, select

from incidentkit.errors import NotOurStore, StoreTooNew
from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store import tables as t

__all__ = ["STORE", "Database", "checked_version", "key_of", "missing_table"]

STORE = "store"
"""The tenant under which the store keeps what belongs to itself."""


@frozen
class Database(ABC):
    """One kind of database, whose writers wait for each other no longer than ``wait_ms``."""

    wait_ms: int

    reading: ClassVar[Mapping[str, Any]] = {}
    """Options for a transaction that only reads, and sees one state of the database throughout."""

    writing: ClassVar[Mapping[str, Any]] = {}
    """Options for a transaction that writes."""

    single: ClassVar[bool] = False
    """Whether there is one connection, which threads must take in turn."""

    @abstractmethod
    def engine(self, url: URL) -> Engine:
        """An engine for it; nothing is connected yet."""

    def check_place(self, label: str) -> None:
        """Refuse a place where no database can be made."""

    @abstractmethod
    def version(self, connection: Connection, label: str) -> int:
        """The version of our schema that is in the database; 0 where there is nothing.

        Raises:
            NotOurStore: there is something else. StoreTooNew: it is of a later version.
        """

    @abstractmethod
    def check_writable(self, engine: Engine, label: str) -> None:
        """Refuse a store that can only be read."""

    def prepare(self, engine: Engine) -> None:
        """Whatever must be set before the schema is made or changed."""

    def hold(self, connection: Connection) -> None:
        """Wait until nobody else makes or changes the schema."""

    def mark(self, connection: Connection, version: int) -> None:
        """Note the version that the schema has now."""

    def tidy(self, engine: Engine) -> None:
        """What is good for the database when a store is closed."""

    @abstractmethod
    def at_once(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A writing transaction that does not wait for others."""


def key_of(connection: Connection) -> str | None:
    """The key that was made with the store, in hex."""
    query = select(t.settings.c.value).where(t.settings.c.tenant == STORE, t.settings.c.name == "key")
    value: str | None = connection.execute(query).scalar()
    return value


def checked_version(connection: Connection, version: int, label: str) -> int:
    """That version, once the database proves to hold it.

    Raises:
        NotOurStore: a table is missing. StoreTooNew: it is of a later version.
    """
    if version > t.SCHEMA_VERSION:
        raise StoreTooNew(
            label,
            f"this version of incidentkit reads schemas up to {t.SCHEMA_VERSION}",
            got=version,
            next="Install a newer incidentkit.",
        )
    if version == t.SCHEMA_VERSION and (missing := missing_table(connection)):
        raise NotOurStore(
            label,
            "must hold every table of incidentkit",
            got=f"none called {missing}",
            next="Name another one, or restore this one from a copy.",
        )
    return version


def missing_table(connection: Connection) -> str | None:
    """The first of our tables that is not there."""
    return min(set(t.metadata.tables) - set(inspect(connection).get_table_names()), default=None)
