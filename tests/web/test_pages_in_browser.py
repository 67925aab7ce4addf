"""The customers' pages in a real browser: for any eyes or none, any width, light or dark, and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.services.browser import axe_source, chromium
from tests.web.customers import SOMEBODY, links, path, world
from tests.web.gallery import gallery, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from starlette.types import ASGIApp

    from incidentkit.desk.desk import Desk

Size = tuple[int, int]
DESK, PHONE = (1280, 800), (360, 740)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The address of every page, by its name."""
    with gallery(tmp_path_factory.mktemp("gallery")) as (pages, paths), served(pages) as place:
        yield {name: place + one for name, one in paths.items()}


def opened(browser: Browser, size: Size, **context: Any) -> Page:
    """An empty page of that size."""
    return browser.new_context(viewport={"width": size[0], "height": size[1]}, **context).new_page()


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark")])
def test_axe_finds_nothing(browser: Browser, shown: dict[str, str], size: Size, scheme: Literal["light", "dark"]) -> None:
    """axe-core, with every rule that it has, finds no violation on any page."""
    axe, page = axe_source(), opened(browser, size, color_scheme=scheme, bypass_csp=True)
    violations, passed = [], set()
    for name, address in shown.items():
        page.goto(address)
        page.add_script_tag(content=axe)
        found = page.evaluate("axe.run({rules: {'target-size': {enabled: true}}})")
        violations += [(name, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
        passed |= {rule["id"] for rule in found["passes"]}

    assert [] == violations
    assert {"color-contrast", "label", "document-title", "html-has-lang", "target-size"} <= passed


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_too_wide(browser: Browser, shown: dict[str, str], width: int) -> None:
    """At any width, with the longest names, nobody has to scroll sideways."""
    page = opened(browser, (width, 740))
    wide = {}
    for name, address in shown.items():
        page.goto(address)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")

    assert {} == {name: found for name, found in wide.items() if found > width}


def test_nothing_is_fetched_and_nothing_complains(browser: Browser, shown: dict[str, str]) -> None:
    """The browser loads each page alone, applies its style under its policy, and logs no message."""
    page = opened(browser, DESK, color_scheme="light")
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for address in shown.values():
        page.goto(address)
        assert "rgb(243, 245, 248)" == page.evaluate("getComputedStyle(document.body).backgroundColor")

    # A browser says by itself that an address leads nowhere, and looks for a picture of the site.
    assert list(shown.values()) == [one for one in asked if not one.endswith("/favicon.ico")]
    assert [] == [one for one in said if "404" not in one]


def test_everything_is_answered_without_a_script(browser: Browser, desk: Desk, pages: ASGIApp) -> None:
    """With scripts switched off, a customer takes an offer, answers a survey and chooses their messages by keyboard alone."""
    about = world(desk, SOMEBODY)
    found = {name: path(link) for name, link in (links(desk, about.ask) | links(desk, about.case)).items()}
    page = opened(browser, PHONE, java_script_enabled=False)
    with served(pages) as place:
        page.goto(place + found["answer_url"])
        page.get_by_label("lamp-2 instead").press("Space")
        page.get_by_role("button", name="Send my answer").press("Enter")
        answered = page.get_by_role("status").inner_text()

        page.goto(place + found["survey_url"])
        page.get_by_label("5", exact=True).press("Space")
        page.get_by_label("What is the main reason for your score?").fill("quick, ñ & <b>")
        page.get_by_role("button", name="Send my answer").press("Enter")
        rated = page.get_by_role("status").inner_text()

        page.goto(place + found["preferences_url"])
        page.get_by_label("Questions about how satisfied you are").press("Space")
        page.get_by_role("button", name="Save").press("Enter")
        saved = page.get_by_role("status").inner_text()

    answer = desk.surveys.get(about.ask.id).answer
    assert ["You have accepted.", "Thank you. We have your answer.", "Saved. It holds from now on."] == [answered, rated, saved]
    assert ["offer-2"] == [remedy.offer for remedy in desk.incidents.get(about.case.id).remedies]
    assert answer is not None
    assert "quick, ñ & <b>" == str(answer.comment)
    assert desk.people.preferences(str(about.ask.customer)).objection("survey", "", "") is not None


def test_a_screen_reader_hears_question_choices_and_result(browser: Browser, shown: dict[str, str]) -> None:
    """The browser's own tree for screen readers has each group with its question, each choice with its words."""
    page = opened(browser, PHONE)
    page.goto(shown["en-answer-open"])
    offers = page.locator("main").aria_snapshot()
    page.goto(shown["en-survey-csat"])
    survey = page.locator("main").aria_snapshot()
    page.goto(shown["en-late"])
    status = page.locator("main").aria_snapshot()

    assert 'group "Your answer"' in offers
    assert 'radio "A refund of 45.00 EUR, by' in offers
    assert 'radio "None of these suits me"' in offers
    assert 'group "How satisfied are you with what we did?"' in survey
    assert 'textbox "What is the main reason for your score?"' in survey
    assert 'article "What went wrong: it arrived damaged"' in status
    assert "We did not keep that" in status


def test_a_form_is_sent_with_nothing_chosen_only_past_the_browser(browser: Browser, shown: dict[str, str]) -> None:
    """The browser itself says that a choice is missing, and the page stays."""
    page = opened(browser, PHONE)
    page.goto(shown["en-survey-csat"])
    page.get_by_role("button").click()

    assert shown["en-survey-csat"] == page.url
    assert page.evaluate("document.querySelector('input:invalid') !== null")


def test_a_link_passes_no_address_on(browser: Browser, shown: dict[str, str]) -> None:
    """A reader who goes on to another page takes no token along as where they came from."""
    page = opened(browser, PHONE)
    page.goto(shown["en-status"])
    page.goto(shown["en-scoreboard"], referer=None)

    assert "" == page.evaluate("document.referrer")
