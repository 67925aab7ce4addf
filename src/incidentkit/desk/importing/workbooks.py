"""The cells of a workbook's sheet, row by row, as text."""

from __future__ import annotations

import importlib
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from incidentkit.desk.importing.limits import Limits
from incidentkit.errors import MissingExtra

__all__ = ["NoSheet", "sheet_names", "workbook_rows"]

_PIECE = 2**16
_BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a reader of workbooks may stumble over in a file that is none."""


class NoSheet(Exception):
    """A workbook has no sheet of the name that was asked for; the text lists those that it has."""


def workbook_rows(path: Path, sheet: str, limits: Limits, point: str = ".") -> Iterator[list[str]]:
    """Rows of a sheet. A formula is never reckoned: it counts as the value that was last saved for it.

    Args:
        sheet: its name; empty for the first.
        point: that of numbers below the first row.

    Raises:
        MissingExtra: nothing here reads workbooks.
        NoSheet: there is none of that name.
        ValueError: it is no workbook, is broken, or is too large; the text says which, without values.
        OSError: it can't be read.
    """
    with _book(path, limits) as book:
        found = _sheet(book, sheet)
        # What the file says of its size may be wrong, and makes the reader fill up rows.
        found.reset_dimensions()
        shown = "."
        for row in found.iter_rows(values_only=True):
            yield [_text(value, shown) for value in _within(row, limits.columns)]
            shown = point


def sheet_names(path: Path, limits: Limits) -> list[str]:
    """The names of a workbook's sheets, in its order.

    Raises:
        As `workbook_rows`.
    """
    with _book(path, limits) as book:
        return [sheet.title for sheet in book.worksheets]


def _sheet(book: Any, name: str) -> Any:
    found = next((sheet for sheet in book.worksheets if not name or sheet.title == name), None)
    if found is None:
        raise NoSheet(", ".join(sheet.title for sheet in book.worksheets))
    return found


@contextmanager
def _book(path: Path, limits: Limits) -> Iterator[Any]:
    reader = _reader()
    try:
        _weigh(path, limits)
        with closing(_opened(reader, path)) as book:
            yield book
    except _TooLarge as error:
        raise ValueError(str(error)) from None
    except _BROKEN as error:
        raise ValueError("a broken one, or something else") from error


def _opened(reader: Any, path: Path) -> Any:
    with warnings.catch_warnings():
        # Of styles and lists to choose from, which nothing here reads.
        warnings.simplefilter("ignore")
        return reader.load_workbook(path, read_only=True, data_only=True, keep_links=False)


class _TooLarge(Exception):
    """Larger than any honest workbook."""


def _reader() -> Any:
    try:
        return importlib.import_module("openpyxl")
    except ImportError as error:
        raise MissingExtra(
            "Reading .xlsx", "needs the extra import", got="no openpyxl", next="Install incidentkit[import]."
        ) from error


def _weigh(path: Path, limits: Limits) -> None:
    """Unpack everything once without keeping it: what a file says of its own size is not to be trusted."""
    most = min(limits.workbook, max(limits.packing * path.stat().st_size, limits.small))
    with zipfile.ZipFile(path) as packed:
        strings = limits.strings
        for member in packed.infolist():
            sheet = member.filename.startswith("xl/worksheets/")
            with packed.open(member) as file:
                while piece := file.read(_PIECE):
                    most -= len(piece)
                    strings -= 0 if sheet else len(piece)
                    if most < 0 or strings < 0:
                        raise _TooLarge("more than it may unpack to")


def _within(row: tuple[Any, ...], columns: int) -> tuple[Any, ...]:
    if len(row) > columns:
        raise _TooLarge(f"more than {columns:,} columns")
    return row


def _text(value: Any, point: str) -> str:
    """A cell as text: whole numbers without a point, others without an exponent, times as ISO.

    Numbers have fifteen digits, as spreadsheets show them: 3 * 9.9 is 29.7 there, although its nearest double is another one's.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}".replace(".", point)
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
