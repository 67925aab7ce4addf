"""Makes a store of as many orders as wanted: the whole record of a simulated month, which commands wrote, again and again.

Each copy has ids, numbers, customers and keys of its own; everything else is as it was, also when it happened. The chains of
events are hashed anew, and the record's order is that of the month, each event followed by its copies: what comes out is a
record that was never written by commands, and that ``verify`` has to accept.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from incidentkit.desk.work import keyed_hash, person_hash, ways_to
from incidentkit.store import tables as t
from incidentkit.store.chain import CHAINED, GENESIS, link

__all__ = ["MOST_COPIES", "copy"]

MOST_COPIES = 4096
"""An id has room for so many."""

_ID = re.compile(r"(?<=[0-9a-f]{8}-[0-9a-f]{4}-)7[0-9a-f]{3}(?=-[0-9a-f]{4}-[0-9a-f]{12})")
_LONGER = {("keys", "key"), ("intents", "reference"), ("events", "source_key"), ("receipts", "key")}
_STAYING = frozenset(
    {"people", "addresses", "settings", "alembic_version", "figures", "figure_marks", "seals", "cursors", "channel_state"}
)

Row = dict[str, Any]
Parts = list[str]
"""What a text is made of for a copy: its tag goes between them."""


def copy(path: Path, month: Path, copies: int, *, progress: Callable[[str], None] = lambda _: None) -> None:
    """Put so many copies of a month into the store at ``path``, which has been opened before and is empty."""
    assert copies <= MOST_COPIES, "an id has no room for more"
    with closing(sqlite3.connect(month)) as source, closing(sqlite3.connect(path, isolation_level=None)) as store:
        source.row_factory = sqlite3.Row
        for pragma in ("synchronous = OFF", "journal_mode = OFF", "cache_size = -600000", "temp_store = MEMORY"):
            store.execute(f"PRAGMA {pragma}")
        indexes = _without_indexes(store)
        numbers = frozenset(row[0] for row in source.execute("SELECT name FROM names WHERE kind = 'order'"))
        making = _Making(source, store, numbers, [f"7{number:03x}" for number in range(copies)])
        for table in t.metadata.sorted_tables:
            if table.name not in _STAYING and table.name not in ("events", "streams"):
                progress(table.name)
                making.table(table.name, [c.name for c in table.primary_key])
        progress("people")
        making.people()
        progress("events")
        making.record()
        for sql in indexes:
            progress(sql.split()[2])
            store.execute(sql)
        store.execute("PRAGMA analysis_limit = 1000")
        store.execute("ANALYZE")
        store.execute("PRAGMA journal_mode = WAL")


def _without_indexes(store: sqlite3.Connection) -> list[str]:
    """Takes the indexes away, which are made quicker in the end; how to make them."""
    found = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in found:
        store.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]


def _another(person: dict[str, str], tag: str, place: int) -> dict[str, str]:
    """Somebody like that person, whom nobody takes for them."""
    own = {**person, "key": f"{person['key']}-{tag}"}
    if "email" in own:
        own["email"] = own["email"].replace("@", f".{tag}@")
    if "phone" in own:
        number = own["phone"]
        own["phone"] = f"{number[:-9]}{int(number[-9:]) + 1000 * place:09d}"
    return own


class _Making:
    """The copies on their way."""

    def __init__(self, source: sqlite3.Connection, store: sqlite3.Connection, numbers: frozenset[str], tags: list[str]) -> None:
        self._source = source
        self._store = store
        self._numbers = numbers
        self._tags = tags
        some = "|".join(map(re.escape, sorted(numbers))) or "(?!)"
        self._number = re.compile(rf'(?<=")({some})(?=")')

    def table(self, name: str, key: Sequence[str]) -> None:
        """A table's rows in the order of their keys, each with its copies."""
        rows = self._source.execute(f'SELECT * FROM "{name}" ORDER BY {", ".join(key)}').fetchall()
        if rows:
            self._insert(name, rows[0].keys(), (copied for row in rows for copied in self._copies(name, row)))

    def _copies(self, table: str, row: sqlite3.Row) -> Iterator[tuple[Any, ...]]:
        cut = [self.cut(table, column, row[column]) for column in row.keys()]  # noqa: SIM118 - a Row is no mapping
        seq = list(row.keys()).index("seq") if "seq" in row.keys() else None  # noqa: SIM118
        for place, tag in enumerate(self._tags):
            made = [tag.join(part) if isinstance(part, list) else part for part in cut]
            if seq is not None:
                made[seq] = self._seq(row["seq"], place)
            yield tuple(made)

    def _seq(self, seq: int, place: int) -> int:
        return (seq - 1) * len(self._tags) + place + 1

    def cut(self, table: str, column: str, value: Any) -> Any:
        """A text where copies differ, cut up; any other value as it is."""
        if not isinstance(value, str) or column == "tenant":
            return value
        if (table, column) in _LONGER:
            return [f"{value}-", ""] if value else value
        if value in self._numbers:
            return [f"{value}-", ""]
        ends = [(m.start(), m.end()) for m in _ID.finditer(value)]
        ends += [(m.end(), m.end()) for m in self._number.finditer(value)]
        if not ends:
            return value
        parts, last = [], 0
        for begin, end in sorted(ends):
            parts.append(value[last:begin] + ("-" if begin == end else ""))
            last = end
        return [*parts, value[last:]]

    def people(self) -> None:
        """Everybody who is known, each with a key and addresses of their own, which they are found by."""
        key = self._store.execute("SELECT value FROM settings WHERE tenant = 'store' AND name = 'key'").fetchone()
        secret = bytes.fromhex(key[0])
        known = self._source.execute("SELECT p.tenant, p.customer, v.body FROM people p JOIN vault v ON v.ref = p.customer")
        self._store.execute("BEGIN")
        for tenant, customer, body in known.fetchall():
            parts = self.cut("people", "customer", customer)
            for place, tag in enumerate(self._tags):
                id_, details = tag.join(parts), _another(json.loads(body), tag, place)
                row = (tenant, id_, id_, None, json.dumps(details, ensure_ascii=False, separators=(",", ":")))
                self._store.execute("REPLACE INTO vault (tenant, ref, customer, stream, body) VALUES (?, ?, ?, ?, ?)", row)
                hash_ = person_hash(secret, tenant, details["key"])
                self._store.execute("INSERT INTO people (tenant, hash, customer) VALUES (?, ?, ?)", (tenant, hash_, id_))
                ways = ways_to(details.get("email", ""), details.get("phone", ""))
                hashes = [(tenant, keyed_hash(secret, tenant, kind, text), id_) for kind, text in ways]
                self._store.executemany("INSERT INTO addresses (tenant, hash, customer) VALUES (?, ?, ?)", hashes)
        self._store.execute("COMMIT")

    def record(self) -> None:
        """Every stream with its events, chained anew."""
        documents = {row["stream"]: row for row in self._source.execute("SELECT * FROM streams")}
        rows = self._source.execute("SELECT * FROM events ORDER BY stream, version").fetchall()
        heads: list[tuple[Any, ...]] = []
        columns = rows[0].keys()

        def events() -> Iterator[tuple[Any, ...]]:
            for stream, history in groupby(rows, itemgetter("stream")):
                cut = [{column: self.cut("events", column, row[column]) for column in columns} for row in history]
                document = documents[stream]
                end = {column: self.cut("streams", column, document[column]) for column in document.keys()}  # noqa: SIM118
                for place, tag in enumerate(self._tags):
                    head = GENESIS
                    for parts in cut:
                        made: Row = {c: tag.join(part) if isinstance(part, list) else part for c, part in parts.items()}
                        made["seq"] = self._seq(made["seq"], place)
                        head = made["hash"] = link(head, {column: made[column] for column in CHAINED})
                        yield tuple(made.values())
                    whole = {c: tag.join(part) if isinstance(part, list) else part for c, part in end.items()}
                    heads.append(tuple({**whole, "head": head}.values()))
                if len(heads) > 50_000:
                    self._streams(heads)

        self._insert("events", columns, events())
        self._streams(heads)

    def _streams(self, heads: list[tuple[Any, ...]]) -> None:
        columns = [column[1] for column in self._source.execute("PRAGMA table_info(streams)")]
        sql = f"INSERT INTO streams ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        self._store.executemany(sql, heads)
        heads.clear()

    def _insert(self, name: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
        named = ", ".join(f'"{column}"' for column in columns)
        self._store.execute("BEGIN")
        self._store.executemany(f'INSERT INTO "{name}" ({named}) VALUES ({", ".join("?" * len(columns))})', rows)
        self._store.execute("COMMIT")
