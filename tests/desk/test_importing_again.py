"""An import that is run again, cut short, or fed in another order comes to the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.desk.importing import ImportReport
from tests.desk.importing import figures, last_seq, only, opened, order, small, write

REVIEW = {"review": "r", "order": "A", "score": "4", "asked": "2024-01-08 00:00:00", "answered": "2024-01-09 00:00:00"}

TABLES = {
    "orders": [
        order(person="p", number="1", status="done", confirmed="2024-01-01 12:00:00", shipped="2024-01-02 12:00:00",
              delivered="2024-01-07 00:00:00", promised="2024-01-05 00:00:00"),
        order(id="B", person="p", status="cancelled", shipped="2024-01-03 12:00:00"),
        order(id="C", status="unavailable", confirmed="2023-12-31 00:00:00", promised="soon"),
        order(id="D", delivered="2024-01-03 00:00:00", returned="2024-01-04 00:00:00"),
        order(id="E", placed="never"),
    ],
    "people": [{"person": "p", "key": "k", "name": "Eva"}],
    "items": [{"order": "A", "product": "x", "price": "2", "quantity": "2"}, {"order": "B", "product": "y", "price": "?"}],
    "payments": [{"order": "A", "amount": "4"}, {"order": "A", "amount": "much"}],
    "reviews": [REVIEW, {**REVIEW, "order": "B", "score": "1"}, {**REVIEW, "order": "E"},
                {**REVIEW, "review": "s", "score": "5"}],
}  # fmt: skip


def steady(report: ImportReport) -> ImportReport:
    """What a report says of the files, apart from what was written."""
    return evolve(report, orders_new=0, orders_unchanged=0, orders_changed=0, incidents=0, answers=0, events=0, anomalies={})


def test_a_second_import_changes_nothing(tmp_path: Path, store_url: str) -> None:
    """The same files again write no event, find every order unchanged, and name the same things left out."""
    with opened(small(), store_url) as desk:
        first = desk.imports.run(small(), [write(tmp_path, **TABLES)])
        before = last_seq(desk), figures(desk)
        second = desk.imports.run(small(), [tmp_path])

        assert before == (last_seq(desk), figures(desk))
    assert (4, 0, 0, 0) == (second.orders_unchanged, second.orders_new, second.orders_changed, second.events)
    assert steady(first) == steady(second)
    assert (4, 2, 3) == (first.orders_new, first.incidents, first.answers)


def test_the_report_counts_what_was_written(tmp_path: Path) -> None:
    """The events of a report are the record's."""
    with opened(small()) as desk:
        assert desk.imports.run(small(), [write(tmp_path, **TABLES)]).events == last_seq(desk)


def test_an_order_that_has_moved_on(tmp_path: Path) -> None:
    """What has happened to a known order since then is added; the rest is left alone."""
    earlier = order(status="approved", confirmed="2024-01-01 12:00:00")
    later = order(status="shipped", confirmed="2024-01-01 12:00:00", shipped="2024-01-02 10:00:00")
    with opened(small()) as desk:
        desk.imports.run(small(), [write(tmp_path, orders=[earlier])])
        report = desk.imports.run(small(), [write(tmp_path, orders=[later, order(id="B")])])
        found = next(o for o in desk.orders.find() if o.shipments)

    assert (1, 1, 0) == (report.orders_new, report.orders_changed, report.orders_unchanged)
    assert found.source_status is not None
    assert ("shipped", ik.OrderStatus.SHIPPED) == (found.source_status.status, found.status)


def test_an_older_copy_takes_nothing_back(tmp_path: Path) -> None:
    """A table from before does not undo what a later one said."""
    earlier = order(status="approved", confirmed="2024-01-01 12:00:00")
    later = order(status="shipped", confirmed="2024-01-01 12:00:00", shipped="2024-01-02 10:00:00")
    with opened(small()) as desk:
        desk.imports.run(small(), [write(tmp_path, orders=[later])])
        before = only(desk)
        report = desk.imports.run(small(), [write(tmp_path, orders=[earlier])])

        assert (before, 1) == (only(desk), report.orders_unchanged)


