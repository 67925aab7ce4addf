"""The page in a real browser: nothing for axe-core to object to, nothing too wide, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from attrs import evolve

from incidentkit.goals.board import Scoreboard
from incidentkit.phrases.words import LANGUAGES
from incidentkit.web.scoreboard import render_scoreboard
from tests.services.browser import axe_source, chromium
from tests.web.boards import BOARD, LOSING, board_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK, PHONE = (1280, 800), (360, 740)
UNRULY = evolve(
    board_of(*BOARD.lines, evolve(LOSING, unit="lamps", value=123_456_789_012.0, target=98_765_432_109.0)),
    shop_name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
)

languages = pytest.mark.parametrize("language", LANGUAGES)
schemes = pytest.mark.parametrize("scheme", ["light", "dark"])
sizes = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with chromium() as running:
        yield running


def shown(browser: Browser, folder: Path, board: Scoreboard, language: str, *, open: bool = False, **context: Any) -> Page:
    """The page, opened from its file; ``open`` lets axe-core in, which the page's own policy keeps out."""
    file = folder / "board.html"
    file.write_text(render_scoreboard(board, language=language, zone="Europe/Madrid"), "utf-8")
    page = browser.new_context(bypass_csp=open, **context).new_page()
    page.goto(file.as_uri())
    return page


def viewport(size: tuple[int, int]) -> dict[str, int]:
    """A size as the browser takes it."""
    return {"width": size[0], "height": size[1]}


@languages
@schemes
@sizes
def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, language: str, scheme: Literal["light", "dark"], size: tuple[int, int]
) -> None:
    """axe-core, with every rule that it has, finds no violation."""
    axe = axe_source()
    page = shown(browser, tmp_path, BOARD, language, open=True, color_scheme=scheme, viewport=viewport(size))
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run()")

    assert [] == [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}


@languages
@pytest.mark.parametrize("width", [320, 360, 768, 1280, 2560])
def test_nothing_is_too_wide(browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    """At any width, with the longest names and figures, nobody has to scroll sideways."""
    page = shown(browser, tmp_path, UNRULY, language, viewport=viewport((width, 740)))

    assert width >= page.evaluate("document.documentElement.scrollWidth")


def test_nothing_is_fetched_and_nothing_complains(browser: Browser, tmp_path: Path) -> None:
    """The browser loads the file alone, applies its style under its policy, and logs no message."""
    page = shown(browser, tmp_path, BOARD, "en", color_scheme="light")
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.reload()

    assert ([page.url], []) == (asked, said)
    assert "rgb(243, 245, 248)" == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_hostile_name_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    """Markup in a shop's name is shown as it is written, and none of it becomes an element."""
    name = "</title><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    page = shown(browser, tmp_path, evolve(BOARD, shop_name=name), "en")

    assert (f"{name} · Scoreboard", 0) == (page.title(), page.locator("img, script").count())
    assert name == page.locator("h1 bdi").inner_text()


@languages
def test_six_lines_fit_one_sheet(browser: Browser, tmp_path: Path, language: str) -> None:
    """Printed on A4, a board of six lines is one page, dark on white even where the screen is dark."""
    page = shown(browser, tmp_path, BOARD, language, color_scheme="dark")
    pdf = page.pdf(format="A4", prefer_css_page_size=True)
    page.emulate_media(media="print")

    assert 1 == pdf.count(b"/Type /Page\n")
    assert "rgb(255, 255, 255)" == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_screen_reader_hears_heading_verdict_and_trend(browser: Browser, tmp_path: Path) -> None:
    """The browser's own tree for screen readers has each line's heading, its verdict in words, and its trend's text."""
    page = shown(browser, tmp_path, board_of(LOSING), "en")
    heard = page.locator("main").aria_snapshot().replace("\N{NO-BREAK SPACE}", " ")

    assert 'article "Orders with an incident"' in heard
    assert 'heading "Orders with an incident" [level=2]' in heard
    assert "paragraph: Losing" in heard
    assert 'img "2 complete weeks: 12%; 13.4%"' in heard
