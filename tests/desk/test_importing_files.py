"""Which files an import reads, and which it refuses, before anything is written."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing.limits import Limits
from incidentkit.desk.importing.rows import read_rows
from incidentkit.domain.import_rules import Source
from tests.desk.importing import PROFILE, imported, last_seq, opened, order, small, table, text_of, write

HEADER = "id,number,person,status,placed,confirmed,shipped,delivered,returned,promised\n"


def refusal(*paths: Path, profile: str = PROFILE) -> ik.ImportRefused:
    """The error of an import that leaves the record as it was."""
    read = parse_profile(profile)
    with opened(read) as desk:
        with pytest.raises(ik.ImportRefused) as caught:
            desk.imports.run(read, paths)
        assert 0 == last_seq(desk)
    return caught.value


# --- Files -------------------------------------------------------------------------------------------------------


def test_gzip_is_unpacked(tmp_path: Path) -> None:
    """A name that ends in .gz is unpacked."""
    (tmp_path / "orders.csv.gz").write_bytes(gzip.compress(table("orders", [order(), order(id="B")])))
    with opened(small()) as desk:
        assert {"orders": 2} == {k: n for k, n in desk.imports.run(small(), [tmp_path]).rows.items() if n}


def test_a_path_is_a_file_or_a_folder(tmp_path: Path) -> None:
    """Files of several folders and files named one by one are one import; other files in a folder are left alone."""
    first = write(tmp_path / "a", orders=[order()])
    second = write(tmp_path / "b", items=[{"order": "A", "product": "x", "price": "1"}])
    (first / "notes.txt").write_text("not a table")
    with opened(small()) as desk:
        report = desk.imports.run(small(), [str(first), second / "items.csv", first / "orders.csv"])

    assert {"orders": 1, "items": 1} == {k: n for k, n in report.rows.items() if n}


def test_one_path_needs_no_list(tmp_path: Path) -> None:
    """A single path stands for a list of one."""
    folder = write(tmp_path, orders=[order()])
    with opened(small()) as desk:
        assert 1 == desk.imports.run(small(), str(folder)).orders_new


def test_several_files_are_one_table(tmp_path: Path) -> None:
    """All files that fit a source's patterns are read, one after the other."""
    folder = write(tmp_path, orders=[order()])
    columns = ["review", "order", "score", "asked", "answered", "comment"]
    for i in (1, 2):
        row = {"review": str(i), "order": "A", "score": str(i), "answered": "2024-01-09 00:00:00"}
        (folder / f"reviews-{i}.csv").write_text(text_of(columns, [row]))
    with opened(small()) as desk:
        assert (2, 1.5) == (desk.imports.run(small(), [folder]).answers, desk.measure("csat_mean").rows[0].value)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str, mark: str) -> None:
    """Text is read in the profile's encoding, and a byte-order mark at its start is no part of it."""
    if mark and encoding == "cp1252":
        mark = ""
    path = tmp_path / "orders.csv"
    path.write_bytes((mark + "größe,id\nñ,1\n").encode(encoding))
    rows = [row for _, row in read_rows(path, Source(("orders.csv",), encoding=encoding), ["id", "größe"])]

    assert [("1", "ñ")] == rows


def test_quoted_values_may_hold_anything(tmp_path: Path) -> None:
    """Line breaks, delimiters and doubled quotes stand inside quotes; blanks at either end are cut off, empty lines skipped."""
    path = tmp_path / "t.csv"
    path.write_text('a;b\r\n" one;\n""two"" ";x\r\n\r\n  three ; y \r\n', newline="")
    rows = list(read_rows(path, Source(("t.csv",), delimiter=";"), ["b", "a"]))

    assert [(("t.csv", 3), ("x", 'one;\n"two"')), (("t.csv", 5), ("y", "three"))] == rows


def test_ragged_rows_are_rejected(tmp_path: Path) -> None:
    """A row with more or fewer values than the header is counted, named and left out; the others enter."""
    text = HEADER + "A,,,,2024-01-01,,,,,\nB,,,,2024-01-01\nC,,,,2024-01-01,,,,,,,\n"
    (tmp_path / "orders.csv").write_text(text)
    with opened(small()) as desk:
        report = desk.imports.run(small(), [tmp_path])

    assert (1, 3, {"ragged_row": 2}) == (report.orders_new, report.rows["orders"], report.rejected)
    assert ("orders.csv, line 3: ragged_row", "orders.csv, line 4: ragged_row") == report.examples


def test_a_table_without_rows(tmp_path: Path) -> None:
    """A header alone is a table: there is nothing to import, and nothing wrong."""
    with imported(tmp_path, orders=[]) as (desk, report):
        assert (0, 0, 0) == (report.rows["orders"], report.events, last_seq(desk))


# --- Refusals ----------------------------------------------------------------------------------------------------


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    """A path to nothing is refused by its name."""
    assert "nowhere.csv" in str(refusal(tmp_path / "nowhere.csv"))


def test_a_named_file_that_no_source_knows(tmp_path: Path) -> None:
    """A file that was named and fits no source is an error, which lists the names that would fit."""
    (tmp_path / "other.csv").write_text("a\n")

    assert "Known: orders.csv" in str(refusal(write(tmp_path, orders=[order()]), tmp_path / "other.csv"))


def test_a_source_without_a_file(tmp_path: Path) -> None:
    """A source that is not optional needs a file, and the error says how it would be called."""
    assert "The source orders: needs a file that is called orders.csv or orders.csv.gz" in str(refusal(tmp_path))


