"""``incidentkit scoreboard --html FILE`` writes the page, all of it or nothing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from incidentkit.cli.files import write_whole
from tests.cli.running import NOW, run


@pytest.mark.parametrize(("language", "told"), [("en", "Wrote the scoreboard to"), ("es", "El marcador está en")])
def test_page_is_written_in_the_readers_language(demo: Path, tmp_path: Path, language: str, told: str) -> None:
    """The file has the whole page in the language asked for, and the terminal says where it is."""
    file = tmp_path / "board.html"
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--html", file, "--lang", language)
    page = file.read_text("utf-8")

    assert (0, True) == (answer.code, answer.out.startswith(told))
    assert page.startswith(f'<!DOCTYPE html>\n<html lang="{language}">')
    assert page.endswith("</html>\n")
    assert "Casa Lumbre" in page


def test_page_and_json_go_together(demo: Path, tmp_path: Path) -> None:
    """With --json the file is written too, and only the JSON is printed."""
    answer = run("scoreboard", "--store", demo, "--now", NOW, "--html", tmp_path / "board.html", "--json")

    assert "Casa Lumbre" == answer.json["shop"]
    assert (tmp_path / "board.html").stat().st_size > 0


@pytest.mark.parametrize("name", ["no-such-folder/board.html", "."])
def test_what_can_not_be_written_is_named(demo: Path, here: Path, name: str) -> None:
    """A folder that is missing, and a folder in the file's place, are refused with the name that was given."""
    answer = run("scoreboard", "--store", demo, "--html", name)

    assert (1, "") == (answer.code, answer.out)
    assert name in answer.err
    assert [] == list(here.iterdir())


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, the old file is whole and nothing lies beside it."""
    file = tmp_path / "board.html"
    file.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_whole(file, "new")

    assert ("old", [file]) == (file.read_text(), list(tmp_path.iterdir()))
    assert str(file) == caught.value.filename


def test_links_and_permissions_stay(tmp_path: Path) -> None:
    """What a link leads to is replaced, not the link; a file that others may not read stays so."""
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole(link, "new")

    assert (True, "new", 0o640) == (link.is_symlink(), real.read_text(), real.stat().st_mode & 0o777)


def test_a_device_stays_a_device() -> None:
    """What is no file is written to, not replaced."""
    write_whole(Path(os.devnull), "page")

    assert not Path(os.devnull).is_file()
