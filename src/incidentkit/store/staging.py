"""Where the lines of a file of events wait until all of them have been read: sorted, each once, in a file of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

from incidentkit.domain.people import Customer
from incidentkit.errors import ImportRefused
from incidentkit.store.transfer import FORMAT, VERSION, Sum, digest_of, event_row, read_micros

__all__ = ["Staging"]

_MOST_SHOWN = 20
_LONGEST = 4_000_000

_EVENT = (
    *("stream", "version", "seq", "type", "type_version", "occurred_at", "known_at", "actor", "cause", "data"),
    *("source", "source_key"),
)

_TABLES = f"""
    CREATE TABLE events ({", ".join(_EVENT)}, line, digest, PRIMARY KEY (stream, version)) WITHOUT ROWID;
    CREATE UNIQUE INDEX places ON events (seq);
    CREATE UNIQUE INDEX sources ON events (source, source_key) WHERE source IS NOT NULL;
    CREATE TABLE others (kind, key, body, line, digest, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""

# What tells one line of its kind from the next, and all that stands in it.
_OTHERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "name": (("kind", "name"), ("stream",)),
    "timer": (("stream", "name"), ("due",)),
    "forgotten": (("ref",), ("customer", "reason", "at")),
    "text": (("ref",), ("customer", "stream", "words")),
    "person": (("id",), ("key", "name", "email", "phone", "language", "account", "zone")),
}
_INSTANTS = {"due", "at"}
_MAY_LACK = {"customer", "stream", "name", "email", "phone", "language", "account", "zone"}

Row = dict[str, Any]


