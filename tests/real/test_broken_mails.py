"""The corpus of odd and broken mails: each is read, and its sender kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentkit.delivery.inbound.charsets import decoded
from incidentkit.delivery.inbound.headers import addresses_in
from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.ports import InboundMessage
from tests.real.mails import files_in


@pytest.fixture(scope="module")
def mails(real_data: Path) -> dict[str, bytes]:
    """Every broken mail, every bounce and every answer, by its name."""
    archives = ("broken/broken", "bounces/bounces", "replies/replies")
    return {f"{a}/{n}": c for a in archives for n, c in files_in(real_data / f"email/{a}.tar.gz").items()}


def test_the_corpus_is_whole(mails: dict[str, bytes]) -> None:
    """103 broken mails."""
    assert 103 == sum(name.startswith("broken/") for name in mails)


def test_every_mail_is_read(mails: dict[str, bytes]) -> None:
    """None raises, each is one message, and all of it can be written down as Unicode."""
    for content in mails.values():
        message = read_mail(content)[-1]

        assert isinstance(message, InboundMessage)
        f"{message.sender}{message.sender_name}{message.subject}{message.text}{message.reply}".encode()


def test_every_sender_is_kept(mails: dict[str, bytes]) -> None:
    """Whoever is named with an address in the line From is the sender."""
    for name, content in mails.items():
        message = read_mail(content)[-1]
        assert isinstance(message, InboundMessage)
        named = addresses_in(_from_line(content))

        assert not named or message.sender in named, name


def _from_line(content: bytes) -> str:
    """The header From as it is written, folded lines and all."""
    head = content.lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    text = decoded(head, "utf-8")
    lines, found = text.split("\n"), ""
    for line in lines:
        if found and line[:1] in (" ", "\t"):
            found += line
        elif found:
            break
        elif line.lower().startswith("from:"):
            found = line
    return found
