"""Files that can't be read, through `incidentkit import` and its sketch: said in one line, and nothing is left behind."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.cli.test_bad_input import refused

PROFILE = """
name = "till"
[sources.orders]
files = "orders.*"
kind = "{kind}"
[[orders]]
source = "orders"
key = "id"
placed = "placed"
paid = "paid"
"""

HEAD = "id,placed,paid\n"
ROWS = HEAD + "".join(f"{n},2024-01-01,1\n" for n in range(500))


def zipped() -> bytes:
    """An archive that is no workbook."""
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as archive:
        archive.writestr("orders.csv", ROWS)
    return found.getvalue()


BROKEN: Mapping[str, tuple[str, bytes, str]] = {
    "truncated": ("orders.csv.gz", gzip.compress(ROWS.encode())[:600], "is gzip, whole and unbroken"),
    "no gzip at all": ("orders.csv.gz", ROWS.encode(), "is gzip, whole and unbroken"),
    "a quote that never ends": ("orders.csv", (ROWS + '"A,2024').encode(), "is CSV"),
    "a line without end": ("orders.csv", b"a," * 2**20, "has lines of less than 1,048,576 characters"),
    "many columns": ("orders.csv", b",".join(b"%d" % n for n in range(20_001)), "has at most 20,000 columns; got 20,001"),
    "columns over many lines": ("orders.csv", b'"a\n",' * 2**20, "has rows of less than 4,194,304 characters"),
    "many keys": ("orders.jsonl", b"{%s}" % b",".join(b'"%d": 1' % n for n in range(20_001)), "orders.jsonl"),
    "broken JSON": ("orders.jsonl", b'{"id": 1, "placed": "2024-01-01", "paid": 1}\n{"id"', "orders.jsonl, line 2: is JSON"),
    "JSON without end": ("orders.jsonl", b"[" * 100_000, "orders.jsonl, line 1: is JSON"),
    "no workbook": ("orders.xlsx", ROWS.encode(), "is a workbook"),
    "another archive": ("orders.xlsx", zipped(), "is a workbook"),
    "empty": ("orders.csv", b"", "got an empty file"),
    "an archive": ("orders.csv", zipped(), "orders.csv"),
    "a document": ("orders.csv", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "orders.csv"),
    "nothing like text": ("orders.csv", bytes(range(256)) * 40, "orders.csv"),
    "UTF-16 without its mark": ("orders.csv", ROWS.encode("utf-16-le"), "orders.csv"),
}

FOR_A_PROFILE: Mapping[str, tuple[bytes, str]] = {
    "another encoding": ((ROWS + "ñ,2024-01-01,1\n").encode("cp1252"), "orders.csv, line 502: is text in utf-8"),
    "a missing column": (ROWS.replace("placed", "put", 1).encode(), "has the column 'placed' once; got id, put, paid"),
    "a column twice": (ROWS.replace("paid", "placed", 1).encode(), "has the column 'paid' once"),
}
"""What a sketch can do with."""


def prepared(here: Path, name: str, data: bytes) -> list[Path]:
    """The folder with the file and a profile for it."""
    kind = Path(name).suffix[1:] if name.endswith(("xlsx", "jsonl")) else "csv"
    (here / "p.toml").write_text(PROFILE.format(kind=kind))
    (here / name).write_bytes(data)
    return sorted(here.iterdir())


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_file_is_refused(here: Path, broken: str) -> None:
    """An import and a sketch name the file and what is wrong with it, and leave neither store, list nor profile."""
    name, data, said = BROKEN[broken]
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl", reason="the extra import is not installed")
    before = prepared(here, name, data)

    refused(run("import", "--profile", "p.toml", "--store", "s.db", name), name, said)
    refused(run("import", "--sketch", name, "--out", "new.toml"), name, *([said] if said != name else []))
    assert before == sorted(here.iterdir())


@pytest.mark.parametrize("broken", FOR_A_PROFILE)
def test_a_file_that_does_not_fit_its_profile(here: Path, broken: str) -> None:
    """What a sketch makes another profile of is refused by this one, and nothing is left behind."""
    data, said = FOR_A_PROFILE[broken]
    before = prepared(here, "orders.csv", data)

    refused(run("import", "--profile", "p.toml", "--store", "s.db", "orders.csv"), said)
    assert before == sorted(here.iterdir())
    assert 0 == run("import", "--sketch", "orders.csv", "--out", "new.toml").code


def test_a_broken_file_changes_nothing_that_is_there(here: Path) -> None:
    """A store that is there stays as it is, also what is listed beside it."""
    prepared(here, "orders.csv", ROWS.encode() + b"501,soon,1\n")
    run("import", "--profile", "p.toml", "--store", "s.db", "orders.csv")
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.name != "orders.csv"}
    (here / "orders.csv").write_bytes((ROWS + "600,2024-01-01,1\n" + '"A,2024').encode())

    refused(run("import", "--profile", "p.toml", "--store", "s.db", "orders.csv"), "is CSV")
    assert before == {path.name: path.read_bytes() for path in here.iterdir() if path.name != "orders.csv"}


def test_formulas_zones_and_keys_twice(here: Path) -> None:
    """What can be read is; what can't is counted and listed, and no formula is run or left to be run."""
    rows = "=1+1,2024-01-01,=2+2\n1,2024-01-01T10:00:00+02:00,1\n2,2024-01-01T10:00:00Z,1\n2,2024-01-02T10:00:00Z,2\n"
    prepared(here, "orders.csv", (HEAD + rows).encode())
    found = run("import", "--profile", "p.toml", "--store", "s.db", "--json", "orders.csv").json

    assert (3, {"unusable:paid": 1}, {"differs_from_first": 1}) == (found["orders_new"], found["dropped"], found["rejected"])
    assert "orders.csv,2,paid,'=2+2,unusable:paid" in (here / "rejects.csv").read_text()
