"""Everything that follows from the events, made anew from them: documents, facts, and with these the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from incidentkit.codec.record import decode_document, encode_document
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolved, replay
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.rules.timers import FOLLOWING, timers_of
from incidentkit.store import facts as f
from incidentkit.store import tables as t
from incidentkit.store.derived import ACTIONS, actions_of, fact_rows
from incidentkit.store.unit import event_of

__all__ = ["FACTS", "forget_figures", "is_current", "rebuild", "say_current"]

FACTS = "6"
"""The version of what is derived from events; raised when a fold or a fact changes, so that a store is rebuilt once."""

_SETTING = "facts"
_AT_ONCE = 500


def is_current(connection: Connection, tenant: str) -> bool:
    """Whether what is derived was made by this version's rules."""
    query = select(t.settings.c.value).where(t.settings.c.tenant == tenant, t.settings.c.name == _SETTING)
    return bool(connection.execute(query).scalar() == FACTS)


def rebuild(connection: Connection, tenant: str, shop: Shop, progress: Callable[[int, int], None] | None = None) -> int:
    """Replay every stream and write what its events add up to, in one transaction. The number of streams.

    For a store that was just filled with events, and that nobody else works in yet; see `renew` for one that is in use.

    The events, intents and the vault stay as they are; timers that follow from how things stand are set anew. Memory does
    not grow with the record. What the shop's settings say of an incident (rank of its severity, group, category of its
    cause) is taken as they are now.

    Args:
        connection: in a transaction in which nobody else writes for the tenant.
        progress: called with streams done and streams in all.
    """
    for table in f.FACT_TABLES.values():
        connection.execute(delete(table).where(table.c.tenant == tenant))
    forget_figures(connection, tenant)
    count = connection.execute(select(func.count()).where(t.streams.c.tenant == tenant)).scalar_one()
    rebuilt = _Rebuilt(connection, tenant, shop, _orders(connection, tenant))
    done = 0
    for some in _pages(connection, tenant):
        rebuilt.write(some)
        done += len(some)
        if progress is not None:
            progress(done, count)
    say_current(connection, tenant)
    return done


def forget_figures(connection: Connection, tenant: str) -> None:
    """Keep no figure that was computed so far."""
    marks, kept = f.figure_marks, f.figures
    connection.execute(delete(kept).where(kept.c.tenant == tenant))
    # Whoever computes a figure from the earlier facts just now must not have it taken for a current one.
    connection.execute(update(marks).where(marks.c.tenant == tenant).values(n=marks.c.n + 1))


def say_current(connection: Connection, tenant: str) -> None:
    """Note that what is derived was made by this version's rules."""
    where = (t.settings.c.tenant == tenant, t.settings.c.name == _SETTING)
    connection.execute(delete(t.settings).where(*where))
    connection.execute(insert(t.settings).values(tenant=tenant, name=_SETTING, value=FACTS))


def _pages(connection: Connection, tenant: str) -> Iterator[Sequence[str]]:
    """Every stream, orders first: what is said of an incident looks at its orders."""
    s = t.streams
    for kind in (s.c.kind == "order", s.c.kind != "order"):
        last = ""
        while True:
            query = select(s.c.stream).where(s.c.tenant == tenant, kind, s.c.stream > last).order_by(s.c.stream).limit(_AT_ONCE)
            page = connection.execute(query).scalars().all()
            if not page:
                break
            yield page
            last = page[-1]


def _orders(connection: Connection, tenant: str) -> Callable[[str], Order]:
    query = select(t.streams.c.document).where(t.streams.c.tenant == tenant, t.streams.c.stream == bindparam("order"))

    @lru_cache(maxsize=1000)
    def order(order_id: str) -> Order:
        state = decode_document("order", connection.execute(query, {"order": order_id}).scalar_one())
        assert isinstance(state, Order), "an order's stream holds an order"
        return state

    return order


@frozen
class _Rebuilt:
    """Some streams on their way."""

    connection: Connection
    tenant: str
    shop: Shop
    order: Callable[[str], Order]

    def write(self, streams: Sequence[str]) -> None:
        histories = dict(self._histories(streams))
        states = {stream: replay(events) for stream, events in histories.items()}
        self._write_documents(states)
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for stream, state in states.items():
            for table, facts in fact_rows(state, self.shop, self.order).items():
                rows.setdefault(table, []).extend(facts)
            rows.setdefault(ACTIONS, []).extend(actions_of(evolved(histories[stream]), self.shop))
        self._write_timers(states)
        for table, of_table in rows.items():
            self._write_facts(table, of_table)

    def _histories(self, streams: Sequence[str]) -> Iterator[tuple[str, list[Event]]]:
        e = t.events
        query = select(e).where(e.c.tenant == self.tenant, e.c.stream.in_(streams)).order_by(e.c.stream, e.c.version)
        # What is derived holds references only; the words stay where they are.
        for stream, rows in groupby(self.connection.execute(query), key=lambda row: str(row.stream)):
            yield stream, [event_of(row, {}) for row in rows]

    def _write_documents(self, states: Mapping[str, State]) -> None:
        s = t.streams
        changed = update(s).where(s.c.tenant == self.tenant, s.c.stream == bindparam("of")).values(document=bindparam("says"))
        self.connection.execute(changed, [{"of": stream, "says": encode_document(state)} for stream, state in states.items()])

    def _write_timers(self, states: Mapping[str, State]) -> None:
        """Those that follow from how things stand; others were set by decisions, and stay."""
        c = t.timers.c
        ours = c.tenant == self.tenant, c.stream.in_(list(states)), c.name.in_(FOLLOWING)
        # One that could not be acted on yet was put off until somebody is there.
        known = {(row.stream, row.name): row.due for row in self.connection.execute(select(t.timers).where(*ours))}
        self.connection.execute(delete(t.timers).where(*ours))
        rows = [
            {"tenant": self.tenant, "stream": stream, "name": name, "due": max(micros(due), known.get((stream, name), 0))}
            for stream, state in states.items()
            for name, due in timers_of(state, self.shop).items()
        ]
        if rows:
            self.connection.execute(insert(t.timers), rows)

    def _write_facts(self, table: str, facts: Sequence[Mapping[str, Any]]) -> None:
        if facts:
            statement: Any = f.upsert(f.FACT_TABLES[table], self.connection.dialect.name)
            self.connection.execute(statement, [{**row, "tenant": self.tenant} for row in facts])
