"""Looks a store over from outside: through its driver alone, with nothing of the desk in between."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from incidentkit.codec.record import decode_event, encode_document
from incidentkit.domain.accounts import Account
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolved, replay
from incidentkit.domain.incidents import Incident
from incidentkit.domain.links import links_of, orders_after
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import IncidentkitError
from incidentkit.measures.fact import Fact
from incidentkit.measures.facts import action_facts, facts_of, lasting_facts
from incidentkit.measures.signature_facts import signature_rows
from incidentkit.rules.timers import FOLLOWING, timers_of
from incidentkit.store.chain import GENESIS, link
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.tables import metadata
from incidentkit.testing._laws import broken_laws
from incidentkit.testing._states import bad_costs, bad_merges, bad_money, bad_state

__all__ = ["Copy", "faults", "states_of"]

Row = Mapping[str, Any]

PERSONAL_TABLES = frozenset({"vault", "people"})
"""Where personal data may lie; nowhere else."""


Tables = dict[str, list[dict[str, Any]]]


class Copy:
    """Every row of every table of a store, as it was when it was made; ``store`` is a file of SQLite, or a URL."""

    def __init__(self, store: Path | str) -> None:
        where = str(store).removeprefix("sqlite:///")
        self.tables: Tables = _of_postgresql(where) if where.startswith("postgresql") else _of_sqlite(where)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Copy) and self.tables == other.tables

    __hash__ = None  # type: ignore[assignment]

    def of(self, table: str, tenant: str) -> list[dict[str, Any]]:
        """One tenant's rows."""
        return [row for row in self.tables[table] if row["tenant"] == tenant]

    def differing(self, other: Copy) -> list[str]:
        """Tables that are not the same in both."""
        return [name for name in self.tables if self.tables[name] != other.tables.get(name)]

    def holding(self, token: str) -> list[str]:
        """Tables with ``token`` in any of their values, those for personal data left out."""
        return [name for name, rows in self.tables.items() if name not in PERSONAL_TABLES and token in repr(rows)]


def _of_sqlite(path: str) -> Tables:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        # Statistics of the planner are no part of the record.
        return {
            name: [dict(row) for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - its own tables
            for name in names
            if not name.startswith("sqlite_")
        }


def _of_postgresql(url: str) -> Tables:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), row_factory=dict_row) as connection:
        # In the order of their keys, as SQLite has them.
        return {
            name: connection.execute(
                f'SELECT * FROM "{name}" ORDER BY {", ".join(column.name for column in table.primary_key)}'  # noqa: S608
            ).fetchall()
            for name, table in sorted(metadata.tables.items())
        }


def faults(copy: Copy, shop: Shop, tenant: str = "default") -> list[str]:
    """What is wrong with one tenant's record; empty when nothing is. Every fault names its stream or table."""
    histories = _histories(copy, tenant)
    states, broken = _replayed(histories)
    return [
        *broken,
        *_bad_numbering(copy, tenant),
        *_bad_chains(copy, tenant),
        *_bad_documents(copy, tenant, states),
        *_bad_facts(copy, tenant, histories, states, shop),
        *_bad_names(copy, tenant, states),
        *_bad_links(copy, tenant, histories),
        *_bad_intents(copy, tenant, states),
        *_bad_timers(copy, tenant, states, shop),
        *(fault for state in states.values() for fault in bad_state(state)),
        *bad_merges(states),
        *bad_money(states),
        *bad_costs(states),
        *broken_laws(histories, states, copy.of("timers", tenant), copy.of("facts_needs", tenant), shop),
    ]


def states_of(copy: Copy, tenant: str = "default") -> dict[str, State]:
    """What one tenant's events add up to, by stream."""
    return _replayed(_histories(copy, tenant))[0]


# --- The record --------------------------------------------------------------------------------------------------


def _rows_by_stream(copy: Copy, tenant: str) -> dict[str, list[dict[str, Any]]]:
    streams: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(copy.of("events", tenant), key=lambda row: row["version"]):
        streams.setdefault(row["stream"], []).append(row)
    return streams


def _histories(copy: Copy, tenant: str) -> dict[str, list[Event]]:
    return {stream: [_event(row) for row in rows] for stream, rows in _rows_by_stream(copy, tenant).items()}


def _replayed(histories: Mapping[str, list[Event]]) -> tuple[dict[str, State], list[str]]:
    states: dict[str, State] = {}
    broken: list[str] = []
    for stream, events in histories.items():
        try:
            states[stream] = replay(events)
        except (IncidentkitError, LookupError, AssertionError) as error:
            broken.append(f"{stream}: its events do not follow from each other: {type(error).__name__}")
    return states, broken


