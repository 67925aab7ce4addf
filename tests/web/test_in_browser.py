"""The page in a real browser: nothing for axe-core to object to, nothing too wide, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from attrs import evolve

from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.goals.board import Scoreboard
from incidentkit.goals.public import PublicBoard
from incidentkit.phrases.words import LANGUAGES
from incidentkit.testing.clocks import ManualClock
from incidentkit.web.figures.export import exported
from incidentkit.web.scoreboard import render_scoreboard
from tests.services.browser import axe_source, chromium
from tests.web.boards import BOARD, LOSING, board_of
from tests.web.goal_boards import GOAL_BOARD, PUBLIC_GOAL_BOARD

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


def shown(
    browser: Browser, folder: Path, board: Scoreboard | PublicBoard, language: str, *, open: bool = False, **context: Any
) -> Page:
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
@pytest.mark.parametrize("board", [BOARD, GOAL_BOARD, PUBLIC_GOAL_BOARD], ids=["lines", "goal", "public"])
def test_axe_finds_nothing(
    browser: Browser,
    tmp_path: Path,
    board: Scoreboard | PublicBoard,
    language: str,
    scheme: Literal["light", "dark"],
    size: tuple[int, int],
) -> None:
    """axe-core, with every rule that it has, finds no violation."""
    axe = axe_source()
    page = shown(browser, tmp_path, board, language, open=True, color_scheme=scheme, viewport=viewport(size))
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run()")

    assert [] == [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
    assert "color-contrast" in {rule["id"] for rule in found["passes"]}


@languages
@pytest.mark.parametrize("width", [320, 360, 768, 1280, 2560])
def test_nothing_is_too_wide(browser: Browser, tmp_path: Path, language: str, width: int) -> None:
    """At any width, with the longest names and figures, nobody has to scroll sideways."""
    for board in (UNRULY, GOAL_BOARD):
        page = shown(browser, tmp_path, board, language, viewport=viewport((width, 740)))

        assert width >= page.evaluate("document.documentElement.scrollWidth")


def test_nothing_is_fetched_and_nothing_complains(browser: Browser, tmp_path: Path) -> None:
    """The browser loads the file alone, applies its style under its policy, and logs no message."""
    page = shown(browser, tmp_path, GOAL_BOARD, "en", color_scheme="light")
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
    assert 'img "2 complete weeks"' in heard
    assert "12%; 13.4%" == (page.locator("main desc").text_content() or "").replace("\N{NO-BREAK SPACE}", " ")


def test_the_goal_is_read_in_five_seconds(browser: Browser, tmp_path: Path) -> None:
    """On a common screen, goal, verdict and the first Key Results stand above the fold, the goal in the largest letters."""
    page = shown(browser, tmp_path, GOAL_BOARD, "en", viewport=viewport(DESK))
    size = "el => parseFloat(getComputedStyle(el).fontSize)"
    box = page.locator(".key-result").first.bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= DESK[1]
    assert page.locator(".goal-head h2").evaluate(size) > page.locator("h1").evaluate(size)


@schemes
def test_axe_finds_nothing_behind_a_figure(browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"]) -> None:
    """The pages of figures, with their charts and rows, have no violation either, and log no message."""
    axe = axe_source()
    for name, html in figure_pages().items():
        file = tmp_path / name
        file.write_text(html, "utf-8")
        context: dict[str, Any] = {"color_scheme": scheme, "viewport": viewport(PHONE)}
        page, opened = browser.new_context(**context).new_page(), browser.new_context(bypass_csp=True, **context).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))  # noqa: B023 - it is asked within the same turn
        for each in (page, opened):
            each.goto(file.as_uri())
        opened.add_script_tag(content=axe)
        found = opened.evaluate("axe.run()")

        assert [] == said
        assert [] == [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
        assert PHONE[0] >= page.evaluate("document.documentElement.scrollWidth")


def figure_pages() -> dict[str, str]:
    """The pages of a share and of a duration, of a small shop."""
    clock = ManualClock()
    lines = (ScoreboardLine("incident_rate", 0.1, "down", "day"), ScoreboardLine("order_confirmation_time", 60, "down", "day"))
    with open_desk("sqlite://", Shop(name="Casa Luz", scoreboard=lines), clock=clock) as desk:
        for day in range(4):
            for _ in range(5 + day):
                desk.orders.confirm(desk.orders.place(lines=[Line("mug", 1, "9.90")]).id)
            clock.advance(days=1)
        pages = dict(exported(desk, desk.scoreboard(), language="en"))
        return {path.rpartition("/")[2]: page for path, page in pages.items() if path.startswith("figures")}
