"""What only PostgreSQL has: a server, roles, and errors that would quote a row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import DBAPIError

from incidentkit.desk.calls import Call
from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.errors import (
    ConfigurationError,
    ConflictError,
    IncidentkitError,
    MissingExtra,
    NotOurStore,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
)
from incidentkit.rules.orders import confirm, ship
from incidentkit.store import engine as engine_module
from incidentkit.store.engine import open_engine, translated
from incidentkit.store.unit import Unit
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from tests.desk.test_people import PERSONAL, said
from tests.desk.world import MARTA, SHOP, placed
from tests.services.postgresql import schema


@pytest.fixture
def url(postgresql_url: str) -> Iterator[str]:
    """A schema of its own with nothing in it."""
    with schema(postgresql_url) as made:
        yield made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A new store in it."""
    opened = open_engine(url)
    yield opened
    opened.dispose()


def executed(url: str, *statements: str) -> None:
    """Says something to the server past the store."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def desk_on(url: str) -> Desk:
    """A desk on a store."""
    return open_desk(url, SHOP, plugins=(Post(),))


# --- Opening -----------------------------------------------------------------------------------------------------


def test_another_programs_tables_are_left_alone(url: str) -> None:
    """A schema with any other table in it is not ours, and gets none of ours."""
    executed(url, "CREATE TABLE customers (id int)")
    with pytest.raises(NotOurStore, match="tables of something else"):
        open_engine(url)

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    assert [("customers",)] == found


@pytest.mark.parametrize(
    "damage", ["DROP TABLE links", "DELETE FROM settings", "UPDATE alembic_version SET version_num = 'x1'"]
)
def test_a_store_that_is_not_whole_is_refused(engine: Engine, url: str, damage: str) -> None:
    """Without one of its tables, its key or its revision."""
    executed(url, damage)
    with pytest.raises(NotOurStore):
        open_engine(url)


def test_another_programs_migrations_are_not_ours(url: str) -> None:
    """It may use Alembic too, and have settings."""
    executed(
        url,
        "CREATE TABLE alembic_version (version_num text)",
        "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
        "CREATE TABLE settings (id int)",
    )
    with pytest.raises(NotOurStore):
        open_engine(url)


def test_a_session_that_may_only_read_is_refused(engine: Engine, url: str) -> None:
    """Whether the server, the role or the URL says so."""
    with pytest.raises(StoreReadOnly, match="may only read"):
        open_engine(url.replace("options=", "options=-cdefault_transaction_read_only%3Don%20"))


def test_a_role_that_may_only_read_is_refused(engine: Engine, url: str) -> None:
    """It can connect and look, and not write."""
    name = str(make_url(url).query["options"]).partition("search_path=")[2]
    role = f"reader_{name}"
    grants = (f"GRANT USAGE ON SCHEMA {name} TO {role}", f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {role}")
    executed(url, f"CREATE ROLE {role}", *grants)
    try:
        with pytest.raises(StoreReadOnly):
            open_engine(url.replace("options=", f"options=-crole%3D{role}%20"))
    finally:
        executed(url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    """And without what the driver says."""
    with pytest.raises(StoreError, match="must be reachable") as caught:
        open_engine("postgresql://shop:hunter2@127.0.0.1:1/shop")

    assert "hunter2" not in said(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"incidentkit\[postgres\]") as caught:
        open_engine("postgresql://shop@host/shop")

    assert "postgres" == caught.value.context["extra"]


@pytest.mark.parametrize("driver", ["psycopg2", "asyncpg", "pg8000"])
def test_other_drivers_are_refused(driver: str) -> None:
    """One driver is enough to be sure of."""
    with pytest.raises(ConfigurationError, match="psycopg"):
        open_engine(f"postgresql+{driver}://shop@host/shop")


def test_a_database_of_bytes_is_refused(postgresql_url: str) -> None:
    """Text must be Unicode for the server too."""
    name = "ik_bytes"
    executed(postgresql_url, f"DROP DATABASE IF EXISTS {name}")
    executed(postgresql_url, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    try:
        with pytest.raises(ConfigurationError, match="UTF8"):
            open_engine(make_url(postgresql_url).set(database=name).render_as_string(hide_password=False))
    finally:
        executed(postgresql_url, f"DROP DATABASE {name}")


def test_how_a_writer_works(engine: Engine) -> None:
    """READ COMMITTED, no longer wait than on SQLite, and given up where nothing more is heard of it."""
    names = ("transaction_isolation", "lock_timeout", "idle_in_transaction_session_timeout")
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    assert ["read committed", f"{engine_module.BUSY_TIMEOUT_MS // 1000}s", "5min"] == found


def test_a_reader_sees_one_state(url: str) -> None:
    """What is committed while it reads is not there for it, and it can't write."""
    with desk_on(url) as desk:
        store = desk._runtime.store
        with store.reading() as unit:
            before = unit.connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
            placed(desk)
            after = unit.connection.exec_driver_sql("SELECT count(*) FROM events").scalar()
        with pytest.raises(StoreReadOnly), store.reading() as unit:
            unit.connection.exec_driver_sql("DELETE FROM events")

    assert (0, 0) == (before, after)


