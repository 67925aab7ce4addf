"""The record as it was known at an instant: its first so many events, replayed, or in a store of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from sqlalchemy import Connection, Table, func, insert, select

from incidentkit.domain.events import Event
from incidentkit.domain.shop import Shop
from incidentkit.errors import RuleViolation
from incidentkit.store import facts as f
from incidentkit.store import tables as t
from incidentkit.store.linking import derived_links
from incidentkit.store.rebuilding import rebuild
from incidentkit.store.recollection import Recollection
from incidentkit.store.statements import LOOKED_AT
from incidentkit.store.store import Store
from incidentkit.store.transaction import Part, Snapshot, Transaction
from incidentkit.store.transfer import in_pages
from incidentkit.store.unit import Unit, event_of

__all__ = ["DISORDER", "PastStore", "history_until", "linked_streams", "note_disorder", "settled", "streams_around"]

DISORDER = "disorder"
"""The setting that names the last place in the record whose event became known before one in front of it."""

_AT_ONCE = 1000

Progress = Callable[[int, int], None]


# --- How far the record went then --------------------------------------------------------------------------------


def settled(unit: Unit, known_at: int) -> int:
    """The place of the last event that was known at an instant, which no event that is written from now on changes.

    Args:
        unit: of a tenant for which nobody else writes.
        known_at: in microseconds; not in the future.
    """
    e = t.events.c
    last = unit.connection.execute(
        select(e.seq, e.known_at).where(e.tenant == unit.tenant).order_by(e.seq.desc()).limit(1)
    ).first()
    if last is None or last.known_at <= known_at:
        _look(unit, known_at)
    return 0 if last is None else _place(unit, known_at, last.seq)


def _look(unit: Unit, known_at: int) -> None:
    """From now on nothing becomes known at that instant or before."""
    s = t.settings.c
    known = unit.connection.execute(select(s.value).where(s.tenant == unit.tenant, s.name == LOOKED_AT)).scalar()
    if known is None or int(known) < known_at:
        row = {"tenant": unit.tenant, "name": LOOKED_AT, "value": str(known_at)}
        unit.connection.execute(f.upsert(t.settings, unit.connection.dialect.name), row)


def _place(unit: Unit, known_at: int, last: int) -> int:
    """The place in front of the first event that became known later."""
    e, mine = t.events.c, t.events.c.tenant == unit.tenant
    s = t.settings.c
    found = unit.connection.execute(select(s.value).where(s.tenant == unit.tenant, s.name == DISORDER)).scalar()
    low = int(found or 0)
    if low:
        later = select(func.min(e.seq)).where(mine, e.seq <= low, e.known_at > known_at)
        first: int | None = unit.connection.execute(later).scalar()
        if first is not None:
            return first - 1
    # From there on, what stands further back became known no sooner.
    high = last
    while low < high:
        middle = (low + high + 1) // 2
        at = unit.connection.execute(select(e.known_at).where(mine, e.seq <= middle).order_by(e.seq.desc()).limit(1)).scalar()
        low, high = (middle, high) if at is None or at <= known_at else (low, middle - 1)
    return low


def note_disorder(connection: Connection, tenant: str) -> None:
    """Keep how far a record goes in which an event became known before one in front of it, which was possible once."""
    e = t.events.c
    before = func.max(e.known_at).over(order_by=e.seq, rows=(None, -1)).label("before")
    each = select(e.seq, e.known_at, before).where(e.tenant == tenant).subquery()
    last = connection.execute(select(func.max(each.c.seq)).where(each.c.known_at < each.c.before)).scalar()
    if last is not None:
        row = {"tenant": tenant, "name": DISORDER, "value": str(last)}
        connection.execute(f.upsert(t.settings, connection.dialect.name), row)


# --- One stream --------------------------------------------------------------------------------------------------


def history_until(unit: Unit, streams: Sequence[str], until: int) -> dict[str, list[Event]]:
    """The events of these streams up to a place in the record, with the words that there are today."""
    e = t.events.c
    query = select(t.events).where(e.tenant == unit.tenant, e.stream.in_(streams), e.seq <= until)
    rows = unit.connection.execute(query.order_by(e.stream, e.version)).all() if streams else []
    words = unit.words(*(row.data for row in rows))
    found: dict[str, list[Event]] = {}
    for row in rows:
        found.setdefault(row.stream, []).append(event_of(row, words))
    return found


def linked_streams(unit: Unit, order_id: str) -> list[str]:
    """The streams that are on an order's timeline today."""
    c = t.links.c
    query = select(c.stream).where(c.tenant == unit.tenant, c.order_id == order_id).order_by(c.stream)
    return list(unit.connection.execute(query).scalars())


def streams_around(unit: Unit, stream: str) -> list[str]:
    """The streams that share an order with one: its orders, and what is on their timelines today."""
    c = t.links.c
    orders = select(c.order_id).where(c.tenant == unit.tenant, c.stream == stream)
    about = [*unit.connection.execute(orders).scalars(), stream]
    found = [*about, *(linked for order in about for linked in linked_streams(unit, order))]
    return [each for each in dict.fromkeys(found) if each != stream]


# --- All of it ---------------------------------------------------------------------------------------------------


