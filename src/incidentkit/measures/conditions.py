"""Conditions on one fact: what a measure's filters are made of. The executor turns them into SQL."""

from __future__ import annotations

from attrs import frozen

__all__ = ["AtLeast", "Condition", "Conditions", "Equals", "Given", "Within"]


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


Condition = Equals | AtLeast | Given | Within
Conditions = tuple[Condition, ...]
"""All of them must hold."""
