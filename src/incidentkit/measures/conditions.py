"""Conditions on one fact: what a measure's filters are made of. The executor turns them into SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

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
    "Repeated",
    "Simple",
    "Within",
    "columns_of",
    "leaves",
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


Simple = Equals | AtLeast | Given
"""What looks at one column of one row alone."""


@frozen
class Within:
    """Some row of the table of facts ``facts`` has the same ``column`` and meets ``where``."""

    column: str
    facts: str
    where: tuple[Simple, ...] = ()


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
    where: tuple[Simple, ...] = ()
    since: str = ""
    after: str = ""
    until: str = ""


@frozen
class Repeated:
    """An earlier subject has a row in ``facts`` that is like one of this subject's.

    Args:
        facts: the table of facts with the rows, several for each subject.
        subject: the column that names a subject, here and there.
        same: the columns that must be the same in both rows; an empty one is like none.
        at: the column with the instant of each row: the earlier one's is before the other's.
        within: by how much at most.
        where: which rows of either.
    """

    facts: str
    subject: str
    same: tuple[str, ...]
    at: str
    within: timedelta
    where: tuple[Simple, ...] = ()


@frozen
class Not:
    """The condition does not hold."""

    condition: Condition


@frozen
class Either:
    """All conditions of at least one of these groups hold."""

    groups: tuple[tuple[Condition, ...], ...]


Condition = Simple | Earlier | Within | Happened | Repeated | Not | Either
Conditions = tuple[Condition, ...]
"""All of them must hold."""


def leaves(conditions: Conditions) -> Iterator[Condition]:
    """The conditions that these are made of, in the end."""
    for condition in conditions:
        if isinstance(condition, Not):
            yield from leaves((condition.condition,))
        elif isinstance(condition, Either):
            yield from (leaf for group in condition.groups for leaf in leaves(group))
        else:
            yield condition


def columns_of(condition: Condition) -> Iterator[str]:
    """The own columns that a condition looks at."""
    for leaf in leaves((condition,)):
        if isinstance(leaf, Happened):
            yield from (name for name in (leaf.since, leaf.after, leaf.until) if name)
        elif isinstance(leaf, Earlier):
            yield from (leaf.column, leaf.than)
        elif isinstance(leaf, Repeated):
            yield leaf.subject
        elif isinstance(leaf, (Equals, AtLeast, Given, Within)):
            yield leaf.column
