"""Tables that are not CSV: JSON Lines and workbooks."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import incidentkit as ik
from incidentkit.codec.profile import parse_profile
from incidentkit.desk.importing.limits import Limits
from incidentkit.desk.importing.rows import Row, read_rows
from incidentkit.domain.import_rules import Source
from tests.desk.importing import opened

openpyxl: Any = pytest.importorskip("openpyxl", reason="the extra import is not installed")

WHEN = datetime.fromisoformat("2024-01-02T03:04:00")
"""A time as a workbook has it: without a zone."""

PROFILE = """
name = "small"
times = ["iso"]
[sources.orders]
files = ["orders.{kind}*"]
kind = "{kind}"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
paid = "paid"
"""


def rows(path: Path, *columns: str, limits: Limits | None = None) -> list[tuple[int, Row | None]]:
    """What is read of a file, with its lines."""
    source = Source((path.name,), kind="xlsx" if path.suffix == ".xlsx" else "jsonl")
    return [(line, row) for (_, line), row in read_rows(path, source, columns, limits or Limits())]


def workbook(path: Path, *table: Sequence[object]) -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.save(path)
    return path


def jsonl(path: Path, text: str) -> Path:
    """A file of that text, packed where its name says so."""
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


# --- What is read ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["t.jsonl", "t.jsonl.gz"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    """Each line is a row; numbers stay as they are written, and what is absent or null is missing."""
    text = '{"a": " x ", "b": 1.10}\n\n{"b": null, "a": true}\n{"a": {"n": 2}}\n'

    assert [(1, ("x", "1.10")), (3, ("true", "")), (4, ('{"n": "2"}', ""))] == rows(jsonl(tmp_path / name, text), "a", "b")


def test_a_workbook(tmp_path: Path) -> None:
    """The first sheet is a table: numbers without needless points, times as ISO, empty rows skipped."""
    path = workbook(tmp_path / "t.xlsx", ["a", "b"], [1.5, 2.0], [None, None], [WHEN, True], ["x", None])

    assert [(2, ("1.5", "2")), (4, ("2024-01-02 03:04:00", "true")), (5, ("x", ""))] == rows(path, "a", "b")


def test_a_sheet_by_its_name(tmp_path: Path) -> None:
    """Another sheet than the first is read where the source names it; one that is not there is refused, with those that are."""
    book = openpyxl.Workbook()
    book.active.append(["a"])
    sheet = book.create_sheet("Orders")
    sheet.append(["a"])
    sheet.append([7])
    book.save(tmp_path / "t.xlsx")

    def of(name: str) -> list[Row | None]:
        return [row for _, row in read_rows(tmp_path / "t.xlsx", Source(("t.xlsx",), kind="xlsx", sheet=name), ["a"])]

    assert ([], [("7",)]) == (of(""), of("Orders"))
    with pytest.raises(ik.ImportRefused, match="has the sheet 'Lost'; got Sheet, Orders"):
        of("Lost")


def test_only_a_workbook_has_sheets() -> None:
    """A sheet beside a file in CSV is a mistake in the profile."""
    with pytest.raises(ik.InvalidInput, match="xlsx"):
        Source(("t.csv",), sheet="Orders")


def test_a_row_that_is_too_long(tmp_path: Path) -> None:
    """A value beyond the header's columns makes a row ragged."""
    assert [(2, None)] == rows(workbook(tmp_path / "t.xlsx", ["a"], [1, 2]), "a")


def test_numbers_as_they_are_shown(tmp_path: Path) -> None:
    """A sum of doubles is what a spreadsheet shows of it, with fifteen digits."""
    path = workbook(tmp_path / "t.xlsx", ["a"], [3 * 9.9], [0.1 + 0.2], [1e-7], [12345678.9])

    assert ["29.7", "0.3", "0.0000001", "12345678.9"] == [row[0] for _, row in rows(path, "a") if row]


