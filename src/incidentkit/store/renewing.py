"""What follows from the record, made anew while the store is in use: worked out beside it, and put in its place at the end."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, tuple_

from incidentkit.codec.settings import shop_to_json
from incidentkit.domain.shop import Shop
from incidentkit.rules.timers import FOLLOWING
from incidentkit.store import facts as f
from incidentkit.store import tables as t
from incidentkit.store.derived import NAMED
from incidentkit.store.rebuilding import FACTS, forget_figures, say_current
from incidentkit.store.shadow import DERIVED_TABLES, Shadow
from incidentkit.store.unit import Unit

__all__ = ["Renewal"]

_AT_ONCE = 2000
_NEARLY = 500
"""So many places of the record may be made up for while nobody else writes."""


@frozen
class Renewal:
    """One making anew.

    Args:
        tenant: whose record.
        secret: the store's key, by which a shadow is known to be of this store.
        database: the file of the store, beside which the shadow is made; None puts it where temporary files go.
        reading: opens something to read with.
        alone: opens a transaction in which nobody else writes for the tenant.
    """

    tenant: str
    shop: Shop
    secret: bytes
    database: Path | None
    reading: Callable[[], AbstractContextManager[Unit]]
    alone: Callable[[], AbstractContextManager[Unit]]

    def run(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Do it, going on where an earlier one was cut short; the number of streams.

        Others go on reading and writing until the very end, when they wait for what differs to be put in its place.

        Args:
            progress: called with streams done and streams in all.

        Raises:
            StoreBusy: somebody else is at it. StoreError: an event can't be read.
        """
        shadow = Shadow(self._path(), self._of(), self.tenant, self.shop)
        try:
            self._work_out(shadow, progress)
            with self.alone() as unit:
                while shadow.catch_up(unit.connection):
                    pass
                _put_in_place(shadow.connection, unit.connection, self.tenant)
        except BaseException:
            shadow.close()
            raise
        shadow.discard()
        return self._count()

    def _work_out(self, shadow: Shadow, progress: Callable[[int, int], None] | None) -> None:
        count = self._count()
        with self.reading() as unit:
            shadow.begin(unit.connection)
        while not shadow.paged:
            with self.reading() as unit:
                shadow.page(unit.connection)
            if progress is not None:
                progress(min(shadow.done, count), count)
        left = _NEARLY + 1
        while left > _NEARLY:
            with self.reading() as unit:
                left = shadow.catch_up(unit.connection)

    def _count(self) -> int:
        e = t.events.c
        with self.reading() as unit:
            query = select(func.count(e.stream.distinct())).where(e.tenant == self.tenant)
            return int(unit.connection.execute(query).scalar_one())

    def _of(self) -> str:
        """What the rows depend on but the record."""
        parts = (FACTS, str(t.SCHEMA_VERSION), self.tenant, self.secret.hex(), shop_to_json(self.shop))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _path(self) -> Path:
        own = hashlib.sha256(f"{self.secret.hex()} {self.tenant}".encode()).hexdigest()[:12]
        if self.database is not None:
            return self.database.with_name(f"{self.database.name}.rebuild-{own}")
        return Path(tempfile.gettempdir()) / f"incidentkit-rebuild-{own}.db"


# --- Putting it in place ---------------------------------------------------------------------------------------------


def _put_in_place(shadow: Connection, store: Connection, tenant: str) -> None:
    """Make the store's rows those of the shadow, touching only what differs, and drop the figures that were kept."""
    for table in DERIVED_TABLES:
        for ours, theirs in _stretches(shadow, store, table, tenant):
            _settle(store, table, ours, theirs)
    forget_figures(store, tenant)
    say_current(store, tenant)


Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]


def _settle(store: Connection, table: Table, ours: Rows, theirs: Rows) -> None:
    """Make the one stretch of the store's table what the other says."""
    gone = [theirs[key] for key in theirs.keys() - ours.keys()]
    new = [row for key, row in ours.items() if key not in theirs or _otherwise(table, row, theirs[key])]
    keys = list(table.primary_key)
    for row in gone:
        store.execute(delete(table).where(*(c == row[c.name] for c in keys)))
    if new:
        statement: Any = f.upsert(table, store.dialect.name)
        store.execute(statement, [dict(row) for row in new])


def _otherwise(table: Table, row: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    if table is t.timers:
        # One that could not be acted on yet was put off until somebody is there.
        return bool(there["due"] < row["due"])
    return dict(row) != dict(there)


def _stretches(shadow: Connection, store: Connection, table: Table, tenant: str) -> Iterator[tuple[Rows, Rows]]:
    """Both tables side by side, in stretches of their keys that leave nothing out."""
    last: tuple[Any, ...] | None = None
    while True:
        ours, theirs = (_some(connection, table, tenant, last) for connection in (shadow, store))
        ends = [max(rows) for rows in (ours, theirs) if len(rows) == _AT_ONCE]
        last = min(ends, default=None)
        if last is None:
            yield ours, theirs
            return
        upto = last
        yield {k: row for k, row in ours.items() if k <= upto}, {k: row for k, row in theirs.items() if k <= upto}


def _some(connection: Connection, table: Table, tenant: str, after: tuple[Any, ...] | None) -> Rows:
    keys = [c for c in table.primary_key if c.name != "tenant"]
    query = select(table).where(table.c.tenant == tenant, *_ours(table))
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    found = [row._asdict() for row in connection.execute(query.order_by(*keys).limit(_AT_ONCE))]
    return {tuple([row[c.name] for c in keys]): row for row in found}


def _ours(table: Table) -> Sequence[ColumnElement[bool]]:
    """Which rows of a table follow from the events; others were given once, or set by decisions, and stay."""
    if table is t.names:
        return [t.names.c.kind.in_(NAMED)]
    return [t.timers.c.name.in_(FOLLOWING)] if table is t.timers else []
