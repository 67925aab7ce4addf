"""What the site adds to the pages while Sphinx reads them, so that they can stay plain Markdown.

- The navigation follows the links of ``index.md``, section by section; other pages of that name have theirs below them.
- ``<a id="x"></a>`` becomes a target that Sphinx knows, so that it can tell a dead anchor.
- Below the list of public names, each is shown with its signature and its docstring, by autodoc.
- A link that leads out of this folder, to a file of the repository, becomes that file's path.
- A fence ``mermaid`` is shown as a diagram where the build was given mermaid's script, in ``INCIDENTKIT_MERMAID``, and as the
  text that it is otherwise. The script becomes a part of the site: no page fetches anything from elsewhere.
"""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from docs.names import PLACES, Place

__all__ = ["Mermaid", "inside", "navigation", "setup"]

DOCS = Path(__file__).resolve().parent
REPO = DOCS.parent

_ANCHOR = re.compile(r'^<a id="([a-z0-9_-]+)"></a>$', re.MULTILINE)
_LINK = re.compile(r"\[(?P<text>[^]]+)\]\((?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
_START = 'mermaid.initialize({startOnLoad: true, theme: "neutral", securityLevel: "strict"});'
_STYLE = "pre.mermaid:has(svg) { background: #fff; border-radius: 0.25rem; text-align: center; white-space: normal; }\n"


# --- Pages -------------------------------------------------------------------------------------------------------


def _read(_app: Sphinx, page: str, source: list[str]) -> None:
    added = "\n".join(_reference()) if page == "reference/names" else navigation(page, source[0])
    source[0] = inside(source[0], (DOCS / page).parent) + added


def inside(text: str, folder: Path) -> str:
    """A page's text, with anchors as targets, and with no link to a file of the repository that is not in the site.

    Args:
        folder: where the page lies.
    """
    return _LINK.sub(lambda found: _kept_inside(found, folder), _ANCHOR.sub(r"(\1)=", text))


def _kept_inside(link: re.Match[str], folder: Path) -> str:
    target = (folder / link["target"]).resolve()
    if "://" in link["target"] or target.is_relative_to(DOCS) or not target.exists():
        return link[0]
    return f"{link['text']} (`{target.relative_to(REPO).as_posix()}` in the repository)"


def navigation(page: str, text: str) -> str:
    """What is added to an index: tables of contents that are not shown on the page itself."""
    if page == "index":
        return "".join(_toctree(title, pages) for title, pages in _sections(text))
    return _toctree("", _pages(text)) if page.endswith("/index") else ""


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    for section in text.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        yield title, _pages(body)


def _pages(text: str) -> list[str]:
    return [found["target"].removesuffix(".md") for found in _LINK.finditer(text) if found["target"].endswith(".md")]


def _toctree(caption: str, pages: list[str]) -> str:
    option = f":caption: {caption}\n" if caption else ""
    return f"\n\n```{{toctree}}\n:hidden:\n{option}\n" + "\n".join(dict.fromkeys(pages)) + "\n```\n"


def _reference() -> Iterator[str]:
    """Every public name with its signature and docstring, for autodoc."""
    for place in PLACES:
        yield f"\n## `{place.module}` in full\n\n```{{eval-rst}}"
        yield from (line for name in place.names() for line in _documented(place, name))
        yield "```\n"


def _documented(place: Place, name: str) -> list[str]:
    value = place.value(name)
    if isinstance(value, type):
        return [f".. autoclass:: {place.module}.{name}", "   :members:", ""]
    return [f".. autofunction:: {place.module}.{name}", ""] if callable(value) else []


# --- Diagrams ----------------------------------------------------------------------------------------------------


class Mermaid(Directive):
    """A diagram in mermaid's language."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Its text, in an element that mermaid's script looks for."""
        text = html.escape("\n".join(self.content))
        return [nodes.raw("", f'<pre class="mermaid">{text}</pre>\n', format="html")]


def _take(app: Sphinx) -> None:
    """Make mermaid's script a part of the site, where it was given."""
    given = os.environ.get("INCIDENTKIT_MERMAID")
    if given:
        static = Path(app.outdir) / "_static"
        static.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(given, static / "mermaid.min.js")
        (static / "mermaid.css").write_text(_STYLE, "utf-8")


def _draw(app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Only a page with a diagram loads the script: it is a large one."""
    if os.environ.get("INCIDENTKIT_MERMAID") and '<pre class="mermaid">' in context.get("body", ""):
        app.add_css_file("mermaid.css")
        app.add_js_file("mermaid.min.js")
        app.add_js_file(None, body=_START)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    app.connect("builder-inited", _take)
    app.connect("html-page-context", _draw)
    app.add_directive("mermaid", Mermaid)
    app.add_lexer("csv", TextLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
