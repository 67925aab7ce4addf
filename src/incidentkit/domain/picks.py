"""Picks and conditions: where an import profile finds one value, and what must hold for a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["Condition", "Pick", "texts", "time_formats"]

Take = Literal["first", "last", "min", "max", "sum"]


def texts(value: Any) -> tuple[str, ...]:
    """One text as a tuple of one."""
    return (value,) if isinstance(value, str) else tuple(value)


_SAMPLE = datetime(2001, 2, 3, 4, 5, tzinfo=UTC)


def time_formats(owner: object, attribute: Any, value: tuple[str, ...]) -> None:
    """A validator: formats that can read a date."""
    for form in value:
        if form != "iso" and not _reads_dates(form):
            rule = '"iso", or a pattern with year, month and day such as "%d/%m/%Y %H:%M"'
            raise InvalidInput(attribute.name, rule, got=repr(form)[:40])


def _reads_dates(form: str) -> bool:
    try:
        return datetime.strptime(_SAMPLE.strftime(form), form).replace(tzinfo=UTC).date() == _SAMPLE.date()
    except (ValueError, re.error):
        return False


@frozen
class Pick:
    """Where one value comes from.

    In a profile's file a plain text stands for a pick of that column, and ``{ value = "..." }`` for a constant.

    Args:
        column: a column of the record's own rows, or of ``source``'s.
        value: the same value for every record. Exactly one of ``column`` and ``value`` is given.
        source: another source, to which the record's source has a link; its rows are those that the link finds for any of
            the record's rows, in the order of their file. They are never multiplied into the record.
        take: which of several rows' values: the ``first`` or ``last`` that is not missing, the ``min``, ``max`` or ``sum`` of
            the usable ones, read as the field's type.
        map: values as they stand in the source → values as they are meant; looked up before anything else is read.
        otherwise: what stands for a value that is not in ``map``; None keeps it; empty makes it missing.
        times: formats for this column's times, instead of the profile's.
    """

    column: str = ""
    value: str = ""
    source: str = ""
    take: Take = "first"
    map: Mapping[str, str] = field(factory=dict)
    otherwise: str | None = None
    times: tuple[str, ...] = field(default=(), converter=texts, validator=time_formats)

    def __attrs_post_init__(self) -> None:
        if bool(self.column) == bool(self.value):
            raise InvalidInput("A pick", "exactly one of column and value", got="both" if self.column else "neither")
        if self.value and (self.source or self.map or self.times or self.take != "first" or self.otherwise is not None):
            raise InvalidInput("A pick", "nothing beside value", got="more keys")


@frozen
class Condition:
    """One thing that must hold for a row, or for a record of several rows.

    Exactly one of ``any_of``, ``none_of``, ``filled``, ``after`` and ``before`` is given.

    Args:
        column, source, take, times: what is looked at, as in `Pick`.
        any_of: the value is one of these, letter for letter; a missing value is ``""``.
        none_of: the value is none of these; a missing one is none of them unless ``""`` is.
        filled: whether there is a value.
        after, before: as a time, it is strictly later or earlier than that one. False where either is missing or unusable.
    """

    column: str
    source: str = ""
    take: Take = "first"
    any_of: tuple[str, ...] | None = None
    none_of: tuple[str, ...] | None = None
    filled: bool | None = None
    after: Pick | None = None
    before: Pick | None = None
    times: tuple[str, ...] = field(default=(), converter=texts, validator=time_formats)

    def __attrs_post_init__(self) -> None:
        tests = ("any_of", "none_of", "filled", "after", "before")
        given = [name for name in tests if getattr(self, name) is not None]
        if len(given) != 1:
            raise InvalidInput("A condition", f"exactly one of {', '.join(tests)}", got=", ".join(given) or "none of them")
        if not self.column:
            raise InvalidInput("A condition", "a column", got="none")

    @property
    def pick(self) -> Pick:
        """What is looked at."""
        return Pick(self.column, source=self.source, take=self.take, times=self.times)
