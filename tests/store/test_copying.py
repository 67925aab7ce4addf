"""A store copied into another one of the same or the other kind: all of it, or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.store.copying import copy_store
from incidentkit.store.tables import metadata
from incidentkit.testing._audit import Copy, Tables, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.importing import MEASURES, count, order, small, write
from tests.desk.world import JOAN, SHOP, placed, reported
from tests.services.postgresql import schema


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The URLs of a store that is not made yet, and of another."""
    kinds = request.param.split(" to ")
    if "postgresql" not in kinds:
        yield f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
        return
    with schema(request.getfixturevalue("postgresql_url")) as url:
        file = f"sqlite:///{tmp_path / 'a.db'}"
        yield (file, url) if kinds[0] == "sqlite" else (url, file)


def opened(url: str, clock: ManualClock) -> ik.Desk:
    """A desk on a store."""
    return ik.open_desk(url, SHOP, clock=clock, plugins=(Post(),))


def filled(url: str, folder: Path) -> ManualClock:
    """A store in which a shop has worked: live and imported orders, cases, messages, keys, kept figures, two tenants."""
    clock = ManualClock()
    with opened(url, clock) as desk:
        rows = [
            order(id=str(n), number=f"N{n}", status="unavailable" if n % 3 else "", placed="2024-01-01 10:00:00")
            for n in range(40)
        ]
        desk.imports.run(small(), [write(folder, orders=rows)])
        desk.orders.place(customer=JOAN, lines=[ik.Line("mug", 1, "9.90")], number="1001", key="first")
        case = reported(desk, placed(desk))
        desk.incidents.notify(case.id)
        for name in MEASURES:
            desk.measure(name, by="month")
    with ik.open_desk(url, SHOP, tenant="other", clock=clock, plugins=(Post(),)) as other:
        placed(other)
    return clock


def tables_of(url: str) -> Tables:
    """Every row of every table of ours, in the order of its key."""
    found = Copy(url).tables
    keys = {name: [column.name for column in table.primary_key] for name, table in metadata.tables.items()}
    return {name: sorted(found[name], key=lambda row: [row[part] for part in key]) for name, key in keys.items()}


def left_empty(url: str) -> bool:
    """Whether a store has nothing in it but what is made with it."""
    return [] == [name for name, rows in tables_of(url).items() if name != "settings" and rows]


# --- All of it ---------------------------------------------------------------------------------------------------


def test_everything_is_copied(way: tuple[str, str], tmp_path: Path) -> None:
    """Every row of every table is there, for every tenant, with the store's own key; the first store is as it was."""
    source, target = way
    filled(source, tmp_path / "files")
    before = tables_of(source)
    copied = copy_store(source, target)

    assert before == tables_of(target) == tables_of(source)
    assert {name: len(rows) for name, rows in before.items() if rows} == copied.rows
    assert len(before["streams"]) == copied.streams


def test_the_copy_goes_on_as_the_first_would(way: tuple[str, str], tmp_path: Path) -> None:
    """Figures are the same, an idempotency key still gives its first result, people are found again, an import adds nothing."""
    source, target = way
    clock = filled(source, tmp_path / "files")
    copy_store(source, target)
    with opened(source, clock) as first, opened(target, clock) as second:
        figures = [[desk.measure(name).as_dict() for name in MEASURES] for desk in (first, second)]
        sent = [desk.send_due().done for desk in (first, second)]
        again = second.orders.place(customer=JOAN, lines=[ik.Line("mug", 1, "9.90")], number="1001", key="first")
        later = second.orders.place(customer=JOAN, lines=[ik.Line("mug", 1, "9.90")])

        assert figures[0] == figures[1]
        assert first.orders.find(number="1001")[0].id == again.id
        assert again.customer == later.customer
        assert 0 == second.imports.run(small(), [tmp_path / "files"]).events
        assert sent[0] == sent[1] > 0
    assert [] == faults(Copy(target), SHOP)


def test_progress_goes_up_to_the_end(way: tuple[str, str], tmp_path: Path) -> None:
    """It is told after each handful of rows, and ends at the whole."""
    source, target = way
    filled(source, tmp_path / "files")
    told: list[tuple[int, int]] = []
    copied = copy_store(source, target, lambda done, whole: told.append((done, whole)))

    assert sorted(told) == told
    assert (sum(copied.rows.values()),) * 2 == told[-1]


# --- Or nothing --------------------------------------------------------------------------------------------------


def test_only_into_an_empty_store(way: tuple[str, str], tmp_path: Path) -> None:
    """A store with anything in it is refused, and stays as it is; so is one that a desk was opened on, and itself."""
    source, target = way
    clock = filled(source, tmp_path / "files")
    with opened(target, clock):
        pass
    with pytest.raises(ik.StoreError, match="must be empty to be copied into; got the settings of a shop"):
        copy_store(source, target)
    with opened(target, clock) as desk:
        placed(desk)
    before = tables_of(target)
    for url in (target, source):
        with pytest.raises(ik.StoreError, match="must be empty to be copied into; got rows in"):
            copy_store(source, url)

    assert before == tables_of(target)


def test_what_does_not_arrive_is_noticed(way: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a row is lost or altered on the way, the copy is refused, and nothing of it stays."""
    from incidentkit.store import copying

    source, target = way
    filled(source, tmp_path / "files")
    pages = copying._pages
    for table, change in (("names", lambda rows: rows[1:]), ("streams", lambda rows: [{**row, "head": "x"} for row in rows])):

        def wrong(here, of, table=table, change=change):  # type: ignore[no-untyped-def]
            return (change(rows) if of.name == table else rows for rows in pages(here, of))

        monkeypatch.setattr(copying, "_pages", wrong)
        with pytest.raises(ik.StoreError, match="holds in the end what was read"):
            copy_store(source, target)

        assert left_empty(target)


KILLED = """
import os, signal, sys
from incidentkit.store.copying import copy_store

def kill(done, whole):
    if done > whole / 2:
        os.kill(os.getpid(), signal.SIGKILL)

copy_store(sys.argv[1], sys.argv[2], kill)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_a_copy_that_was_killed_leaves_nothing(way: tuple[str, str], tmp_path: Path) -> None:
    """Killed half-way, the other store is empty, and the same copy again is whole."""
    source, target = way
    filled(source, tmp_path / "files")
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", KILLED, source, target], cwd=root, check=False, capture_output=True)

    assert -signal.SIGKILL == done.returncode, done.stderr.decode()
    assert left_empty(target)
    copy_store(source, target)
    assert tables_of(source) == tables_of(target)


def test_an_empty_store_can_be_copied(tmp_path: Path) -> None:
    """What has nothing in it but its key and the version of its schema gives a store with these."""
    source, target = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    copied = copy_store(source, target)

    assert ({"settings": 2}, 0) == (copied.rows, copied.streams)
    assert tables_of(source) == tables_of(target)
    with opened(target, ManualClock()) as desk:
        assert 0 == count(desk, "events")
