"""Every statement of the hot path, built with SQLAlchemy and compiled once for each kind of database.

What writes rows comes in two forms: for one row, where the database finds by its key what is there already, and for several.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Dialect,
    Executable,
    Integer,
    Table,
    Text,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from incidentkit.store import tables as t
from incidentkit.store.facts import FACT_TABLES, INDEXED, figure_marks, replacing
from incidentkit.store.intents import (
    MARKED,
    asking_states,
    beginning,
    claiming,
    keeping_answer,
    marking,
    taking,
)
from incidentkit.store.kept import adding_mark, marking_around, marking_asked, marking_repeats
from incidentkit.store.matching import SUBJECTS_AT_ONCE, asking_count, asking_needs
from incidentkit.store.postgresql import LOCKS
from incidentkit.store.schema import schema_version
from incidentkit.store.session import Row, Statement

__all__ = ["LOOKED_AT", "MOST_ALIKE", "WORDS_AT_ONCE", "Statements"]

WORDS_AT_ONCE = 500
"""References into the vault that one statement asks for."""

LOOKED_AT = "looked_at"
"""The setting that says up to when somebody has looked at the record as it was known, in microseconds."""

MOST_ALIKE = 20
"""Cases with the signature of another that are looked at: the latest."""

_HANDFUL = 8
_ROOMS = (1, 4, 16, 64, WORDS_AT_ONCE)

Given = Callable[[str], Any]

_TEXT_REF = '"(text:[0-9a-f-]{36})"'


_KNOWN: dict[tuple[str, str], Statements] = {}


def statements_for(dialect: Dialect) -> Statements:
    """Those for a dialect, compiled once in a process: that takes longer than everything else about opening a store."""
    kind = (dialect.name, dialect.driver)
    if kind not in _KNOWN:
        _KNOWN[kind] = Statements(dialect)
    return _KNOWN[kind]


class Statements:
    """Every statement of the hot path, for one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._server = dialect.name == "postgresql"
        self._read()
        self._write()
        self._write_facts()
        self._share_intents()

    def _read(self) -> None:
        e, k = t.events, t.keys
        self.load = self._made(self._load())
        self.beside = self._made(self._beside()) if self._server else None
        self.last_seq = self._made(select(_last_seq().label("last_seq"), *_last_known(), schema_version()))
        self.history = self._made(
            select(e).where(_own(e), e.c.stream == bindparam("stream"), e.c.version <= bindparam("until")).order_by(e.c.version)
        )
        self.turn = self._made(_tenants_lock()) if self._server else None
        self.find_name = self._made(
            select(t.names.c.stream).where(
                _own(t.names), t.names.c.kind == bindparam("kind"), t.names.c.name == bindparam("name")
            )
        )
        self.find_key = self._made(
            select(k.c.fingerprint, k.c.stream, k.c.version, k.c.in_incident, k.c.made_at).where(
                _own(k), k.c.key == bindparam("key")
            )
        )
        self.find_person = self._made(
            select(t.people.c.customer, t.vault.c.body)
            .select_from(
                t.people.outerjoin(t.vault, (t.vault.c.tenant == t.people.c.tenant) & (t.vault.c.ref == t.people.c.customer))
            )
            .where(_own(t.people), t.people.c.hash == bindparam("hash"))
        )
        self._bodies = {room: self._made(_bodies(room)) for room in _ROOMS[:2]}
        self.find_needs = [self._made(asking_needs(count)) for count in range(SUBJECTS_AT_ONCE + 1)]
        self.count_needs = self._made(asking_count())
        self.source_keys = self._made(
            select(e.c.stream).where(_own(e), e.c.source == bindparam("source"), e.c.source_key == bindparam("source_key"))
        )

    def find_bodies(self, count: int) -> tuple[Statement, int]:
        """What asks for so many rows of the vault, and for how many it has room: one is named again until it is full."""
        room = next(size for size in _ROOMS if size >= count)
        if room not in self._bodies:
            self._bodies[room] = self._made(_bodies(room))
        return self._bodies[room], room

    def _load(self) -> Executable:
        """A stream."""
        s = t.streams
        return select(*self._loaded(bindparam("stream"))).where(_own(s), s.c.stream == bindparam("stream"))

    def _beside(self) -> Executable:
        """The order of a case, which most commands on a case want next; of a case about several, two of them."""
        s, f = t.streams, FACT_TABLES["facts_incident_orders"]
        orders = select(f.c.order_id).where(_own(f), f.c.incident_id == bindparam("stream")).limit(literal_column("2"))
        # Looked for by their keys, one after the other: joined, a planner that has no statistics yet reads every stream.
        wanted: Any = func.any(func.array(orders.scalar_subquery()))
        return select(s.c.stream, *self._loaded(s.c.stream)).where(_own(s), s.c.stream == wanted)

    def _loaded(self, stream: Any) -> Sequence[ColumnElement[Any]]:
        """A stream's row, with what is wanted next: the incidents that are open on it, the tasks that are open about it and,
        where it is at hand, the last place in the record (in SQLite nobody else can take one meanwhile) or the vault's words
        for its document.
        """
        s, f, k = t.streams, FACT_TABLES["facts_incident_orders"], FACT_TABLES["facts_tasks"]
        listed = func.json_agg if self._server else func.json_group_array
        still_open = select(listed(f.c.incident_id)).where(_own(f), f.c.order_id == stream, _is_open(f))
        open_tasks = select(listed(k.c.task_id)).where(_own(k), k.c.incident_id == stream, _is_open(k))
        last = literal_column("NULL") if self._server else select(_last_seq()).scalar_subquery()
        known = (null().label("last_known"), null().label("looked_at")) if self._server else _last_known()
        words = _words_in(s.c.document) if self._server else null()
        return (
            s.c.kind,
            s.c.version,
            s.c.head,
            s.c.document,
            still_open.scalar_subquery().label("still_open"),
            open_tasks.scalar_subquery().label("open_tasks"),
            last.label("last_seq"),
            *known,
            words.label("words"),
            null().label("schema") if self._server else schema_version(),
        )

    def _write(self) -> None:
        s, k, i, n = t.streams, t.keys, t.intents, t.names
        self.add_events = self._adding(t.events)
        self.add_streams = self._adding(s)
        self.move_streams = self._changing(
            lambda given: (
                update(s)
                .where(s.c.tenant == given("tenant"), s.c.stream == given("of_stream"), s.c.version == given("was"))
                .values(version=given("version"), head=given("head"), document=given("document"))
            ),
            {name: Text() for name in ("tenant", "of_stream", "head", "document")} | {"was": Integer(), "version": Integer()},
        )
        self.add_names = self._adding(n)
        self.add_links = self._putting(t.links)
        self.drop_names = self._made(delete(n).where(_own(n), n.c.kind == bindparam("kind"), n.c.name == bindparam("name")))
        self.add_keys = self._adding(k)
        self.drop_keys = self._made(
            delete(k).where(_own(k), k.c.key == bindparam("of_key"), k.c.made_at == bindparam("made_at"))
        )
        self.add_people = self._adding(t.people)
        self.add_addresses = self._adding(t.addresses, _unless_there)
        self.put_vault = self._putting(t.vault)
        self.add_intents = self._adding(i, _unless_there)
        self.add_receipts = self._adding(t.receipts, _unless_there)
        self.mark_intents = self._changing(marking, MARKED)
        self.add_settings = self._adding(t.settings, _unless_there)
        self.put_timers = self._putting(t.timers)
        self.drop_timers = self._dropping(t.timers)
        self.take_timer = self._made(
            delete(t.timers).where(
                _own(t.timers),
                t.timers.c.stream == bindparam("stream"),
                t.timers.c.name == bindparam("name"),
                t.timers.c.due == bindparam("due"),
            )
        )

    def _share_intents(self) -> None:
        kind = self._dialect.name
        self.claim_intents = self._made(claiming(kind))
        self.take_intents = self._made(taking(kind))
        self.begin_intent = self._made(beginning())
        self.keep_answer = self._made(keeping_answer())
        self.ask_states = self._made(asking_states(kind))

    def _write_facts(self) -> None:
        self.put_facts = {name: self._putting(table) for name, table in FACT_TABLES.items()}
        self.touch_facts = {name: self._touching(table, INDEXED[name]) for name, table in FACT_TABLES.items()}
        self.drop_facts = {name: self._dropping(table) for name, table in FACT_TABLES.items()}
        self.mark_days = self._adding(figure_marks, adding_mark)
        self.mark_around = self._made(marking_around(self._dialect.name))
        self.mark_asked = self._made(marking_asked(self._dialect.name))
        self.mark_repeats = self._made(marking_repeats(self._dialect.name))
        g, a = FACT_TABLES["facts_incident_signatures"], FACT_TABLES["facts_incident_orders"]
        self.drop_signatures = self._made(delete(g).where(_own(g), g.c.incident_id == bindparam("incident")))
        self.alike = self._made(
            select(g.c.incident_id)
            .where(
                _own(g),
                g.c.customer == bindparam("customer"),
                g.c.signature == bindparam("signature"),
                g.c.detected_at >= bindparam("since"),
                g.c.detected_at <= bindparam("until"),
                g.c.incident_id != bindparam("incident"),
                g.c.counts == literal_column("1"),
                g.c.narrow == literal_column("1"),
            )
            .order_by(g.c.detected_at.desc(), g.c.incident_id)
            .limit(literal_column(str(MOST_ALIKE)))
        )
        self.cases_of = self._made(select(a.c.incident_id).where(_own(a), a.c.order_id == bindparam("order")))

    # --- How they are made ---------------------------------------------------------------------------------------

    def _made(self, construct: Executable) -> Statement:
        return Statement(construct, self._dialect)

    def _putting(self, table: Table) -> Statement:
        """Puts rows, in place of those with the same key."""
        return self._adding(table, lambda new: replacing(table, new), [c.name for c in table.primary_key])

    def _adding(self, table: Table, end: Callable[[Any], Executable] = lambda new: new, key: Sequence[str] = ()) -> Statement:
        """Adds rows; ``end`` says what becomes of those that are there."""
        names = [c.name for c in table.columns]
        if not self._server:
            one = end(sqlite.insert(table))
            return Statement(one, self._dialect, names, _Values(names, lambda rows: end(sqlite.insert(table).values(rows))))
        rows: Any = _rows_given({c.name: c.type for c in table.columns})
        many = end(postgresql.insert(table).from_select(names, select(*[rows.c[name] for name in names])))
        return Statement(end(postgresql.insert(table)), self._dialect, names, _Recordset(many, self._dialect, key))

    def _changing(self, construct: Callable[[Given], Executable], types: Mapping[str, TypeEngine[Any]]) -> Statement:
        """Changes rows by values that are given by name."""
        if not self._server:
            return self._made(construct(bindparam))
        rows = _rows_given(types)
        many = construct(lambda name: rows.c[name])
        return Statement(construct(bindparam), self._dialect, together=_Recordset(many, self._dialect))

    def _touching(self, table: Table, indexed: Sequence[str]) -> Statement:
        """Changes rows in all columns but those of an index, which a database may write anew though nothing in it changed."""
        key = [c.name for c in table.primary_key]
        rest = [c.name for c in table.columns if c.name not in (*key, *indexed)]

        def touching(given: Given) -> Executable:
            where = [table.c[name] == given(name) for name in key]
            return update(table).where(*where).values({name: given(name) for name in rest or key})

        return self._changing(touching, {c.name: c.type for c in table.columns})

    def _dropping(self, table: Table) -> Statement:
        """Drops rows by their key."""
        return self._changing(
            lambda given: delete(table).where(*(c == given(c.name) for c in table.primary_key)),
            {c.name: c.type for c in table.primary_key},
        )


