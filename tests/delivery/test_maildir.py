"""A Maildir as a mailbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.delivery.maildir import MaildirBox
from incidentkit.errors import TransientChannelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty Maildir."""
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    return tmp_path


def put(folder: Path, name: str, content: bytes = b"From: a@x\n\nhi") -> None:
    """A new mail."""
    (folder / "tmp" / name).write_bytes(content)
    (folder / "tmp" / name).rename(folder / "new" / name)


def names(box: MaildirBox, cursor: str | None, limit: int = 10) -> tuple[set[str], str, bool]:
    """What a fetch brings, its cursor, and whether there is more."""
    found = box.fetch(cursor, limit)
    return {name for name, _ in found.mails}, found.cursor, found.more


def test_each_mail_comes_once(folder: Path) -> None:
    """Page by page, then only what is new; one that was read meanwhile is no new one."""
    box = MaildirBox("box", folder)
    for number in range(5):
        put(folder, f"m{number}")
    first, cursor, more = names(box, None, 3)
    second, cursor, end = names(box, cursor, 3)

    assert (3, 2, True, False) == (len(first), len(second), more, end)
    assert {f"m{number}" for number in range(5)} == first | second

    (folder / "new" / "m0").rename(folder / "cur" / "m0:2,S")
    put(folder, "m5")

    assert {"m5"} == names(box, cursor)[0]


def test_the_bytes_come_as_they_are(folder: Path) -> None:
    """Nothing in the folder is changed by it."""
    put(folder, "m", b"\xff\0raw")

    assert b"\xff\0raw" == MaildirBox("box", folder).fetch(None, 1).mails[0][1]
    assert ["m"] == [path.name for path in (folder / "new").iterdir()]


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """It may come later."""
    box = MaildirBox("box", tmp_path / "none")
    found, cursor, more = names(box, None)

    assert (set(), False) == (found, more)

    for part in ("none", "none/new", "none/cur", "none/tmp"):
        (tmp_path / part).mkdir()
    put(tmp_path / "none", "m")

    assert {"m"} == names(box, cursor)[0]


def test_a_folder_that_can_not_be_read_is_tried_later(tmp_path: Path) -> None:
    """The error names the mailbox and the cause, and no mail."""
    (tmp_path / "new").write_text("a file")

    with pytest.raises(TransientChannelError, match="The mailbox box") as caught:
        MaildirBox("box", tmp_path).fetch(None, 1)
    assert "ENOTDIR" == caught.value.got
