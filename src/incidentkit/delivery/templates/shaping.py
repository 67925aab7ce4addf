"""Filling a text: its tags first, then Markdown, and the values last, so that no value can become any of the three.

A text that is filled has a mark in the place of each value. What it then says depends on nothing but which values there are,
so its two forms are worked out once for each such shape and kept. They hold no word of anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from attrs import frozen
from jinja2 import Template, TemplateError

from incidentkit.delivery.templates.cleaning import Link
from incidentkit.delivery.templates.markdown import html_and_text
from incidentkit.delivery.templates.sandbox import TAKEN, compiled
from incidentkit.delivery.templates.steps import LISTS
from incidentkit.errors import InvalidInput

__all__ = ["LONGEST", "MARK", "Filled", "fill", "fill_line"]

LONGEST = 100_000
"""So many characters a message has at the most, in either form."""

MARK = re.compile(r"qz(\d+)zq")
_HREF = re.compile(r'href="([^"]*)"')
_NAME = re.compile(r"\{\{ *([a-z_]+) *\}\}", re.ASCII)
_SPACES = re.compile(r" {2,}")


@frozen
class Filled:
    """What a text says, as plain text and as HTML without a page around it."""

    text: str
    html: str


@frozen
class _Form:
    """Words with ``%s`` for each value, and which value stands where."""

    words: str
    places: tuple[int, ...]

    @classmethod
    def of(cls, marked: str) -> _Form:
        pieces = MARK.split(marked)
        words = "%s".join(piece.replace("%", "%%") for piece in pieces[::2])
        return cls(words, tuple(int(place) for place in pieces[1::2]))

    def filled(self, values: Sequence[str]) -> str:
        return self.words % tuple([values[place] for place in self.places])


@frozen
class _Shape:
    text: _Form
    html: _Form
    addresses: frozenset[int]  # the values that a link leads to


def fill(text: Template, values: Mapping[str, Any]) -> Filled:
    """The text with its values. A line with a value that is empty is left out.

    Raises:
        InvalidInput: it would be too long, leads to what is no link, or asks something of a value that can't be asked.
    """
    taken: list[str] = []
    shape = _shaped(_run(text, values, taken))
    if any(not isinstance(taken[place], Link) for place in shape.addresses):
        raise _unfit("must lead to a link", "another value")
    filled = Filled(shape.text.filled(taken), shape.html.filled([escape(value) for value in taken]))
    if len(filled.html) > LONGEST:
        raise _too_long()
    return filled


def fill_line(line: str, values: Mapping[str, Any]) -> str:
    """A line of plain words, with tags in it, with its values.

    Raises:
        InvalidInput: as `fill`.
    """
    words, names = _plain(line)
    said = words % tuple([values[name] for name in names]) if names is not None else _run(compiled(line), values, None)
    return _SPACES.sub(" ", said).strip()


@lru_cache(maxsize=2048)
def _plain(line: str) -> tuple[str, tuple[str, ...] | None]:
    """A line that only names values, as most do: its words with ``%s``, and the names. None where it does more."""
    pieces = _NAME.split(line)
    simple = not any("{" in piece for piece in pieces[::2]) and not LISTS.intersection(pieces[1::2])
    return "%s".join(piece.replace("%", "%%") for piece in pieces[::2]), tuple(pieces[1::2]) if simple else None


def _run(text: Template, values: Mapping[str, Any], taken: list[str] | None) -> str:
    """What the text says, with marks for the values where they are taken. It stops as soon as it is too long."""
    said, length = [], 0
    try:
        for piece in text.root_render_func(text.new_context({**values, TAKEN: taken})):
            length += len(piece)
            if length > LONGEST:
                raise _too_long()
            said.append(piece)
    except (TemplateError, TypeError) as error:
        raise _unfit("must say nothing but its values", type(error).__name__) from None
    return "".join(said)


@lru_cache(maxsize=2048)
def _shaped(marked: str) -> _Shape:
    kept = "\n".join(line for line in marked.split("\n") if "\0" not in line) if "\0" in marked else marked
    html, text = html_and_text(kept)
    addresses = (int(place) for href in _HREF.findall(html) for place in MARK.findall(href))
    return _Shape(_Form.of(text), _Form.of(html), frozenset(addresses))


def _too_long() -> InvalidInput:
    return _unfit(f"must have at most {LONGEST:,} characters", "more")


def _unfit(rule: str, got: str) -> InvalidInput:
    return InvalidInput("A text with its values", rule, got=got)
