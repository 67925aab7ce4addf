"""The cells of a workbook's first sheet, row by row, as text."""

from __future__ import annotations

import importlib
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from incidentkit.errors import MissingExtra

__all__ = ["workbook_rows"]

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


def workbook_rows(path: Path, most: int, columns: int) -> Iterator[list[str]]:
    """Rows of the first sheet. A formula is never reckoned: it counts as the value that was last saved for it.

    Args:
        most: bytes, unpacked: of a bomb not more is unpacked.
        columns: how many at the most.

    Raises:
        MissingExtra: nothing here reads workbooks.
        ValueError: it is no workbook, is broken, or is too large; the text says which, without values.
        OSError: it can't be read.
    """
    reader = _reader()
    try:
        _weigh(path, most)
        with closing(_opened(reader, path)) as book:
            sheet = book.worksheets[0]
            # What the file says of its size may be wrong, and makes the reader fill up rows.
            sheet.reset_dimensions()
            for row in sheet.iter_rows(values_only=True):
                yield [_text(value) for value in _within(row, columns)]
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


def _weigh(path: Path, most: int) -> None:
    """Unpack everything once without keeping it: what a file says of its own size is not to be trusted."""
    with zipfile.ZipFile(path) as packed:
        for member in packed.infolist():
            with packed.open(member) as file:
                while piece := file.read(_PIECE):
                    most -= len(piece)
                    if most < 0:
                        raise _TooLarge("more than it may unpack to")


def _within(row: tuple[Any, ...], columns: int) -> tuple[Any, ...]:
    if len(row) > columns:
        raise _TooLarge(f"more than {columns:,} columns")
    return row


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a point, others without an exponent, times as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return str(value)
