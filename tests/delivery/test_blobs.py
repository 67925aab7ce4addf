"""The folder of files that came with messages."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from incidentkit.delivery.blobs import FolderBlobs
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.ports import BlobStore

REF = "0123456789abcdef"


def test_what_is_put_comes_back(tmp_path: Path) -> None:
    """Also from another store on the folder; the same reference again replaces it."""
    blobs: BlobStore = FolderBlobs(tmp_path / "files")
    blobs.put(REF, b"one")
    blobs.put(REF, b"two")

    assert b"two" == FolderBlobs(tmp_path / "files").get(REF)
    assert [REF] == [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_what_is_dropped_is_gone(tmp_path: Path) -> None:
    """From the disk too; dropping it again does nothing."""
    blobs = FolderBlobs(tmp_path)
    blobs.put(REF, b"one")
    blobs.drop(REF)
    blobs.drop(REF)

    with pytest.raises(UnknownIdError):
        blobs.get(REF)
    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("ref", ["", "short", "../../../etc/passwd", "a/b" * 10, "x" * 200, "é" * 20, ".hidden-one"])
def test_no_reference_leads_out_of_the_folder(tmp_path: Path, ref: str) -> None:
    """What could be a path is refused before a disk is touched."""
    blobs = FolderBlobs(tmp_path / "files")

    for deed in (lambda: blobs.put(ref, b""), lambda: blobs.get(ref), lambda: blobs.drop(ref)):
        with pytest.raises(InvalidInput):
            deed()
    assert not (tmp_path / "files").exists()


def test_only_its_owner_can_read_a_file(tmp_path: Path) -> None:
    """Files and their folders."""
    FolderBlobs(tmp_path / "files").put(REF, b"one")

    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "files").rglob("*")}
    assert {0} == modes


def test_making_one_makes_no_folder(tmp_path: Path) -> None:
    """It comes with the first file; without a folder it is a temporary one."""
    FolderBlobs(tmp_path / "files")
    blobs = FolderBlobs(None)
    blobs.put(REF, b"one")

    assert not (tmp_path / "files").exists()
    assert b"one" == blobs.get(REF)
