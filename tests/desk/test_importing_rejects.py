"""The rejects file, and imports that only count."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing.rejects import harmless
from tests.desk.importing import PROFILE, count, figures, last_seq, opened, order, small, write
from tests.desk.test_importing_again import TABLES
from tests.desk.test_importing_cases import LOG, tickets, when

Listed = list[tuple[str, int, str, str, str]]


def listed(folder: Path, profile: str = PROFILE) -> Listed:
    """What an import of a folder lists: file, line, column, value, reason."""
    read, path = parse_profile(profile), folder / "rejects.out"
    with opened(read) as desk:
        report = desk.imports.run(read, [folder], rejects=path)
    if not path.exists():
        assert 0 == report.listed
        return []
    with path.open(encoding="utf-8", newline="") as file:
        found = [(r["file"], int(r["line"]), r["column"], r["value"], r["reason"]) for r in csv.DictReader(file)]
    assert report.listed == len(found)
    return found


# --- What is listed ----------------------------------------------------------------------------------------------


def test_nothing_to_list_is_no_file(tmp_path: Path) -> None:
    """Where everything entered as it stands, no file is written, and an older one is left alone."""
    assert [] == listed(write(tmp_path, orders=[order()]))


def test_a_rejected_row(tmp_path: Path) -> None:
    """A record that can't be entered is listed by what it lacks, with the value that can't be used."""
    rows = [order(), order(id="B", placed="soon"), order(id="C", placed=""), order(id="?")]

    assert [
        ("orders.csv", 3, "placed", "soon", "unusable:placed"),
        ("orders.csv", 4, "placed", "", "missing:placed"),
        ("orders.csv", 5, "id", "", "missing:key"),
    ] == listed(write(tmp_path, orders=rows))


def test_a_dropped_field(tmp_path: Path) -> None:
    """Each single value that was left out is listed; of a linked table by that table's name, at the order's line."""
    found = listed(
        write(
            tmp_path,
            orders=[order(shipped="never")],
            payments=[{"order": "A", "amount": "1"}, {"order": "A", "amount": "x1"}, {"order": "A", "amount": "x2"}],
            items=[{"order": "A", "product": "p", "price": "free"}],
        )
    )

    assert [
        ("orders.csv", 2, "payments.amount", "x1", "unusable:paid"),
        ("orders.csv", 2, "payments.amount", "x2", "unusable:paid"),
        ("orders.csv", 2, "items.price", "free", "unusable:price"),
        ("orders.csv", 2, "shipped", "never", "unusable:shipped"),
    ] == found


def test_a_wrong_order_of_times_and_what_can_not_be(tmp_path: Path) -> None:
    """Times that contradict each other are listed with the later step's, and so is an event that was left out."""
    rows = [
        order(confirmed=when(3), shipped=when(2)),
        order(id="B", status="cancelled", delivered=when(4)),
    ]

    assert [
        ("orders.csv", 2, "shipped", when(2), "shipped_before_confirmed"),
        ("orders.csv", 3, "delivered", when(4), "delivered_dropped"),
    ] == listed(write(tmp_path, orders=rows))


def test_rows_of_a_log_are_listed_by_their_own_lines(tmp_path: Path) -> None:
    """Where a record is many rows, each value is listed at the row in which it stands."""
    rows = [{"opened": when(1), "written": when(1)}, {"written": "later"}]

    assert [("log.csv", 3, "written", "later", "unusable:at")] == listed(tickets(tmp_path, *rows), LOG)


def test_a_record_of_an_unknown_order(tmp_path: Path) -> None:
    """What names an order that is not there is listed with that name."""
    assert [("log.csv", 2, "order", "Z", "unknown:order")] == listed(tickets(tmp_path, {"order": "Z", "opened": when(1)}), LOG)


def test_ragged_rows_are_listed(tmp_path: Path) -> None:
    """A row with too many or too few values is listed by its line."""
    folder = write(tmp_path, orders=[order()])
    with (folder / "orders.csv").open("a") as file:
        file.write("B,too,few\n")

    assert [("orders.csv", 3, "", "", "ragged_row")] == listed(folder)


