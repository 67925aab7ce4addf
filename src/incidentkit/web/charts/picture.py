"""A drawn chart as a part of the page: no colour and no style of its own, and words for who does not see it.

A page's policy allows no style but its own, and a chart has to follow the page into the dark. So every colour becomes a
class, and what the drawing says to a screen reader, mark by mark and in English, gives way to a title and a description.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

from incidentkit.web.charts.colours import CLASSES
from incidentkit.web.markup import el

__all__ = ["picture"]

_TAGS = frozenset({"circle", "g", "line", "path", "rect", "text"})
_PLACED = frozenset(
    {
        *("cx", "cy", "d", "dx", "dy", "height", "r", "transform", "width", "x", "x1", "x2", "y", "y1", "y2"),
        *("font-size", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-width", "text-anchor"),
    }
)


def picture(svg: str, id: str, title: str, told: str) -> Element:
    """The drawing, told by a title and a description under ids that begin with ``id``."""
    root = fromstring(svg)  # noqa: S314 - what our own drawing made of figures
    children = [part for child in root if (part := _part(child)) is not None]
    return el(
        "svg",
        el("title", title, id=f"{id}-title"),
        el("desc", told, id=f"{id}-told"),
        *children,
        class_="chart",
        viewBox=root.get("viewBox"),
        role="img",
        aria_labelledby=f"{id}-title",
        aria_describedby=f"{id}-told",
        focusable="false",
    )


def _part(element: Element) -> Element | None:
    """The element with what is in it, as far as something of it is seen."""
    tag = element.tag.rpartition("}")[2]
    if tag not in _TAGS or element.get("display") == "none":
        return None
    children = [part for child in element if (part := _part(child)) is not None]
    kinds = [f"{side[0]}-{CLASSES[colour]}" for side in ("fill", "stroke") if (colour := element.get(side, "")) in CLASSES]
    if (tag == "g" and not children) or (tag != "g" and not kinds):
        return None
    given = {name: value for name, value in element.attrib.items() if name in _PLACED}
    made = el(tag, element.text if tag == "text" else None, *children, class_=" ".join(kinds) or None)
    made.attrib.update(given)
    made.tail = None
    return made