def _event(row: Row) -> Event:
    return Event(
        stream=row["stream"],
        version=row["version"],
        data=decode_event(row["type"], row["type_version"], row["data"]),
        occurred_at=from_micros(row["occurred_at"]),
        known_at=from_micros(row["known_at"]),
        actor=row["actor"],
        cause=row["cause"],
        seq=row["seq"],
    )


def _bad_numbering(copy: Copy, tenant: str) -> Iterator[str]:
    seqs = sorted(row["seq"] for row in copy.of("events", tenant))
    if seqs != list(range(1, len(seqs) + 1)):
        yield "events: seq has gaps or repeats"
    known = [row["known_at"] for row in sorted(copy.of("events", tenant), key=itemgetter("seq"))]
    if known != sorted(known):
        yield "events: one became known before another that stands in front of it"
    for stream, rows in _rows_by_stream(copy, tenant).items():
        if [row["version"] for row in rows] != list(range(1, len(rows) + 1)):
            yield f"{stream}: versions have gaps"
        if [row["seq"] for row in rows] != sorted(row["seq"] for row in rows):
            yield f"{stream}: seq goes back"
        if any(row["occurred_at"] > row["known_at"] for row in rows):
            yield f"{stream}: known before it happened"


def _bad_chains(copy: Copy, tenant: str) -> Iterator[str]:
    heads = {row["stream"]: row["head"] for row in copy.of("streams", tenant)}
    for stream, rows in _rows_by_stream(copy, tenant).items():
        head = GENESIS
        for row in rows:
            head = link(head, row)
            if head != row["hash"]:
                yield f"{stream}: the chain breaks at version {row['version']}"
                break
        else:
            if heads.get(stream) != head:
                yield f"{stream}: the chain's end is not the stream's head"


def _bad_documents(copy: Copy, tenant: str, states: Mapping[str, State]) -> Iterator[str]:
    rows = {row["stream"]: row for row in copy.of("streams", tenant)}
    if rows.keys() != states.keys():
        yield f"streams: {len(rows)} of them, events of {len(states)}"
    versions = {stream: len(events) for stream, events in _rows_by_stream(copy, tenant).items()}
    for stream, state in states.items():
        row = rows.get(stream)
        if row is not None and row["document"] != encode_document(state):
            yield f"{stream}: the document is not what its events add up to"
        if row is not None and row["version"] != versions[stream]:
            yield f"{stream}: the version is not that of its last event"


# --- What is derived ---------------------------------------------------------------------------------------------


def _facts(histories: Mapping[str, list[Event]], states: Mapping[str, State], shop: Shop) -> dict[str, list[Fact]]:
    def order(order_id: str) -> Order:
        found = states[order_id]
        assert isinstance(found, Order), "an incident is about orders"
        return found

    found: dict[str, list[Fact]] = {name: [] for name in FACT_TABLES}
    for stream, state in states.items():
        # Where an order is broken, that is told; what its case has of it can't be.
        whole = not isinstance(state, Incident) or all(o in states for o in state.orders)
        lasting = lasting_facts(state, order) | signature_rows(state, order, shop) if whole else {}
        for name, rows in (facts_of(state, shop) | lasting).items():
            found[name] += rows
        actions = (action_facts(event, then, shop) for event, then in evolved(histories[stream]))
        found["facts_actions"] += [row for rows in actions for row in rows]
    # Two things that one person did at one instant are one action.
    found["facts_actions"] = list({tuple(row.values()): row for row in found["facts_actions"]}.values())
    return found


def _bad_facts(
    copy: Copy, tenant: str, histories: Mapping[str, list[Event]], states: Mapping[str, State], shop: Shop
) -> Iterator[str]:
    for table, expected in _facts(histories, states, shop).items():
        rows = [{name: value for name, value in row.items() if name != "tenant"} for row in copy.of(table, tenant)]
        if sorted(map(_sortable, rows)) != sorted(map(_sortable, expected)):
            yield f"{table}: not what the states say"


def _sortable(row: Row) -> list[str]:
    return sorted(f"{name}={value!r}" for name, value in row.items())


