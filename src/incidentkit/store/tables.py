"""The schema. Every primary key starts with the tenant; every instant is microseconds since 1970 in UTC.

Only text and integers, so that the statements of the hot path can be compiled once and run without type processing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, MetaData, Table, Text, literal_column
from sqlalchemy.types import TypeEngine

__all__ = ["SCHEMA_VERSION", "metadata"]

SCHEMA_VERSION = 6
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

seals = _table(
    "seals",
    Column("number", Integer),
    Column("seq", BigInteger, nullable=False),
    Column("events", Integer, nullable=False),
    Column("root", Text, nullable=False),
    Column("sealed_at", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("signature", Text, nullable=False),
    key=("number",),
)
"""Seals over the record, one after another: ``root`` is of the ``events`` up to ``seq`` that the seal before does not cover."""

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
    Column("purpose", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("not_after", BigInteger),
    Column("reference", Text, nullable=False),
    Column("sent_at", BigInteger),
    Column("carrier", Text),
    Column("worker", Text),
    Column("leased_until", BigInteger),
    Column("answer", Text),
    key=("key",),
)
"""Effects. ``seq`` is that of the last event when it was planned: of what is due at one instant, the earlier goes first.

A ``worker`` has those that are leased to it until ``leased_until``. ``answer`` is what
came of a sending, as JSON, until that is in the record.
"""
Index("intents_carrier", intents.c.tenant, intents.c.carrier, **_only(intents.c.carrier.is_not(None)))
Index("intents_claimed", intents.c.tenant, intents.c.leased_until, **_only(intents.c.state == literal_column("'claimed'")))
Index("intents_customer", intents.c.tenant, intents.c.customer, intents.c.sent_at, **_only(intents.c.customer.is_not(None)))
Index("intents_dead", intents.c.tenant, intents.c.due, **_only(intents.c.state.in_(["abandoned", "failed", "unknown"])))
Index(
    "intents_due",
    intents.c.tenant,
    intents.c.due,
    intents.c.seq,
    **_only((intents.c.state == literal_column("'planned'")) & (intents.c.kind == literal_column("'message'"))),
)
Index(
    "intents_payments",
    intents.c.tenant,
    intents.c.state,
    intents.c.due,
    intents.c.key,
    **_only(intents.c.kind == literal_column("'money'")),
)
Index(
    "intents_reference",
    intents.c.tenant,
    intents.c.channel,
    intents.c.reference,
    **_only(intents.c.reference != literal_column("''")),
)
Index("intents_latest", intents.c.tenant, intents.c.due, intents.c.seq, intents.c.key)
Index("intents_stream", intents.c.tenant, intents.c.stream)

receipts = _table(
    "receipts",
    Column("channel", Text),
    Column("key", Text),
    Column("reference", Text, nullable=False),
    Column("message", Text),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    Column("raw", Text),
    Column("state", Text, nullable=False),
    key=("channel", "key"),
)
"""What channels said of messages that were out. ``key`` tells one receipt from the next, ``message`` is the effect's key, and
``raw`` refers to the channel's own words in the vault.

``state``: ``waiting`` for the message that it is about, ``applied``, or ``lost``: applied, the message came back, and nobody
has seen to it.
"""
Index("receipts_lost", receipts.c.tenant, receipts.c.at, **_only(receipts.c.state == literal_column("'lost'")))
Index("receipts_message", receipts.c.tenant, receipts.c.message, **_only(receipts.c.message.is_not(None)))
Index(
    "receipts_waiting",
    receipts.c.tenant,
    receipts.c.channel,
    receipts.c.reference,
    **_only(receipts.c.state == literal_column("'waiting'")),
)

channel_state = _table(
    "channel_state",
    Column("channel", Text),
    Column("failures", Integer, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("open_until", BigInteger),
    Column("probe_until", BigInteger),
    Column("recent", Text, nullable=False),
    key=("channel",),
)
"""What all workers know of a channel: failures in a row, how often its breaker opened since it last worked and until when, who
tries it out, and as JSON when messages were handed over lately. A channel without a row has never failed."""

inbox = _table(
    "inbox",
    Column("source", Text),
    Column("event_id", Text),
    Column("raw", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sender", Text),
    Column("message", Text),
    Column("need", Text),
    key=("source", "event_id"),
)
"""What came in from outside, each once. ``raw`` refers to its bytes in the vault, ``outcome`` is a code of what became of it,
``reason`` the code of the error that it failed with last.

``state``: ``waiting`` to be processed at ``due``, ``done``, ``held`` back because its sender wrote too much at once, or
``dead``: it could not be processed. ``sender`` and ``message`` are keyed hashes of an address and a Message-ID.
"""
Index("inbox_apart", inbox.c.tenant, inbox.c.received_at, **_only(inbox.c.state.in_(["dead", "held"])))
Index("inbox_due", inbox.c.tenant, inbox.c.due, **_only(inbox.c.state == literal_column("'waiting'")))
Index("inbox_message", inbox.c.tenant, inbox.c.message, **_only(inbox.c.message.is_not(None)))
Index("inbox_need", inbox.c.tenant, inbox.c.need, **_only(inbox.c.need.is_not(None)))
Index("inbox_received", inbox.c.tenant, inbox.c.received_at, inbox.c.source, inbox.c.event_id)
Index("inbox_sender", inbox.c.tenant, inbox.c.sender, inbox.c.received_at, **_only(inbox.c.sender.is_not(None)))

cursors = _table("cursors", Column("mailbox", Text), Column("place", Text, nullable=False), key=("mailbox",))
"""How far each mailbox has been read; written with what was read."""

addresses = _table("addresses", Column("hash", Text), Column("customer", Text), key=("hash", "customer"))
"""Keyed hashes of the addresses that people have or had, and of the last digits of their telephone numbers."""
Index("addresses_customer", addresses.c.tenant, addresses.c.customer)

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
Index("people_customer", people.c.tenant, people.c.customer)

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

tombstones = _table(
    "tombstones",
    Column("ref", Text),
    Column("customer", Text),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    key=("ref",),
)
"""What was deleted from the vault for good: a reference for each row of it, and ``person:ID`` for each who was forgotten.

What is still to be done about a deletion after it was committed stands here too until it is done: ``blob:REF`` for a file that
must be dropped, ``ledger:ID`` for a person who is to be named in the ledger, ``key:ID`` for a key that must be destroyed,
``again:ID`` for a person of whom commands that were under way may have written something once more.
"""
Index("inbox_raw", inbox.c.tenant, inbox.c.raw)
