"""Messages as pages in a real browser: nothing for axe-core to object to, nothing too wide, nothing fetched or run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from incidentkit.delivery.catalogue import Catalogue, load_catalogue
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, sample_values
from incidentkit.domain.shop import Shop
from incidentkit.phrases.words import LANGUAGES
from tests.services.browser import axe_source, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
WILD = "<img src=https://evil.example/x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The texts that ship."""
    return load_catalogue(Shop(name="La tienda", zone="Europe/Madrid"))


def opened(browser: Browser, html: str, width: int, scheme: Literal["light", "dark"] = "light") -> Page:
    """The message in a window of that width."""
    page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 740}).new_page()
    page.set_content(html)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, catalogue: Catalogue, language: str, scheme: Literal["light", "dark"]) -> None:
    """axe-core finds no violation; landmarks are not asked for, as mail programs take them out."""
    axe = axe_source()
    for step in ("order.shipped", "incident.offered", "bundle.orders", "staff.task"):
        page = opened(browser, catalogue.render(step, language, sample_values(step), SAMPLE_LINKS).html, 400, scheme)
        page.add_script_tag(content=axe)
        found = page.evaluate("axe.run({rules: {'landmark-one-main': {enabled: false}, region: {enabled: false}}})")

        assert [] == [(step, rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]]
        assert "color-contrast" in {rule["id"] for rule in found["passes"]}
        page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_too_wide(browser: Browser, catalogue: Catalogue, width: int) -> None:
    """With the longest words, nobody has to scroll sideways."""
    values = sample_values("order.shipped") | dict.fromkeys(("name", "order", "carrier", "tracking"), LONG)
    page = opened(browser, catalogue.render("order.shipped", "en", values, SAMPLE_LINKS).html, width)

    assert width >= page.evaluate("document.documentElement.scrollWidth")


def test_a_wild_value_is_shown_and_does_nothing(browser: Browser, catalogue: Catalogue) -> None:
    """A browser fetches nothing, runs nothing, and shows the value as it was written."""
    values = sample_values("order.shipped") | dict.fromkeys(("name", "carrier", "tracking"), WILD)
    page = browser.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(catalogue.render("order.shipped", "en", values, SAMPLE_LINKS).html)

    assert [] == asked
    assert "On its way: your order S-1001" == page.title()
    assert 3 == page.inner_text("body").count("<img src=https:\u2060//evil.\u2060example/x onerror=")
