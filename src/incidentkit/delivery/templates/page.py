"""The page around a message in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from attrs import frozen

from incidentkit.codec.problems import Problem, nearest

__all__ = ["NAMES", "Page", "faults_of_page", "page_of"]

NAMES = ("content", "language", "shop", "subject")
"""What has a place on the page."""

_PLACE = re.compile(r"\{\{[ \t]*([A-Za-z_]+)[ \t]*\}\}")


@frozen
class Page:
    """HTML with a place for each of `NAMES`."""

    words: str
    places: tuple[str, ...]

    def around(self, content: str, *, language: str, shop: str, subject: str) -> str:
        """The whole page. ``content`` is HTML, the others are words."""
        values = {"content": content, "language": escape(language), "shop": escape(shop), "subject": escape(subject)}
        return self.words % tuple([values[name] for name in self.places])


@lru_cache(maxsize=64)
def page_of(source: str) -> Page:
    """The page that the file describes."""
    pieces = _PLACE.split(source)
    return Page("%s".join(piece.replace("%", "%%") for piece in pieces[::2]), tuple(pieces[1::2]))


def faults_of_page(source: str, path: str) -> Iterator[Problem]:
    """What is wrong with a shop's own page."""
    places = _PLACE.findall(source)
    for found in _PLACE.finditer(source):
        if found[1] not in NAMES:
            line = source.count("\n", 0, found.start()) + 1
            yield Problem(f"{path}:{line}", f"one of {', '.join(NAMES)}", found[1] + nearest(found[1], NAMES))
    yield from (Problem(path, f"{{{{ {name} }}}}", "nothing") for name in ("content", "language") if name not in places)
    rest = _PLACE.sub("", source)
    for sign in ("{%", "{{"):
        if sign in rest:
            line = rest.count("\n", 0, rest.index(sign)) + 1
            yield Problem(f"{path}:{line}", "places alone; a page has no tags", sign)