class Staging:
    """Everything that a file says, once it is known to be whole; to be used in a ``with``.

    Attributes:
        events: how many there are.
        personal: whether the vault is with them.
        end: the file's last line, which says what there is of it.
    """

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="incidentkit-")
        self._database = sqlite3.connect(Path(self._folder.name) / "lines.db", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(_TABLES)
        self._database.execute("BEGIN")
        self._problems: list[str] = []
        self._sum = Sum()
        self._head: Mapping[str, Any] | None = None
        self._end: Mapping[str, Any] | None = None
        self.events = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()
        self._folder.cleanup()

    @property
    def personal(self) -> bool:
        """Whether the vault's words are in the file."""
        return self._head is not None and bool(self._head.get("personal"))

    @property
    def end(self) -> Mapping[str, Any]:
        """What the last line says."""
        assert self._end is not None, "read whole"
        return self._end

    # --- Reading the file ----------------------------------------------------------------------------------------

    def read(self, lines: Iterable[str], name: str, progress: Callable[[int, int], None] | None) -> None:
        """Take in every line, in any order, and a line that comes again once.

        Raises:
            ImportRefused: a line is wrong, or the file is not whole. It says which line, and why.
        """
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._take(number, line)
            if progress is not None and self._head is not None and number % 1000 == 0:
                progress(self.events, self._head["events"])
        self._check_whole()
        self.refuse(name)

    def refuse(self, name: str) -> None:
        """Refuse the file if anything was wrong with it."""
        if self._problems:
            more = len(self._problems) - _MOST_SHOWN
            shown = [*self._problems[:_MOST_SHOWN], *([f"and {more} more"] if more > 0 else [])]
            raise ImportRefused(
                name,
                "must be a whole file of events",
                got="; ".join(shown),
                next="Export it anew.",
                problems=tuple(self._problems),
            )

    def problem(self, what: str, line: int | None = None) -> None:
        """Note what is wrong, and where."""
        self._problems.append(what if line is None else f"line {line}: {what}")

    def _take(self, number: int, text: str) -> None:
        line: Any = None
        if len(text) <= _LONGEST:
            with suppress(ValueError, RecursionError):
                line = json.loads(text)
        if not isinstance(line, dict):
            self.problem("is no JSON object" if len(text) <= _LONGEST else "is too long", number)
        elif "format" in line:
            self._take_head(number, line)
        elif len(line) == 1:
            self._take_one(number, line)
        else:
            self.problem("says neither one event nor one other thing", number)

    def _take_head(self, number: int, line: Row) -> None:
        if line.get("format") != FORMAT or line.get("version") != VERSION or type(line.get("events")) is not int:
            self.problem(f"must begin a file of {FORMAT}, version {VERSION}", number)
        elif self._head is not None and self._head != line:
            self.problem("begins another file", number)
        else:
            self._head = line

    def _take_one(self, number: int, line: Row) -> None:
        ((kind, body),) = line.items()
        try:
            if kind == "event":
                self._put("events", {**event_row(body), "line": number, "digest": digest_of(line)})
            elif kind == "end":
                self._take_end(number, body)
            else:
                if kind == "person":
                    Customer(**{name: value for name, value in body.items() if name != "id"})
                key, rest = _OTHERS[kind]
                kept = {"kind": kind, "key": _key(body, key), "body": _checked(body, (*key, *rest))}
                self._put("others", {**kept, "line": number, "digest": digest_of(line)})
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, ArithmeticError):
            # What it says may be personal: only where it stands is told.
            self.problem("does not say what such a line must say", number)

    def _take_end(self, number: int, body: Row) -> None:
        end = {name: body[name] for name in ("lines", "sum", "heads", "of")}
        if self._end is not None and self._end != end:
            self.problem("ends another file", number)
        self._end = end

    def _put(self, table: str, row: Row) -> None:
        marks = ", ".join("?" * len(row))
        insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"  # noqa: S608 - our own names
        try:
            self._database.execute(insert, [*row.values()])
        except sqlite3.IntegrityError:
            self._take_again(table, row)
        else:
            self._sum.add(row["digest"])
            self.events += table == "events"

    def _take_again(self, table: str, row: Row) -> None:
        """A line that was there already is the same one; another one in its place is wrong."""
        key = ("stream", "version") if table == "events" else ("kind", "key")
        query = f"SELECT line, digest FROM {table} WHERE {key[0]} = ? AND {key[1]} = ?"  # noqa: S608
        found = self._database.execute(query, [row[name] for name in key]).fetchone()
        if found is None:
            self.problem("has a place in the record, or a key of its source, that another line has", row["line"])
        elif found[1] != row["digest"]:
            self.problem(f"says another thing than line {found[0]} about the same", row["line"])

    def _check_whole(self) -> None:
        if self._head is None:
            self.problem("it has no first line that says what it is")
        if self._end is None:
            self.problem("it has no last line that says how much there is")
        if self._problems or self._head is None or self._end is None:
            return
        if self.events != self._head["events"]:
            self.problem(f"{self._head['events']} events should be in it, and {self.events} are")
        elif (self._sum.lines, self._sum.hex) != (self._end["lines"], self._end["sum"]):
            self.problem(f"{self._end['lines']} lines should be in it, and {self._sum.lines} are, or they were changed")

    # --- What it said --------------------------------------------------------------------------------------------

    def streams(self) -> Iterator[tuple[str, list[Row]]]:
        """The events of each stream, in the order of their versions, with the line of each."""
        for stream, rows in groupby(self._rows("events", "stream, version"), itemgetter("stream")):
            yield stream, [{name: row[name] for name in (*_EVENT, "line")} for row in rows]

    def others(self, kind: str) -> Iterator[Row]:
        """What the other lines of a kind say, with the line of each."""
        query = "SELECT body, line FROM others WHERE kind = ? ORDER BY key"
        for body, line in self._database.cursor().execute(query, [kind]):
            yield {**json.loads(body), "line": line}

    def has(self, kind: str, key: str) -> bool:
        """Whether there is a line of that kind about that."""
        query = "SELECT 1 FROM others WHERE kind = ? AND key = ?"
        return self._database.execute(query, [kind, json.dumps([key])]).fetchone() is not None

    def _rows(self, table: str, order: str) -> Iterator[sqlite3.Row]:
        cursor = self._database.cursor()
        cursor.row_factory = sqlite3.Row
        yield from cursor.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608


def _key(body: Row, names: tuple[str, ...]) -> str:
    return json.dumps([_text(body[name]) for name in names])


def _checked(body: Row, names: tuple[str, ...]) -> str:
    """What a line says, as text, once it says no more and no less than it must."""
    if body.keys() - set(names):
        raise KeyError(names)
    said = {name: body.get(name) if name in _MAY_LACK else body[name] for name in names}
    for name, value in said.items():
        if value is not None:
            said[name] = read_micros(value) if name in _INSTANTS else _text(value)
    return json.dumps(said)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError(value)
    value.encode()
    return value
