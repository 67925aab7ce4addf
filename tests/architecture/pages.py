"""Reads the Markdown pages: their links, and what the glossary explains."""

from __future__ import annotations

import re
from pathlib import Path

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)")
_HEAD = re.compile(r"^\*\*.+?: ", re.MULTILINE)
_TERM = re.compile(r"\*\*(.+?)\*\*")


def links(page: Path) -> list[Path]:
    """The files that the page points at, as absolute paths; other sites, bare anchors and code are left out."""
    targets = _LINK.findall(_CODE.sub("", _FENCE.sub("", page.read_text("utf-8"))))
    local = [target.partition("#")[0] for target in targets if "://" not in target and not target.startswith("mailto:")]
    return [(page.parent / target).resolve() for target in local if target]


def dead_links(pages: list[Path]) -> list[str]:
    """``page: target`` for each link to a file that is not there."""
    return [f"{page.name}: {target.name}" for page in pages for target in links(page) if not target.exists()]


def reached(start: Path) -> set[Path]:
    """The pages that a reader can come to from ``start``, itself included."""
    seen: set[Path] = set()
    waiting = [start.resolve()]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and page.exists():
            seen.add(page)
            waiting += links(page)
    return seen


def explained(glossary: str) -> set[str]:
    """The terms that the glossary explains: in bold, before the colon that opens the explanation."""
    return {term for head in _HEAD.findall(glossary) for term in _TERM.findall(head)}
