"""The record as lines of JSON: what a file of events holds, and how one is written.

The first line says what the file is and the last one how much there is of it. Between them stand, each on a line of its own,
the events in the order of the record, the names that don't follow from them, the timers, what was deleted from the vault for
good, and the vault itself if it was asked for. It is of no tenant, and holds no key of the store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Any

from attrs import define
from sqlalchemy import Select, Table, func, select, tuple_

from incidentkit.domain.times import from_micros, instant, micros
from incidentkit.store import tables as t
from incidentkit.store.derived import NAMED
from incidentkit.store.forgetting import WORK
from incidentkit.store.unit import Unit

__all__ = [
    "FORMAT",
    "VERSION",
    "Sum",
    "digest_of",
    "event_row",
    "heads_of",
    "in_pages",
    "read_micros",
    "settings_in",
    "tenants_mark",
    "write_events",
]

FORMAT = "incidentkit.events"
VERSION = 1
"""Raised when a reader of earlier files could not read the new ones."""

_AT_ONCE = 500
_OPTIONAL = ("source", "source_key")

Progress = Callable[[int, int], None]
Line = dict[str, Any]


@define
class Sum:
    """Stands for a number of lines, whatever their order.

    Attributes:
        lines: how many.
    """

    lines: int = 0
    _total: int = 0

    def add(self, digest: bytes) -> None:
        """One more."""
        self.lines += 1
        self._total = (self._total + int.from_bytes(digest)) % 2**256

    @property
    def hex(self) -> str:
        """In letters."""
        return f"{self._total:064x}"


def digest_of(line: Mapping[str, Any]) -> bytes:
    """The SHA-256 of what a line says, however it is written."""
    return hashlib.sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).digest()


def tenants_mark(tenant: str) -> str:
    """By what a file is known to be of a tenant, without naming it: only there do its chains end as they did."""
    return hashlib.sha256(f"{FORMAT}\0{tenant}".encode()).hexdigest()


def heads_of(unit: Unit) -> str:
    """One value for where all chains end."""
    c, heads = t.streams.c, Sum()
    for row in _pages(unit, t.streams, select(c.stream, c.version, c.head)):
        heads.add(hashlib.sha256("\0".join((row.stream, str(row.version), row.head)).encode()).digest())
    return heads.hex


# --- Events ------------------------------------------------------------------------------------------------------


def event_line(row: Any) -> Line:
    """A row of the record as a line."""
    line = {
        "seq": row.seq,
        "stream": row.stream,
        "version": row.version,
        "type": row.type,
        "type_version": row.type_version,
        "occurred_at": from_micros(row.occurred_at).isoformat(),
        "known_at": from_micros(row.known_at).isoformat(),
        "actor": row.actor,
        "cause": row.cause,
        "data": _data(row.data),
    }
    return {"event": line | {name: getattr(row, name) for name in _OPTIONAL if getattr(row, name) is not None}}


def event_row(line: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `event_line`, without tenant and hash.

    Raises:
        KeyError, TypeError, ValueError: it is not what that writes.
    """
    data = line["data"]
    row: dict[str, Any] = {name: _typed(line[name], int) for name in ("seq", "version", "type_version")}
    row |= {name: _typed(line[name], str) for name in ("stream", "type", "actor", "cause")}
    row |= {name: read_micros(line[name]) for name in ("occurred_at", "known_at")}
    row |= {name: None if line.get(name) is None else _typed(line[name], str) for name in _OPTIONAL}
    row["data"] = _typed(data, str) if isinstance(data, str) else _compact(_typed(data, dict))
    if min(row["seq"], row["version"], row["type_version"]) < 1 or (row["source"] is None) != (row["source_key"] is None):
        raise ValueError(line)
    return row


