"""Mistakes in files that people write: each with its path, what was expected and what was found."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from datetime import date, time
from typing import NoReturn

from attrs import frozen

from incidentkit.errors import ConfigurationError

__all__ = ["Location", "Problem", "Wrong", "nearest", "problem_path", "refuse", "shown"]

Location = tuple[str | int, ...]
"""Keys and places in lists, from the top of a file down."""


@frozen
class Problem:
    """One mistake in a file.

    Args:
        path: where: ``teams[0].name``, or line and column where the file can't be read at all.
        expected: what would be right.
        found: what stands there; empty where that would say nothing, or must not be shown.
    """

    path: str
    expected: str
    found: str = ""

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}" + (f", found {self.found}" if self.found else "")

    @classmethod
    def parse(cls, text: str) -> Problem:
        """The inverse of ``str()``, near enough for problems that come as text."""
        path, _, rest = text.partition(": ")
        expected, _, found = rest.removeprefix("expected ").partition(", found ")
        return cls(path, expected, found)


class Wrong(ValueError):
    """Raised by a converter's hook: the value can't be what it should be."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


def refuse(source: str, problems: Iterable[Problem]) -> NoReturn:
    """Raise every problem of ``source`` as one error.

    Raises:
        ConfigurationError: always.
    """
    every = tuple(problems)
    rule = "has a mistake" if len(every) == 1 else f"has {len(every)} mistakes"
    raise ConfigurationError(source, rule, got="; ".join(map(str, every)), next="Correct it and start again.", problems=every)


def problem_path(location: Location) -> str:
    """``("teams", 0, "name")`` as ``teams[0].name``."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            bare = re.fullmatch(r"[A-Za-z0-9_-]+", step)
            path += ("." if path else "") + (step if bare else json.dumps(step[:60]))
    return path or "file"


def shown(value: object) -> str:
    """What stands there, shortly; tables and lists by kind only."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, (date, time)):
        return "a date" if isinstance(value, date) else "a time"
    text = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def nearest(name: str, names: Iterable[str]) -> str:
    """`` (did you mean X?)`` where one of ``names`` is close, else nothing."""
    close = difflib.get_close_matches(name, list(names), 1)
    return f" (did you mean {close[0]}?)" if close else ""
