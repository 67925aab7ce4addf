"""The file that names those who were forgotten."""

from __future__ import annotations

import multiprocessing
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.delivery.tombstones import FileLedger
from incidentkit.errors import StoreError
from incidentkit.ports import Tombstone, TombstoneLedger

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def stone(customer: str, tenant: str = "default") -> Tombstone:
    """Of somebody."""
    return Tombstone("s", tenant, customer, AT)


@given(st.lists(st.lists(st.builds(stone, st.text(max_size=8), st.text(max_size=8)), max_size=3), max_size=4))
def test_what_was_added_is_read(tmp_path_factory: pytest.TempPathFactory, added: list[list[Tombstone]]) -> None:
    """All of it, in its order, by another ledger on the same file too."""
    path = tmp_path_factory.mktemp("ledger") / "apart" / "ledger.jsonl"
    ledger: TombstoneLedger = FileLedger(path)
    for some in added:
        ledger.add(some)

    assert [one for some in added for one in some] == list(FileLedger(path).read())


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """Its mode says so; without a file there is nobody in it."""
    ledger = FileLedger(tmp_path / "ledger.jsonl")
    assert [] == list(ledger.read())
    ledger.add([stone("a")])

    assert 0o600 == stat.S_IMODE((tmp_path / "ledger.jsonl").stat().st_mode)


@pytest.mark.parametrize("cut", range(1, 70, 7))
def test_a_line_that_was_cut_short_spoils_none(tmp_path: Path, cut: int) -> None:
    """A crash while one is written leaves those before it, and those that are written after it."""
    path = tmp_path / "ledger.jsonl"
    ledger = FileLedger(path)
    ledger.add([stone("a"), stone("b")])
    path.write_bytes(path.read_bytes()[:-cut])
    ledger.add([stone("c")])

    assert ["a", "c"] == [one.customer for one in ledger.read() if one.customer != "b"]


def test_what_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    """By the number of the line, without its content."""
    path = tmp_path / "ledger.jsonl"
    FileLedger(path).add([stone("a")])
    path.write_text(path.read_text() + "secret\n" + path.read_text())

    with pytest.raises(StoreError, match="line 2") as caught:
        FileLedger(path).read()
    assert "secret" not in str(caught.value)


def _write(path: Path, who: int) -> None:
    for number in range(50):
        FileLedger(path).add([stone(f"{who}-{number}")])


def test_processes_write_at_once(tmp_path: Path) -> None:
    """Each line whole, none lost."""
    path = tmp_path / "ledger.jsonl"
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_write, args=(path, who)) for who in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert {f"{who}-{number}" for who in range(3) for number in range(50)} == {one.customer for one in FileLedger(path).read()}


def test_it_says_where_it_lies(tmp_path: Path) -> None:
    """And nothing of what is in it."""
    ledger = FileLedger(tmp_path / "ledger.jsonl")
    ledger.add([stone("a")])

    assert f"FileLedger({str(tmp_path / 'ledger.jsonl')!r})" == repr(ledger)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """To read and to write, with its name."""
    ledger = FileLedger(tmp_path)

    with pytest.raises(StoreError, match="must be readable"):
        ledger.read()
    with pytest.raises(StoreError, match="must be readable"):
        ledger.add([stone("a")])
