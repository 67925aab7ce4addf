"""HTML as a tree of elements: text goes in as text, so nothing that anybody wrote can become markup.

The tree is the standard library's, and its serializer does the escaping. There is no way to put raw HTML into it but
`stylesheet`, which takes the project's own CSS.
"""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from xml.etree.ElementTree import Element, tostring

__all__ = ["Node", "document", "el", "own_css", "printable", "stylesheet", "stylesheet_source"]

Node = Element | str

_INLINE = frozenset({"a", "bdi", "circle", "path", "span", "strong", "time"})


def el(tag: str, *children: Node | None, **attributes: str | None) -> Element:
    """An element with text and elements in it.

    Args:
        children: in order; None is left out.
        attributes: ``class_`` and ``aria_label`` stand for ``class`` and ``aria-label``; None is left out.
    """
    given = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    element = Element(tag, {name: printable(value) for name, value in given.items() if value is not None})
    for child in children:
        if isinstance(child, str):
            _add_text(element, printable(child))
        elif child is not None:
            element.append(child)
    if tag not in _INLINE:
        element.tail = "\n"
    return element


@cache
def own_css(package: str) -> str:
    """What all pages share, and the ``page.css`` of a package of ours."""
    shared = (files("incidentkit.web") / "base.css").read_text("utf-8")
    return shared + (files(package) / "page.css").read_text("utf-8")


def stylesheet(css: str) -> Element:
    """A ``style`` element. Not for anything but the project's own files: CSS stands in it as it is."""
    if "</" in css:
        raise ValueError("a stylesheet can't hold </")
    style = Element("style")
    style.text, style.tail = css, "\n"
    return style


def stylesheet_source(css: str) -> str:
    """What a content security policy names to allow exactly this stylesheet."""
    return f"'sha256-{b64encode(sha256(css.encode()).digest()).decode()}'"


def document(html: Element) -> str:
    """The whole page, with its doctype."""
    return "<!DOCTYPE html>\n" + tostring(html, encoding="unicode", method="html")


def printable(text: str) -> str:
    """The text, with a mark for each character that a page can't hold: controls, halves of characters, noncharacters."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _impossible(c) else c for c in text)


def _impossible(character: str) -> bool:
    code = ord(character)
    if character in "\t\n":
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def _add_text(element: Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "").rstrip("\n") + text
    else:
        element.text = (element.text or "") + text