def test_a_shipped_order_that_is_cancelled_later(tmp_path: Path) -> None:
    """What has left can't be cancelled: the cancellation is dropped and marked, and the source's word is noted."""
    shipped = order(status="shipped", shipped="2024-01-02 10:00:00")
    with opened(small()) as desk:
        desk.imports.run(small(), [write(tmp_path, orders=[shipped])])
        report = desk.imports.run(small(), [write(tmp_path, orders=[{**shipped, "status": "cancelled"}])])
        found = only(desk)

    assert (ik.OrderStatus.SHIPPED, ("cancelled_dropped",)) == (found.status, found.anomalies)
    assert ({"cancelled_dropped": 1}, 1) == (report.dropped, report.orders_changed)
    assert found.source_status is not None
    assert "cancelled" == found.source_status.status


def test_another_profile_is_another_source(tmp_path: Path) -> None:
    """Rows under another profile's name are other orders."""
    other = evolve(small(), name="other")
    folder = write(tmp_path, orders=[order()])
    with opened(small()) as desk:
        desk.imports.run(small(), [folder])

        assert 1 == desk.imports.run(other, [folder]).orders_new


def test_the_order_of_the_paths_does_not_matter(tmp_path: Path) -> None:
    """However the files are named, the record comes out the same."""
    folder = write(tmp_path, **TABLES)
    names = ("orders", "items", "payments", "reviews")
    seen = []
    for some in list(permutations(names))[::5]:
        with opened(small()) as desk:
            report = desk.imports.run(small(), [folder / "people.csv", *(folder / f"{name}.csv" for name in some)])
            seen.append((report, figures(desk)))

    assert [seen[0]] * len(seen) == seen


# --- Cut short ---------------------------------------------------------------------------------------------------


def many(count: int) -> list[dict[str, str]]:
    """Orders enough for several transactions."""
    return [
        order(id=f"o{i:05}", confirmed="2024-01-01 12:00:00", status="unavailable" if i % 7 == 0 else "") for i in range(count)
    ]


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    """Progress is told after each transaction, never goes back, and ends at the whole."""
    told: list[tuple[int, int]] = []
    with opened(small()) as desk:
        folder = write(tmp_path, orders=many(1_100), reviews=[REVIEW])
        desk.imports.run(small(), [folder], progress=lambda done, whole: told.append((done, whole)))

    assert sorted(told) == told
    assert (3_301, 3_301) == told[-1]
    assert {3_301} == {whole for _, whole in told}
    assert len(told) > 3


@pytest.mark.parametrize("stops", [1, 2, 4])
def test_an_import_that_was_cut_short_is_run_again(tmp_path: Path, store_url: str, stops: int) -> None:
    """Whatever transaction was the last, the same import again comes to the same figures as one that was not disturbed."""
    folder = write(tmp_path, orders=many(1_100))
    with opened(small()) as desk:
        whole = desk.imports.run(small(), [folder])
        expected = last_seq(desk), figures(desk)
    told: list[int] = []

    def stop(done: int, _: int) -> None:
        told.append(done)
        if len(told) == stops:
            raise KeyboardInterrupt

    with opened(small(), store_url) as desk:
        with pytest.raises(KeyboardInterrupt):
            desk.imports.run(small(), [folder], progress=stop)
        part = last_seq(desk)
        rest = desk.imports.run(small(), [folder])

        assert expected == (last_seq(desk), figures(desk))
    assert 0 < part == whole.events - rest.events


KILLED = """
import os, signal, sys
from incidentkit.store.unit import Unit
from tests.desk.importing import opened, small

url, folder, place, times = sys.argv[1:5]
left = int(times)

def kill(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

flush = Unit.flush

def killing(unit):
    flush(unit)
    if unit.recorded:
        kill()

if place == "inside":
    # Everything is written, and the transaction is not ended yet.
    Unit.flush = killing
with opened(small(), url) as desk:
    desk.imports.run(small(), [folder], progress=kill if place == "between" else None)
"""


