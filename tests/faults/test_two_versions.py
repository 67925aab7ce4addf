"""Two versions of the code on one store: whoever is older is refused, and writes nothing by old rules."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import create_engine, text

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import StoreTooNew
from incidentkit.store.tables import SCHEMA_VERSION
from incidentkit.testing._audit import Copy
from tests.desk.world import MARTA
from tests.faults.lives import desk_of

LATER = SCHEMA_VERSION + 1


@pytest.fixture
def migrate(new_store_url: str) -> Callable[[], None]:
    """What a later version of the code does to the store when it is opened there."""

    def change() -> None:
        engine = create_engine(new_store_url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # As every migration does: it waits for whoever is writing, and the others wait for it.
                connection.execute(text("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE"))
            else:
                connection.execute(text(f"PRAGMA user_version={LATER}"))
            connection.execute(text(f"UPDATE settings SET value = '{LATER}' WHERE tenant = 'store' AND name = 'schema'"))
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{LATER:04}'"))
            connection.execute(text("ALTER TABLE facts_orders ADD COLUMN colour TEXT"))
        engine.dispose()

    return change


def test_a_later_store_is_not_opened(new_store_url: str, migrate: Callable[[], None]) -> None:
    """It says which version it has."""
    desk_of(new_store_url).close()
    migrate()
    with pytest.raises(StoreTooNew, match="Install a newer"):
        desk_of(new_store_url)


ACTS: dict[str, Callable[[Desk, str], object]] = {
    "place": lambda desk, _: desk.orders.place(MARTA, [Line("A", 1, "5.00")]),
    "ship": lambda desk, order: desk.orders.ship(order),
    "report": lambda desk, order: desk.incidents.report(order, "damaged", "crushed"),
    "read": lambda desk, order: desk.orders.get(order),
}


@pytest.mark.parametrize("act", [*ACTS])
def test_a_desk_that_was_open_before_writes_nothing_more(new_store_url: str, migrate: Callable[[], None], act: str) -> None:
    """Each of its commands is refused, and the record stays as the later version has it."""
    with desk_of(new_store_url) as desk:
        order = desk.orders.place(MARTA, [Line("A", 1, "5.00")])
        migrate()
        before = Copy(new_store_url)
        with pytest.raises(StoreTooNew, match="opened with") if act != "read" else suppress(StoreTooNew):
            ACTS[act](desk, order.id)

    assert before == Copy(new_store_url)


def test_a_batch_that_was_begun_before_is_whole(new_store_url: str, migrate: Callable[[], None]) -> None:
    """What was committed before the change stands; the next batch is refused as a whole."""
    with desk_of(new_store_url) as desk:
        with desk.batch():
            first = desk.orders.place(MARTA, [Line("A", 1, "5.00")])
        migrate()
        before = Copy(new_store_url)
        with pytest.raises(StoreTooNew):
            _in_one(desk, first.id)

    assert before == Copy(new_store_url)


def _in_one(desk: Desk, order: str) -> None:
    with desk.batch():
        desk.orders.place(MARTA, [])
        desk.orders.ship(order)
