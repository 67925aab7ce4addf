"""A database opened for one tenant: transactions, reading, and what the store keeps of itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any

from sqlalchemy import select

from incidentkit.domain.events import Event
from incidentkit.domain.shop import Shop
from incidentkit.errors import RuleViolation, StoreBusy
from incidentkit.store import tables as t
from incidentkit.store.engine import at_once, database_of, open_engine, raise_translated, store_key, tidy, translated, url_label
from incidentkit.store.kept import keep
from incidentkit.store.rebuilding import is_current, rebuild
from incidentkit.store.recollection import Recollection
from incidentkit.store.session import Write
from incidentkit.store.statements import Statements
from incidentkit.store.transaction import Snapshot, Spare, Transaction
from incidentkit.store.unit import Unit

__all__ = ["Store"]

Observer = Callable[[tuple[Event, ...]], None]


class Store:
    """The record of one tenant.

    Raises:
        ConfigurationError: ``url`` names no database that is supported.
        StoreError: the database can't be used.
    """

    def __init__(self, url: str, tenant: str = "default") -> None:
        self.tenant = tenant
        self.label = url_label(url)
        self._engine = open_engine(url)
        self._database = database = database_of(url)
        self._writing = self._engine.execution_options(**database.writing)
        self._reading = self._engine.execution_options(**database.reading)
        self._spare = Spare(self._engine, database)
        self._statements = Statements(self._engine.dialect)
        self._recollection = Recollection()
        self._local = threading.local()
        # A database in memory is one connection, which threads take in turn.
        self._turn: AbstractContextManager[object] = threading.RLock() if database.single else nullcontext()
        self._observer: Observer | None = None
        self._shop = Shop()
        self.secret = store_key(self._engine)

    def serve(self, shop: Shop, observer: Observer) -> None:
        """Name the shop that facts are computed for, and who hears of events once they are committed."""
        self._shop = shop
        self._observer = observer

    def bring_up_to_date(self) -> None:
        """Make what is derived from the events anew, where an earlier version made it. Done once for each version."""
        with translated(self.label), self._engine.connect() as connection:
            current = is_current(connection, self.tenant)
        if not current:
            self.rebuild()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Make everything that is derived from the events anew, as the only writer; the number of streams.

        Args:
            progress: called with streams done and streams in all.
        """
        if self.in_batch:
            rule, step = "is a transaction of its own", "End the batch first."
            raise RuleViolation("A rebuild", rule, got="one inside a batch", next=step)
        with self._transaction(alone=True) as unit:
            return rebuild(unit.connection, self.tenant, self._shop, progress)

    def close(self) -> None:
        """Let go of every connection."""
        self._spare.drop()
        try:
            tidy(self._engine)
        finally:
            self._engine.dispose()

    # --- What the store keeps of itself --------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """A setting of this tenant."""
        with translated(self.label), self._engine.connect() as connection:
            query = select(t.settings.c.value).where(t.settings.c.tenant == self.tenant, t.settings.c.name == name)
            return connection.execute(query).scalar()

    def settings(self, under: str) -> dict[str, str]:
        """The settings of this tenant whose names begin so, by name."""
        query = select(t.settings.c.name, t.settings.c.value).where(t.settings.c.tenant == self.tenant)
        with self.reading() as unit:
            return {row.name: row.value for row in unit.connection.execute(query) if row.name.startswith(under)}

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting, unless there is one of that name: who comes first wins."""
        with self._turn, translated(self.label), self._writing.begin() as connection:
            row = {"tenant": self.tenant, "name": name, "value": value}
            session = self._database.session(connection.connection, self._engine)
            session.write([Write(self._statements.add_settings, [row])])

    # --- Transactions --------------------------------------------------------------------------------------------

    @property
    def in_batch(self) -> bool:
        """Whether this thread is inside `batch`."""
        return getattr(self._local, "unit", None) is not None

    def unit(self, *, alone: bool = False) -> AbstractContextManager[Unit]:
        """A transaction that is written at the end; inside a batch, the batch's own.

        With ``alone`` nobody else writes for the tenant from the beginning on, and not only while it is written.
        """
        joined: Unit | None = getattr(self._local, "unit", None)
        return self._write(alone=alone, watched=True) if joined is None else self._joining(joined)

    @contextmanager
    def _joining(self, unit: Unit) -> Iterator[Unit]:
        with translated(self.label):
            yield unit

    def _transaction(self, *, alone: bool) -> AbstractContextManager[Unit]:
        # What the block itself raises passes as it is: in a batch it is the host's, and may come from a database of theirs.
        return self._write(alone=alone, watched=False)

    def _write(self, *, alone: bool, watched: bool) -> AbstractContextManager[Unit]:
        return _Writing(self._begun, self._tell, self._turn, self.label, alone=alone, watched=watched)

    def _begun(self) -> tuple[Transaction, Unit]:
        transaction = Transaction(self._engine, self._database, self._spare)
        return transaction, self._unit(transaction)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make every `unit` of this thread one transaction, written at the end, or not at all after an error."""
        if self.in_batch:
            raise RuleViolation(
                "A batch", "can't be opened inside another", got="a second one", next="Use the one that is open."
            )
        # Decided on what is read inside, over some time, and never made again: nobody else may write meanwhile.
        with self._transaction(alone=True) as unit:
            self._local.unit = unit
            try:
                yield
            finally:
                self._local.unit = None

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Something to read with: a consistent snapshot, which inside a batch holds the batch's own changes."""
        joined: Unit | None = getattr(self._local, "unit", None)
        if joined is not None:
            joined.flush()
            yield joined
            return
        with self._turn, translated(self.label), self._reading.connect() as connection, connection.begin():
            yield self._unit(Snapshot(connection, self._database.session(connection.connection, self._engine)))

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep figures that were computed. Where somebody is writing they are not, and are computed again the next time."""
        if not rows or self.in_batch:
            return
        with self._turn, suppress(StoreBusy), translated(self.label), at_once(self._engine) as connection:
            keep(connection, rows)

    def _unit(self, transaction: Transaction | Snapshot) -> Unit:
        return Unit(transaction, self._statements, self.tenant, self._shop, self._recollection)

    def _tell(self, unit: Unit) -> None:
        if self._observer is not None and unit.recorded:
            self._observer(tuple(unit.recorded))


class _Writing:
    """A transaction for one block: written and committed at its end, undone after an error.

    Plain methods, for every command goes through here.

    Args:
        begin: opens it.
        tell: is told of what was committed.
        turn: held throughout.
        label: names the store in errors.
        alone: nobody else writes for the tenant from the beginning on.
        watched: errors of the block are translated too.
    """

    def __init__(
        self,
        begin: Callable[[], tuple[Transaction, Unit]],
        tell: Callable[[Unit], None],
        turn: AbstractContextManager[object],
        label: str,
        *,
        alone: bool,
        watched: bool,
    ) -> None:
        self._begin, self._tell, self._turn = begin, tell, turn
        self._label = label
        self._alone, self._watched = alone, watched

    def __enter__(self) -> Unit:
        self._turn.__enter__()
        try:
            self._transaction, self._unit = self._begin()
        except BaseException as error:
            self._turn.__exit__(None, None, None)
            raise_translated(error, self._label)
            raise
        try:
            if self._alone:
                self._unit.wait_turn()
        except BaseException as error:
            self._end()
            raise_translated(error, self._label)
            raise
        return self._unit

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            self._end()
            if self._watched:
                raise_translated(error, self._label)
            return
        try:
            try:
                self._unit.flush()
                self._transaction.commit()
            finally:
                self._end()
        except Exception as failed:
            raise_translated(failed, self._label)
            raise
        self._tell(self._unit)

    def _end(self) -> None:
        try:
            self._transaction.close()
        finally:
            self._turn.__exit__(None, None, None)
