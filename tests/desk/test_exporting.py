"""What follows from the record in files: whole, typed, without anything personal, and read by others as we read it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.errors import InvalidInput
from incidentkit.store.fact_files import COLUMNS
from incidentkit.store.ocel import EventLog
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, SHOP, agreed, closed, placed, reported
from tests.services.postgresql import schema

PERSONAL = (MARTA.email, MARTA.name, MARTA.phone, JOAN.email, "crushed", "well?", "call back", "said so")


@pytest.fixture(scope="module")
def own_schema(postgresql_url: str) -> Iterator[str]:
    """A schema that other tests leave alone."""
    with schema(postgresql_url) as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk on a store with some of everything, which is only read."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('export') / 'shop.db'}"
    else:
        url = request.getfixturevalue("own_schema")
    clock = ManualClock()
    with open_desk(url, SHOP, plugins=(Post(),), clock=clock) as desk:
        fill(desk, clock)
        yield desk


def fill(desk: Desk, clock: ManualClock) -> None:
    """Orders that went well and others that did not, over some days."""
    for number in range(6):
        order = placed(desk, customer=(MARTA, JOAN)[number % 2], number=f'n-"{number}"', promised=clock() + timedelta(days=2))
        clock.advance(minutes=7 * number, seconds=0.25)
        desk.orders.confirm(order.id)
        desk.orders.ship(order.id, {"A": 2} if number % 2 else None, carrier="correos", tracking="T,1")
        clock.advance(hours=30)
        if number % 3:
            desk.orders.deliver(order.id)
    agreed(desk)
    closed(desk)
    case = reported(desk, type="late")
    desk.tasks.open(kind="call", what="call back", incident=case.id)
    desk.contacts.log(channel="email", incident=case.id, summary="well?")
    desk.people.consent(JOAN, purpose="marketing")


# --- Facts -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def facts(filled: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts as CSV."""
    folder = tmp_path_factory.mktemp("facts") / "csv"
    filled.export_facts(folder)
    return folder


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of one file."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_a_file_for_every_table(facts: Path) -> None:
    """Each with all of its columns, but whose store it was."""
    heads = {path.stem: path.read_text("utf-8").splitlines()[0].split(",") for path in facts.iterdir()}

    assert {name: [column.name for column in columns] for name, columns in COLUMNS.items()} == heads
    assert "tenant" not in {name for names in heads.values() for name in names}


def test_the_rows_are_counted(filled: Desk, tmp_path: Path) -> None:
    """What is said to be in a file is in it, and how far it is was told on the way."""
    heard: list[tuple[int, int]] = []
    counts = filled.export_facts(tmp_path / "facts", progress=lambda done, total: heard.append((done, total)))

    assert counts == {name: len(rows(tmp_path / "facts", name)) for name in counts}
    assert (sum(counts.values()),) * 2 == heard[-1]


def test_values_are_written_as_what_they_are(filled: Desk, facts: Path) -> None:
    """Instants in UTC, durations in seconds, amounts with their cents, nothing for what is not known."""
    first, *_, last = sorted(rows(facts, "orders"), key=lambda row: row["placed_at"])
    order = filled.orders.get(first["order_id"])
    placed_at = datetime.fromisoformat(first["placed_at"])

    assert (order.placed_at, UTC) == (placed_at, placed_at.tzinfo)
    assert ("0.250000", "35.0000", 'n-"0"') == (first["confirmation"], first["value"], first["number"])
    assert ("", "") == (last["number"], last["delivered_at"])


def test_nothing_personal_is_in_the_facts(facts: Path) -> None:
    """Neither who people are nor what they wrote."""
    said = "".join(path.read_text("utf-8") for path in facts.iterdir())

    assert [] == [word for word in PERSONAL if word in said]


FIGURES = {
    "order_confirmation_time": "SELECT count(*), avg(confirmation) FROM orders WHERE confirmation >= 0",
    "incident_rate": (
        "SELECT count(*), avg((order_id IN (SELECT order_id FROM incident_orders WHERE counts = 1))::INT) FROM orders"
    ),
    "incident_resolution_time": "SELECT count(*), avg(resolution) FROM incidents WHERE counts = 1 AND resolution >= 0",
    "delivery_time": "SELECT count(*), avg(delivery) FROM orders WHERE cancelled = 0 AND delivery >= 0",
}


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("measure", FIGURES)
def test_others_come_to_the_same_figures(filled: Desk, tmp_path: Path, measure: str, format: Any) -> None:
    """DuckDB reads the files with their types, and counts and averages what `measure` does."""
    if format == "parquet":
        pytest.importorskip("pyarrow")
    filled.export_facts(tmp_path / "facts", format)
    with duckdb.connect() as database:
        for path in (tmp_path / "facts").iterdir():
            database.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
        [(n, value)] = database.execute(FIGURES[measure]).fetchall()
    figure = filled.measure(measure).rows[0]

    assert n > 0
    assert (figure.n, pytest.approx(figure.value, rel=1e-9)) == (n, value)


def test_columns_are_typed(filled: Desk, tmp_path: Path) -> None:
    """In Parquet each as it is: instants with their zone, decimals, whole numbers, text."""
    pq = pytest.importorskip("pyarrow.parquet")
    filled.export_facts(tmp_path / "facts", "parquet")
    found = {field.name: str(field.type) for field in pq.read_schema(tmp_path / "facts" / "orders.parquet")}

    assert ("timestamp[us, tz=UTC]", "decimal128(24, 6)", "decimal128(24, 4)", "int64", "string") == tuple(
        found[name] for name in ("placed_at", "confirmation", "value", "cancelled", "order_id")
    )


