"""A database opened for one tenant: transactions, reading, and what the store keeps of itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any

from sqlalchemy import select

from incidentkit.domain.events import Event
from incidentkit.domain.shop import Shop
from incidentkit.domain.vault import VaultSettings
from incidentkit.errors import NotOurStore, RuleViolation, StoreBusy, StoreError
from incidentkit.ports import KeyStore
from incidentkit.store import tables as t
from incidentkit.store.engine import (
    at_once,
    compact,
    database_of,
    open_engine,
    scrub,
    store_key,
    tidy,
    translated,
    url_label,
)
from incidentkit.store.hosting import HostTransaction, host_of
from incidentkit.store.joined import Block, Joined, block_of
from incidentkit.store.kept import keep
from incidentkit.store.keys import SqlKeys, open_keys
from incidentkit.store.rebuilding import is_current, say_current
from incidentkit.store.recollection import Recollection
from incidentkit.store.renewing import Renewal
from incidentkit.store.session import Write
from incidentkit.store.sqlite import SQLite
from incidentkit.store.statements import statements_for
from incidentkit.store.transaction import Part, Snapshot, Spare, Transaction
from incidentkit.store.unit import Unit
from incidentkit.store.vault import Vault
from incidentkit.store.whereabouts import Whereabouts
from incidentkit.store.writing import Writing

__all__ = ["Store"]

_PROOF = "vault"
"""The setting of a tenant whose words are encrypted: what only its keys open."""

Observer = Callable[[tuple[Event, ...]], None]


class Store:
    """The record of one tenant.

    Raises:
        ConfigurationError: ``url`` names no database that is supported.
        StoreError: the database can't be used.
    """

    def __init__(self, url: str, tenant: str = "default", *, shared: bool = False) -> None:
        self.tenant = tenant
        self.label = url_label(url)
        self._engine = open_engine(url, shared=shared)
        self._database = database = database_of(url)
        self._writing = self._engine.execution_options(**database.writing)
        self._reading = self._engine.execution_options(**database.reading)
        self._spare = Spare(self._engine, database)
        self._statements = statements_for(self._engine.dialect)
        self._recollection = Recollection()
        # A database in memory is one connection, which threads take in turn.
        self._turn: AbstractContextManager[object] = threading.RLock() if database.single else nullcontext()
        self._observer: Observer | None = None
        self._shop = Shop()
        self.vault = Vault(tenant)
        self._keys: SqlKeys | None = None
        self.secret = store_key(self._engine)
        self._whereabouts = Whereabouts(self._engine, database, self.label, self.secret)

    def serve(self, shop: Shop, observer: Observer) -> None:
        """Name the shop that facts are computed for, and who hears of events once they are committed."""
        self._shop = shop
        self._observer = observer

    def keep_apart(self, keys: KeyStore | None, settings: VaultSettings) -> None:
        """Name where the keys of the words lie; without any they are kept as they are.

        Args:
            keys: the host's own.
            settings: where they lie otherwise; these are closed with the store.

        Raises:
            ConfigurationError: the words are encrypted, and these are not their keys.
        """
        self._keys = open_keys(settings) if keys is None else None
        vault, proof = Vault(self.tenant, keys or self._keys), self.setting(_PROOF)
        if proof is None and vault.keyed:
            self.set_setting(_PROOF, vault.proof())
            proof = self.setting(_PROOF)
        if proof is not None:
            vault.check_proof(proof)
        self.vault = vault

    def bring_up_to_date(self) -> None:
        """Make what is derived from the events anew, where an earlier version made it. Done once for each version."""
        with translated(self.label), self._engine.connect() as connection:
            current = is_current(connection, self.tenant)
        if not current:
            self._rebuild_once()

    def _rebuild_once(self) -> None:
        with self._transaction(alone=True) as unit:
            if unit.connection.execute(select(t.events.c.seq).where(t.events.c.tenant == self.tenant).limit(1)).first() is None:
                say_current(unit.connection, self.tenant)
                return
        self.rebuild()

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Make everything that is derived from the events anew; the number of streams. Cut short, it goes on the next time.

        Args:
            progress: called with streams done and streams in all.
        """
        self.check_alone("A rebuild")
        file = self._database.path if isinstance(self._database, SQLite) else None
        alone = partial(self._transaction, alone=True)
        with self._turn:
            return Renewal(self.tenant, self._shop, self.secret, file, self.reading, alone).run(progress)

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the database's files, as far as it can.

        False where somebody was still reading what was there before, or where this is part of a transaction: ask again later.
        """
        if self.joined:
            return False
        with self._turn, translated(self.label):
            return scrub(self._engine)

    def compact(self) -> None:
        """Leave nothing of what was changed or deleted in the database's files. Nobody writes meanwhile.

        Raises:
            StoreBusy: somebody else was at work.
        """
        self.check_alone("Writing the words anew")
        self._spare.drop()
        with self._turn, translated(self.label):
            compact(self._engine)
        self.scrub()

    def close(self) -> None:
        """Let go of every connection."""
        if self._keys is not None:
            self._keys.close()
        self._spare.drop()
        try:
            tidy(self._engine)
        finally:
            self._engine.dispose()

    # --- What the store keeps of itself --------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """A setting of this tenant."""
        query = select(t.settings.c.value).where(t.settings.c.tenant == self.tenant, t.settings.c.name == name)
        with self.reading() as unit:
            return unit.connection.execute(query).scalar()

    def settings(self, under: str) -> dict[str, str]:
        """The settings of this tenant whose names begin so, by name."""
        query = select(t.settings.c.name, t.settings.c.value).where(t.settings.c.tenant == self.tenant)
        with self.reading() as unit:
            return {row.name: row.value for row in unit.connection.execute(query) if row.name.startswith(under)}

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting, unless there is one of that name: who comes first wins."""
        with self.unit() as unit:
            unit.session.write([Write(self._statements.add_settings, [{"tenant": self.tenant, "name": name, "value": value}])])

    # --- Transactions --------------------------------------------------------------------------------------------

    @property
    def joined(self) -> bool:
        """Whether what is done now is part of a `batch` or a transaction of the host's: it ends with that, and not before."""
        return block_of(self) is not None

    def check_alone(self, what: str) -> None:
        """Refuse what can't be part of something else.

        Raises:
            RuleViolation: it would be.
        """
        if self.joined:
            rule, got = "needs transactions of its own", "an open batch or transaction"
            raise RuleViolation(what, rule, got=got, next="Call it afterwards.")

    def unit(self, *, alone: bool = False) -> AbstractContextManager[Unit]:
        """A transaction that is written at the end; inside a batch the batch's own, inside `within` a part of the host's.

        With ``alone`` nobody else writes for the tenant from the beginning on, and not only while it is written.
        """
        block = block_of(self)
        if block is None:
            return self._write(alone=alone, watched=True)
        return self._hosted(block.host) if block.unit is None else self._joining(block.unit)

    @contextmanager
    def _joining(self, unit: Unit) -> Iterator[Unit]:
        with translated(self.label):
            yield unit

    def _transaction(self, *, alone: bool) -> AbstractContextManager[Unit]:
        block = block_of(self)
        if block is not None:
            return self._hosted(block.host, watched=False)
        # What the block itself raises passes as it is: in a batch it is the host's, and may come from a database of theirs.
        return self._write(alone=alone, watched=False)

    def _write(self, *, alone: bool, watched: bool) -> AbstractContextManager[Unit]:
        return Writing(self._begun, self._tell, self._turn, self.label, alone=alone, watched=watched)

    def _begun(self) -> tuple[Transaction, Unit]:
        transaction = Transaction(self._engine, self._database, self._spare)
        return transaction, self._unit(transaction, self._recollection.apart())

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make every `unit` of this thread and task one transaction, written at the end, or not at all after an error."""
        block = block_of(self)
        if block is not None and block.unit is not None:
            raise RuleViolation(
                "A batch", "can't be opened inside another", got="a second one", next="Use the one that is open."
            )
        # Decided on what is read inside, over some time, and never made again: nobody else may write meanwhile.
        with self._transaction(alone=True) as unit, Block(self, unit=unit):
            yield

    @contextmanager
    def within(self, given: Any) -> Iterator[None]:
        """Make every `unit` of this thread and task a part of the transaction that is open on what the host gives.

        Raises:
            InvalidInput: no transaction could be open on it, or its driver is not supported.
            NotOurStore: it is of another database.
            RuleViolation: none is open; or this is inside a batch, or inside another one of the host's.
        """
        host, outer = host_of(given), block_of(self)
        if outer is not None:
            if outer.host is not None and outer.host.driver is host.driver:
                yield
                return
            rule, step = "joins one transaction, and from outside of a batch", "Join it first, then begin the batch."
            raise RuleViolation("desk.within", rule, got="one inside another", next=step)
        if not self._whereabouts.holds(host, partial(self._hosted, host, writes=False)):
            rule, step = "is one of the database that the store is in", "Open the desk on that database, or join another."
            raise NotOurStore("The host's transaction", rule, got="one of another database", next=step)
        with Block(self, host=host):
            yield

    @contextmanager
    def _hosted(self, host: HostTransaction | None, *, watched: bool = True, writes: bool = True) -> Iterator[Unit]:
        """A part of a transaction of the host's, which leaves nothing behind where it fails."""
        assert host is not None, "a block is a batch's or a host's"
        host.ready()
        with translated(self.label):
            host.begin()
            part = Joined(host, self._engine, self._database, self._whereabouts.place)
        unit = self._unit(part, self._recollection.apart())
        try:
            if writes:
                with translated(self.label):
                    self._database.claim(part.session)
                    unit.wait_turn()
            with translated(self.label) if watched else nullcontext():
                yield unit
            with translated(self.label):
                unit.flush()
                part.keep()
        except Exception:
            with translated(self.label):
                part.undo()
            raise
        except BaseException:
            # Whoever is stopped hears of that, also where the connection has not survived it.
            with suppress(StoreError), translated(self.label):
                part.undo()
            raise
        if unit.recorded:
            host.after_commit(partial(self._committed, tuple(unit.recorded), unit.recollection))

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """Something to read with: a consistent snapshot, which inside a batch holds the batch's own changes.

        Inside a transaction of the host's it is what that sees.
        """
        block = block_of(self)
        if block is not None and block.unit is not None:
            block.unit.flush()
            yield block.unit
            return
        if block is not None:
            with self._hosted(block.host, writes=False) as unit:
                yield unit
            return
        with self._turn, translated(self.label), self._reading.connect() as connection, connection.begin():
            yield self._unit(
                Snapshot(connection, self._database.session(connection.connection, self._engine)), self._recollection
            )

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep figures that were computed. Where somebody is writing they are not, and are computed again the next time."""
        # What is not committed yet may never be.
        if not rows or self.joined:
            return
        with self._turn, suppress(StoreBusy), translated(self.label), at_once(self._engine) as connection:
            keep(connection, rows)

    def _unit(self, transaction: Transaction | Snapshot | Part, known: Recollection) -> Unit:
        return Unit(transaction, self._statements, self.tenant, self._shop, known, self.vault)

    def _tell(self, unit: Unit) -> None:
        self._committed(tuple(unit.recorded), unit.recollection)

    def _committed(self, events: tuple[Event, ...], known: Recollection) -> None:
        known.join()
        if self._observer is not None and events:
            self._observer(events)
