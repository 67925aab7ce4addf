"""The text of an HTML mail, in one pass."""

from __future__ import annotations

import re
from html import unescape

__all__ = ["text_of_page"]

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,15}")
_LINE = frozenset({"br", "p", "/p", "div", "/div", "tr", "/tr", "li", "ul", "/ul", "ol", "/ol", "table", "/table", "hr"})
_LINE |= {f"{slash}h{level}" for slash in ("", "/") for level in range(1, 7)}
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
# Of the same length, which lower() does not promise.
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_QUOTES_AT_MOST = 20


def text_of_page(page: str) -> str:
    """What a reader sees of it, quotes marked with ``>`` as in plain text."""
    lines: list[str] = []
    line: list[str] = []
    depth = at = 0

    def end(*, also_empty: bool) -> None:
        text = _SPACES.sub(" ", unescape("".join(line))).replace("\xa0", " ").strip()
        if text or (also_empty and lines and lines[-1]):
            lines.append(f"{'>' * depth} {text}".strip() if depth else text)
        line.clear()

    small = page.translate(_SMALL)
    while True:
        start = page.find("<", at)
        stop = page.find(">", start) if start >= 0 else -1
        if stop < 0:
            line.append(page[at:])
            break
        line.append(page[at:start])
        name = _NAME.match(small, start + 1)
        tag = name[0] if name else ""
        at = _after(small, tag, start, stop)
        if tag in _LINE:
            end(also_empty=tag in ("/p", "p", "br"))
        elif tag in ("blockquote", "/blockquote"):
            end(also_empty=False)
            depth = min(depth + 1, _QUOTES_AT_MOST) if tag == "blockquote" else max(depth - 1, 0)
    end(also_empty=False)
    return "\n".join(lines).strip()


def _after(small: str, tag: str, start: int, stop: int) -> int:
    """Where the text goes on after a tag; what is never seen is left out to its end, or to the end of all."""
    if small.startswith("<!--", start):
        found = small.find("-->", start + 4)
        return found + 3 if found >= 0 else len(small)
    if tag not in _UNSEEN:
        return stop + 1
    found = small.find(f"</{tag}", stop)
    return small.find(">", found) + 1 or len(small) if found >= 0 else len(small)
