"""Whether two large sets of rows are the same, without holding them: each row falls into a bucket, and buckets are added up."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import Table

__all__ = ["Prints", "Row", "Shape", "Sorter"]

Row = Mapping[str, Any]

BUCKETS = 1024
_FULL = 2**128


@frozen
class Shape:
    """How the rows of a table are told apart: by their key, and by all that they say. The tenant is left out."""

    table: Table
    key: tuple[str, ...]
    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, key: Iterable[str] | None = None) -> Shape:
        """That of a table, by its primary key or by other columns."""
        columns = tuple(c.name for c in table.columns if c.name != "tenant")
        own = (c.name for c in table.primary_key if c.name != "tenant")
        return cls(table, tuple(key if key is not None else own), columns)

    def key_of(self, row: Row) -> str:
        """The row's key as text."""
        return " ".join([str(row[name]) for name in self.key])

    def bucket(self, key: str) -> int:
        """The bucket that the row with that key falls into."""
        return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=2).digest()) % BUCKETS

    def said(self, row: Row) -> bytes:
        """A print of everything in the row."""
        return blake2b(repr([row[name] for name in self.columns]).encode("utf-8", "replace"), digest_size=16).digest()


@define
class Prints:
    """The sums of the rows of one table, one for each bucket. In whatever order rows come, the same rows come to the same."""

    _sums: list[int] = field(factory=lambda: [0] * BUCKETS, init=False)

    def add(self, bucket: int, said: bytes) -> None:
        """Add a row."""
        self._sums[bucket] = (self._sums[bucket] + int.from_bytes(said)) % _FULL

    def differing(self, other: Prints) -> frozenset[int]:
        """The buckets that do not hold the same rows."""
        return frozenset(place for place, pair in enumerate(zip(self._sums, other._sums, strict=True)) if pair[0] != pair[1])


class Sorter:
    """Rows put aside on disk, to be sorted there: a temporary database that goes away when it is closed."""

    def __init__(self) -> None:
        # Without a name it is a file of its own that nobody else sees.
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("CREATE TABLE aside (side INTEGER, name TEXT, key TEXT, said BLOB, seq INTEGER)")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Let go of the disk."""
        self._connection.close()

    def put(self, side: int, rows: Iterable[tuple[str, str, bytes, int | None]]) -> None:
        """Put rows aside: the name of their table, their key, their print, and their place in the record."""
        self._connection.executemany("INSERT INTO aside VALUES (?, ?, ?, ?, ?)", ((side, *row) for row in rows))

    def distinct(self, side: int) -> Iterator[tuple[str, bytes]]:
        """Each key with its print, once."""
        query = "SELECT DISTINCT key, said FROM aside WHERE side = ?"
        yield from self._connection.execute(query, (side,))

    def compared(self, here: int, there: int) -> Iterator[tuple[str, str, str, int | None]]:
        """What is not the same on both sides: table, key, ``missing`` here, ``extra`` here or ``other``, and the place."""
        query = (
            "SELECT name, key, count(CASE side WHEN ?1 THEN 1 END), count(CASE side WHEN ?2 THEN 1 END),"
            " max(seq), count(DISTINCT said) FROM aside WHERE side IN (?1, ?2) GROUP BY name, key"
        )
        for name, key, mine, theirs, seq, kinds in self._connection.execute(query, (here, there)):
            if not mine:
                yield name, key, "missing", seq
            elif not theirs:
                yield name, key, "extra", seq
            elif kinds > 1:
                yield name, key, "other", seq
