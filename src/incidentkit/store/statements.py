"""Statements that are built with SQLAlchemy, compiled once per dialect, and run as driver SQL on the hot path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Executable, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES, upsert
from incidentkit.store.kept import marking, marking_around
from incidentkit.store.postgresql import LOCKS

__all__ = ["WORDS_AT_ONCE", "Statement", "Statements"]

WORDS_AT_ONCE = 8
"""References into the vault that one statement asks for."""

Row = Mapping[str, Any]


class Statement:
    """One statement, ready to run with dictionaries of parameters."""

    __slots__ = ("_fixed", "_names", "_sql")

    def __init__(self, construct: Executable, dialect: Dialect, columns: Sequence[str] | None = None) -> None:
        compiled = construct.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._names: Sequence[str] | None = compiled.positiontup
        # Constants in the construct became parameters too.
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def _given(self, row: Row) -> Any:
        whole = {**self._fixed, **row} if self._fixed else row
        return dict(whole) if self._names is None else tuple([whole[name] for name in self._names])

    def one(self, connection: Connection, **params: Any) -> Any:
        """The first row, or None."""
        return connection.exec_driver_sql(self._sql, self._given(params)).first()

    def all(self, connection: Connection, **params: Any) -> Sequence[Any]:
        """Every row."""
        return connection.exec_driver_sql(self._sql, self._given(params)).all()

    def many(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Run once for each row; the number of rows in the database that it changed."""
        if not rows:
            return 0
        given = [self._given(row) for row in rows]
        return connection.exec_driver_sql(self._sql, given if len(given) > 1 else given[0]).rowcount


def _tenants_lock() -> Executable:
    """Held until the transaction ends. Two tenants whose names hash alike wait for each other, which does no harm."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("tenant", type_=Text), LOCKS)))


class Statements:
    """Every statement of the hot path, for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        def made(construct: Executable, columns: Sequence[str] | None = None) -> Statement:
            return Statement(construct, dialect, columns)

        def adding(table: Any) -> Statement:
            return made(insert(table), [c.name for c in table.columns])

        def own(table: Any) -> Any:
            return table.c.tenant == bindparam("tenant")

        s, e, k, f = t.streams, t.events, t.keys, FACT_TABLES["facts_incident_orders"]
        self.load = made(select(s.c.kind, s.c.version, s.c.head, s.c.document).where(own(s), s.c.stream == bindparam("stream")))
        self.open_incidents = made(select(f.c.incident_id).where(own(f), f.c.order_id == bindparam("stream"), f.c.open == 1))
        self.last_seq = made(select(func.coalesce(func.max(e.c.seq), 0)).where(own(e)))
        self.history = made(
            select(e).where(own(e), e.c.stream == bindparam("stream"), e.c.version <= bindparam("until")).order_by(e.c.version)
        )
        self.add_events = adding(e)
        self.add_streams = adding(s)
        self.move_streams = made(
            update(s)
            .where(own(s), s.c.stream == bindparam("of_stream"), s.c.version == bindparam("was"))
            .values(version=bindparam("version"), head=bindparam("head"), document=bindparam("document"))
        )
        self._turn = made(_tenants_lock()) if dialect.name == "postgresql" else None
        self.find_name = made(
            select(t.names.c.stream).where(
                own(t.names), t.names.c.kind == bindparam("kind"), t.names.c.name == bindparam("name")
            )
        )
        self.add_names = adding(t.names)
        self.add_links = adding(t.links)
        self.drop_names = made(
            delete(t.names).where(own(t.names), t.names.c.kind == bindparam("kind"), t.names.c.name == bindparam("name"))
        )
        self.find_key = made(
            select(k.c.fingerprint, k.c.stream, k.c.version, k.c.in_incident, k.c.made_at).where(
                own(k), k.c.key == bindparam("key")
            )
        )
        self.add_keys = adding(k)
        self.drop_keys = made(delete(k).where(own(k), k.c.key == bindparam("of_key"), k.c.made_at == bindparam("made_at")))
        self.find_person = made(
            select(t.people.c.customer, t.vault.c.body)
            .select_from(
                t.people.outerjoin(t.vault, (t.vault.c.tenant == t.people.c.tenant) & (t.vault.c.ref == t.people.c.customer))
            )
            .where(own(t.people), t.people.c.hash == bindparam("hash"))
        )
        self.add_people = adding(t.people)
        self.put_vault = made(self._replacing(t.vault, dialect), [c.name for c in t.vault.columns])
        hand: list[ColumnElement[str]] = [bindparam(f"ref{n}") for n in range(WORDS_AT_ONCE)]
        self.find_bodies = made(select(t.vault.c.ref, t.vault.c.body).where(own(t.vault), t.vault.c.ref.in_(hand)))
        self.add_intents = made(self._unless_there(t.intents, dialect), [c.name for c in t.intents.columns])
        self.mark_intents = made(
            update(t.intents)
            .where(own(t.intents), t.intents.c.key == bindparam("of_key"), t.intents.c.state == bindparam("was"))
            .values(state=bindparam("state"), attempts=bindparam("attempts"), reason=bindparam("reason"), due=bindparam("due"))
        )
        self.add_settings = made(self._unless_there(t.settings, dialect), [c.name for c in t.settings.columns])
        self.put_timers = made(self._replacing(t.timers, dialect), [c.name for c in t.timers.columns])
        self.drop_timers = made(
            delete(t.timers).where(
                own(t.timers), t.timers.c.stream == bindparam("stream"), t.timers.c.name == bindparam("name")
            )
        )
        self.source_keys = made(
            select(e.c.stream).where(own(e), e.c.source == bindparam("source"), e.c.source_key == bindparam("source_key"))
        )
        self.put_facts = {
            name: made(upsert(table, dialect.name), [c.name for c in table.columns]) for name, table in FACT_TABLES.items()
        }
        self.drop_facts = {
            name: made(delete(table).where(*(c == bindparam(c.name) for c in table.primary_key)))
            for name, table in FACT_TABLES.items()
        }
        self.mark_days = made(marking(dialect.name))
        self.mark_around = made(marking_around(dialect.name))

    def wait_turn(self, connection: Connection, *, tenant: str) -> None:
        """Wait until nobody else writes for the tenant. In SQLite a writing transaction begins with that."""
        if self._turn is not None:
            self._turn.one(connection, tenant=tenant)

    @staticmethod
    def _dialect_insert(table: Any, dialect: Dialect) -> Any:
        return (postgresql if dialect.name == "postgresql" else sqlite).insert(table)

    def _replacing(self, table: Any, dialect: Dialect) -> Executable:
        new = self._dialect_insert(table, dialect)
        key = [c.name for c in table.primary_key]
        rest = {c.name: new.excluded[c.name] for c in table.columns if c.name not in key}
        replacing: Executable = new.on_conflict_do_update(index_elements=key, set_=rest)
        return replacing

    def _unless_there(self, table: Any, dialect: Dialect) -> Executable:
        unless: Executable = self._dialect_insert(table, dialect).on_conflict_do_nothing()
        return unless
