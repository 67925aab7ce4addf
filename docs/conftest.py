"""Runs every snippet of every page, a page's in its own empty folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sybil import Document, Example, Region, Sybil

from docs.snippets import Session, Snippet, matches, snippets


def _regions(document: Document) -> Iterable[Region]:
    return [Region(s.start, s.end, s, _evaluate) for s in snippets(document.text)]


def _evaluate(example: Example) -> None:
    snippet: Snippet = example.parsed
    if not snippet.runs:
        pytest.skip(f"the real data is not here: expected a folder {snippet.data} in shared/data")
    printed = example.namespace["session"].run(snippet)
    shown = snippet.source if snippet.kind == "console" else snippet.expected or ""

    assert matches(shown, printed), f"the page shows\n{shown}\nand it printed\n{printed}"


def _begin(namespace: dict[str, Any]) -> None:
    namespace["session"] = Session("page").__enter__()


def _end(namespace: dict[str, Any]) -> None:
    namespace.pop("session").__exit__()


pytest_collect_file = Sybil(parsers=[_regions], pattern="*.md", setup=_begin, teardown=_end).pytest()
