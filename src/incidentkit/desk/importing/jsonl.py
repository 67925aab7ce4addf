"""The rows of JSON Lines: an object on each line, whose keys are columns."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from incidentkit.desk.importing.opened import Opened, Place, Row

__all__ = ["keys", "objects"]

_LOOKED_AT = 1000
"""Objects whose keys are the columns."""

_MOST_DIGITS = 40


def keys(opened: Opened, text: io.TextIOWrapper) -> list[str]:
    """The keys of the first thousand objects."""
    found: dict[str, None] = {}
    for line in islice((line for line in _single(opened, text) if line.strip()), _LOOKED_AT):
        found.update(dict.fromkeys(_object(opened, line)))
        opened.named(found)
    return list(found)


def objects(opened: Opened, text: io.TextIOWrapper, columns: Sequence[str], point: str) -> Iterator[tuple[Place, Row | None]]:
    """A row for each line that is not empty: the values of the keys that were asked for.

    Args:
        point: that of numbers.

    Raises:
        ImportRefused: a line is no object, or one of the keys stands nowhere.
    """
    absent, seen = set(columns), False
    for line in _single(opened, text):
        if line.strip():
            seen, found = True, _object(opened, line)
            absent.difference_update(found)
            yield (opened.path.name, opened.line), tuple([_written(found.get(name), point) for name in columns])
    for name in sorted(absent) if seen else ():
        opened.line = 0
        raise opened.refused(f"has the key {name!r} somewhere", "none", "Correct the profile or the file.", column=name)


def _single(opened: Opened, text: io.TextIOWrapper) -> Iterator[str]:
    for line in opened.lines(text):
        opened.ended()
        yield line


def _object(opened: Opened, line: str) -> dict[str, Any]:
    try:
        # Numbers stay as they are written: amounts are exact.
        found = json.loads(line, parse_float=_Number, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise opened.refused("is JSON, one object on each line", error.msg, "Write the file anew.") from None
    except RecursionError:
        raise opened.refused("is JSON, one object on each line", "one inside another without end") from None
    if not isinstance(found, dict):
        raise opened.refused("is JSON, one object on each line", "something else", "Write the file anew.")
    return found


class _Number(str):
    """A number of JSON, as it is written."""

    __slots__ = ()

    def with_point(self, point: str) -> str:
        """Without an exponent, unless it would have digits without end."""
        plain = str(self)
        if "e" in plain.lower():
            with suppress(InvalidOperation):  # too far out for any reckoning: it stays as it is written
                exact = Decimal(plain)
                plain = f"{exact:f}" if abs(exact.adjusted()) < _MOST_DIGITS else plain
        return plain.replace(".", point)


def _written(value: Any, point: str) -> str:
    """A value of JSON as text."""
    if isinstance(value, _Number):
        return value.with_point(point)
    if isinstance(value, str):
        return value.strip()
    return "" if value is None else json.dumps(value, ensure_ascii=False)