class _Values:
    """A handful of rows as the values of one insert. More of them run an insert of one again and again, which costs less."""

    def __init__(self, names: Sequence[str], construct: Callable[[list[dict[str, Any]]], Executable]) -> None:
        self._names = names
        self._pick: Callable[[Row], tuple[Any, ...]] = itemgetter(*names)
        self._construct = construct
        self._sql: dict[int, str] = {}

    def __call__(self, rows: Sequence[Row]) -> tuple[str, Any] | None:
        count = len(rows)
        if count > _HANDFUL:
            return None
        if count not in self._sql:
            self._sql[count] = self._compiled(count)
        return self._sql[count], tuple(chain.from_iterable(map(self._pick, rows)))

    def _compiled(self, count: int) -> str:
        rows: Any = [{name: bindparam(f"{name}_{place}") for name in self._names} for place in range(count)]
        construct: Any = self._construct(rows)
        return str(construct.compile(dialect=sqlite.dialect()))


class _Recordset:
    """All rows as one JSON text, which the server turns into a table. Each way to the server costs more than that."""

    def __init__(self, construct: Executable, dialect: Dialect, key: Sequence[str] = ()) -> None:
        self._sql = str(construct.compile(dialect=dialect))  # type: ignore[attr-defined]
        self._key = itemgetter(*key) if key else None

    def __call__(self, rows: Sequence[Row]) -> tuple[str, Any]:
        # One statement can't put a row twice: the last one stands.
        each = rows if self._key is None else [*{self._key(row): row for row in rows}.values()]
        return self._sql, {"rows": _json(each)}