def test_the_same_files_give_the_same_list(tmp_path: Path, store_url: str) -> None:
    """What is wrong in them is listed on every run, whether it enters, is marked or is left out now or was before."""
    rows = [
        *TABLES["orders"],
        order(id="F", placed=when(5), confirmed=when(3), shipped=when(2), delivered=when(4)),
        order(id="G", status="cancelled", shipped=when(3), delivered=when(2)),
    ]
    folder, lists = write(tmp_path / "files", **{**TABLES, "orders": rows}), []
    with opened(small(), store_url) as desk:
        for name in ("first.csv", "second.csv"):
            desk.imports.run(small(), [folder], rejects=tmp_path / name)
            lists.append((tmp_path / name).read_text())

    assert lists[0] == lists[1]
    assert "shipped_before_confirmed" in lists[1]


# --- The file ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_value_is_a_formula(start: str) -> None:
    """What a spreadsheet would reckon with stands behind an apostrophe."""
    assert f"'{start}1+1" == harmless(f"{start}1+1")


@given(st.text())
def test_a_harmless_value_keeps_its_words(text: str) -> None:
    """At the most an apostrophe is put before a value, and none begins like a formula afterwards."""
    found = harmless(text)

    assert found.removeprefix("'") == text.removeprefix("'") or found == f"'{text}"
    assert not found.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_formulas_in_a_table_are_listed_as_text(tmp_path: Path) -> None:
    """A value that begins like a formula is listed so that no spreadsheet runs it."""
    (found,) = listed(write(tmp_path, orders=[order(placed='=HYPERLINK("x")')]))

    assert '\'=HYPERLINK("x")' == found[3]


def test_the_file_is_its_owners(tmp_path: Path) -> None:
    """Nobody but its owner may read the source's values, and nothing else is left behind."""
    listed(write(tmp_path, orders=[order(placed="soon")]))

    assert 0o600 == stat.S_IMODE((tmp_path / "rejects.out").stat().st_mode)
    assert ["orders.csv", "rejects.out"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_refused_import_lists_nothing(tmp_path: Path) -> None:
    """Where a file is broken, an older list stays as it was."""
    folder = write(tmp_path, orders=[order(placed="soon")])
    (folder / "reviews.csv").write_bytes(b"review\n\xff\n")
    (folder / "rejects.out").write_text("older")
    with opened(small()) as desk, pytest.raises(ik.ImportRefused):
        desk.imports.run(small(), [folder], rejects=folder / "rejects.out")

    assert ("older", 3) == ((folder / "rejects.out").read_text(), len(list(folder.iterdir())))


@pytest.mark.parametrize("name", ["nowhere/rejects.csv", "."])
def test_a_list_that_can_not_be_written(tmp_path: Path, name: str) -> None:
    """Whether the list can be written is found out before anything enters."""
    folder = write(tmp_path, orders=[order()])
    with opened(small()) as desk:
        with pytest.raises(ik.ImportRefused, match="can be written"):
            desk.imports.run(small(), [folder], rejects=folder / name)

        assert 0 == last_seq(desk)


# --- Counting only -----------------------------------------------------------------------------------------------


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    """It reports what the import itself then reports, and the record is as it was."""
    rows = [order(id=str(i), confirmed=when(2), status="unavailable") for i in range(1200)]
    folder = write(tmp_path, orders=[*rows, order(id="X", placed="")])
    with opened(small()) as desk:
        before = figures(desk)
        dry = desk.imports.run(small(), [folder], dry_run=True)

        assert (0, 0, 0) == (last_seq(desk), count(desk, "streams"), count(desk, "vault"))
        assert before == figures(desk)
        assert dry == desk.imports.run(small(), [folder])
        assert (1200, 1200, {"missing:placed": 1}) == (dry.orders_new, dry.incidents, dry.rejected)


def test_a_dry_run_on_what_is_there(tmp_path: Path) -> None:
    """Orders that are known count as they were, or with news."""
    with opened(small()) as desk:
        desk.imports.run(small(), [write(tmp_path, orders=[order(), order(id="B")])])
        folder = write(tmp_path, orders=[order(), order(id="B", confirmed=when(2)), order(id="C")])
        last, dry = last_seq(desk), desk.imports.run(small(), [folder], dry_run=True)

        assert (1, 1, 1) == (dry.orders_unchanged, dry.orders_changed, dry.orders_new)
        assert last == last_seq(desk)