def _typed(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind or (kind is str and "\0" in value):
        raise TypeError(kind)
    return value


def read_micros(value: Any) -> int:
    """An instant as a line says it.

    Raises:
        TypeError, ValueError: it is none, or has no zone.
    """
    return micros(instant(datetime.fromisoformat(_typed(value, str))))


def _data(text: str) -> Any:
    """As JSON within JSON where nothing is lost by that: the chain covers every byte."""
    data = json.loads(text)
    return data if _compact(data) == text else text


def _compact(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


# --- Writing -----------------------------------------------------------------------------------------------------


def write_events(unit: Unit, out: IO[str], shop: str, *, personal: bool, progress: Progress | None) -> int:
    """Write the record of a tenant; how many events it has.

    Args:
        unit: reads one state of the store throughout.
        shop: the settings that it is read by, as JSON.
        personal: the vault's words and who people are go with it; else what they said is left out.
    """
    counted = select(func.count()).select_from(t.events).where(t.events.c.tenant == unit.tenant)
    total: int = unit.connection.execute(counted).scalar_one()
    _put(out, {"format": FORMAT, "version": VERSION, "personal": personal, "events": total, "shop": json.loads(shop)})
    done, lines = 0, Sum()
    for line in _lines(unit, personal=personal):
        lines.add(digest_of(line))
        _put(out, line)
        if "event" in line:
            done += 1
            if progress is not None and (done % _AT_ONCE == 0 or done == total):
                progress(done, total)
    end = {"lines": lines.lines, "sum": lines.hex, "heads": heads_of(unit), "of": tenants_mark(unit.tenant)}
    _put(out, {"end": end})
    return done


def _put(out: IO[str], line: Line) -> None:
    out.write(_compact(line) + "\n")


def _lines(unit: Unit, *, personal: bool) -> Iterator[Line]:
    yield from map(event_line, _in_order(unit))
    n, d = t.names.c, t.timers.c
    for row in _pages(unit, t.names, select(n.kind, n.name, n.stream).where(n.kind.not_in(NAMED))):
        yield {"name": {"kind": row.kind, "name": row.name, "stream": row.stream}}
    for row in _pages(unit, t.timers, select(d.stream, d.name, d.due)):
        yield {"timer": {"stream": row.stream, "name": row.name, "due": from_micros(row.due).isoformat()}}
    for row in _pages(unit, t.tombstones, select(t.tombstones)):
        if not row.ref.startswith(WORK):
            at = from_micros(row.at).isoformat()
            yield {"forgotten": {"ref": row.ref, "customer": row.customer, "reason": row.reason, "at": at}}
    if personal:
        yield from _vault(unit)


def _in_order(unit: Unit) -> Iterator[Any]:
    """The events as the record has them."""
    e, last = t.events.c, 0
    while True:
        query = select(t.events).where(e.tenant == unit.tenant, e.seq > last).order_by(e.seq).limit(_AT_ONCE)
        rows = unit.connection.execute(query).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        last = rows[-1].seq


def _pages(unit: Unit, table: Table, query: Select[Any]) -> Iterator[Any]:
    """The tenant's rows of a table in the order of its key, which the query shows; some at once."""
    key = [column for column in table.primary_key if column.name != "tenant"]
    query = query.where(table.c.tenant == unit.tenant).order_by(*key).limit(_AT_ONCE)
    after: Sequence[Any] = ()
    while True:
        rows = unit.connection.execute(query.where(tuple_(*key) > tuple_(*after)) if after else query).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = [getattr(rows[-1], column.name) for column in key]


# --- Reading -----------------------------------------------------------------------------------------------------


def settings_in(lines: Iterable[str]) -> str | None:
    """The shop's settings that a file of events was written by, as JSON; None where it has no such line."""
    for line in lines:
        if '"format"' in line:
            with suppress(ValueError, AttributeError):
                shop = json.loads(line).get("shop")
                return None if shop is None else _compact(shop)
    return None


# --- The vault ---------------------------------------------------------------------------------------------------


def _vault(unit: Unit) -> Iterator[Line]:
    """Words that events refer to, and who people are. Mails and files as they came in are no part of the record."""
    v = t.vault.c
    rows = _pages(unit, t.vault, select(v.ref, v.customer, v.stream))
    for some in in_pages(rows):
        wanted = {row.ref: row for row in some if row.ref.startswith("text:") or row.ref == row.customer}
        for ref, body in sorted(unit.bodies(wanted).items()):
            row = wanted[ref]
            if ref == row.customer:
                yield {"person": {"id": ref, **json.loads(body)}}
            else:
                yield {"text": {"ref": ref, "customer": row.customer, "stream": row.stream, "words": body}}


def in_pages(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """The same, some at once."""
    page: list[Any] = []
    for row in rows:
        page.append(row)
        if len(page) == _AT_ONCE:
            yield page
            page = []
    if page:
        yield page
