"""What a process was told by a desk, written down outside of the store: it says what must be there when the process is not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Journal", "Said", "read"]


class Journal:
    """One process's, in a file of its own. Each line is there as a whole once `note` returns."""

    def __init__(self, file: Path) -> None:
        self._handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, what: str, key: str = "", **more: Any) -> None:
        """One more line: ``asked`` before a call, ``done`` after it, ``again`` after an error that says to call again."""
        os.write(self._handle, json.dumps([what, key, more]).encode() + b"\n")


Said = tuple[str, str, Mapping[str, Any]]


def read(folder: Path) -> Iterator[Said]:
    """Everything that was noted in a folder."""
    for file in sorted(folder.glob("*.journal")):
        for line in file.read_text().splitlines():
            what, key, more = json.loads(line)
            yield what, key, more
