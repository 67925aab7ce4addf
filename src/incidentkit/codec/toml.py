"""Files in TOML: read whole or refused with the reason, whatever lies at the path."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from incidentkit.codec.problems import Location, Problem, problem_path, refuse

__all__ = ["MAX_BYTES", "MAX_DEPTH", "parse_toml", "read_text"]

MAX_BYTES = 1_000_000
MAX_DEPTH = 24


def read_text(path: str | Path, kind: str) -> str:
    """The text of a file of at most a megabyte, in UTF-8 with or without a byte-order mark.

    Raises:
        ConfigurationError: it is not there, no file, can't be read, too large, or not UTF-8.
    """
    path = Path(path)
    try:
        found = None if path.is_file() else _instead(path)
        raw = b"" if found else _start_of(path)
    except (OSError, ValueError) as error:
        found, raw = getattr(error, "strerror", None) or "a name no file can have", b""
    if found:
        refuse(str(path), [Problem("file", kind, found)])
    if len(raw) > MAX_BYTES:
        refuse(str(path), [Problem("file", f"{kind} of at most {MAX_BYTES:,} bytes", "more")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        refuse(str(path), [Problem(f"line {line}", "text in UTF-8", f"the byte 0x{raw[error.start]:02x}")])


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _instead(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    return "something that is no file" if path.exists() else "nothing there"


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        ConfigurationError: it is not TOML, nested too deeply, or holds a number without an end.
    """
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError, OverflowError) as error:
        refuse(source, [_syntax(str(error))])
    problems = list(_untidy(raw))
    if problems:
        refuse(source, problems)
    return raw


def _syntax(message: str) -> Problem:
    place = re.search(r" \(at (?:(line \d+, column \d+)|end of document)\)$", message)
    if place is None:
        return Problem("file", "TOML", "something that no reader of TOML takes")
    return Problem(place[1] or "end of file", "TOML", message[: place.start()])


def _untidy(raw: dict[str, Any]) -> Iterator[Problem]:
    # A stack of our own: dotted keys nest as deeply as the file is long.
    stack: list[tuple[Location, Any]] = [((), raw)]
    while stack:
        at, value = stack.pop()
        if len(at) > MAX_DEPTH:
            yield Problem(problem_path(at[:3]), f"at most {MAX_DEPTH} levels", "more")
        elif isinstance(value, float) and not math.isfinite(value):
            yield Problem(problem_path(at), "a finite number", str(value))
        elif isinstance(value, dict):
            stack += [((*at, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            stack += [((*at, i), item) for i, item in enumerate(value)]
