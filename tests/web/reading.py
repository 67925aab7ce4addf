"""Reads a page as a browser would, down to its elements and words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from attrs import Factory, define

__all__ = ["Tag", "read"]

_VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})


@define(eq=False)
class Tag:
    """An element with what is in it."""

    name: str
    attributes: dict[str, str | None]
    children: list[Tag | str] = Factory(list)

    @property
    def text(self) -> str:
        """All its words as they stand, with spaces around elements."""
        return "".join(child if isinstance(child, str) else f" {child.text} " for child in self.children)

    @property
    def words(self) -> str:
        """Its words on one line."""
        return re.sub(r"[ \n]+", " ", self.text).strip()

    def all(self, name: str = "", class_: str = "") -> list[Tag]:
        """The elements in it, in the order of the page, of that name and class where they are given."""
        inside = [child for child in self.children if isinstance(child, Tag)]
        found = []
        for tag in inside:
            if (not name or tag.name == name) and (not class_ or class_ in (tag.attributes.get("class") or "").split()):
                found.append(tag)
            found += tag.all(name, class_)
        return found

    def one(self, name: str = "", class_: str = "") -> Tag:
        """The only such element in it."""
        [tag] = self.all(name, class_)
        return tag


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Tag("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Tag(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Tag:
    """The page as one tag that holds it; what is not closed, or closed twice, is an error."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"not closed: {reader.open[-1].name}"
    return reader.open[0]
