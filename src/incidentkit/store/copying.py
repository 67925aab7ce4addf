"""A whole store copied into another one, table by table, in one transaction, and compared in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, frozen
from sqlalchemy import Connection, Engine, Table, and_, delete, func, insert, or_, select

from incidentkit.errors import StoreError
from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store import tables as t
from incidentkit.store.database import STORE, Database
from incidentkit.store.engine import database_of, open_engine, tidy, translated, url_label

__all__ = ["Copied", "copy_store"]

_AT_ONCE = 1000
"""Rows in one statement."""

Progress = Callable[[int, int], None]


@frozen
class Copied:
    """What was copied.

    Args:
        rows: by table, those that have any.
        streams: whose chains were compared in the end.
    """

    rows: Mapping[str, int]
    streams: int


def copy_store(source: str, target: str, progress: Progress | None = None) -> Copied:
    """Copy everything in the store at one URL into the one at another: every tenant, key, name, effect and figure.

    The other one is made if it is not there. It holds all of it in the end, or nothing. What is written to the first meanwhile
    is not copied: nobody should be working in it.

    Args:
        progress: called now and then with rows done and rows in all.

    Raises:
        ConfigurationError: a URL is none, or names a database that is not supported.
        StoreError: a database can't be used; the other one has something in it already; or it did not hold in the end what was
            read. Then nothing of it is there.
    """
    reader = open_engine(source)
    try:
        writer = open_engine(target)
        try:
            copied = _copy(_Side(source, reader), _Side(target, writer), progress)
            tidy(writer)
        finally:
            writer.dispose()
    finally:
        reader.dispose()
    return copied


@define
class _Side:
    """One of the two stores."""

    url: str
    engine: Engine

    @property
    def label(self) -> str:
        return url_label(self.url)

    @property
    def database(self) -> Database:
        return database_of(self.url)


def _copy(source: _Side, target: _Side, progress: Progress | None) -> Copied:
    reading = source.engine.execution_options(**source.database.reading)
    writing = target.engine.execution_options(**target.database.writing)
    with (
        translated(source.label),
        reading.connect() as here,
        here.begin(),
        translated(target.label),
        writing.begin() as there,
    ):
        target.database.hold(there)
        _check_empty(there, target.label)
        counts = _counts(here)
        there.execute(delete(t.settings))
        _copy_rows(here, there, counts, progress)
        _compare(here, there, counts, target.label)
    return Copied({name: count for name, count in counts.items() if count}, counts[t.streams.name])


def _check_empty(there: Connection, label: str) -> None:
    """What a new store has of its own is its key."""
    found = [table.name for table in _tables() if table is not t.settings and there.execute(select(table).limit(1)).first()]
    settled = there.execute(select(t.settings).where(t.settings.c.tenant != STORE).limit(1)).first()
    if found or settled:
        got = f"rows in {', '.join(found)}" if found else "the settings of a shop"
        raise StoreError(label, "must be empty to be copied into", got=got, next="Name a new database, schema or file.")


def _tables() -> Sequence[Table]:
    return t.metadata.sorted_tables


def _counts(connection: Connection) -> dict[str, int]:
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables()}


def _copy_rows(here: Connection, there: Connection, counts: Mapping[str, int], progress: Progress | None) -> None:
    done, total = 0, sum(counts.values())
    for table in _tables():
        for rows in _pages(here, table):
            there.execute(insert(table), rows)
            done += len(rows)
            if progress is not None:
                progress(done, total)


def _pages(here: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """A table's rows in the order of their keys, some at once."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    for page in here.execute(query).mappings().partitions():
        yield [dict(row) for row in page]


# --- Is it the same? ---------------------------------------------------------------------------------------------


def _compare(here: Connection, there: Connection, counts: Mapping[str, int], label: str) -> None:
    """As many rows in every table, the same chains, and each chain's last event where its stream says it is."""
    other = _counts(there)
    wrong = [name for name, count in counts.items() if other[name] != count]
    if wrong or _heads(here) != _heads(there) or _loose(there):
        got = f"other counts in {', '.join(wrong)}" if wrong else "other chains"
        raise StoreError(label, "holds in the end what was read", got=got, next="Copy again while nobody works in either.")


def _heads(connection: Connection) -> str:
    """One value for where all chains end."""
    c, digest = t.streams.c, hashlib.sha256()
    query = select(c.tenant, c.stream, c.version, c.head).order_by(c.tenant, c.stream).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(query):
        digest.update("\0".join((row.tenant, row.stream, str(row.version), row.head, "")).encode())
    return digest.hexdigest()


def _loose(connection: Connection) -> bool:
    """Whether the last event of some stream is not the one that it ends with."""
    s, e = t.streams.c, t.events.c
    last = and_(e.tenant == s.tenant, e.stream == s.stream, e.version == s.version)
    query = select(s.stream).select_from(t.streams.outerjoin(t.events, last)).where(or_(e.hash.is_(None), e.hash != s.head))
    return connection.execute(query.limit(1)).first() is not None
