"""A file of events made a store again: checked whole, then written in one transaction with all that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import Table, func, insert, select

from incidentkit.codec.record import encode_document, kind_of, text_refs
from incidentkit.domain.evolve import State, evolve
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.errors import ConflictError, ImportRefused, IncidentkitError, RuleViolation
from incidentkit.store import facts as f
from incidentkit.store import tables as t
from incidentkit.store.as_of import note_disorder
from incidentkit.store.chain import GENESIS, link
from incidentkit.store.derived import names_of
from incidentkit.store.linking import derived_links
from incidentkit.store.rebuilding import rebuild
from incidentkit.store.staging import Staging
from incidentkit.store.transfer import heads_of, in_pages, tenants_mark
from incidentkit.store.unit import Unit, event_of

__all__ = ["LOADED", "Loaded", "check_empty", "write_staged"]

LOADED = "loaded"
"""The setting that says how far the record came from a file."""

_AT_ONCE = 500

_EVERYTHING = 2**62
"""A place that no record reaches."""

_NOT_THERE = "not_exported"
"""Why words are gone that a file was made without."""

Meet = Callable[[Unit, str, Customer], None]
Progress = Callable[[int, int], None]


@frozen
class Loaded:
    """What was loaded.

    Args:
        texts: words that came with the events; 0 of a file that was made without them.
    """

    events: int
    streams: int
    texts: int


def check_empty(unit: Unit) -> None:
    """Refuse a tenant that has anything but its settings.

    Raises:
        RuleViolation: it has.
    """
    for table in t.metadata.sorted_tables:
        if table is not t.settings and unit.connection.execute(select(table).where(table.c.tenant == unit.tenant)).first():
            rule = "must have nothing in it to be loaded into"
            raise RuleViolation("The store", rule, got=f"rows in {table.name}", next="Name a new one.")


def write_staged(
    unit: Unit, staged: Staging, name: str, shop: Shop, now: datetime, meet: Meet, progress: Progress | None
) -> Loaded:
    """Write what a file said, and everything that follows from it.

    Args:
        unit: of an empty tenant for which nobody else writes.
        name: of the file, for errors.
        now: the present.
        meet: keeps who a person is, so that they are found again by the shop's key.
        progress: called with events done and events in all.

    Raises:
        ImportRefused: events don't follow from each other, or chains end elsewhere than where the file was made.
    """
    writing, streams = _Writing(unit, staged, micros(now), meet, progress), 0
    try:
        streams = writing.events()
        writing.rest()
        unit.flush()
    except ConflictError:
        staged.problem("two of its orders, accounts or needs have the same name")
    staged.refuse(name)
    note_disorder(unit.connection, unit.tenant)
    _note_loaded(unit)
    rebuild(unit.connection, unit.tenant, shop)
    if staged.end["of"] == tenants_mark(unit.tenant) and staged.end["heads"] != heads_of(unit):
        raise ImportRefused(
            name, "must hold the events as they were recorded", got="others", next="Verify the store that it was made of."
        )
    return Loaded(staged.events, streams, writing.texts)


def _note_loaded(unit: Unit) -> None:
    """Note how far the record came from a file: the effects that it speaks of up to there are those of another store."""
    e = t.events.c
    last = unit.connection.execute(select(func.max(e.seq)).where(e.tenant == unit.tenant)).scalar() or 0
    unit.connection.execute(insert(t.settings).values(tenant=unit.tenant, name=LOADED, value=str(last)))


@define
class _Writing:
    unit: Unit
    staged: Staging
    now: int
    meet: Meet
    progress: Progress | None
    texts: int = 0
    _done: int = 0
    _waiting: dict[str, list[dict[str, Any]]] = field(factory=dict)

    # --- Events --------------------------------------------------------------------------------------------------

    def events(self) -> int:
        """Write them with their chains, stream by stream; how many streams."""
        count = 0
        for stream, rows in self.staged.streams():
            count += 1
            self._check_places(rows)
            state = self._state(rows)
            if state is not None:
                self._put(t.streams, [self._stream(stream, rows, state)])
                self._put(t.names, self._names(stream, state))
        self._flush()
        return count

    def _stream(self, stream: str, rows: list[dict[str, Any]], state: State) -> dict[str, Any]:
        head = GENESIS
        for row in rows:
            own = {**_without_line(row), "tenant": self.unit.tenant}
            head = link(head, own)
            self._put(t.events, [{**own, "hash": head}])
            self._put(t.tombstones, self._gone(row["data"]))
        self._count(len(rows))
        told = {"kind": kind_of(state), "version": len(rows), "head": head, "document": encode_document(state)}
        return {"tenant": self.unit.tenant, "stream": stream, **told}

    def _check_places(self, rows: Sequence[Mapping[str, Any]]) -> None:
        last = 0
        for version, row in enumerate(rows, 1):
            if row["version"] != version:
                return self.staged.problem(f"is version {row['version']} of its stream, and there is no {version}", row["line"])
            if row["seq"] <= last:
                return self.staged.problem("stands before the event that it follows", row["line"])
            last = row["seq"]
        return None

    def _state(self, rows: Sequence[Mapping[str, Any]]) -> State | None:
        state: State | None = None
        for row in rows:
            try:
                state = evolve(state, event_of(SimpleNamespace(**row), {}))
            except IncidentkitError as error:
                self.staged.problem(str(error), row["line"])
                return None
            except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
                # What it says may be personal: only where it stands is told.
                self.staged.problem("is no event that can follow those before it", row["line"])
                return None
        return state

    def _names(self, stream: str, state: State) -> list[dict[str, Any]]:
        told = {"tenant": self.unit.tenant, "stream": stream}
        return [{**told, "kind": kind, "name": name} for kind, name in names_of(state)]

    def _gone(self, data: str) -> Iterator[dict[str, Any]]:
        """Words that the file does not have are as good as forgotten."""
        for ref in text_refs(data):
            if not self.staged.has("text", ref) and not self.staged.has("forgotten", ref):
                yield {"tenant": self.unit.tenant, "ref": ref, "customer": None, "reason": _NOT_THERE, "at": self.now}

    # --- Everything else -----------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Write what the other lines say, and the links that follow from the events."""
        tenant = self.unit.tenant
        self._put(t.names, ({"tenant": tenant, **_without_line(row)} for row in self.staged.others("name")))
        for table, kind in ((t.timers, "timer"), (t.tombstones, "forgotten")):
            self._put(table, ({"tenant": tenant, **_without_line(row)} for row in self.staged.others(kind)))
        links = derived_links(self.unit.connection, tenant, _EVERYTHING)
        self._put(t.links, ({"tenant": tenant, "order_id": order, "stream": stream} for order, stream in links))
        self._flush()
        self._people_and_words()

    def _people_and_words(self) -> None:
        for some in in_pages(self.staged.others("person")):
            for row in some:
                given = {name: value for name, value in row.items() if value and name not in ("id", "line")}
                self.meet(self.unit, row["id"], Customer(**given))
            self.unit.flush()
        for some in in_pages(self.staged.others("text")):
            for row in some:
                self.unit.keep(row["ref"], row["words"], row["customer"], row["stream"])
                self.texts += 1
            self.unit.flush()

    # --- Writing -------------------------------------------------------------------------------------------------

    def _put(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            waiting = self._waiting.setdefault(table.name, [])
            waiting.append(row)
            if len(waiting) >= _AT_ONCE:
                self._write(table)

    def _flush(self) -> None:
        for table in (t.events, t.streams, t.names, t.timers, t.tombstones, t.links):
            self._write(table)

    def _write(self, table: Table) -> None:
        rows = self._waiting.pop(table.name, [])
        if not rows:
            return
        if table in (t.links, t.tombstones):
            rows = [*{tuple(row.values()): row for row in rows}.values()]
            statement: Any = f.upsert(table, self.unit.connection.dialect.name)
        else:
            statement = insert(table)
        self.unit.connection.execute(statement, rows)

    def _count(self, events: int) -> None:
        before, self._done = self._done, self._done + events
        if self.progress is not None and (before // 1000 != self._done // 1000 or self._done == self.staged.events):
            self.progress(self._done, self.staged.events)


def _without_line(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "line"}
