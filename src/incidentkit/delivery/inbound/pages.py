"""The text of an HTML mail, in one pass."""

from __future__ import annotations

import re
from html import unescape

from attrs import define, field

__all__ = ["text_of_page"]

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,15}")
_LINE = frozenset({"br", "p", "/p", "div", "/div", "tr", "/tr", "li", "ul", "/ul", "ol", "/ol", "table", "/table", "hr"})
_LINE |= {f"{slash}h{level}" for slash in ("", "/") for level in range(1, 7)}
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
# Of the same length, which lower() does not promise.
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_QUOTES_AT_MOST = 20


@define
class _Lines:
    """The lines of a page in the making."""

    done: list[str] = field(factory=list)
    words: list[str] = field(factory=list)
    depth: int = 0

    def end(self) -> bool:
        """End a line; whether it had words."""
        text = _SPACES.sub(" ", unescape("".join(self.words)).replace("\xa0", " ")).strip()
        self.words.clear()
        if text:
            self.done.append(f"{'>' * self.depth} {text}" if self.depth else text)
        return bool(text)

    def gap(self) -> None:
        """An empty line, unless there is one."""
        if self.done and self.done[-1].strip(">"):
            self.done.append(">" * self.depth)

    def meet(self, tag: str) -> None:
        """A tag between the words."""
        if tag in ("/p", "br"):
            if not self.end() or tag == "/p":
                self.gap()
        elif tag in _LINE:
            self.end()
        elif tag in ("blockquote", "/blockquote"):
            self.end()
            self.depth = min(self.depth + 1, _QUOTES_AT_MOST) if tag == "blockquote" else max(self.depth - 1, 0)


def text_of_page(page: str) -> str:
    """What a reader sees of it, quotes marked with ``>`` as in plain text."""
    lines, at = _Lines(), 0
    small = page.translate(_SMALL)
    while True:
        start = page.find("<", at)
        stop = page.find(">", start) if start >= 0 else -1
        if stop < 0:
            lines.words.append(page[at:])
            break
        lines.words.append(page[at:start])
        name = _NAME.match(small, start + 1)
        tag = name[0] if name else ""
        at = _after(small, tag, start, stop)
        lines.meet(tag)
    lines.end()
    while lines.done and not lines.done[-1].strip(">"):
        lines.done.pop()
    return "\n".join(lines.done).strip()


def _after(small: str, tag: str, start: int, stop: int) -> int:
    """Where the text goes on after a tag; what is never seen is left out to its end, or to the end of all."""
    if small.startswith("<!--", start):
        found = small.find("-->", start + 4)
        return found + 3 if found >= 0 else len(small)
    if tag not in _UNSEEN:
        return stop + 1
    found = small.find(f"</{tag}", stop)
    return small.find(">", found) + 1 or len(small) if found >= 0 else len(small)
