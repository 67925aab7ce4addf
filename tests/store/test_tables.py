"""The schema: one shape for every table, and tenants that never meet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy import BigInteger, Integer, Table, Text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.errors import UnknownIdError
from incidentkit.store.engine import APPLICATION_ID, open_engine
from incidentkit.store.tables import SCHEMA_VERSION, metadata
from incidentkit.testing._audit import PERSONAL_TABLES, Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, closed, placed, reported

TABLES = list(metadata.tables.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_begins_with_the_tenant(table: Table) -> None:
    """No row is found without saying whose it is."""
    assert "tenant" == next(iter(table.primary_key)).name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_index_begins_with_the_tenant(table: Table) -> None:
    """Nor looked for."""
    assert {"tenant"} >= {next(iter(index.columns)).name for index in table.indexes}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_text_or_a_whole_number(table: Table) -> None:
    """What the hot path writes needs no conversion, and means the same in every database."""
    assert all(isinstance(column.type, (Text, Integer, BigInteger)) for column in table.columns)


def test_instants_have_room() -> None:
    """Whatever is named after a time holds microseconds."""
    small = [c for t in TABLES for c in t.columns if c.name.endswith("_at") and not isinstance(c.type, BigInteger)]

    assert [] == small


def test_personal_data_has_its_tables() -> None:
    """The vault and the hashes are tables of the schema."""
    assert set(metadata.tables) >= PERSONAL_TABLES


def test_a_store_says_that_it_is_ours(tmp_path: Path) -> None:
    """In the header of its file, with the version of its schema, in WAL mode."""
    open_engine(f"sqlite:///{tmp_path}/shop.db").dispose()
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        said = [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version", "journal_mode")
        ]

    assert [APPLICATION_ID, SCHEMA_VERSION, "wal"] == said


# --- Tenants -----------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store of two tenants."""
    return tmp_path / "shop.db"


@pytest.fixture
def two(file: Path) -> Iterator[tuple[Desk, Desk]]:
    """A desk for each of two tenants, on one store."""
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(open_desk(f"sqlite:///{file}", SHOP, tenant=tenant, plugins=(Post(),), clock=ManualClock()))
            for tenant in ("north", "south")
        )
        yield one, other


def test_tenants_do_not_see_each_other(two: tuple[Desk, Desk]) -> None:
    """Nothing that one has done can be found, listed, counted or got by the other."""
    north, south = two
    case = closed(north, description="the box was crushed")
    reported(north)

    assert ((), (), ()) == (south.orders.find(), south.incidents.find(), south.queue())
    assert 0 == south.measure("orders_received").rows[0].n
    assert 0 == south.send_due().total
    for look in (south.incidents.get, south.orders.get, south.orders.timeline):
        with pytest.raises(UnknownIdError):
            look(case.id)


def test_tenants_may_use_the_same_names(two: tuple[Desk, Desk], file: Path) -> None:
    """The same number, key and customer in both are two orders of two people."""
    orders = [placed(desk, number="1", key="k") for desk in two]
    for desk in two:
        desk.send_due()

    assert 2 == len({order.id for order in orders}) == len({order.customer for order in orders})
    assert 2 == len({row["hash"] for row in Copy(file).tables["people"]})
    assert [1, 1] == [len(desk.orders.find(number="1")) for desk in two]


def test_each_tenant_counts_for_itself(two: tuple[Desk, Desk], file: Path) -> None:
    """``seq`` has no gaps where several tenants write in turns, and each record is sound by itself."""
    for desk in (*two, *two):
        closed(desk)
        desk.send_due()
    copy = Copy(file)

    assert [] == faults(copy, SHOP, "north") + faults(copy, SHOP, "south")
    assert len(copy.of("events", "north")) == len(copy.of("events", "south"))


def test_the_same_id_may_be_in_two_tenants(file: Path) -> None:
    """Whatever makes the ids, tenants can't collide."""
    fixed = "01900000-0000-7000-8000-00000000000{}".format
    for tenant in ("north", "south"):
        ids = iter([fixed(n) for n in range(9)])
        with open_desk(f"sqlite:///{file}", SHOP, tenant=tenant, plugins=(Post(),), ids=lambda ids=ids: next(ids)) as desk:  # type: ignore[misc]
            placed(desk, number=tenant)

    assert ["north", "south"] == sorted(row["number"] for row in Copy(file).tables["facts_orders"])


def test_settings_are_each_tenants_own(file: Path) -> None:
    """A store opened first by one tenant has kept nothing for another."""
    for tenant in ("north", "south"):
        with open_desk(f"sqlite:///{file}", evolve(SHOP, name=tenant), tenant=tenant, plugins=(Post(),)):
            pass
    with open_desk(f"sqlite:///{file}", tenant="south", plugins=(Post(),)) as desk:
        assert "south" == desk.shop.name
