"""Conditions on one fact: what a measure's filters are made of. The executor turns them into SQL."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

__all__ = [
    "AtLeast",
    "Condition",
    "Conditions",
    "Earlier",
    "Either",
    "Equals",
    "Given",
    "Happened",
    "Not",
    "Within",
    "columns_of",
]


@frozen
class Equals:
    """The column holds exactly ``value``."""

    column: str
    value: int | str


@frozen
class AtLeast:
    """The column holds ``value`` or more; an empty one does not."""

    column: str
    value: int


@frozen
class Given:
    """The column is not empty."""

    column: str


@frozen
class Within:
    """Some row of the table of facts ``facts`` has the same ``column`` and meets ``where``."""

    column: str
    facts: str
    where: tuple[Equals | AtLeast | Given, ...] = ()


@frozen
class Earlier:
    """Both columns hold an instant, and the first one's is before the second one's."""

    column: str
    than: str


@frozen
class Happened:
    """Some row that a path leads to has an instant in the time that is meant.

    Args:
        path: from table of facts to table of facts, each with the column that it shares with the one before.
        at: the column with the instant, in the last.
        where: which rows of the last.
        since, after, until: own columns with instants, or empty: not before the first, later than the second, not later than
            the third. One that is not known bounds nothing.
    """

    path: tuple[tuple[str, str], ...]
    at: str
    where: tuple[Equals | AtLeast | Given, ...] = ()
    since: str = ""
    after: str = ""
    until: str = ""


@frozen
class Not:
    """The condition does not hold."""

    condition: Condition


@frozen
class Either:
    """All conditions of at least one of these groups hold."""

    groups: tuple[tuple[Condition, ...], ...]


Condition = Equals | AtLeast | Given | Earlier | Within | Happened | Not | Either
Conditions = tuple[Condition, ...]
"""All of them must hold."""


def columns_of(condition: Condition) -> Iterator[str]:
    """The own columns that a condition looks at."""
    if isinstance(condition, Not):
        yield from columns_of(condition.condition)
    elif isinstance(condition, Either):
        for group in condition.groups:
            for each in group:
                yield from columns_of(each)
    elif isinstance(condition, Happened):
        yield from (name for name in (condition.since, condition.after, condition.until) if name)
    elif isinstance(condition, Earlier):
        yield from (condition.column, condition.than)
    else:
        yield condition.column
