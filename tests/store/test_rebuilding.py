"""What is derived from the events is made anew from them, and is what it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, insert, make_url, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.store.engine import database_of
from incidentkit.store.migrations.upgrade import upgrade
from incidentkit.store.tables import SCHEMA_VERSION
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, closed, placed, reported, told


@pytest.fixture
def filled(store_url: str) -> str:
    """The URL of a store with a bit of everything."""
    with open_desk(store_url, SHOP, plugins=(Post(),), clock=ManualClock()) as desk:
        order = placed(desk, number="7")
        desk.orders.ship(order.id, {"A": 2})
        desk.orders.deliver(order.id, {"A": 1})
        case = closed(desk)
        desk.surveys.answer(incident=case.id, score=5)
        desk.incidents.reopen(case.id, reason="Still broken")
        desk.incidents.notify(reported(desk, order).id)
        told(desk)
        desk.send_due()
        desk.scoreboard()
    return store_url


def ruin(url: str, *statements: str) -> None:
    """Do that to a store behind its back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def opened(url: str) -> Desk:
    return open_desk(url, SHOP, plugins=(Post(),), clock=ManualClock())


def without_figures(copy: Copy) -> dict[str, list[dict[str, object]]]:
    return {name: rows for name, rows in copy.tables.items() if not name.startswith("figure")}


def test_everything_derived_is_as_it_was(filled: str) -> None:
    """Facts and documents that were lost or wrong come back from the events; all else stays."""
    before = Copy(filled)
    facts = [name for name in before.tables if name.startswith("facts")]
    ruin(filled, *(f"DELETE FROM {name}" for name in facts), "UPDATE streams SET document = '{}' WHERE kind = 'ask'")
    with opened(filled) as desk:
        desk._runtime.store.rebuild()

    assert without_figures(before) == without_figures(Copy(filled))


def test_a_store_of_an_earlier_version_is_rebuilt_on_opening(filled: str) -> None:
    """Once: what an earlier version derived is made anew by this one's rules."""
    before = Copy(filled)
    ruin(filled, "UPDATE settings SET value = '1' WHERE name = 'facts'", "UPDATE facts_orders SET status = 'returned'")
    opened(filled).close()

    assert without_figures(before) == without_figures(Copy(filled))


def test_a_store_of_this_version_is_left_alone(filled: str) -> None:
    """Opening it costs one look at the settings."""
    ruin(filled, "UPDATE facts_orders SET status = 'returned'")
    before = Copy(filled)
    opened(filled).close()

    assert before == Copy(filled)


def test_progress_reaches_the_number_of_streams(filled: str) -> None:
    """It is told how many are done, and of how many."""
    said: list[tuple[int, int]] = []
    with opened(filled) as desk:
        count = desk._runtime.store.rebuild(lambda done, of: said.append((done, of)))

    assert (count, count) == said[-1]


def test_figures_are_the_same_afterwards(filled: str) -> None:
    """Kept figures are dropped with the facts that they were made of, and come to the same again."""
    with opened(filled) as desk:
        before = [desk.measure(name, by="week") for name in ("orders_received", "reopen_rate", "backlog", "csat_mean")]
        desk._runtime.store.rebuild()
        after = [desk.measure(name, by="week") for name in ("orders_received", "reopen_rate", "backlog", "csat_mean")]

    assert before == after


# --- Stores of earlier versions ----------------------------------------------------------------------------------

SAMPLES = Path(__file__).parent / "samples"
VERSIONS = sorted(path.stem for path in SAMPLES.glob("*.json"))


def place(row: dict[str, Any]) -> int:
    seq: int = row["seq"]
    return seq


def rows_of(sample: str) -> dict[str, list[dict[str, object]]]:
    """Every row of a sample by its table."""
    rows: dict[str, list[dict[str, object]]] = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    return rows


def load(sample: str, url: str) -> None:
    """Make a store as the version of that sample left it."""
    database, parsed = database_of(url), make_url(url)
    engine = database.engine(parsed)
    database.prepare(engine)
    with engine.begin() as connection:
        upgrade(connection, sample.removeprefix("v"))
        for name, rows in rows_of(sample).items():
            known = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(known), rows)
        database.mark(connection, int(sample.removeprefix("v")))
    engine.dispose()


@pytest.mark.parametrize("sample", VERSIONS)
def test_a_store_of_every_earlier_schema_is_read(new_store_url: str, sample: str) -> None:
    """It is brought up to date on opening, nothing of the record is lost, and all that follows from it is right."""
    load(sample, new_store_url)
    opened(new_store_url).close()
    after = Copy(new_store_url)

    assert [] == faults(after, SHOP)
    assert sorted(rows_of(sample)["events"], key=place) == sorted(after.tables["events"], key=place)


@pytest.mark.parametrize("sample", VERSIONS)
def test_a_store_of_every_earlier_schema_is_sound(new_store_url: str, sample: str) -> None:
    """Once it is brought up to date, nothing in it is damaged, and it can be sealed."""
    load(sample, new_store_url)
    with opened(new_store_url) as desk:
        desk.tick()
        report = desk.verify()

    assert ((), 1) == (report.damages, report.seals)


def test_there_is_a_sample_of_every_earlier_schema() -> None:
    """Of each version that has been on the main branch."""
    assert [f"v{number:04}" for number in range(1, SCHEMA_VERSION)] == VERSIONS


@pytest.mark.parametrize("sample", VERSIONS)
def test_a_store_of_every_earlier_schema_is_worked_with(new_store_url: str, sample: str) -> None:
    """Its cases go on where they stood."""
    load(sample, new_store_url)
    with opened(new_store_url) as desk:
        order = desk.orders.find(number="7")[0]
        case = next(i for i in desk.incidents.find(order=order.id) if i.open)
        desk.incidents.log_conversation(case.id, channel="phone", summary="We know", by="ana")

    assert [] == faults(Copy(new_store_url), SHOP)
