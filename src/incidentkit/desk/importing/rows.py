"""The rows of one file: CSV or JSON Lines, plain or gzip, or a workbook; refused as soon as it turns out to be broken."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from incidentkit.desk.importing.workbooks import workbook_rows
from incidentkit.domain.import_rules import Source
from incidentkit.errors import ImportRefused

__all__ = ["LIMITS", "Limits", "Place", "Row", "read_rows"]

Row = tuple[str, ...]
"""The values of the columns that were asked for, without blanks at either end."""

Place = tuple[str, int]
"""A file's name, and the line on which a row ends."""


@frozen
class Limits:
    """What no honest file reaches.

    Args:
        characters: of one file, unpacked.
        line: characters of one line.
        workbook: bytes of a workbook, unpacked.
        columns: of a workbook.
    """

    characters: int = 4 * 2**30
    line: int = 2**20
    workbook: int = 2**30
    columns: int = 1000


LIMITS = Limits()


def read_rows(
    path: Path, source: Source, columns: Sequence[str], limits: Limits = LIMITS
) -> Iterator[tuple[Place, Row | None]]:
    """Every row of a file with its place; None for a row that has more or fewer values than the header.

    Raises:
        ImportRefused: the file can't be read to its end as a table with those columns. It names the file, the line and, where
            one is to blame, the column.
    """
    opened = _Opened(path, limits)
    if source.kind == "xlsx":
        yield from _sheet(opened, columns)
        return
    try:
        with path.open("rb") as raw:
            packed = gzip.GzipFile(fileobj=raw) if path.name.endswith(".gz") else raw
            text = io.TextIOWrapper(packed, encoding=source.encoding, newline="")
            if source.kind == "jsonl":
                yield from _objects(opened, text, columns)
            else:
                yield from _picked(opened, csv.reader(opened.lines(text), delimiter=source.delimiter, strict=True), columns)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise opened.refused("is gzip, whole and unbroken", _broken(error), "Fetch the file again.") from error
    except UnicodeDecodeError as error:
        opened.line += 1 + error.object[: error.start].count(b"\n")
        raise opened.refused(f"is text in {source.encoding}", "other bytes", "Name its encoding in the profile.") from None
    except UnicodeError as error:
        raise opened.refused(f"is text in {source.encoding}", "other bytes", "Name its encoding in the profile.") from error
    except csv.Error as error:
        raise opened.refused("is CSV", str(error), "Write the file anew, with quotes closed and doubled inside.") from error
    except OSError as error:
        raise opened.refused(
            "can be read", error.strerror or type(error).__name__, "Check the path and its permissions."
        ) from error


def _broken(error: Exception) -> str:
    return "the end of the file too early" if isinstance(error, EOFError) else "other bytes"


@define
class _Opened:
    """A file being read: how far, and how to complain about it."""

    path: Path
    limits: Limits
    line: int = 0
    _characters: int = field(default=0, init=False)

    def lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """Lines, one by one, within the limits: neither a bomb nor a file without line breaks fills the memory."""
        longest = self.limits.line
        while line := text.readline(longest):
            if not self.line:
                line = line.removeprefix("\ufeff")
            self.line += 1
            self._characters += len(line)
            if len(line) >= longest:
                raise self.refused(f"has lines of less than {longest:,} characters", "a longer one")
            if self._characters > self.limits.characters:
                raise self.refused(f"unpacks to at most {self.limits.characters:,} characters", "more", "Split the file.")
            yield line

    def refused(self, rule: str, got: str, next: str = "", **context: object) -> ImportRefused:
        """An error that says where."""
        where = f"{self.path.name}, line {self.line}" if self.line else self.path.name
        return ImportRefused(where, rule, got=got, next=next, file=self.path.name, line=self.line, **context)


def _picked(opened: _Opened, table: Iterator[list[str]], columns: Sequence[str]) -> Iterator[tuple[Place, Row | None]]:
    header = [name.strip() for name in next(table, [])]
    places = [_column(opened, header, name) for name in columns]
    name, width = opened.path.name, len(header)
    for values in table:
        if len(values) == width:
            yield (name, opened.line), tuple([values[i].strip() for i in places])
        elif values:
            yield (name, opened.line), None


# --- JSON Lines --------------------------------------------------------------------------------------------------


def _objects(opened: _Opened, text: io.TextIOWrapper, columns: Sequence[str]) -> Iterator[tuple[Place, Row | None]]:
    absent, seen = set(columns), False
    for line in opened.lines(text):
        if line.strip():
            seen, found = True, _object(opened, line)
            absent.difference_update(found)
            yield (opened.path.name, opened.line), tuple([_written(found.get(name)) for name in columns])
    for name in sorted(absent) if seen else ():
        opened.line = 0
        raise opened.refused(f"has the key {name!r} somewhere", "none", "Correct the profile or the file.", column=name)


def _object(opened: _Opened, line: str) -> dict[str, Any]:
    try:
        # Numbers stay as they are written: amounts are exact.
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise opened.refused("is JSON, one object on each line", error.msg, "Write the file anew.") from None
    except RecursionError:
        raise opened.refused("is JSON, one object on each line", "one inside another without end") from None
    if not isinstance(found, dict):
        raise opened.refused("is JSON, one object on each line", "something else", "Write the file anew.")
    return found


def _written(value: Any) -> str:
    """A value of JSON as text."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else json.dumps(value, ensure_ascii=False)


# --- Workbooks ---------------------------------------------------------------------------------------------------


def _sheet(opened: _Opened, columns: Sequence[str]) -> Iterator[tuple[Place, Row | None]]:
    cells = _cells(opened)
    header = [text.strip() for text in next(cells, [])]
    places = [_column(opened, header, name) for name in columns]
    for line, values in enumerate(cells, start=2):
        opened.line = line
        if any(values):
            padded = [*values, *[""] * (len(header) - len(values))]
            extra = any(padded[len(header) :])
            yield (opened.path.name, line), None if extra else tuple([padded[i].strip() for i in places])


def _cells(opened: _Opened) -> Iterator[list[str]]:
    try:
        yield from workbook_rows(opened.path, opened.limits.workbook, opened.limits.columns)
    except ValueError as error:
        raise opened.refused("is a workbook, whole and unbroken", str(error), "Save it again as .xlsx.") from error
    except OSError as error:
        raise opened.refused("can be read", error.strerror or "another kind of file", "Check the path.") from error


def _column(opened: _Opened, header: list[str], name: str) -> int:
    if header.count(name) == 1:
        return header.index(name)
    opened.line = 1
    found = "two of that name" if name in header else ", ".join(header)[:300] or "an empty file"
    raise opened.refused(f"has the column {name!r} once", found, "Correct the profile or the file.", column=name)