# What is no Unicode goes as it is: the server refuses it, as it would outside of JSON.
_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def _own(table: Table) -> ColumnElement[bool]:
    return table.c.tenant == bindparam("tenant")


def _is_open(table: Table) -> ColumnElement[bool]:
    # A constant, for the indexes that hold such rows alone.
    return table.c.open == literal_column("1")


def _bodies(count: int) -> Executable:
    refs: list[ColumnElement[str]] = [bindparam(f"ref{place}") for place in range(count)]
    return select(t.vault.c.ref, t.vault.c.body).where(_own(t.vault), t.vault.c.ref.in_(refs))


def _last_seq() -> ColumnElement[int]:
    e = t.events
    highest: ColumnElement[int] = select(func.coalesce(func.max(e.c.seq), literal_column("0"))).where(_own(e)).scalar_subquery()
    return highest


def _last_known() -> tuple[ColumnElement[int], ColumnElement[str]]:
    """When the last event became known, and up to when somebody has looked at the record: nothing becomes known before."""
    e, s = t.events, t.settings
    last: ColumnElement[int] = select(e.c.known_at).where(_own(e), e.c.seq == _last_seq()).scalar_subquery()
    looked: ColumnElement[str] = (
        select(s.c.value).where(_own(s), s.c.name == literal_column(f"'{LOOKED_AT}'")).scalar_subquery()
    )
    return last.label("last_known"), looked.label("looked_at")