def test_the_same_file_twice(tmp_path: Path) -> None:
    """A table that lies there plain and packed would count twice, and is refused."""
    folder = write(tmp_path, orders=[order()])
    (folder / "orders.csv.gz").write_bytes(gzip.compress(table("orders", [order()])))

    assert "has each file once; got orders.csv and orders.csv.gz" in str(refusal(folder))


def test_a_missing_column(tmp_path: Path) -> None:
    """A file without a column that the profile reads is refused, naming file, line and column."""
    (tmp_path / "orders.csv").write_text(HEADER.replace("confirmed", "approved"))
    error = refusal(tmp_path)

    assert ("orders.csv", 1, "confirmed") == (error.file, error.line, error.column)


def test_a_column_twice(tmp_path: Path) -> None:
    """A column that stands in the header twice could mean either, and is refused."""
    (tmp_path / "orders.csv").write_text(HEADER.replace("number", "id"))

    assert "has the column 'id' once; got two of that name" in str(refusal(tmp_path))


def test_an_empty_file(tmp_path: Path) -> None:
    """A file without even a header is refused."""
    (tmp_path / "orders.csv").write_bytes(b"")

    assert "got an empty file" in str(refusal(tmp_path))


def _bytes(folder: Path, data: bytes, name: str = "orders.csv") -> Path:
    (folder / name).write_bytes(data)
    return folder


ROWS = HEADER + "".join(f"{i},,,,2024-01-01 10:00:00,,,,,\n" for i in range(2000))
PACKED = gzip.compress(ROWS.encode())

BROKEN: dict[str, tuple[Callable[[Path], Path], str, int]] = {
    "wrong encoding": (lambda f: _bytes(f, ROWS.encode() + "ñ,,,,,,,,,\n".encode("cp1252")), "is text in utf-8", 2002),
    "truncated gzip": (lambda f: _bytes(f, PACKED[: len(PACKED) // 2], "orders.csv.gz"), "is gzip, whole and unbroken", -1),
    "damaged gzip": (
        lambda f: _bytes(f, PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "orders.csv.gz"), "is gzip, whole and unbroken", 2001,
    ),
    "not gzip at all": (lambda f: _bytes(f, ROWS.encode(), "orders.csv.gz"), "is gzip, whole and unbroken", 0),
    "a quote that never ends": (lambda f: _bytes(f, (ROWS + '"A,,,,,,,,,\n').encode()), "is CSV", 2002),
    "a value without end": (lambda f: _bytes(f, (ROWS + "A" * 200_000 + ",,,,,,,,,\n").encode()), "is CSV", 2002),
    "a line without end": (lambda f: _bytes(f, (ROWS + "A" * 2_000_000).encode()), "has lines of less than", 2002),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file(tmp_path: Path, broken: str) -> None:
    """A file that can't be read to its end is refused, naming file and line, and nothing of it enters."""
    make, rule, line = BROKEN[broken]
    error = refusal(make(tmp_path))

    assert rule in str(error)
    assert error.file in ("orders.csv", "orders.csv.gz")
    assert line in (-1, error.line)


def test_a_broken_file_keeps_the_others_out(tmp_path: Path) -> None:
    """Every file is read to its end before the first is written."""
    folder = write(tmp_path, orders=[order()])
    (folder / "reviews.csv").write_bytes(b"review,order,score,asked,answered,comment\n\xff,,,,,\n")

    assert ("reviews.csv", 2) == (refusal(folder).file, refusal(folder).line)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A file that unpacks to more than the limit is given up as soon as it does."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a\n" + b"0123456789\n" * 100_000))

    with pytest.raises(ik.ImportRefused, match=r"t\.csv\.gz, line 10: unpacks to at most 100 characters"):
        list(read_rows(path, Source(("t.csv.gz",)), ["a"], Limits(characters=100)))


def test_mostly_repetition_is_not_read_for_hours(tmp_path: Path) -> None:
    """A packed file is given up where it unpacks to many times its size; a plain one of the same text is read."""
    text = b"a\n" + b"\n" * 200_000
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "t.csv").write_bytes(text)
    limits = Limits(packing=200, small=50_000)

    assert [] == list(read_rows(tmp_path / "t.csv", Source(("t.csv",)), ["a"], limits))
    with pytest.raises(ik.ImportRefused, match="unpacks to at most 200 times its size"):
        list(read_rows(tmp_path / "t.csv.gz", Source(("t.csv.gz",)), ["a"], limits))


def test_a_row_over_many_lines(tmp_path: Path) -> None:
    """A row is refused where its values go on and on, whatever the length of its lines; many short ones are read."""
    (tmp_path / "t.csv").write_text("a,b\n" + "1,2\n" * 500 + '"x\n",' * 500 + "\n")

    with pytest.raises(ik.ImportRefused, match="line 702: has rows of less than 1,000 characters"):
        list(read_rows(tmp_path / "t.csv", Source(("t.csv",)), ["a"], Limits(record=1000)))


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """A file that vanishes between finding and reading is refused like any other that can't be read."""
    with pytest.raises(ik.ImportRefused, match=f"can be read; got {os.strerror(2)}"):
        list(read_rows(tmp_path / "gone.csv", Source(("gone.csv",)), ["a"]))


def test_errors_hold_no_values(tmp_path: Path) -> None:
    """An error about a file quotes none of its rows."""
    error = refusal(_bytes(tmp_path, (ROWS + '"Eva Secret,,,,,,,,,\n').encode()))

    assert "Secret" not in str(error)


def test_a_batch_is_no_place_for_an_import(tmp_path: Path) -> None:
    """Inside a batch an import is refused, since it is many transactions of its own."""
    folder = write(tmp_path, orders=[order()])
    with opened(small()) as desk, pytest.raises(ik.RuleViolation, match="needs transactions of its own"), desk.batch():
        desk.imports.run(small(), [folder])
