"""The record as an object-centric event log: OCEL 2.0 in JSON, which programs for process mining read.

Written stream by stream, and so without holding more than one of them. Nothing personal is in it: words are left out, and
people are their ids. The format: https://www.ocel-standard.org/specification.pdf
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from tempfile import TemporaryFile
from typing import IO, Any

from attrs import define, field, frozen
from sqlalchemy import func, literal_column, select, union

from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolved
from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.traced import CUSTOMER, Thing, concerned, parts_of, related, standing, type_of
from incidentkit.store.unit import Unit, event_of

__all__ = ["EventLog", "write_ocel"]

_STREAMED = {"stream_results": True, "yield_per": 1_000}
_TOLD_AT = 500
_NAMING = ("facts_orders", "facts_incidents", "facts_needs", "facts_tasks", "facts_asks")
_VALUES = {bool: "boolean", int: "integer", float: "float", str: "string"}
_OF_EVENTS = {"by": "string", "known_at": "time", "seq": "integer"}

Progress = Callable[[int, int], None]
Json = dict[str, Any]


@frozen
class EventLog:
    """What an object-centric event log holds.

    Args:
        events, objects: how many of each type.
        relations: how many there are between events and objects.
    """

    events: Mapping[str, int] = field(factory=dict)
    objects: Mapping[str, int] = field(factory=dict)
    relations: int = 0


def write_ocel(unit: Unit, out: IO[str], progress: Progress | None = None) -> EventLog:
    """Write the record of a tenant as OCEL 2.0; what is in it."""
    c = t.events.c
    total = unit.connection.execute(select(func.count()).where(c.tenant == unit.tenant)).scalar_one()
    # The objects come after the events in the file, and are known with them.
    with TemporaryFile("w+", encoding="utf-8") as aside:
        writing, done = _Writing(_Listed(out), _Listed(aside)), 0
        out.write('{"events": [')
        for number, events in enumerate(_streams(unit), 1):
            writing.stream(events)
            done += len(events)
            if progress is not None and number % _TOLD_AT == 0:
                progress(done, total)
        for customer in _customers(unit):
            writing.object(Thing(CUSTOMER, customer), [], [])
        aside.seek(0)
        out.write('\n],\n"objects": [')
        shutil.copyfileobj(aside, out)
    out.write(f'\n],\n"eventTypes": {_types(writing.event_types())},\n"objectTypes": {_types(writing.attributes)}\n}}\n')
    if progress is not None:
        progress(total, total)
    return EventLog(dict(sorted(writing.events.items())), dict(sorted(writing.objects.items())), writing.relations)


def _streams(unit: Unit) -> Iterator[list[Event]]:
    e = t.events
    query = select(e).where(e.c.tenant == unit.tenant).order_by(e.c.tenant, e.c.stream, e.c.version)
    rows = unit.connection.execute(query.execution_options(**_STREAMED))
    for _, some in groupby(rows, attrgetter("stream")):
        yield [event_of(row, {}) for row in some]


def _customers(unit: Unit) -> Iterator[str]:
    """Everybody who is named by something, or whose wishes are known."""
    s = t.streams.c
    named = [FACT_TABLES[name].c for name in _NAMING]
    queries = [select(f.customer).where(f.tenant == unit.tenant, f.customer.is_not(None)) for f in named]
    wishes = select(s.stream).where(s.tenant == unit.tenant, s.kind == literal_column("'person'"))
    # In one order, whatever way the database goes about it.
    query = union(*queries, wishes).order_by(literal_column("1")).execution_options(**_STREAMED)
    yield from unit.connection.execute(query).scalars()


@define
class _Listed:
    """A list of JSON that is written one by one."""

    out: IO[str]
    begun: bool = False

    def add(self, one: Json) -> None:
        """The next of it."""
        self.out.write((",\n" if self.begun else "\n") + json.dumps(one, ensure_ascii=False, separators=(",", ":")))
        self.begun = True


@define
class _Writing:
    """Writes events and objects, and remembers what there was."""

    to_events: _Listed
    to_objects: _Listed
    events: Counter[str] = field(factory=Counter)
    objects: Counter[str] = field(factory=Counter)
    relations: int = 0
    attributes: dict[str, dict[str, str]] = field(factory=dict)

    def event_types(self) -> dict[str, Mapping[str, str]]:
        """Those that there were, each with its attributes."""
        return dict.fromkeys(self.events, _OF_EVENTS)

    def stream(self, events: list[Event]) -> None:
        """All that happened to one thing, and then the thing, with its parts."""
        changes: list[Json] = []
        known: dict[str, Any] = {}
        parts: dict[Thing, list[Json]] = {}
        state: State | None = None
        for event, state in evolved(events):
            self.event(event, concerned(event, state))
            now = standing(state)
            changes += _attributes({name: value for name, value in now.items() if known.get(name) != value}, event)
            known = now
            for part, told in parts_of(state):
                if part not in parts:
                    parts[part] = _attributes({name: value for name, value in told.items() if value != ""}, event)
        assert state is not None, "no stream is empty"
        if type_of(state) != CUSTOMER:
            self.object(Thing(type_of(state), events[0].stream), changes, [*related(state), *parts])
        for part, told_of in parts.items():
            self.object(part, told_of, [])

    def event(self, event: Event, things: list[Thing]) -> None:
        """One event, with everything that it concerns."""
        self.events[event.type] += 1
        self.relations += len(things)
        told = {"by": event.actor, "known_at": _time(event.known_at), "seq": event.seq}
        self.to_events.add(
            {
                "id": f"{event.stream}:{event.version}",
                "type": event.type,
                "time": _time(event.occurred_at),
                "attributes": [{"name": name, "value": value} for name, value in told.items()],
                "relationships": _named(things),
            }
        )

    def object(self, thing: Thing, changes: list[Json], others: Iterable[Thing]) -> None:
        """One object, with what is told of it and since when, and the others that it belongs to."""
        self.objects[thing.type] += 1
        types = self.attributes.setdefault(thing.type, {})
        types |= {change["name"]: _VALUES[type(change["value"])] for change in changes}
        self.to_objects.add(
            {"id": thing.id, "type": thing.type, "attributes": changes, "relationships": _named(others)},
        )


def _attributes(told: Mapping[str, Any], event: Event) -> list[Json]:
    return [{"name": name, "time": _time(event.occurred_at), "value": value} for name, value in told.items()]


def _named(things: Iterable[Thing]) -> list[Json]:
    return [{"objectId": thing.id, "qualifier": thing.how} for thing in things]


def _types(found: Mapping[str, Mapping[str, str]]) -> str:
    listed = [
        {"name": name, "attributes": [{"name": of, "type": type_} for of, type_ in sorted(attributes.items())]}
        for name, attributes in sorted(found.items())
    ]
    return json.dumps(listed)


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
