"""What a kind of database has to say for itself; everything else is the same for all."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from contextlib import AbstractContextManager
from enum import Enum
from typing import Any, ClassVar

from attrs import frozen
from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, inspect, select

from incidentkit.errors import NotOurStore, StoreTooNew
from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store import tables as t
from incidentkit.store.lent import LentSession
from incidentkit.store.session import Session

__all__ = [
    "BEGUN",
    "OWN_VERSIONS",
    "SHARED_VERSIONS",
    "STORE",
    "Database",
    "Moment",
    "check_names_free",
    "checked_version",
    "key_of",
    "missing_table",
    "shared_version",
]

BEGUN = "incidentkit_begun"
"""An option of connections: their transaction has begun before SQLAlchemy hears of it."""

OWN_VERSIONS = "alembic_version"
"""The table with the revision of a schema that is alone in its database or schema."""

SHARED_VERSIONS = "incidentkit_version"
"""The same where the tables of others are, who may use Alembic themselves."""

STORE = "store"
"""The tenant under which the store keeps what belongs to itself."""


class Moment(Enum):
    """What was being done when the database raised an error; the same error means another thing."""

    OPENING = "opening"
    WORKING = "working"
    COMMITTING = "committing"


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
    def version(self, connection: Connection, label: str, *, shared: bool = False) -> int:
        """The version of our schema that is in the database; 0 where there is nothing of ours.

        Args:
            shared: there may be tables of others.

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

    def scrub(self, engine: Engine) -> bool:  # noqa: ARG002 - most have nothing to do
        """Leave nothing of what was deleted in files of its own, as far as it can; False where it must be asked again."""
        return True

    def compact(self, engine: Engine) -> None:
        """Write the words anew, so that nothing of what was in their place before is left in the database's files."""

    def begin(self, raw: Any) -> None:
        """Begin a transaction that writes on a driver's connection, where the driver does not by itself."""

    @abstractmethod
    def at_rest(self, raw: Any) -> bool:
        """Whether a driver's connection stands, and is in no transaction."""

    @abstractmethod
    def session(self, pooled: PoolProxiedConnection, engine: Engine) -> Session:
        """The short way to the database, in the transaction that the connection is in."""

    @abstractmethod
    def place(self, session: LentSession) -> tuple[Any, ...]:
        """What tells the database of a connection from every other; last of all the schema in it."""

    @abstractmethod
    def enter(self, session: LentSession, place: tuple[Any, ...]) -> Any:
        """Set a savepoint in a transaction of the host's, and see to it that statements find that place.

        What it gives is for `leave`.
        """

    def claim(self, session: LentSession) -> None:
        """Be the only writer from here on, where that does not come by the tenant's turn."""

    @abstractmethod
    def leave(self, session: LentSession, before: Any) -> None:
        """Have everything as it was before `enter`, but for what was written."""

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
    if version and (missing := missing_table(connection, version)):
        raise NotOurStore(
            label,
            "must hold every table of incidentkit",
            got=f"none called {missing}",
            next="Name another one, or restore this one from a copy.",
        )
    return version


def shared_version(connection: Connection, tables: Container[str], label: str) -> int | None:
    """The version of our schema among the tables of others; None where it is not there, or was made to be alone.

    Raises:
        NotOurStore: it is not whole. StoreTooNew: it is of a later version.
    """
    if SHARED_VERSIONS not in tables:
        return None
    revision = connection.exec_driver_sql(f"SELECT version_num FROM {SHARED_VERSIONS}").scalar() or ""  # noqa: S608
    if not revision.isdigit() or "settings" not in tables or key_of(connection) is None:
        rule, step = "must hold the key and the revision that it was made with", "Restore it from a copy."
        raise NotOurStore(label, rule, got="a part of them", next=step)
    return checked_version(connection, int(revision), label)


def check_names_free(tables: Container[str], label: str) -> None:
    """Refuse to make our tables where another has the name of one.

    Raises:
        NotOurStore: one has.
    """
    taken = min((name for name in t.metadata.tables if name in tables), default=None)
    if taken is not None:
        rule = "must have the names of our tables free"
        raise NotOurStore(label, rule, got=f"another table called {taken}", next="Use a database or a schema of its own.")


_FROM_THE_FIRST = (t.settings, t.streams, t.events, t.names, t.links, t.keys, t.intents, t.timers, t.people, t.vault)
"""The tables that no version was without."""


def missing_table(connection: Connection, version: int) -> str | None:
    """The first of our tables that should be there in that version and is not."""
    ours = set(t.metadata.tables) if version == t.SCHEMA_VERSION else {table.name for table in _FROM_THE_FIRST}
    return min(ours - set(inspect(connection).get_table_names()), default=None)
