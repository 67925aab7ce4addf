"""What the site adds to the plain pages."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sphinx", reason="the site is built with the extra docs")

site: Any = import_module("docs.site")


def test_the_navigation_has_the_sections_of_the_index() -> None:
    """Each section becomes one table of contents, with its title and its pages in order."""
    index = "# Kit\n\nWords [first](no.md).\n\n## Use it\n\n- [A](how-to/a.md): x\n- [B](how-to/b.md#c)\n- [C](https://example.com)\n"

    assert "\n\n```{toctree}\n:hidden:\n:caption: Use it\n\nhow-to/a\nhow-to/b\n```\n" == site.navigation("index", index)


def test_an_index_of_a_folder_has_its_pages_below_it() -> None:
    """The pages of a folder's own index stand below it, without a title."""
    assert "\n\n```{toctree}\n:hidden:\n\n0001-a\n```\n" == site.navigation("decisions/index", "| [1](0001-a.md) | A |\n")


def test_another_page_has_no_navigation() -> None:
    """Links of other pages are links, and nothing more."""
    assert "" == site.navigation("how-to/a", "[B](b.md)")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("[start](../../README.md)", "start (`README.md` in the repository)"),
        ("[B](../index.md)", "[B](../index.md)"),
        ("[gone](../../gone.md)", "[gone](../../gone.md)"),
        ("[far](https://example.com/a.md)", "[far](https://example.com/a.md)"),
    ],
)
def test_a_link_out_of_the_site_names_the_file(link: str, shown: str) -> None:
    """A file of the repository that is no page is named; every other link stays, a dead one too, so that it is found."""
    assert shown == site.inside(link, Path(__file__).parents[2] / "docs" / "how-to")


def test_an_anchor_becomes_a_target() -> None:
    """What a browser jumps to, Sphinx knows as well."""
    assert "(a-b)=\n\n## B\n" == site.inside('<a id="a-b"></a>\n\n## B\n', Path())
