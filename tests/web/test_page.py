"""The page says what the board says, to everybody: in words, in order, and with nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import InvalidInput
from incidentkit.goals.board import Scoreboard
from incidentkit.measures.public import Code, MeasureNote, Wording
from incidentkit.measures.scoreboard import BoardLine
from incidentkit.phrases.words import LANGUAGES
from incidentkit.web.markup import stylesheet_source
from incidentkit.web.scoreboard import render_scoreboard
from tests.web.boards import BOARD, LOSING, NO_FIGURE, NO_TARGET, NO_WINDOW, TOO_FEW, WINNING, board_of, boards, trend
from tests.web.reading import Tag, read

MADRID = "Europe/Madrid"
languages = pytest.mark.parametrize("language", LANGUAGES)


def page(board: Scoreboard = BOARD, language: str = "en", zone: str = MADRID) -> Tag:
    """The page of a board, read."""
    return read(render_scoreboard(board, language=language, zone=zone))


def card(line: BoardLine, language: str = "en") -> Tag:
    """The card of one line."""
    return page(board_of(line), language).one("article")


# --- The whole ---


@languages
def test_structure_is_what_a_screen_reader_needs(language: str) -> None:
    """A page has its language, one heading for the whole, one for each line, and each landmark once."""
    seen = page(language=language)

    assert language == seen.one("html").attributes["lang"]
    assert [1, len(BOARD.lines)] == [len(seen.all("h1")), len(seen.all("h2"))]
    assert [1, 1, 1] == [len(seen.all(name)) for name in ("header", "main", "footer")]
    assert 1 == len(seen.one("head").all("title"))


@given(boards(), st.sampled_from(LANGUAGES))
def test_any_board_makes_a_well_formed_page(board: Scoreboard, language: str) -> None:
    """Whatever is on a board, the page is one, with a card for each line in the board's order, and an id is used once."""
    seen = page(board, language)
    ids = [tag.attributes["id"] for tag in seen.all() if "id" in tag.attributes]

    told = [
        tag.attributes[name] for tag in seen.all() for name in ("aria-labelledby", "aria-describedby") if name in tag.attributes
    ]

    assert len(board.lines) == len(seen.all("article"))
    assert len(ids) == len(set(ids))
    assert set() == set(told) - set(ids)
    assert all(tag.attributes.get("aria-hidden") == "true" or "aria-labelledby" in tag.attributes for tag in seen.all("svg"))


def test_nothing_comes_from_elsewhere() -> None:
    """A page has no script, no resource, no inline style, and leads nowhere but to places of its own."""
    html = render_scoreboard(BOARD, language="en", zone=MADRID)
    names = {tag.name for tag in read(html).all()}
    attributes = {name for tag in read(html).all() for name in tag.attributes}

    assert set() == names & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image"}
    assert set() == attributes & {"src", "xlink:href", "style", "srcset"}
    assert all((tag.attributes["href"] or "").startswith("#about-") for tag in read(html).all("a"))
    assert [] == re.findall(r"\bon\w+=|https?:|url\(|@import", html)


def test_policy_allows_this_stylesheet_and_nothing_else() -> None:
    """The content security policy stands before the style, and names it by its hash."""
    head = page().one("head")
    policies = [tag.attributes["content"] for tag in head.all("meta") if tag.attributes.get("http-equiv")]
    [css] = head.one("style").children

    assert isinstance(css, str)
    assert [f"default-src 'none'; style-src {stylesheet_source(css)}; base-uri 'none'; form-action 'none'"] == policies
    assert ["meta", "style"] == [tag.name for tag in (head.all()[1], head.all()[-1])]


def test_the_same_board_makes_the_same_page() -> None:
    """A page depends on nothing but what it is made from."""
    first, second = (render_scoreboard(BOARD, language="es", zone="UTC") for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("language", "zone", "subject"), [("fr", "UTC", "language"), ("en", "Mars/Crater", "zone"), ("en", "", "zone")]
)
def test_what_can_not_be_shown_is_refused(language: str, zone: str, subject: str) -> None:
    """A language without texts and a zone that does not exist are refused by name."""
    with pytest.raises(InvalidInput, match=f"^{subject}: must be"):
        render_scoreboard(BOARD, language=language, zone=zone)