# --- Errors ------------------------------------------------------------------------------------------------------

STATES: list[tuple[str, type[IncidentkitError], bool]] = [
    ("40001", ConflictError, True),
    ("40P01", ConflictError, True),
    ("23505", ConflictError, True),
    ("55P03", StoreBusy, False),
    ("57P01", StoreBusy, False),
    ("53300", StoreBusy, False),
    ("25006", StoreReadOnly, False),
    ("42501", StoreReadOnly, False),
    ("53100", StoreFull, False),
    ("25P03", StoreBusy, False),
    ("08006", StoreBusy, False),
    ("42703", StoreTooNew, False),
    ("XX000", StoreError, False),
    ("", StoreBusy, False),
]


@pytest.mark.parametrize(("state", "kind", "retry"), STATES)
def test_each_state_has_its_class(state: str, kind: type[IncidentkitError], retry: bool) -> None:
    """So that the caller knows what to do; what the server says of it is left out."""
    orig = psycopg.OperationalError("Key (hash)=(marta) exists")
    error = DBAPIError("UPDATE vault", {}, orig, hide_parameters=True)
    error.orig = SimpleNamespace(sqlstate=state)  # type: ignore[assignment]
    with pytest.raises(IncidentkitError) as caught, translated("The store"):
        raise error

    assert (kind, retry) == (type(caught.value), getattr(caught.value, "retry", False))
    assert "marta" not in said(caught.value)


def test_the_drivers_own_errors_are_translated_too() -> None:
    """Commands don't go through SQLAlchemy; a connection that is gone is told from one that never was."""
    with pytest.raises(ConflictError) as caught, translated("The store"):
        raise psycopg.errors.UniqueViolation("Key (hash)=(marta) exists")
    with pytest.raises(StoreBusy, match="keep its connection"), translated("The store"):
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    assert caught.value.retry
    assert "marta" not in said(caught.value)


def test_an_error_quotes_no_row(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own words about a row that it refused are nowhere in the error, nor behind it."""
    with desk_on(url) as desk:
        placed(desk, number="7")
        monkeypatch.setattr(Unit, "person", lambda *_: None)
        with pytest.raises(ConflictError) as caught:
            desk.orders.place(MARTA, [Line("A", 1, "5")])

    assert [] == [word for word in PERSONAL if word in said(caught.value)]


def test_a_lost_connection_is_found_again(url: str) -> None:
    """A call on a connection that the server closed is an error that says to call again; which then works."""
    with desk_on(url) as desk:
        placed(desk)
        executed(
            url,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'incidentkit'"
            " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database()) AND state = 'idle'",
        )
        with pytest.raises(StoreBusy, match="call again"):
            placed(desk)
        placed(desk)

        assert 2 == len(desk.orders.find())


# --- Writers at once ---------------------------------------------------------------------------------------------


def test_the_record_is_numbered_as_it_is_committed(url: str) -> None:
    """Who begins first and commits last comes last, whatever it had decided before."""
    with desk_on(url) as one, desk_on(url) as two:
        first, second = placed(one), placed(two)
        with one._runtime.store.unit() as unit:
            one_event = _confirmed(one, unit, first.id)
            two.orders.confirm(second.id)

        record = Copy(url)
    seqs = {row["stream"]: row["seq"] for row in record.tables["events"] if row["type"] == "order.confirmed"}

    assert one_event == first.id
    assert seqs[second.id] + 1 == seqs[first.id]
    assert [] == faults(record, SHOP)


def _confirmed(desk: Desk, unit: Unit, order: str) -> str:
    work = desk._runtime.work(unit, Call("orders.confirm", {}))
    return work.apply(order, confirm(work.order(order), work.now)).stream


def test_a_decision_that_was_overtaken_is_taken_again(url: str) -> None:
    """A command whose order changed between reading and writing decides anew, and both effects stand."""
    with desk_on(url) as one, desk_on(url) as two:
        order = placed(one, lines=(Line("A", 3, "1"),))
        taken = iter([True])

        def body(unit: Unit) -> None:
            held = unit.load("order", order.id)
            if next(taken, False):
                two.orders.ship(order.id, {"A": 1})
            work = one._runtime.work(unit, Call("orders.ship", {}))
            work.apply(order.id, ship(held.state, {"A": 2}, "", "", work.now))  # type: ignore[arg-type]

        one._runtime.transaction(body)

        assert 3 == one.orders.get(order.id).lines[0].shipped
    assert [] == faults(Copy(url), SHOP)


def test_tenants_do_not_wait_for_each_other(url: str) -> None:
    """While one tenant's batch is open, another's commands go through."""
    north = open_desk(url, SHOP, tenant="north", plugins=(Post(),))
    south = open_desk(url, SHOP, tenant="south", plugins=(Post(),))
    with north, south, north.batch():
        placed(north)
        placed(south)

        assert 1 == len(south.orders.find())
