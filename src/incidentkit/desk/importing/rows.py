"""The rows of one file: CSV or JSON Lines, plain or gzip, or a workbook; refused as soon as it turns out to be broken."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from incidentkit.desk.importing.jsonl import keys, objects
from incidentkit.desk.importing.limits import LIMITS, Limits
from incidentkit.desk.importing.opened import Opened, Place, Row
from incidentkit.desk.importing.workbooks import NoSheet, workbook_rows
from incidentkit.domain.import_rules import Source

__all__ = ["Place", "Row", "read_columns", "read_rows"]


def read_rows(
    path: Path, source: Source, columns: Sequence[str], limits: Limits = LIMITS, point: str = "."
) -> Iterator[tuple[Place, Row | None]]:
    """Every row of a file with its place; None for a row that has more or fewer values than the header.

    Args:
        point: of numbers that are more than text: those of JSON and of workbooks.

    Raises:
        ImportRefused: the file can't be read to its end as a table with those columns. It names the file, the line and, where
            one is to blame, the column.
    """
    opened = Opened(path, limits)
    if source.kind == "xlsx":
        yield from _sheet(opened, source, columns, point)
        return
    with _text(opened, source) as text:
        if source.kind == "jsonl":
            yield from objects(opened, text, columns, point)
        else:
            yield from _picked(opened, _table(opened, source, text), columns)


def read_columns(path: Path, source: Source, limits: Limits = LIMITS) -> list[str]:
    """The columns of a file as its header names them; of JSON Lines, the keys of the first thousand objects.

    Raises:
        ImportRefused: as `read_rows`.
    """
    opened = Opened(path, limits)
    if source.kind == "xlsx":
        return _header(_cells(opened, source))
    with _text(opened, source) as text:
        if source.kind == "csv":
            return opened.named(_header(_table(opened, source, text)))
        return keys(opened, text)


@contextmanager
def _text(opened: Opened, source: Source) -> Iterator[io.TextIOWrapper]:
    """The text of a file; whatever turns out to be broken is refused, with its place."""
    try:
        with opened.path.open("rb") as raw:
            packed = gzip.GzipFile(fileobj=raw) if opened.path.name.endswith(".gz") else raw
            opened.packed = raw if packed is not raw else None
            yield io.TextIOWrapper(packed, encoding=source.encoding, newline="")
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


def _table(opened: Opened, source: Source, text: io.TextIOWrapper) -> Iterator[list[str]]:
    for row in csv.reader(opened.lines(text), delimiter=source.delimiter, strict=True):
        opened.ended()
        yield row


def _header(table: Iterator[list[str]]) -> list[str]:
    return [name.strip() for name in next(table, [])]


def _broken(error: Exception) -> str:
    return "the end of the file too early" if isinstance(error, EOFError) else "other bytes"


def _picked(opened: Opened, table: Iterator[list[str]], columns: Sequence[str]) -> Iterator[tuple[Place, Row | None]]:
    header = opened.named(_header(table))
    places = [_column(opened, header, name) for name in columns]
    name, width = opened.path.name, len(header)
    for values in table:
        if len(values) == width:
            yield (name, opened.line), tuple([values[i].strip() for i in places])
        elif values:
            yield (name, opened.line), None


# --- Workbooks ---------------------------------------------------------------------------------------------------


def _sheet(opened: Opened, source: Source, columns: Sequence[str], point: str) -> Iterator[tuple[Place, Row | None]]:
    cells = _cells(opened, source, point)
    header = _header(cells)
    places = [_column(opened, header, name) for name in columns]
    for line, values in enumerate(cells, start=2):
        opened.line = line
        if any(values):
            padded = [*values, *[""] * (len(header) - len(values))]
            extra = any(padded[len(header) :])
            yield (opened.path.name, line), None if extra else tuple([padded[i].strip() for i in places])


def _cells(opened: Opened, source: Source, point: str = ".") -> Iterator[list[str]]:
    try:
        yield from workbook_rows(opened.path, source.sheet, opened.limits, point)
    except NoSheet as error:
        rule, step = f"has the sheet {source.sheet!r}", "Correct the name in the profile."
        raise opened.refused(rule, str(error)[:300] or "none", step, sheet=source.sheet) from None
    except ValueError as error:
        raise opened.refused("is a workbook, whole and unbroken", str(error), "Save it again as .xlsx, or as CSV.") from error
    except OSError as error:
        raise opened.refused("can be read", error.strerror or "another kind of file", "Check the path.") from error


def _column(opened: Opened, header: list[str], name: str) -> int:
    if header.count(name) == 1:
        return header.index(name)
    opened.line = 1
    found = "two of that name" if name in header else ", ".join(header)[:300] or "an empty file"
    raise opened.refused(f"has the column {name!r} once", found, "Correct the profile or the file.", column=name)
