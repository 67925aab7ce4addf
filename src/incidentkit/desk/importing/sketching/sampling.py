"""The first rows of every table, with how its file must be read for that."""

from __future__ import annotations

import codecs
import csv
import glob
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO

from attrs import evolve, field, frozen

from incidentkit.desk.importing.limits import LIMITS
from incidentkit.desk.importing.rows import Row, read_columns, read_rows
from incidentkit.desk.importing.workbooks import sheet_names
from incidentkit.domain.import_rules import Source
from incidentkit.errors import ImportRefused

__all__ = ["Sample", "samples"]

_ROWS = 20_000
_VALUES = 400_000
_COLUMNS = 500
_LONGEST_NAME = 200
_PIECE = 2**16
_BYTES = 2**26
_LINES = 200
_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 4096
_NO_TEXT = (b"PK\3\4", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0")
"""How archives and workbooks begin, packed files without the name of one, documents, and workbooks of old."""
_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
"""What no text in the code page of Western Windows holds."""


@frozen
class Sample:
    """One table, looked at.

    Args:
        source: how its files are read; its patterns are their names.
        columns: those that can be named in a profile.
        rows: the first ones, without those of another width than the header. They may be personal.
        whole: whether these are all.
        ragged: rows of another width.
        skipped: columns that can't be read: without a name, with one that another has too, or beyond the first five hundred.
    """

    source: Source
    columns: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    whole: bool = True
    ragged: int = 0
    skipped: int = 0

    @property
    def title(self) -> str:
        """What its first file, or its sheet, is called."""
        return self.source.sheet or self.names[0].removesuffix(".gz").rpartition(".")[0] or self.names[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its files."""
        return tuple(name.replace("[[]", "[").replace("[*]", "*").replace("[?]", "?") for name in self.source.files)


def samples(paths: Iterable[str | Path]) -> list[Sample]:
    """Every table of some files. Files with the same columns are one table; every sheet of a workbook is one.

    Raises:
        ImportRefused: a path is no file, or holds no table.
        MissingExtra: one is a workbook, and nothing here reads those.
    """
    found: list[Sample] = []
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        if not path.is_file():
            raise ImportRefused(path.name, "is a file", got="something else, or nothing", next="Name the files one by one.")
        for new in _tables(path):
            _add(found, new)
    return found


def _add(found: list[Sample], new: Sample) -> None:
    for place, other in enumerate(found):
        if new.columns and _alike(other, new):
            files = tuple(dict.fromkeys((*other.source.files, *new.source.files)))
            found[place] = evolve(
                other,
                source=evolve(other.source, files=files),
                rows=(*other.rows, *new.rows),
                whole=other.whole and new.whole,
                ragged=other.ragged + new.ragged,
            )
            return
    found.append(new)


def _alike(one: Sample, other: Sample) -> bool:
    return one.columns == other.columns and evolve(one.source, files=("x",)) == evolve(other.source, files=("x",))


def _tables(path: Path) -> Iterator[Sample]:
    files, name = (glob.escape(path.name),), path.name.removesuffix(".gz").lower()
    if name.endswith((".xlsx", ".xlsm")):
        for sheet in _sheets(path):
            yield _sample(path, Source(files, kind="xlsx", sheet=sheet))
        return
    _check_text(path)
    if name.endswith((".jsonl", ".ndjson", ".json")):
        yield _sample(path, Source(files, kind="jsonl", encoding=_encoding(path)))
    else:
        yield _table(path, Source(files, encoding=_encoding(path)))


def _sheets(path: Path) -> Sequence[str]:
    """The sheets with something in them; a single one needs no name."""
    try:
        names = sheet_names(path, LIMITS)
    except ValueError as error:
        raise ImportRefused(path.name, "is a workbook", got=str(error), next="Save it again as .xlsx, or as CSV.") from error
    if len(names) == 1:
        return [""]
    named = [name for name in names if read_columns(path, Source((path.name,), kind="xlsx", sheet=name))]
    return named or names[:1]


def _table(path: Path, source: Source) -> Sample:
    """A table in CSV, by the delimiter that makes most sense."""
    refused: ImportRefused | None = None
    for delimiter in _delimiters(path, source.encoding):
        try:
            found = _sample(path, evolve(source, delimiter=delimiter))
        except ImportRefused as error:
            refused = refused or error
        else:
            # With another sign than it has, any file is a table of one column.
            if refused is None or len(found.columns) > 1:
                return found
    assert refused is not None, "there is a delimiter"
    raise refused


def _sample(path: Path, source: Source) -> Sample:
    header = read_columns(path, source)
    if not header:
        raise ImportRefused(path.name, "has a line with the names of its columns", got="an empty file", next="Check the path.")
    columns = tuple(name for name in header[:_COLUMNS] if header.count(name) == 1 and _nameable(name))
    room = min(_ROWS, _VALUES // max(len(columns), 1))
    read = [row for _, row in islice(read_rows(path, source, columns), room + 1)] if columns else []
    rows = tuple(row for row in read[:room] if row is not None)
    ragged = sum(row is None for row in read[:room])
    return Sample(source, columns, rows, len(read) <= room, ragged, len(header) - len(columns))


def _nameable(name: str) -> bool:
    try:
        return 0 < len(name.encode()) <= _LONGEST_NAME
    except UnicodeEncodeError:
        return False


# --- How a text is written ---------------------------------------------------------------------------------------


def _check_text(path: Path) -> None:
    """Refuse archives, pictures and the like: bytes of any kind are text in Latin-1."""
    start = next(_pieces(path), b"")
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if start.startswith(_NO_TEXT) or (not marked and b"\0" in start[:_LOOKED_AT]):
        raise ImportRefused(
            path.name,
            "is text, in CSV or JSON Lines, or a workbook called .xlsx",
            got="other bytes, as an archive or a picture has",
            next="Save the table as one of those.",
        )


def _encoding(path: Path) -> str:
    """UTF-8 where all of it is, UTF-16 where it begins so, else the code page of Western Windows, else Latin-1."""
    decoder, utf8, windows = codecs.getincrementaldecoder("utf-8")(), True, True
    for number, piece in enumerate(_pieces(path)):
        if not number and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        windows = windows and not any(byte in piece for byte in _UNDEFINED)
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            utf8 = False
        if not utf8 and not windows:
            break
    return "utf-8" if utf8 else "cp1252" if windows else "latin-1"


def _pieces(path: Path) -> Iterator[bytes]:
    """A file's bytes, up to a bound. What is broken ends here, and is refused where its rows are read."""
    try:
        with _opened(path) as file:
            left = _BYTES
            while left > 0 and (piece := file.read(_PIECE)):
                left -= len(piece)
                yield piece
    except (OSError, EOFError, zlib.error):
        return


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]


def _delimiters(path: Path, encoding: str) -> list[str]:
    """Those that the first line has, the likeliest first: with which most lines have as many values as it; or a comma."""
    piece = b"".join(islice(_pieces(path), 4))
    text = piece.decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = list(islice(io.StringIO(text, newline=""), _LINES))
    fitness = {delimiter: _fitness(lines, delimiter) for delimiter in _DELIMITERS}
    there = [delimiter for delimiter, (_, width) in fitness.items() if width > 1]
    return sorted(there, key=lambda delimiter: fitness[delimiter], reverse=True) or [","]


def _fitness(lines: Sequence[str], delimiter: str) -> tuple[bool, int]:
    widths: list[int] = []
    # Cut in the middle, or of another delimiter: what was read counts.
    with suppress(csv.Error):
        widths.extend(len(row) for row in csv.reader(lines, delimiter=delimiter, strict=True) if row)
    if not widths:
        return False, 0
    return widths.count(widths[0]) >= 0.8 * len(widths), widths[0]