# --- The header ---


@pytest.mark.parametrize(
    ("language", "whose", "as_of", "headline", "tally"),
    [
        (
            "en",
            "Casa Lumbre Scoreboard",
            "As of 30 September 2026, 12:05 (Europe/Madrid)",
            "Winning 1 of 6",
            ["1 winning", "1 losing", "4 unknown"],
        ),
        (
            "es",
            "Casa Lumbre Marcador",
            "Datos a 30 de septiembre de 2026, 12:05 (Europe/Madrid)",
            "Ganando 1 de 6",
            ["1 ganando", "1 perdiendo", "4 desconocidos"],
        ),
    ],
)
def test_header_says_whose_when_and_how_many(language: str, whose: str, as_of: str, headline: str, tally: list[str]) -> None:
    """The header has the shop, the instant in the shop's zone, and how many lines are won, lost and unknown."""
    header = page(language=language).one("header")

    assert whose == header.one("h1").words
    assert as_of == header.one(class_="as-of").words
    assert headline == header.one(class_="headline").words
    assert tally == [mark.words for mark in header.all("li")]


def test_nothing_is_claimed_where_nothing_is_known() -> None:
    """With only unknown lines there is no score."""
    header = page(board_of(TOO_FEW, NO_TARGET)).one("header")

    assert "No verdict yet" == header.one(class_="headline").words
    assert ["2 unknown"] == [mark.words for mark in header.all("li")]


def test_board_without_lines_says_how_to_get_some() -> None:
    """An empty board tells where lines come from, and shows no score."""
    seen = page(board_of())

    assert "[[scoreboard]]" in seen.one("main").words
    assert [] == seen.all(class_="headline")


# --- A line ---


@pytest.mark.parametrize(
    ("language", "line", "expected"),
    [
        (
            "en",
            WINNING,
            (
                "Time to confirm an order Winning 21 minutes for half (median) 5 complete weeks Target: at most 1 hour "
                "Last complete week 21–27 September 2026 Counted (n) 1,412 orders"
            ),
        ),
        (
            "es",
            LOSING,
            (
                "Pedidos con incidencia Perdiendo 13,4 % 2 semanas completas Objetivo: como mucho 10 % "
                "Última semana completa 21–27 de septiembre de 2026 Contados (n) 1.412 pedidos"
            ),
        ),
        (
            "en",
            TOO_FEW,
            (
                "Satisfaction score Unknown Too few cases to judge: it takes at least 20. 4.5 on average Target: at least 4 "
                "Last complete week 21–27 September 2026 Counted (n) 1 answer"
            ),
        ),
        (
            "es",
            NO_TARGET,
            (
                "Pedidos recibidos Desconocido No tiene objetivo. 1.412 pedidos 2 semanas completas "
                "Última semana completa 21–27 de septiembre de 2026 Contados (n) 1.412 pedidos"
            ),
        ),
        (
            "en",
            NO_FIGURE,
            (
                "Customers who give the top score Unknown Nothing to work the figure out from. no figure Target: at least 50% "
                "Last complete week 21–27 September 2026 Counted (n) 0 answers"
            ),
        ),
        (
            "es",
            NO_WINDOW,
            (
                "Tiempo en entregar Desconocido Aún no hay ninguna semana completa. "
                "sin cifra para 9 de cada 10 Objetivo: como mucho 5 días"
            ),
        ),
    ],
)
def test_a_card_reads_in_order(language: str, line: BoardLine, expected: str) -> None:
    """Read aloud, a card says what it is, how it stands and why, the figure, the target, the window and n."""
    told = card(line, language)
    for picture in told.all("svg"):
        picture.children.clear()

    assert expected == told.words.replace("\N{NO-BREAK SPACE}", " ").replace("  ", " ")