def _words_in(document: ColumnElement[str]) -> ColumnElement[Any]:
    """The vault's words for the references in a document, by reference."""
    pattern: ColumnElement[str] = literal_column(f"'{_TEXT_REF}'")
    flags: ColumnElement[str] = literal_column("'g'")
    v = t.vault
    found: Any = func.regexp_matches(document, pattern, flags).table_valued(column("parts", postgresql.ARRAY(Text)))
    refs = found.render_derived(name="refs")
    ref = literal_column("refs.parts[1]", Text)
    # One by one by their key: joined, a planner that has seen no statistics yet reads the whole vault.
    body = select(v.c.body).where(_own(v), v.c.ref == ref).correlate(refs).scalar_subquery()
    words = select(func.json_object_agg(ref, body)).select_from(refs).correlate(t.streams)
    result: ColumnElement[Any] = words.scalar_subquery()
    return result


def _tenants_lock() -> Executable:
    """Held until the transaction ends. Two tenants whose names hash alike wait for each other, which does no harm."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("tenant", type_=Text), LOCKS)))


def _rows_given(types: Mapping[str, TypeEngine[Any]]) -> Any:
    """The JSON text with all rows, as a table."""
    columns = [column(name, Text() if isinstance(type_, Text) else type_) for name, type_ in types.items()]
    text = cast(bindparam("rows", type_=Text), JSON)
    table: Any = func.json_to_recordset(text).table_valued(*columns).render_derived(name="given", with_types=True)
    return table


def _unless_there(new: Any) -> Executable:
    unless: Executable = new.on_conflict_do_nothing()
    return unless
