"""The built-in ledger of those who were forgotten: a file with a line of JSON for each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from incidentkit.errors import StoreError
from incidentkit.ports import Tombstone

__all__ = ["FileLedger"]


class FileLedger:
    """Adds lines to the end of a file that only its owner can read. It is made with the first one.

    Several processes may write to it at once. Keep it out of what is restored together with the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"FileLedger({str(self._path)!r})"

    def add(self, tombstones: Sequence[Tombstone]) -> None:
        """Write a line for each, and wait for the disk.

        Raises:
            StoreError: the file can't be written.
        """
        if tombstones:
            with self._at_hand():
                self._write(tombstones)

    def _write(self, tombstones: Sequence[Tombstone]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            text = _torn(handle) + "".join(_line(tombstone) for tombstone in tombstones)
            os.write(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def read(self) -> Iterable[Tombstone]:
        """Every line that was written whole; one that a crash has cut short was never said to be kept.

        Raises:
            StoreError: the file can't be read, or a line in the middle is none of ours.
        """
        with self._at_hand():
            content = self._path.read_bytes() if self._path.exists() else b""
        return tuple(self._tombstones(content.split(b"\n")))

    @contextmanager
    def _at_hand(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            rule, step = "must be readable and writable", "Check its permissions; what is to be written there waits."
            raise StoreError(str(self._path), rule, got=type(error).__name__, next=step) from error

    def _tombstones(self, lines: Sequence[bytes]) -> Iterator[Tombstone]:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                said = json.loads(line)
                yield Tombstone(said["store"], said["tenant"], said["customer"], datetime.fromisoformat(said["at"]))
            except (ValueError, KeyError, TypeError) as error:
                if number < len(lines) and not _cut_short(line):
                    rule, step = "holds a tombstone on each line", "Restore it from a copy, or take the line out."
                    raise StoreError(str(self._path), rule, got=f"something else on line {number}", next=step) from error


def _line(tombstone: Tombstone) -> str:
    said = {
        "store": tombstone.store,
        "tenant": tombstone.tenant,
        "customer": tombstone.customer,
        "at": tombstone.at.isoformat(),
    }
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False) + "\n"


def _torn(handle: int) -> str:
    """What ends a last line that was cut short, so that it spoils none of ours."""
    size = os.fstat(handle).st_size
    if not size:
        return ""
    os.lseek(handle, size - 1, os.SEEK_SET)
    return "" if os.read(handle, 1) == b"\n" else "\n"


def _cut_short(line: bytes) -> bool:
    """Whether it is the beginning of a line of ours."""
    return line.startswith(b'{"store":') and not line.rstrip().endswith(b"}")