def test_what_is_there_is_left_alone(filled: Desk, tmp_path: Path) -> None:
    """A folder with something in it, or a file, is refused; so is a format that there is none of."""
    (tmp_path / "mine.txt").write_text("mine")
    wrong: Any = ((tmp_path, "csv"), (tmp_path / "mine.txt", "csv"), (tmp_path / "new", "xlsx"))
    for folder, kind in wrong:
        with pytest.raises(InvalidInput):
            filled.export_facts(folder, kind)

    assert ["mine.txt"] == [path.name for path in tmp_path.iterdir()]


# --- Event log ---------------------------------------------------------------------------------------------------

READ = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pm4py
log = pm4py.read_ocel2_json(sys.argv[1])
print("\\nREAD " + json.dumps({
    "events": log.events[log.event_activity].value_counts().to_dict(),
    "objects": log.objects[log.object_type_column].value_counts().to_dict(),
    "relations": len(log.relations),
}))
"""


@pytest.fixture(scope="module")
def log(filled: Desk, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EventLog]:
    """The event log, and what is said to be in it."""
    file = tmp_path_factory.mktemp("ocel") / "log.json"
    return file, filled.export_ocel(file)


def test_pm4py_reads_the_log(log: tuple[Path, EventLog]) -> None:
    """With as many events and objects of each type as we say, and as many relations between them."""
    pytest.importorskip("pm4py")
    done = subprocess.run([sys.executable, "-c", READ, log[0]], capture_output=True, text=True, check=True)
    read = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("READ ")).removeprefix("READ "))

    assert {"events": log[1].events, "objects": log[1].objects, "relations": log[1].relations} == read


def test_every_event_of_the_record_is_in_the_log(filled: Desk, log: tuple[Path, EventLog]) -> None:
    """Once, by its place in the record; and every order and incident is an object."""
    told = json.loads(log[0].read_text("utf-8"))
    places = [next(a["value"] for a in event["attributes"] if a["name"] == "seq") for event in told["events"]]
    orders, cases = filled.orders.find(limit=1000), filled.incidents.find(limit=1000)

    assert list(range(1, filled.health().events + 1)) == sorted(places)
    assert (len(orders), len(cases), 2) == tuple(log[1].objects[kind] for kind in ("order", "incident", "customer"))


def test_the_log_is_whole(log: tuple[Path, EventLog]) -> None:
    """Each object and event has a name of its own, a type that is declared, and names nothing that is not there."""
    told = json.loads(log[0].read_text("utf-8"))
    objects, events = [o["id"] for o in told["objects"]], [e["id"] for e in told["events"]]
    named = {r["objectId"] for one in (*told["objects"], *told["events"]) for r in one["relationships"]}
    kinds = ("object", "event")
    declared = {kind: {t["name"]: {a["name"] for a in t["attributes"]} for t in told[f"{kind}Types"]} for kind in kinds}

    assert (len(set(objects)), len(set(events))) == (len(objects), len(events))
    assert set() == named - set(objects)
    for kind in kinds:
        for one in told[f"{kind}s"]:
            assert {a["name"] for a in one["attributes"]} <= declared[kind][one["type"]]


def test_an_event_names_what_it_concerns(log: tuple[Path, EventLog]) -> None:
    """A parcel that leaves: its order, its lines, the parcel, and who bought."""
    told = json.loads(log[0].read_text("utf-8"))
    types = {one["id"]: one["type"] for one in told["objects"]}
    sent = next(event for event in told["events"] if event["type"] == "order.shipped" and len(event["relationships"]) == 4)

    assert ["customer", "line", "order", "shipment"] == sorted(types[named["objectId"]] for named in sent["relationships"])


def test_what_changes_is_told_with_its_time(log: tuple[Path, EventLog]) -> None:
    """A case that was closed has gone through its phases, one after the other."""
    told = json.loads(log[0].read_text("utf-8"))
    phases = [[a for a in one["attributes"] if a["name"] == "phase"] for one in told["objects"] if one["type"] == "incident"]
    longest = max(phases, key=len)

    assert ["detected", "communicated", "resolved", "closed"] == [change["value"] for change in longest]
    assert sorted(change["time"] for change in longest) == [change["time"] for change in longest]


def test_nothing_personal_is_in_the_log(log: tuple[Path, EventLog]) -> None:
    """Neither who people are nor what they wrote."""
    said = log[0].read_text("utf-8")

    assert [] == [word for word in PERSONAL if word in said]


def test_a_log_that_is_there_is_left_alone(filled: Desk, tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "log.json").write_text("mine")
    with pytest.raises(InvalidInput):
        filled.export_ocel(tmp_path / "log.json")

    assert ["mine"] == [path.read_text() for path in tmp_path.iterdir()]


def test_an_export_that_fails_leaves_nothing(filled: Desk, tmp_path: Path) -> None:
    """Neither half a folder nor half a file."""

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.export_facts(tmp_path / "facts", progress=stop)
    with pytest.raises(KeyboardInterrupt):
        filled.export_ocel(tmp_path / "log", progress=stop)

    assert [] == list(tmp_path.iterdir())
