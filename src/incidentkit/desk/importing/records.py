"""Rows grouped into records, as a rule says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from attrs import frozen

from incidentkit.desk.importing.picking import Cell, Picking
from incidentkit.desk.importing.report import Tally
from incidentkit.desk.importing.rows import Place, Row
from incidentkit.desk.importing.tables import Tables
from incidentkit.domain.profile import Rule

__all__ = ["Record", "joined", "records"]


@frozen
class Record:
    """Rows of one key, each with its place. ``key`` is safe inside a source key."""

    key: str
    rows: tuple[Row, ...]
    places: tuple[Place, ...]

    @property
    def place(self) -> Place:
        """Where the first row stands."""
        return self.places[0]

    def place_of(self, cell: Cell) -> Place:
        """Where a value stands: for one of a linked table, where the record does."""
        if cell.at is None:
            return self.place
        return next(
            (place for place, row in zip(self.places, self.rows, strict=True) if row[cell.at] == cell.value), self.place
        )


def joined(parts: tuple[str, ...]) -> str:
    """Values as one text, different for different values, without a colon."""
    return "/".join([part.replace("%", "%25").replace("/", "%2F").replace(":", "%3A") for part in parts])


def records(rule: Rule, tables: Tables, tally: Tally, count: Callable[[], None]) -> Iterator[Record]:
    """The records of a rule, in the order of their first rows.

    Args:
        count: called for each row that was dealt with.
    """
    rows = _kept(rule, tables, tally, count)
    return _single(rows, tally) if rule.rows == "one" else _grouped(rows)


def _kept(rule: Rule, tables: Tables, tally: Tally, count: Callable[[], None]) -> Iterator[Record]:
    """A record for each row that the rule takes."""
    holds = Picking(tables, rule.source).test(rule.when)
    places = [tables.place(rule.source, column) for column in rule.key]
    missing = frozenset(tables.profile.missing)
    for place, row in tables.rows(rule.source):
        count()
        if not holds((row,)):
            continue
        parts = tuple([row[i] for i in places])
        if missing.isdisjoint(parts):
            yield Record(joined(parts), (row,), (place,))
        else:
            column = next(name for name, part in zip(rule.key, parts, strict=True) if part in missing)
            tally.reject(place, "missing:key", column)


def _single(rows: Iterator[Record], tally: Tally) -> Iterator[Record]:
    seen: dict[str, bytes] = {}
    for record in rows:
        mark = hashlib.blake2b("\0".join(record.rows[0]).encode(), digest_size=16).digest()
        known = seen.setdefault(record.key, mark)
        if known is mark:
            yield record
        elif known != mark:
            tally.reject(record.place, "differs_from_first")


def _grouped(rows: Iterator[Record]) -> Iterator[Record]:
    groups: dict[str, tuple[list[Row], list[Place]]] = {}
    for record in rows:
        group, places = groups.setdefault(record.key, ([], []))
        group += record.rows
        places += record.places
    for key, (group, places) in groups.items():
        yield Record(key, tuple(group), tuple(places))
