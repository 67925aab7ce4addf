"""The rejects file: what the files have and the record has not, or not in that order, for the shop to correct."""

from __future__ import annotations

import csv
import os
from errno import EISDIR
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import IO, Any, Self

from incidentkit.desk.importing.rows import Place
from incidentkit.errors import ImportRefused

__all__ = ["Rejects", "harmless"]

_COLUMNS = ("file", "line", "column", "value", "reason")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """A value that no spreadsheet takes for a formula: behind an apostrophe where it begins like one."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


class Rejects:
    """The file under way. It holds values of the source, which may be personal: nobody but its owner may read it.

    It is there only after the block has ended well with something to list, and then whole; it replaces an older one.
    """

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._path = path
        self._part = path.with_name(f".{path.name[:40]}.{token_hex(8)}.part")
        self._file: IO[str]
        self._table: Any

    def add(self, place: Place, column: str, value: str, reason: str) -> None:
        """List one thing."""
        self._table.writerow([harmless(place[0]), place[1], harmless(column), harmless(value), reason])
        self.count += 1

    def __enter__(self) -> Self:
        try:
            if self._path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
            self._begin()
        except OSError as error:
            raise self._refused(error) from error
        return self

    def _begin(self) -> None:
        opened = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # Half a surrogate pair can't be written down, and may stand in JSON.
        self._file = os.fdopen(opened, "w", encoding="utf-8", errors="backslashreplace", newline="")
        self._table = csv.writer(self._file)
        self._table.writerow(_COLUMNS)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._file.close()
            if kind is None and self.count:
                self._part.replace(self._path)
        except OSError as failure:
            raise self._refused(failure) from failure
        finally:
            self._part.unlink(missing_ok=True)

    def _refused(self, error: OSError) -> ImportRefused:
        return ImportRefused(
            f"The rejects file {self._path.name}",
            "can be written",
            got=error.strerror or type(error).__name__,
            next="Name another one, or make room.",
            file=self._path.name,
        )
