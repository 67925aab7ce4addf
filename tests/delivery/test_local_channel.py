"""The local channel: one file per key, whole or not there, in a Maildir that other programs read."""

from __future__ import annotations

import mailbox
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import evolve

from incidentkit.delivery.local import LocalChannel, incidentkit_register_channels
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import ConfigurationError, TransientChannelError
from incidentkit.hooks import PluginContext
from incidentkit.ports import Message

MESSAGE = Message(
    key="message/default/1/order.placed",
    to="ana@example.org",
    subject="Hola",
    text="Uno\n",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender="shop@example.com",
    name="Ana",
)


@pytest.fixture
def channel(tmp_path: Path) -> LocalChannel:
    """A channel whose folder is not there yet."""
    return LocalChannel(tmp_path / "maildir")


def _names(channel: LocalChannel, part: str = "new") -> list[str]:
    return sorted(path.name for path in (channel.maildir / part).iterdir())


def test_a_channel_makes_its_folder_with_the_first_message(channel: LocalChannel) -> None:
    """Making a channel touches nothing."""
    before = channel.maildir.exists()

    channel.send(MESSAGE)

    assert (False, True) == (before, channel.maildir.is_dir())


def test_a_mail_program_finds_the_mail(channel: LocalChannel) -> None:
    """The standard library reads the folder as a Maildir with one new mail."""
    channel.send(MESSAGE)
    box = mailbox.Maildir(channel.maildir, create=False)

    assert [("Hola", "new")] == [(mail["Subject"], mail.get_subdir()) for mail in box]


def test_a_mail_is_reported_delivered(channel: LocalChannel) -> None:
    """The receipt says delivered, and its reference is the mail's id."""
    receipt = channel.send(MESSAGE)

    assert ReceiptKind.DELIVERED is receipt.kind
    assert receipt.reference.encode() in next((channel.maildir / "new").iterdir()).read_bytes()


def test_a_key_sent_again_leaves_the_first_mail(channel: LocalChannel) -> None:
    """The same key in other words is the same mail: what the customer may have read stays."""
    channel.send(MESSAGE)

    channel.send(evolve(MESSAGE, text="Dos\n"))

    assert [b"Uno\r\n"] == [path.read_bytes().partition(b"\r\n\r\n")[2] for path in (channel.maildir / "new").iterdir()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no colon in the names that mail programs give")
def test_a_mail_that_was_read_meanwhile_is_not_sent_again(channel: LocalChannel) -> None:
    """A mail program that moved the file and added its flags does not make the channel forget it."""
    channel.send(MESSAGE)
    name = _names(channel)[0]
    (channel.maildir / "new" / name).rename(channel.maildir / "cur" / f"{name}:2,S")

    channel.send(MESSAGE)

    assert ([], [f"{name}:2,S"]) == (_names(channel), _names(channel, "cur"))


def test_what_a_killed_process_left_is_no_mail(channel: LocalChannel) -> None:
    """Half a mail in tmp is neither seen nor in the way."""
    channel.send(evolve(MESSAGE, key="another"))
    (channel.maildir / "tmp" / "half").write_bytes(b"From: sh")

    channel.send(MESSAGE)

    assert 2 == len(_names(channel))


def test_nothing_is_left_in_tmp(channel: LocalChannel) -> None:
    """A mail that is written stands in one place."""
    channel.send(MESSAGE)

    assert [] == _names(channel, "tmp")


def test_a_name_tells_nothing_of_the_key(channel: LocalChannel) -> None:
    """The file is named by the key's digest alone."""
    channel.send(MESSAGE)

    assert [64] == [len(name) for name in _names(channel)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_mail_is_for_its_owner_only(channel: LocalChannel) -> None:
    """Other users of the machine can't read what was written to customers."""
    channel.send(MESSAGE)

    assert 0o600 == next((channel.maildir / "new").iterdir()).stat().st_mode & 0o777


def test_a_folder_that_can_not_be_written_may_work_later(tmp_path: Path) -> None:
    """A file in the folder's place is a failure for the moment, named without the path."""
    (tmp_path / "maildir").write_text("")
    channel = LocalChannel(tmp_path / "maildir")

    with pytest.raises(TransientChannelError) as caught:
        channel.send(MESSAGE)

    assert str(tmp_path) not in str(caught.value)


def test_a_folder_that_comes_back_is_used_again(channel: LocalChannel) -> None:
    """After a failure the folder is made anew."""
    channel.send(MESSAGE)
    channel.maildir.rename(channel.maildir.with_name("away"))
    with pytest.raises(TransientChannelError):
        channel.send(evolve(MESSAGE, key="another"))

    channel.send(evolve(MESSAGE, key="another"))

    assert 1 == len(_names(channel))


def test_a_key_can_be_looked_up(channel: LocalChannel) -> None:
    """What was sent is known as delivered, what was not is unknown, also before the first message."""
    before = channel.look_up(MESSAGE.key)

    channel.send(MESSAGE)

    assert (None, Receipt(ReceiptKind.DELIVERED)) == (before, channel.look_up(MESSAGE.key))


def _registered(context: PluginContext) -> list[Path]:
    return [channel.maildir for channel in incidentkit_register_channels(context) if isinstance(channel, LocalChannel)]


def test_the_folder_lies_beside_the_store(tmp_path: Path) -> None:
    """Without settings, mails go to the folder maildir where the store is."""
    assert [tmp_path / "maildir"] == _registered(PluginContext("local", {}, tmp_path))


def test_a_setting_names_another_folder(tmp_path: Path) -> None:
    """A relative path lies in the store's folder, an absolute one where it says."""
    relative = _registered(PluginContext("local", {"maildir": "out/mail"}, tmp_path))

    absolute = _registered(PluginContext("local", {"maildir": str(tmp_path / "abs")}, None))

    assert ([tmp_path / "out" / "mail"], [tmp_path / "abs"]) == (relative, absolute)


def test_a_store_in_memory_writes_to_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder of the store's, mails go where the machine keeps what is temporary, and nowhere before the first."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    [channel] = incidentkit_register_channels(PluginContext("local", {}, None))
    before = list(tmp_path.iterdir())

    channel.send(MESSAGE)

    assert ([], 1) == (before, len(list(tmp_path.glob("incidentkit-*/maildir/new/*"))))


def test_a_relative_folder_beside_nothing_is_refused() -> None:
    """A setting that can't be followed is an error, not silence."""
    with pytest.raises(ConfigurationError, match=r"plugins\.local\.maildir"):
        _registered(PluginContext("local", {"maildir": "mails"}, None))


def test_a_wrong_setting_is_named() -> None:
    """A key that does not exist is named with its path."""
    with pytest.raises(ConfigurationError) as caught:
        _registered(PluginContext("local", {"maildri": "mails"}, Path("store")))

    assert any("plugins.local.maildri" in str(problem) for problem in caught.value.problems)