COMMAS = """
decimal = ","
grouping = "."
[sources.orders]
files = ["orders.*"]
kind = "{kind}"
[[orders]]
source = "orders"
key = "id"
number = "id"
placed = "placed"
paid = "paid"
"""


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_amounts_in_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    """Text is read as the profile says; what is a number for JSON or a workbook is never mistaken for one with its points."""
    table: list[list[object]] = [["1.234,50 €", 1234.5], ["1.234", 1234], ["1,234", 1.234], ["1,5", 1.5]]
    texts: list[list[Any]] = [["id", "placed", "paid"], *([str(n), "2024-01-01", text] for n, (text, _) in enumerate(table))]
    values: list[list[Any]] = [[str(n), "2024-01-01", value] for n, (_, value) in enumerate(table, len(table))]
    if kind == "xlsx":
        workbook(tmp_path / "orders.xlsx", *texts, *values)
    elif kind == "jsonl":
        lines = [dict(zip(texts[0], row, strict=True)) for row in (*texts[1:], *values)]
        jsonl(tmp_path / "orders.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    else:
        (tmp_path / "orders.csv").write_text("".join(",".join(f'"{v}"' for v in row) + "\n" for row in texts), "utf-8")
    profile = parse_profile('name = "small"\n' + COMMAS.format(kind=kind))
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tmp_path])
        found = [str(order.captured) for order in sorted(desk.orders.find(), key=lambda order: order.number or "")]

    expected = ["1234.50 EUR", "1234.00 EUR", "0.00 EUR", "1.50 EUR"]
    assert expected * (1 if kind == "csv" else 2) == found
    assert {"unusable:paid": 1 if kind == "csv" else 2} == report.dropped


@pytest.mark.parametrize(
    ("text", "read"), [("1.5e3", "1500"), ("1E-2", "0,01"), ("1e400", "1e400"), ("1e99999999999999999999", "=")]
)
def test_numbers_of_json_with_an_exponent(tmp_path: Path, text: str, read: str) -> None:
    """They are written out, unless that would be without end."""
    path = jsonl(tmp_path / "t.jsonl", f'{{"a": {text}}}\n')
    ((_, row),) = read_rows(path, Source((path.name,), kind="jsonl"), ["a"], point=",")

    assert (text if read == "=" else read,) == row


def test_a_formula_is_not_reckoned(tmp_path: Path) -> None:
    """A formula that no spreadsheet has reckoned yet has no value; it is neither run nor read as text."""
    assert [(2, ("", "x"))] == rows(workbook(tmp_path / "t.xlsx", ["a", "b"], ["=1+1", "x"]), "a", "b")


@pytest.mark.parametrize("kind", ["jsonl", "xlsx"])
def test_orders_of_other_tables(tmp_path: Path, kind: str) -> None:
    """Orders enter from JSON Lines and workbooks as they do from CSV, and only once."""
    if kind == "xlsx":
        workbook(tmp_path / "orders.xlsx", ["id", "placed", "paid"], [7, WHEN, 12.5])
    else:
        jsonl(tmp_path / "orders.jsonl", json.dumps({"id": 7, "placed": "2024-01-01 10:00:00", "paid": 12.5}))
    profile = parse_profile(PROFILE.replace("{kind}", kind))
    with opened(profile) as desk:
        first, second = (desk.imports.run(profile, [tmp_path]) for _ in range(2))

        assert (1, 0, 1, {}) == (first.orders_new, second.orders_new, second.orders_unchanged, first.dropped)
        assert ik.Money("12.50", "EUR") == desk.orders.find()[0].captured


# --- Refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ('{"a": 1}\n{"a": ', "is JSON", 2),
        ("[1]\n", "is JSON", 1),
        ('{"a":' + "[" * 100_000 + "\n", "is JSON", 1),
        ('{"b": 1}\n', "has the key 'a' somewhere", 0),
    ],
)
def test_json_that_is_refused(tmp_path: Path, text: str, rule: str, line: int) -> None:
    """A line that is no object, or a key that is nowhere, is refused with its place."""
    with pytest.raises(ik.ImportRefused, match=rule) as caught:
        rows(jsonl(tmp_path / "t.jsonl", text), "a")

    assert ("t.jsonl", line) == (caught.value.file, caught.value.line)


def test_a_workbook_without_a_column(tmp_path: Path) -> None:
    """A header that lacks a column is refused by the column's name."""
    with pytest.raises(ik.ImportRefused) as caught:
        rows(workbook(tmp_path / "t.xlsx", ["a"], [1]), "b")

    assert ("b", 1) == (caught.value.column, caught.value.line)


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    """Not more than the limit is unpacked, whatever the file says of its size."""
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)

    with pytest.raises(ik.ImportRefused, match="more than it may unpack to"):
        rows(path, "a", limits=Limits(workbook=1_000_000))


