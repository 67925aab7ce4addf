"""Making the schema of a new store: in one go, as the migrations make it step by step, which a test holds equal."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

from incidentkit.store import facts  # noqa: F401 - its tables belong to the schema
from incidentkit.store import tables as t

__all__ = ["make_schema"]


def make_schema(connection: Connection, versions: str) -> None:
    """Make every table and index in an empty database, and note the revision; nothing is committed.

    Args:
        versions: the table that the revision is kept in.
    """
    for sql in _said(connection.dialect.name, connection):
        connection.exec_driver_sql(sql)
    table = _versions(versions)
    connection.execute(CreateTable(table))
    connection.execute(insert(table).values(version_num=f"{t.SCHEMA_VERSION:04d}"))


_SAID: dict[str, tuple[str, ...]] = {}
"""Put together once for each kind of database: that takes longer than running it."""


def _said(name: str, connection: Connection) -> tuple[str, ...]:
    if name not in _SAID:
        tables = t.metadata.sorted_tables
        made: list[DDLElement] = [CreateTable(table) for table in tables]
        made += [CreateIndex(index) for table in tables for index in sorted(table.indexes, key=lambda index: str(index.name))]
        _SAID[name] = tuple(str(each.compile(dialect=connection.dialect)) for each in made)
    return _SAID[name]


@cache
def _versions(name: str) -> Table:
    """As Alembic makes it."""
    return Table(name, MetaData(), Column("version_num", String(32)), PrimaryKeyConstraint("version_num", name=f"{name}_pkc"))
