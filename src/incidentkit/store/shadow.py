"""A shadow of what follows from the record: made beside the store while it is in use, page by page, and resumed when cut short.

It is an SQLite file with the very tables, which goes away once its rows are in the store. It holds ids and facts, no words.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.schema import CreateTable

from incidentkit.codec.record import decode_document, encode_document, kind_of
from incidentkit.domain.events import Event, OrderPlaced
from incidentkit.domain.evolve import State, evolved
from incidentkit.domain.links import links_of
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.errors import IncidentkitError, StoreBusy, StoreError
from incidentkit.rules.timers import timers_of
from incidentkit.store import facts as f
from incidentkit.store import tables as t
from incidentkit.store.derived import ACTIONS, actions_of, fact_rows, names_of, owner_column
from incidentkit.store.linking import OrdersThen
from incidentkit.store.unit import event_of

__all__ = ["DERIVED_TABLES", "Shadow"]

DERIVED_TABLES: tuple[Table, ...] = (t.streams, t.names, t.links, t.timers, *f.FACT_TABLES.values())
"""Every table whose rows follow from the events, some of them only in part."""

# What was done, and what once belonged on a timeline, stays so, whatever comes after.
_GROWING = (ACTIONS, t.links.name)
_OWNERS = {table.name: owner_column(table.columns.keys()) for table in DERIVED_TABLES if table.name not in _GROWING}
_AT_ONCE = 500


class Shadow:
    """The rows that a tenant's record comes to, as far as they are made.

    Args:
        path: the file; made if it is not there.
        of: what the rows depend on but the record. A file that was made of something else is begun anew.

    Raises:
        StoreBusy: somebody else is at it.
    """

    def __init__(self, path: Path, of: str, tenant: str, shop: Shop) -> None:
        self._path, self._tenant, self._shop = path, tenant, shop
        self._engine = _opened(path)
        try:
            _take(self._engine)
            self.connection: Connection = self._engine.connect()
            if self._noted("of") != of:
                self._begin_anew(of)
        except DatabaseError as error:
            self._engine.dispose()
            rule, step = "is made anew by one process at a time", "Wait until that is done, then call it again."
            raise StoreBusy("What follows from the record", rule, got="another that is at it", next=step) from error

    def close(self) -> None:
        """Leave it as it is, to go on with it later."""
        self.connection.close()
        self._engine.dispose()

    def discard(self) -> None:
        """Do away with it."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                Path(f"{self._path}{suffix}").unlink()

    # --- How far it is -----------------------------------------------------------------------------------------------

    def _noted(self, name: str) -> str:
        self.connection.execute(text("CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY, value TEXT NOT NULL)"))
        found = self.connection.execute(text("SELECT value FROM progress WHERE name = :name"), {"name": name}).scalar()
        return str(found or "")

    def _note(self, **values: object) -> None:
        rows = [{"name": name, "value": str(value)} for name, value in values.items()]
        self.connection.execute(text("INSERT OR REPLACE INTO progress VALUES (:name, :value)"), rows)

    def _begin_anew(self, of: str) -> None:
        for table in DERIVED_TABLES:
            self.connection.execute(text(f"DROP TABLE IF EXISTS {table.name}"))
            self.connection.execute(CreateTable(table))
            if table.name in _OWNERS:
                self.connection.execute(text(f"CREATE INDEX of_{table.name} ON {table.name} ({_OWNERS[table.name]})"))
        self._note(of=of, since="", hash="", after="", done=0, kind="order")
        self.connection.commit()

    @property
    def done(self) -> int:
        """Streams whose rows are made."""
        return int(self._noted("done") or 0)

    # --- Making it ---------------------------------------------------------------------------------------------------

    def begin(self, source: Connection) -> None:
        """Note up to where the record goes; whatever comes later is made up for. Begins anew for another record."""
        since = self._noted("since")
        if since and self._noted("hash") != _hash_at(source, self._tenant, int(since)):
            self._begin_anew(self._noted("of"))
            since = ""
        if not since:
            last = source.execute(select(func.max(t.events.c.seq)).where(t.events.c.tenant == self._tenant)).scalar() or 0
            self._note(since=last, hash=_hash_at(source, self._tenant, last))
            self.connection.commit()

    def page(self, source: Connection) -> bool:
        """Make the rows of some more streams, orders first, for cases look at these; False once there are no more."""
        kind, after, e = self._noted("kind"), self._noted("after"), t.events.c
        # A stream's first event says of what kind it is.
        is_order = e.type == OrderPlaced.type if kind == "order" else e.type != OrderPlaced.type
        query = select(e.stream).where(e.tenant == self._tenant, e.version == 1, e.stream > after, is_order)
        wanted = query.order_by(e.stream).limit(_AT_ONCE)
        streams = source.execute(wanted).scalars().all()
        self._derive(source, streams)
        if len(streams) == _AT_ONCE:
            self._note(after=streams[-1], done=self.done + len(streams))
        else:
            self._note(after="", kind={"order": "other"}.get(kind, "none"), done=self.done + len(streams))
        self.connection.commit()
        return self._noted("kind") != "none"

    @property
    def paged(self) -> bool:
        """Whether every stream that was there in the beginning is made."""
        return self._noted("kind") == "none"

    def catch_up(self, source: Connection) -> int:
        """Make what was written meanwhile, or some of it; how many places of the record are left."""
        since, e = int(self._noted("since")), t.events.c
        rows = source.execute(
            select(e.stream, e.seq).where(e.tenant == self._tenant, e.seq > since).order_by(e.seq).limit(_AT_ONCE)
        ).all()
        if not rows:
            return 0
        changed = dict.fromkeys(row.stream for row in rows)
        self._derive(source, list(changed))
        # What is said of a case looks at its orders, whose parcels may have moved.
        self._derive(source, [case for case in self._cases_of(changed) if case not in changed])
        upto = rows[-1].seq
        self._note(since=upto, hash=_hash_at(source, self._tenant, upto))
        self.connection.commit()
        last = source.execute(select(func.max(e.seq)).where(e.tenant == self._tenant)).scalar() or 0
        return max(int(last) - int(upto), 0)

    def _cases_of(self, orders: Iterable[str]) -> Sequence[str]:
        a, ids = f.FACT_TABLES["facts_incident_orders"].c, list(orders)
        return self.connection.execute(select(a.incident_id).where(a.order_id.in_(ids)).distinct()).scalars().all()

    # --- Rows --------------------------------------------------------------------------------------------------------

    def _derive(self, source: Connection, streams: Sequence[str]) -> None:
        """Put the rows of these streams in place of what they came to before, those of orders first."""
        if not streams:
            return
        found = dict(_histories(source, self._tenant, streams))
        for name, column in _OWNERS.items():
            table = t.metadata.tables[name]
            self.connection.execute(delete(table).where(table.c[column].in_(list(found))))
        then = OrdersThen(source, self._tenant)
        folds = {stream: _folded(stream, rows) for stream, rows in found.items()}
        self._put({t.streams.name: [_place(found[stream][-1], steps[-1][1]) for stream, steps in folds.items()]})
        together: dict[str, list[Mapping[str, Any]]] = {}
        for steps in folds.values():
            for name, rows in self._rows(source, steps, then).items():
                together.setdefault(name, []).extend(rows)
        self._put(together)

    def _rows(
        self, source: Connection, steps: Sequence[tuple[Event, State]], then: OrdersThen
    ) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        last, state = steps[-1]
        stream = last.stream
        linked = dict.fromkeys(order for event, _ in steps for order in links_of(event, partial(then, event.seq)))
        waits = timers_of(state, self._shop)
        return {
            **fact_rows(state, self._shop, partial(self._order, source)),
            ACTIONS: actions_of(steps, self._shop),
            t.names.name: [{"kind": kind, "name": name, "stream": stream} for kind, name in names_of(state)],
            t.links.name: [{"order_id": order, "stream": stream} for order in linked],
            t.timers.name: [{"stream": stream, "name": name, "due": micros(due)} for name, due in waits.items()],
        }

    def _put(self, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        for name, some in rows.items():
            if some:
                statement: Any = f.upsert(t.metadata.tables[name], "sqlite")
                self.connection.execute(statement, [{**row, "tenant": self._tenant} for row in some])

    def _order(self, source: Connection, order_id: str) -> Order:
        query = select(t.streams.c.document).where(t.streams.c.tenant == self._tenant, t.streams.c.stream == order_id)
        document = self.connection.execute(query).scalar()
        if document is None:
            # Placed since its page was made.
            self._derive(source, [order_id])
            document = self.connection.execute(query).scalar_one()
        state = decode_document("order", document)
        assert isinstance(state, Order), "an order's stream holds an order"
        return state


def _place(last: Any, state: State) -> dict[str, Any]:
    """Where a stream stands after its last event."""
    document = encode_document(state)
    return {"stream": last.stream, "kind": kind_of(state), "version": last.version, "head": last.hash, "document": document}


def _opened(path: Path) -> Engine:
    """The file, for no other user."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0), 0o600))
    except OSError as error:
        rule, step = "needs room for a file beside the store", "Make room, or let it be written there."
        raise StoreError("A rebuild", rule, got=type(error).__name__, next=step) from error
    return create_engine(f"sqlite:///{path}", connect_args={"timeout": 0.2, "check_same_thread": False})


def _take(engine: Engine) -> None:
    """For no other process either."""
    with engine.connect() as connection:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")


def _hash_at(source: Connection, tenant: str, seq: int) -> str:
    e = t.events.c
    return str(source.execute(select(e.hash).where(e.tenant == tenant, e.seq == seq)).scalar() or "none")


def _histories(source: Connection, tenant: str, streams: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
    """The rows of the events by stream, each in their order."""
    e = t.events
    for start in range(0, len(streams), _AT_ONCE):
        some = streams[start : start + _AT_ONCE]
        rows: dict[str, list[Any]] = {}
        query = select(e).where(e.c.tenant == tenant, e.c.stream.in_(some)).order_by(e.c.stream, e.c.version)
        for row in source.execute(query):
            rows.setdefault(row.stream, []).append(row)
        yield from rows.items()


def _folded(stream: str, rows: Sequence[Any]) -> list[tuple[Event, State]]:
    try:
        return list(evolved([event_of(row, {}) for row in rows]))
    except (LookupError, ValueError, TypeError, AssertionError, AttributeError, ArithmeticError) as error:
        if isinstance(error, IncidentkitError):
            raise
        rule, step = "must be whole for anything to follow from it", "Look it over: incidentkit verify names the event."
        raise StoreError(f"Stream {stream}", rule, got=type(error).__name__, next=step) from error
