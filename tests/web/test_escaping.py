"""What others wrote stays text: it never becomes an element, an attribute or a policy."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from incidentkit.phrases.words import LANGUAGES
from incidentkit.web.markup import el, printable, stylesheet
from incidentkit.web.scoreboard import render_scoreboard
from tests.web.boards import BOARD, WINNING, board_of
from tests.web.reading import Tag, read

_SIGNS = ("<", ">", "&", '"', "'", "/", "=", "\0", "\r\n", "\u202e")
_PIECES = ("<script>", "</title>", "</style>", "<!--", "-->", "]]>", "&lt;", "&#60;", *_SIGNS)
hostile = st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=12).map("".join)
either = st.sampled_from(LANGUAGES)


def skeleton(page: Tag) -> list[tuple[str, dict[str, str | None]]]:
    """The elements of a page with their attributes, without its words and the places that it leads to."""
    return [(tag.name, {name: value for name, value in tag.attributes.items() if name != "href"}) for tag in page.all()]


@given(hostile.filter(str.strip), either)
@example("</title><script>alert(1)</script>", "en")
@example("<!--", "es")
@example("\ud800", "en")
def test_no_shop_name_breaks_out(name: str, language: str) -> None:
    """A page with any name has the elements of a page with a tame one, and shows the name as it is written."""
    tame = read(render_scoreboard(BOARD, language=language, zone="UTC"))
    html = render_scoreboard(evolve(BOARD, shop_name=name), language=language, zone="UTC")
    seen = read(html)

    assert skeleton(tame) == skeleton(seen)
    assert printable(name.strip()) == "".join(str(child) for child in seen.one("bdi").children)
    html.encode("utf-8")


@given(hostile, hostile)
def test_no_measure_breaks_out(measure: str, unit: str) -> None:
    """The name and the unit of a measure that a plugin brings can't either."""
    tame = board_of(evolve(WINNING, measure="m", unit="u", trend=()))
    wild = board_of(evolve(WINNING, measure=f"{measure}m", unit=f"{unit}u", trend=()))

    pages = [read(render_scoreboard(board, language="en", zone="UTC")) for board in (tame, wild)]

    assert skeleton(pages[0]) == skeleton(pages[1])
    assert all((link.attributes["href"] or "").startswith("#about-") for link in pages[1].all("a"))


@given(hostile)
def test_an_attribute_holds_any_text(text: str) -> None:
    """An attribute comes back as it was given, and brings no other with it."""
    from xml.etree.ElementTree import tostring

    seen = read(tostring(el("p", aria_label=text), encoding="unicode", method="html")).one("p")

    assert {"aria-label": printable(text)} == seen.attributes


@given(st.text())
def test_every_text_can_be_shown(text: str) -> None:
    """No character is left that a page can't hold; all others stay as they are."""
    shown = printable(text)

    assert len(text) == len(shown)
    assert shown == printable(shown)
    assert all(before == after or after == "\ufffd" for before, after in zip(text, shown, strict=True))


def test_a_stylesheet_can_not_end_itself() -> None:
    """CSS that would close its element is refused."""
    with pytest.raises(ValueError, match="can't hold"):
        stylesheet("p {} </style><script>")
