"""A worker in a process of its own, to be killed: ``python -m tests.desk.sending_worker URL FILE KIND MINUTES LIMIT``.

Each message becomes a line of the file, and then a byte on standard output. Its clock is so many minutes ahead, and it sends no
more than so many, or with 0 all that are due.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.hooks import hookimpl
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Message
from tests.desk.world import SHOP

__all__ = ["KINDS", "Counting"]

KINDS = {
    "once-only": ChannelFeatures(confirms=True, idempotent=False),
    "idempotent": ChannelFeatures(confirms=True, idempotent=True),
    "look-up": ChannelFeatures(confirms=True, idempotent=False, lookup=True),
}


class Counting:
    """A channel that writes down every message that it is given, whole or not at all."""

    address: AddressKind = "email"
    name = "post"

    def __init__(self, file: Path, kind: str) -> None:
        self.features = KINDS[kind]
        self._file = file

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    def send(self, message: Message) -> Receipt:
        """One line, which others may be writing beside, and one sign of life."""
        line = f"{message.key}\n".encode()
        handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, line)
        os.close(handle)
        os.write(1, b".")
        return Receipt(ReceiptKind.DELIVERED)

    def look_up(self, key: str) -> Receipt | None:
        """Delivered where its line is there."""
        return Receipt(ReceiptKind.DELIVERED) if key in self.keys() else None

    def keys(self) -> list[str]:
        """Every message that it was given, as often as it was."""
        return self._file.read_text().split() if self._file.exists() else []


def _work(url: str, file: str, kind: str, minutes: str, limit: str) -> None:
    ahead = timedelta(minutes=int(minutes))
    with open_desk(url, SHOP, plugins=(Counting(Path(file), kind),), clock=lambda: datetime.now(UTC) + ahead) as desk:
        desk.send_due(limit=int(limit) or None)


if __name__ == "__main__":
    _work(*sys.argv[1:])
