"""Values as the admin shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from attrs import fields, frozen, has
from django.urls import reverse

import incidentkit as ik
from incidentkit_django.words import say

__all__ = ["Cell", "Section", "Shower", "facts"]


@frozen
class Cell:
    """One value, and where it leads."""

    text: str
    url: str = ""


@frozen
class Section:
    """A part of a page: a table; without column heads, names with their values."""

    title: str
    rows: Sequence[Sequence[Cell]]
    columns: Sequence[str] = ()


def facts(title: str, given: Iterable[tuple[str, Cell]]) -> Section:
    """Names with their values; what has none is left out."""
    return Section(title, [(Cell(say(name)), cell) for name, cell in given if cell.text])


@frozen
class Shower:
    """How values are shown to whoever asked.

    Args:
        desk: in whose zone and currency.
        personal: whether they may see names, addresses and words.
        site: the name of the admin's site, where links lead.
    """

    desk: ik.Desk
    personal: bool
    site: str

    def cell(self, value: Any, url: str = "") -> Cell:
        """Any value of the record as text."""
        return Cell(self.text(value), url if value else "")

    def private(self, value: Any) -> Cell:
        """A value that is about a person, where there is one."""
        if value is None or str(value) == "":
            return Cell("")
        return Cell(self.text(value) if self.personal else say("hidden"))

    def link(self, model: str, thing: str, text: str = "") -> Cell:
        """A link to a page of the admin."""
        return Cell(text or thing, reverse(f"{self.site}:incidentkit_{model}_change", args=(_quoted(thing),)))

    def text(self, value: Any) -> str:
        """As it is read; a moment in the shop's zone."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return say("yes" if value else "no")
        if isinstance(value, datetime):
            return value.astimezone(self.desk.shop.tzinfo).isoformat(" ", "seconds")[:19]
        if isinstance(value, date):
            return value.isoformat()
        return str(value.value) if isinstance(value, Enum) else str(value)

    def data(self, happening: Any) -> str:
        """All that an event says, in one line each; nothing to those who may not see what is about a person."""
        return "\n".join(f"{name}: {text}" for name, text in self._parts(happening, "")) if self.personal else ""

    def _parts(self, value: Any, name: str) -> Iterator[tuple[str, str]]:
        if has(type(value)) and not _is_one(value):
            for field in fields(type(value)):
                yield from self._parts(getattr(value, field.name), f"{name}.{field.name}" if name else field.name)
        elif isinstance(value, Mapping):
            for key, each in value.items():
                yield from self._parts(each, f"{name}.{key}")
        elif isinstance(value, (tuple, list, frozenset, set)):
            for place, each in enumerate(value):
                yield from self._parts(each, f"{name}.{place + 1}")
        elif text := self.text(value):
            yield name, text


def _is_one(value: Any) -> bool:
    """Whether it says by itself what it is, as money and words do."""
    return "__str__" in vars(type(value))


def _quoted(thing: str) -> str:
    from django.contrib.admin.utils import quote

    return str(quote(thing))
