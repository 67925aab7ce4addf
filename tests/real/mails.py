"""The real mails: read from their archives where they lie, never copied and never shown."""

from __future__ import annotations

import email
import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.ports import InboundMessage, ReceiptNews

__all__ = ["HARD", "Expected", "bounces", "files_in", "judged", "stated_fields"]

HARD = "hard"


@frozen
class Expected:
    """One bounce mail with what another tool says of it, and what we do.

    Args:
        rows: one for each recipient, as the other tool has them; the first is compared.
        fields: of the first recipient that its delivery status names; empty where it has none with a status.
    """

    name: str
    content: bytes
    rows: list[dict[str, Any]]
    fields: dict[str, str]
    news: tuple[ReceiptNews, ...]
    message: InboundMessage

    @property
    def hard(self) -> bool:
        """Whether we call its first recipient's address dead."""
        return bool(self.news) and self.news[0].hard

    @property
    def lost(self) -> bool:
        """Whether the other tool calls it a message that was lost."""
        return self.rows[0]["reason"] not in ("feedback", "vacation", "delivered")


@cache
def files_in(archive: Path) -> dict[str, bytes]:
    """The content of every file in an archive, by its name."""
    with tarfile.open(archive) as packed:
        found = {m.name.removeprefix("./"): packed.extractfile(m) for m in packed.getmembers() if m.isfile()}
        return {name: file.read() for name, file in found.items() if file is not None}


@cache
def bounces(data: Path) -> tuple[Expected, ...]:
    """Every mail of the corpus of bounces with an expectation."""
    stated = json.loads((data / "email/bounces/expected.json").read_text("utf-8"))["files"]
    mails = files_in(data / "email/bounces/bounces.tar.gz")
    return tuple(judged(name, mails[name], rows) for name, rows in sorted(stated.items()) if rows)


def judged(name: str, content: bytes, rows: list[dict[str, Any]]) -> Expected:
    """A mail, and what we read in it."""
    *news, message = read_mail(content)
    assert isinstance(message, InboundMessage)
    return Expected(name, content, rows, stated_fields(content), tuple(n for n in news if isinstance(n, ReceiptNews)), message)


def stated_fields(content: bytes) -> dict[str, str]:
    """The fields of the first recipient with a status, as the standard library reads them: an opinion beside ours."""
    for part in email.message_from_bytes(content).walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            for block in part.get_payload() if part.is_multipart() else ():
                if isinstance(block, email.message.Message) and block.get("status"):
                    return {key.lower(): str(value) for key, value in block.items()}
    return {}