@pytest.mark.parametrize(("language", "expected"), [("en", "On a source's word alone: 37"), ("es", "Solo según el origen: 37")])
def test_what_is_only_claimed_is_said(language: str, expected: str) -> None:
    """A figure that rests on a source's word says for how many of n; one that does not says nothing of it."""
    claimed, known = (
        [f"{row.one('dt').words}: {row.one('dd').words}" for row in card(line, language).one(class_="basis").all("div")]
        for line in (evolve(WINNING, claimed=37), WINNING)
    )

    assert [*known, expected] == claimed


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "orders placed. (Definition 1)"), ("es", "pedidos hechos. (Definición 1)")],
)
def test_the_footer_says_what_each_measure_counts(language: str, expected: str) -> None:
    """Every measure on the board stands there once, with its definition and the definition's number."""
    footer = page(board_of(*BOARD.lines, LOSING), language).one("footer").one(class_="definitions")

    assert len({line.measure for line in BOARD.lines}) == len(footer.all("dt"))
    assert expected in [tag.words for tag in footer.all("dd")]


def test_a_plugins_measure_is_told_by_its_own_definition() -> None:
    """One that has no words here is defined in its own."""
    note = MeasureNote(Code("lamps_lit"), Wording("Lit lamps"), Wording("lamps that were lit"), 3, Code("lamps"))
    board = evolve(board_of(evolve(LOSING, measure="lamps_lit")), measures=(note,))
    footer = page(board).one("footer").one(class_="definitions")

    assert "Lit lamps lamps that were lit. (Definition 3)" == footer.words


def test_shapes_differ_without_colour() -> None:
    """The three verdicts have three outlines and three signs."""
    pictures = [card(line).one(class_="shape") for line in (WINNING, LOSING, TOO_FEW)]
    shapes = [tuple(path.attributes["d"] for path in picture.all("path")) for picture in pictures]

    assert [3, 3] == [len(set(paths)) for paths in zip(*shapes, strict=True)]


def test_a_figure_shows_that_it_misses_its_target() -> None:
    """Where figure and target would look the same, both get more digits."""
    seen = card(evolve(LOSING, value=0.10004, target=0.1))

    assert ("10.004 %", "Target: at most 10%") == (seen.one(class_="figure").words, seen.one("p", "target").words)


def test_a_measure_of_a_plugin_is_shown_by_its_name() -> None:
    """A measure, a unit and a subject without texts are read as words."""
    seen = card(evolve(NO_TARGET, measure="lamps_lit", unit="bright_lamps"))

    assert "lamps lit" == seen.one("h2").words
    assert "1,412 bright lamps" == seen.one(class_="figure").words.replace("\N{NO-BREAK SPACE}", "")
    assert seen.one("dl").words.endswith("1,412 cases")


# --- The trend ---


def test_trend_is_told_in_words() -> None:
    """The picture's title says how many windows it shows, and its description each of their figures, the gap too."""
    picture = card(WINNING).one(class_="trend").one("svg")
    told = "1.4 hours; 1.2 hours; no figure; 43 minutes; 21 minutes"

    assert "5 complete weeks" == picture.one("title").words
    assert told.replace(" ", "") == picture.one("desc").words.replace("\N{NO-BREAK SPACE}", "").replace(" ", "")


def test_trend_begins_with_the_first_figure() -> None:
    """Windows before anything was recorded are no part of the picture, and not counted."""
    seen = card(evolve(LOSING, trend=trend(None, None, 0.12, 0.1337)))

    assert "2 complete weeks" == seen.one("figcaption").words


def test_trend_leaves_a_gap_where_nothing_is_known() -> None:
    """A window without a figure breaks the line; nothing is drawn across it."""
    [line] = [path for path in card(WINNING).one(class_="trend").all("path") if path.attributes["class"] == "s-line"]

    assert 2 == (line.attributes["d"] or "").count("M")


@pytest.mark.parametrize("values", [(), (1.0,), (None, None, 3.0)])
def test_one_figure_is_no_trend(values: tuple[float | None, ...]) -> None:
    """With fewer than two figures there is no picture."""
    assert [] == card(evolve(WINNING, trend=trend(*values))).all(class_="trend")
