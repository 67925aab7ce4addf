"""Markdown as HTML and as plain text. The library behind it is loaded when the first text is shaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["faults_of_markdown", "html_and_text"]

# Lines that begin with four spaces stay text: whoever indents what stands between tags means no code.
_OFF = ("html_block", "html_inline", "code", "fence", "reference", "lheading")


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(_OFF)


def html_and_text(markdown: str) -> tuple[str, str]:
    """The same words as HTML and as plain text. In both, a line of the source begins a line."""
    reader = _reader()
    tokens = reader.parse(markdown)
    return reader.renderer.render(tokens, reader.options, {}), _Plain().text(tokens)


def faults_of_markdown(markdown: str) -> list[tuple[int, str, str]]:
    """What a text must not have in it: the line, what was expected, and what was found."""
    return [
        ((token.map or [0])[0] + 1, "words and links; a picture is shown by nothing but page.html", "a picture")
        for token in _reader().parse(markdown)
        if any(child.type == "image" for child in token.children or ())
    ]


@define
class _Plain:
    """Writes tokens as plain text."""

    _lines: list[str] = field(factory=list)
    _before: list[str] = field(factory=list)  # what each line begins with, one for each thing that it stands in
    _counts: list[int | None] = field(factory=list)  # of each list around: its next number, or None for points

    def text(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            self._take(token)
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "\n".join(self._lines)

    def _take(self, token: Token) -> None:
        match token.type:
            case "inline":
                self._write(_inline(token.children or ()))
            case "bullet_list_open":
                self._counts.append(None)
            case "ordered_list_open":
                self._counts.append(int(token.attrs.get("start", 1)))
            case "list_item_open":
                self._before.append(self._marker())
            case "blockquote_open":
                self._before.append("> ")
            case "hr":
                self._write("-" * 20)
                self._gap()
            case "list_item_close" | "blockquote_close":
                self._before.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._counts.pop()
        if token.nesting == -1 and token.block and not token.hidden and token.type != "list_item_close" and not self._counts:
            self._gap()

    def _marker(self) -> str:
        number = self._counts[-1]
        if number is None:
            return "- "
        self._counts[-1] = number + 1
        return f"{number}. "

    def _write(self, words: str) -> None:
        for line in words.split("\n"):
            self._lines.append("".join(self._before) + line)
            # A point or number stands before the first line of its item only.
            self._before = [piece if piece == "> " else " " * len(piece) for piece in self._before]

    def _gap(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")


def _inline(tokens: Sequence[Token]) -> str:
    said, links = [""], []
    for token in tokens:
        if token.type == "link_open":
            links.append(str(token.attrs.get("href", "")))
            said.append("")
        elif token.type == "link_close":
            words, address = said.pop(), links.pop()
            said[-1] += address if words in ("", address) else f"{words}: {address}"
        else:
            said[-1] += "\n" if token.type in ("softbreak", "hardbreak") else token.content
    return said[-1]
