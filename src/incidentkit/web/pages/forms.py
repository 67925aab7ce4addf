"""The parts of forms: everything has its label, and what is wrong is said where a reader hears it first."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from incidentkit.web.markup import Node, el

__all__ = ["alert", "choices", "form", "note"]


def form(*content: Node | None, send: str) -> Element:
    """A form that is posted to the page's own address, with one button."""
    return el("form", *content, el("button", send, type="submit"), method="post", accept_charset="utf-8")


def choices(
    name: str,
    legend: str,
    options: Iterable[tuple[str, str]],
    *,
    kind: str = "radio",
    ticked: Iterable[str] = (),
    class_: str = "",
) -> Element:
    """Choices by value and words: one of them, or any with ``kind="checkbox"``. None of a radio's is chosen beforehand.

    Args:
        ticked: the values of boxes that are ticked.
    """
    made = [_choice(name, value, words, kind, value in ticked) for value, words in options]
    return el("fieldset", el("legend", legend), el("div", *made, class_=class_ or None))


def _choice(name: str, value: str, words: str, kind: str, ticked: bool) -> Element:
    id_ = f"{name}-{value}"
    required = "required" if kind == "radio" else None
    box = el("input", type=kind, name=name, value=value, id=id_, required=required, checked="checked" if ticked else None)
    return el("div", box, el("label", words, for_=id_), class_="choice")


def alert(words: str) -> Element:
    """What is wrong with what was sent."""
    return el("p", words, role="alert", class_="sorry")


def note(words: str) -> Element:
    """What was done."""
    return el("p", words, role="status", class_="good")