def _bad_names(copy: Copy, tenant: str, states: Mapping[str, State]) -> Iterator[str]:
    numbers = {(state.number, state.id) for state in states.values() if isinstance(state, Order) and state.number}
    if numbers != {(row["name"], row["stream"]) for row in copy.of("names", tenant) if row["kind"] == "order"}:
        yield "names: not the orders' numbers"
    accounts = {(state.key, state.id) for state in states.values() if isinstance(state, Account)}
    if accounts != {(row["name"], row["stream"]) for row in copy.of("names", tenant) if row["kind"] == "account"}:
        yield "names: not the accounts' keys"
    if any(row["stream"] not in states or row["order_id"] not in states for row in copy.of("links", tenant)):
        yield "links: to what is not there"
    if any(row["stream"] not in states for row in copy.of("names", tenant)):
        yield "names: of what is not there"
    links = {(row["order_id"], row["stream"]) for row in copy.of("links", tenant)}
    for state in states.values():
        if isinstance(state, Need) and any((order, state.id) not in links for order in state.orders):
            yield f"{state.id}: not on the timeline of an order that it is about"


def _bad_links(copy: Copy, tenant: str, histories: Mapping[str, list[Event]]) -> Iterator[str]:
    links = {(row["order_id"], row["stream"]) for row in copy.of("links", tenant)}
    expected = {
        (order, event.stream)
        for event in chain.from_iterable(histories.values())
        for order in links_of(event, partial(_orders_then, histories, event.seq))
    }
    if links != expected:
        yield f"links: not what the events say: {sorted(links ^ expected)}"


def _orders_then(histories: Mapping[str, list[Event]], at: int, incident: str) -> tuple[str, ...]:
    return orders_after(event.data for event in histories[incident] if event.seq <= at)


def _bad_intents(copy: Copy, tenant: str, states: Mapping[str, State]) -> Iterator[str]:
    intents = {row["key"]: row for row in copy.of("intents", tenant)}
    if any(row["stream"] not in states for row in intents.values()):
        yield "intents: about what is not there"
    told = [(row["type"], _key(row)) for row in copy.of("events", tenant) if row["type"].startswith("message.")]
    received, spoken_of = {key for name, key in told if name == "message.receipt"}, {key for _, key in told}
    for key, row in intents.items():
        held = {name for name in ("worker", "leased_until", "answer") if row[name] is not None}
        # One in doubt keeps the name of the worker that may know more.
        if row["state"] != "claimed" and held - ({"worker"} if row["state"] == "unknown" else set()):
            yield f"intents: {row['step']} is {row['state']}, and somebody's"
        if row["kind"] == "money":
            yield from _bad_payment(row, states)
            continue
        if row["purpose"] == "staff":
            # What people of the shop are sent is nothing that happened to a case.
            if key in spoken_of:
                yield f"intents: {row['step']} went to people of the shop, and is in the record"
            continue
        if (row["state"] == "done") != (key in received):
            yield f"intents: {row['step']} is {row['state']}, {'with' if key in received else 'without'} a receipt"
    for state in states.values():
        if isinstance(state, Incident) and any(notice.key not in intents for notice in state.notices):
            yield f"{state.id}: a notice that nobody sends"


def _bad_payment(row: Row, states: Mapping[str, State]) -> Iterator[str]:
    """One that is done has carried its remedy out, and only that."""
    said, case = json.loads(row["vals"]), states.get(row["stream"])
    remedy = case.remedy(said["remedy"]) if isinstance(case, Incident) else None
    if remedy is None or not row["key"].endswith(f"/{row['stream']}/{said['remedy']}"):
        yield f"intents: {row['key']} pays nothing that was agreed"
    elif row["reason"] != "unplaced" and (row["state"] == "done") != (remedy.carried_out_at is not None):
        yield f"intents: {row['key']} is {row['state']}, and its remedy is {'' if remedy.carried_out_at else 'not '}carried out"


def _key(row: Row) -> str:
    return str(getattr(decode_event(row["type"], row["type_version"], row["data"]), "key", ""))


def _bad_timers(copy: Copy, tenant: str, states: Mapping[str, State], shop: Shop) -> Iterator[str]:
    """Every clock and promise is looked at when it must be, or later where nobody was there to."""
    rows = {(row["stream"], row["name"]): row["due"] for row in copy.of("timers", tenant) if row["name"] in FOLLOWING}
    expected = {(i, name): micros(due) for i, state in states.items() for name, due in timers_of(state, shop).items()}
    if rows.keys() != expected.keys() or any(rows[key] < due for key, due in expected.items()):
        yield f"timers: {sorted(rows.keys() ^ expected.keys()) or 'other times'}"
    if any(row["stream"] not in states for row in copy.of("timers", tenant)):
        yield "timers: about what is not there"