class PastStore(Store):
    """The first events of a tenant's record, with all that follows from them, to be read only.

    It is made in a file of its own once something is read of it, and gone when it is closed. No words are in it: those are
    read from the living store, so that what is forgotten there is forgotten here.

    Args:
        until: the place of the last event.
        progress: called with events copied and streams made, and all of both.
    """

    def __init__(self, living: Store, until: int, shop: Shop, progress: Progress | None) -> None:
        self.tenant = living.tenant
        self.label = f"{living.label}, as it was known"
        self.secret = living.secret
        self.vault = living.vault
        self._living = living
        self._until = until
        self._shop = shop
        self._progress = progress
        self._folder: TemporaryDirectory[str] | None = None
        self._made: _Scratch | None = None

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Something to read with."""
        if self._made is None:
            self._made = self._make()
        with self._made.reading() as unit:
            yield unit

    def _make(self) -> _Scratch:
        self._folder = TemporaryDirectory(prefix="incidentkit-")
        made = _Scratch(Path(self._folder.name), self._living)
        try:
            made.fill(self._living, self._until, self._shop, self._progress)
        except BaseException:
            made.close()
            self._folder.cleanup()
            raise
        return made

    def close(self) -> None:
        """Delete its file."""
        if self._made is not None:
            self._made.close()
            self._made = None
        if self._folder is not None:
            self._folder.cleanup()

    def unit(self, *, alone: bool = False) -> NoReturn:  # noqa: ARG002 - whoever asks
        """Refused: what was known then can't be changed now."""
        raise RuleViolation("The record as it was known", "is read only", got="a command", next="Give it to the desk itself.")

    def keep(self, rows: object) -> None:
        """Nobody will ask for these figures again."""


class _Scratch(Store):
    """The store that it is read from."""

    def __init__(self, folder: Path, living: Store) -> None:
        super().__init__(f"sqlite:///{folder / 'past.db'}", living.tenant)
        self._living = living

    def _unit(self, transaction: Transaction | Snapshot | Part, known: Recollection) -> Unit:
        made = _Borrowing(transaction, self._statements, self.tenant, self._shop, known, self.vault)
        made.living = self._living
        return made

    def fill(self, living: Store, until: int, shop: Shop, progress: Progress | None) -> None:
        """Copy the events, and make what follows from them."""
        self._shop = shop
        with self.unit(alone=True) as unit, living.reading() as source:
            here = unit.connection
            streams = _copy_events(source.connection, here, self.tenant, until, progress)
            rebuild(here, self.tenant, shop, _after(progress, until, streams))
            _name(here, self.tenant)
            # Keyed hashes alone, by which a person is found.
            for table in (t.people, t.addresses):
                _copy(source.connection, here, table, self.tenant)
            for some in in_pages(derived_links(here, self.tenant, until)):
                rows = [{"tenant": self.tenant, "order_id": order, "stream": stream} for order, stream in some]
                here.execute(f.upsert(t.links, here.dialect.name), rows)


class _Borrowing(Unit):
    """Reads words and people from the living store."""

    living: Store

    def bodies(self, refs: Iterable[str]) -> dict[str, str]:
        with self.living.reading() as unit:
            return unit.bodies(refs)

    def person(self, hash_: str) -> tuple[str, str] | None:
        with self.living.reading() as unit:
            return unit.person(hash_)


def _after(progress: Progress | None, done: int, streams: int) -> Progress | None:
    return None if progress is None else lambda made, _: progress(done + made, done + streams)


def _copy_events(there: Connection, here: Connection, tenant: str, until: int, progress: Progress | None) -> int:
    """The events as they are, and of each stream where it stood; how many streams there are."""
    streams = 0
    for rows in _pages(there, tenant, until):
        here.execute(insert(t.events), [{name: row[name] for name in t.events.c.keys()} for row in rows])  # noqa: SIM118
        standing = {row["stream"]: row for row in rows}
        here.execute(f.upsert(t.streams, here.dialect.name), [_stream(row) for row in standing.values()])
        streams += sum(row["version"] == 1 for row in rows)
        if progress is not None:
            progress(rows[-1]["seq"], until + streams)
    return streams


def _copy(there: Connection, here: Connection, table: Table, tenant: str) -> None:
    found = there.execute(select(table).where(table.c.tenant == tenant).execution_options(yield_per=_AT_ONCE)).mappings()
    for some in found.partitions():
        here.execute(insert(table), [dict(row) for row in some])


def _stream(row: Any) -> dict[str, Any]:
    told = {"tenant": row["tenant"], "stream": row["stream"], "kind": row["kind"]}
    return {**told, "version": row["version"], "head": row["hash"], "document": ""}


def _pages(there: Connection, tenant: str, until: int) -> Iterator[Sequence[Any]]:
    e, s, last = t.events.c, t.streams.c, 0
    joined = t.events.join(t.streams, (s.tenant == e.tenant) & (s.stream == e.stream))
    query = select(t.events, s.kind).select_from(joined).where(e.tenant == tenant, e.seq <= until).order_by(e.seq)
    while rows := there.execute(query.where(e.seq > last).limit(_AT_ONCE)).mappings().all():
        yield rows
        last = rows[-1]["seq"]


def _name(here: Connection, tenant: str) -> None:
    """The names that follow from the events; the others are of use to commands alone."""
    orders, accounts = f.FACT_TABLES["facts_orders"].c, f.FACT_TABLES["facts_accounts"].c
    for kind, name, stream in (("order", orders.number, orders.order_id), ("account", accounts.account, accounts.account_id)):
        found = here.execute(
            select(name, stream).where(orders.tenant == tenant if kind == "order" else accounts.tenant == tenant)
        )
        for some in in_pages(row for row in found if row[0]):
            here.execute(insert(t.names), [{"tenant": tenant, "kind": kind, "name": row[0], "stream": row[1]} for row in some])