def test_a_workbook_of_repetition_or_texts(tmp_path: Path) -> None:
    """A workbook that unpacks to many times its size is refused, and so is one with more beside its sheets than memory has."""
    path = workbook(tmp_path / "t.xlsx", ["a"], *[["x" * 30_000 + str(n)] for n in range(30)])

    for limits in (Limits(packing=5, small=1000), Limits(strings=1000)):
        with pytest.raises(ik.ImportRefused, match="more than it may unpack to"):
            rows(path, "a", limits=limits)


def test_a_workbook_with_a_cell_far_out(tmp_path: Path) -> None:
    """A value in the last column that there can be is refused, and does not fill the memory."""
    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD2"] = 1
    book.save(tmp_path / "t.xlsx")

    with pytest.raises(ik.ImportRefused, match="more than 1,000 columns"):
        rows(tmp_path / "t.xlsx", "a")


def test_ten_million_columns(tmp_path: Path) -> None:
    """A header without end is refused by the length of its line."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"," * 10_000_000)

    with pytest.raises(ik.ImportRefused, match="has lines of less than"):
        list(read_rows(path, Source(("t.csv",)), ["a"]))


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing reads workbooks, the error names the extra."""

    def missing(name: str) -> Any:
        raise ImportError(name)

    path = workbook(tmp_path / "t.xlsx", ["a"])
    monkeypatch.setattr("importlib.import_module", missing)

    with pytest.raises(ik.MissingExtra, match=r"incidentkit\[import\]"):
        rows(path, "a")


@given(data=st.binary(max_size=300), kind=st.sampled_from([".jsonl", ".jsonl.gz", ".xlsx"]), cut=st.integers(0, 3000))
@example(data=b'{"a": "\\ud800"}', kind=".jsonl", cut=0)
@example(data=b"PK\x03\x04", kind=".xlsx", cut=0)
def test_whatever_stands_in_a_file(data: bytes, kind: str, cut: int) -> None:
    """Any bytes, also in the middle of a good workbook, are rows or a refusal that names the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"t{kind}"
        if kind == ".xlsx" and not data.startswith(b"PK"):
            whole = workbook(path, ["a"], [1]).read_bytes()
            path.write_bytes(whole[:cut] + data + whole[cut + len(data) :])
        else:
            path.write_bytes(data)
        assert outcome(path) in ("rows", f"{path.name} refused")


def outcome(path: Path) -> str:
    """What comes of reading a file to its end."""
    try:
        found = rows(path, "a")
    except ik.ImportRefused as error:
        return f"{error.file} refused"
    return "rows" if all(row is None or len(row) == 1 for _, row in found) else "something else"


# --- Times and keys that disagree --------------------------------------------------------------------------------


def test_mixed_time_zones(tmp_path: Path) -> None:
    """Times with offsets of their own are instants, beside wall clocks of the profile's zone."""
    times = ["2024-01-01T12:00:00+02:00", "2024-01-01T05:00:00-05:00", "2024-01-01T10:00:00Z", "2024-01-01T10:00:00"]
    text = "".join(json.dumps({"id": i, "placed": at, "paid": 1}) + "\n" for i, at in enumerate(times))
    jsonl(tmp_path / "orders.jsonl", text)
    profile = parse_profile(PROFILE.replace("{kind}", "jsonl"))
    with opened(profile) as desk:
        desk.imports.run(profile, [tmp_path])

        assert {datetime.fromisoformat("2024-01-01T10:00:00Z")} == {o.placed_at for o in desk.orders.find()}


def test_a_key_twice_with_other_content(tmp_path: Path) -> None:
    """Of a key's rows the first enters; another that says the same is ignored, one that differs is rejected."""
    line = json.dumps({"id": 1, "placed": "2024-01-01", "paid": 1}) + "\n"
    jsonl(tmp_path / "orders.jsonl", line + line + line.replace("1}", "2}"))
    profile = parse_profile(PROFILE.replace("{kind}", "jsonl"))
    with opened(profile) as desk:
        report = desk.imports.run(profile, [tmp_path])

    assert (1, {"differs_from_first": 1}, ("orders.jsonl, line 3: differs_from_first",)) == (
        report.orders_new, report.rejected, report.examples,
    )  # fmt: skip
