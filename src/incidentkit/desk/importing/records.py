"""Rows grouped into records, as a rule says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from attrs import frozen

from incidentkit.desk.importing.picking import Picking
from incidentkit.desk.importing.report import Tally
from incidentkit.desk.importing.rows import Place, Row
from incidentkit.desk.importing.tables import Tables
from incidentkit.domain.import_rules import AnswerRule, IncidentRule, OrderRule

__all__ = ["Record", "joined", "records"]


_Rule = OrderRule | IncidentRule | AnswerRule


@frozen
class Record:
    """Rows of one key. ``key`` is safe inside a source key; ``place`` is the first row's."""

    key: str
    rows: tuple[Row, ...]
    place: Place


def joined(parts: tuple[str, ...]) -> str:
    """Values as one text, different for different values, without a colon."""
    return "/".join([part.replace("%", "%25").replace("/", "%2F").replace(":", "%3A") for part in parts])


def records(rule: _Rule, tables: Tables, tally: Tally, count: Callable[[], None]) -> Iterator[Record]:
    """The records of a rule, in the order of their first rows.

    Args:
        count: called for each row that was dealt with.
    """
    rows = _kept(rule, tables, tally, count)
    return _single(rows, tally) if rule.rows == "one" else _grouped(rows)


def _kept(rule: _Rule, tables: Tables, tally: Tally, count: Callable[[], None]) -> Iterator[Record]:
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
            yield Record(joined(parts), (row,), place)
        else:
            tally.reject(place, "missing:key")


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
    groups: dict[str, tuple[Place, list[Row]]] = {}
    for record in rows:
        groups.setdefault(record.key, (record.place, []))[1].extend(record.rows)
    for key, (place, group) in groups.items():
        yield Record(key, tuple(group), place)