def killed(url: str, folder: Path, place: str, times: int) -> None:
    """Begin an import and kill it, between two transactions or inside one, when that is reached so many times."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, url, str(folder), place, str(times)]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True)

    assert -signal.SIGKILL == done.returncode, done.stderr.decode()


needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")


@needs_kill
@pytest.mark.parametrize(("place", "entered"), [("between", 500), ("inside", 0)])
def test_an_import_that_was_killed_is_run_again(tmp_path: Path, new_store_url: str, place: str, entered: int) -> None:
    """A process that is killed between two transactions, or inside one, leaves a record that the same import completes."""
    folder = write(tmp_path / "files", orders=many(700))
    killed(new_store_url, folder, place, 1)
    with opened(small(), new_store_url) as desk:
        part = last_seq(desk)
        report = desk.imports.run(small(), [folder])

        assert 700 == desk.measure("orders_received").rows[0].value
        assert (700 - entered, entered) == (report.orders_new, report.orders_unchanged)
        assert (entered > 0) is (part > 0)
        assert part < last_seq(desk)


@needs_kill
@pytest.mark.long
def test_an_import_that_is_killed_again_and_again(tmp_path: Path, new_store_url: str) -> None:
    """Killed at one place after the other, and run again each time, it comes to what an undisturbed one comes to."""
    folder = write(tmp_path / "files", **{**TABLES, "orders": [*TABLES["orders"], *many(2_600)]})
    with opened(small()) as desk:
        desk.imports.run(small(), [folder])
        expected = last_seq(desk), figures(desk)
    for place in ("inside", "between", "inside", "between", "inside"):
        killed(new_store_url, folder, place, 2)
    with opened(small(), new_store_url) as desk:
        desk.imports.run(small(), [folder])

        assert expected == (last_seq(desk), figures(desk))


# --- Any order ---------------------------------------------------------------------------------------------------


START = datetime(2024, 1, 1, tzinfo=UTC)
_hours = st.integers(0, 500).map(lambda h: (START + timedelta(hours=h)).strftime("%Y-%m-%d %H:%M:%S"))
_maybe = st.one_of(st.just(""), _hours)
_orders = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 12).map(str),
            "status": st.sampled_from(["", "cancelled", "unavailable", "done"]),
            "placed": _hours,
            **dict.fromkeys(("confirmed", "shipped", "delivered", "returned", "promised"), _maybe),
        }
    ),
    max_size=10,
    unique_by=lambda row: row["id"],
)
_reviews = st.lists(
    st.fixed_dictionaries(
        {
            "review": st.integers(1, 5).map(str),
            "order": st.integers(1, 12).map(str),
            "score": st.integers(1, 5).map(str),
            "answered": _hours,
        }
    ),
    max_size=8,
    unique_by=lambda row: (row["review"], row["order"]),
)
_items = st.lists(
    st.fixed_dictionaries(
        {
            "order": st.integers(1, 12).map(str),
            "product": st.sampled_from("xyz"),
            "price": st.integers(0, 99).map(str),
            "quantity": st.integers(1, 3).map(str),
        }
    ),
    max_size=8,
)


def _run(*rounds: dict[str, Any]) -> tuple[object, object]:
    """The figures and the sorted facts after importing some sets of tables into one desk."""
    with TemporaryDirectory() as folder, opened(small()) as desk:
        for tables in rounds:
            desk.imports.run(small(), [write(Path(folder), **tables)])
        orders = sorted((str(o.captured), o.status, o.placed_at, sorted(o.anomalies)) for o in desk.orders.find(limit=1000))
        return figures(desk), orders


@settings(max_examples=15)
@given(orders=_orders, reviews=_reviews, items=_items, data=st.data())
def test_rows_in_any_order_and_twice(orders: Any, reviews: Any, items: Any, data: st.DataObject) -> None:
    """The same rows in any order, and once more in another, come to the same orders and figures."""
    once = {"orders": orders, "reviews": reviews, "items": items}
    shuffled = [{name: data.draw(st.permutations(rows)) for name, rows in once.items()} for _ in range(2)]

    assert _run(once) == _run(*shuffled)
