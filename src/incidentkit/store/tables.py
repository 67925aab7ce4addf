"""The schema. Every primary key starts with the tenant; every instant is microseconds since 1970 in UTC.

Only text and integers, so that the statements of the hot path can be compiled once and run without type processing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeEngine

__all__ = ["SCHEMA_VERSION", "metadata"]

SCHEMA_VERSION = 2
"""Raised with every change of the schema."""

metadata = MetaData()


# Sorted and compared by its bytes, which is what SQLite does, whatever language a database was made for.
_TEXT: TypeEngine[Any] = Text().with_variant(Text(collation="C"), "postgresql")


def _table(name: str, *parts: Column[object] | Index, key: tuple[str, ...]) -> Table:
    for part in parts:
        if isinstance(part, Column):
            if part.name in key:
                part.primary_key, part.nullable = True, False
            if isinstance(part.type, Text):
                part.type = _TEXT
    return Table(name, metadata, Column("tenant", _TEXT, primary_key=True), *parts, sqlite_with_rowid=False)


def _only(where: ColumnElement[bool]) -> dict[str, Any]:
    """An index of those rows alone."""
    return {"sqlite_where": where, "postgresql_where": where}


settings = _table("settings", Column("name", Text), Column("value", Text, nullable=False), key=("name",))
"""What belongs to the store itself: the shop it was opened with first, its keys."""

streams = _table(
    "streams",
    Column("stream", Text),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("document", Text, nullable=False),
    key=("stream",),
)
"""Where each stream stands: version, hash of its last event, current document."""

events = _table(
    "events",
    Column("stream", Text),
    Column("version", Integer),
    Column("seq", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("type_version", Integer, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("source", Text),
    Column("source_key", Text),
    key=("stream", "version"),
)
Index("events_seq", events.c.tenant, events.c.seq, unique=True)
Index(
    "events_source",
    events.c.tenant,
    events.c.source,
    events.c.source_key,
    unique=True,
    **_only(events.c.source.is_not(None)),
)

names = _table(
    "names", Column("kind", Text), Column("name", Text), Column("stream", Text, nullable=False), key=("kind", "name")
)
"""Names that are unique in the record: order numbers, and source keys of streams."""

links = _table("links", Column("order_id", Text), Column("stream", Text), key=("order_id", "stream"))
"""The streams that belong on an order's timeline beside its own."""

keys = _table(
    "keys",
    Column("key", Text),
    Column("fingerprint", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("in_incident", Integer, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    key=("key",),
)
"""Idempotency keys, each with what it was given for and what came of it."""

intents = _table(
    "intents",
    Column("key", Text),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("customer", Text),
    Column("vals", Text, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    key=("key",),
)
"""Effects. ``seq`` is that of the last event when it was planned: of what is due at one instant, the earlier goes first."""
Index("intents_due", intents.c.tenant, intents.c.due, **_only(intents.c.state.in_(["planned", "claimed"])))
Index("intents_stream", intents.c.tenant, intents.c.stream)

timers = _table(
    "timers", Column("stream", Text), Column("name", Text), Column("due", BigInteger, nullable=False), key=("stream", "name")
)
Index("timers_due", timers.c.tenant, timers.c.due)

people = _table(
    "people",
    Column("hash", Text),
    Column("customer", Text, nullable=False),
    key=("hash",),
)
"""Keyed hashes by which a person is found again."""

vault = _table(
    "vault",
    Column("ref", Text),
    Column("customer", Text),
    Column("stream", Text),
    Column("body", Text, nullable=False),
    key=("ref",),
)
"""Personal data and free text, apart from the record, by reference."""
Index("vault_customer", vault.c.tenant, vault.c.customer)
