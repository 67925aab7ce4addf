"""The shop's own pages: each figure on the board leads to its definition, its course, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import board_app
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.figures.export import exported
from tests.web.asgi import get
from tests.web.reading import Tag, read

SHOP = Shop(
    name="Casa Luz",
    zone="Europe/Madrid",
    scoreboard=(
        ScoreboardLine("orders_received", 5, "up", "day", least_n=1),
        ScoreboardLine("order_confirmation_time", 3600, "down", "day", least_n=1, statistic="p50"),
        ScoreboardLine("incident_rate", 0.1, "down", "day", least_n=1),
    ),
)


@pytest.fixture
def desk(clock: ManualClock) -> Iterator[Desk]:
    """Six orders of yesterday: five were confirmed, one has an incident."""
    with open_desk("sqlite://", SHOP, clock=clock) as opened:
        orders = [opened.orders.place(lines=[Line("mug", 1, "9.90")]) for _ in range(6)]
        for order in orders[1:]:
            clock.advance(minutes=10)
            opened.orders.confirm(order.id)
        opened.incidents.report(orders[0].id, "late", "x")
        clock.advance(days=1)
        yield opened


@pytest.fixture
def pages(desk: Desk) -> ASGIApp:
    """The shop's own pages."""
    return board_app(desk)


def linked(pages: ASGIApp) -> dict[str, Tag]:
    """The page behind each figure of the board, by its address."""
    board = read(get(pages, "/").text)
    links = [tag.attributes["href"] or "" for tag in board.all("article") for tag in tag.all("a")]
    return {link: read(get(pages, f"/{link}").text) for link in links}


def test_every_figure_opens_its_page(pages: ASGIApp) -> None:
    """Each link of the board is answered, and its page says what is counted, in which version, and by which formula."""
    found = linked(pages)

    assert 3 == len(found)
    for page in found.values():
        terms = {term.one("dt").words: term.one("dd").words for term in page.one(class_="about").all("div")}
        assert {"Definition", "Formula", "Better", "Kind", "Version of the definition"} <= terms.keys()


def test_rows_are_those_that_the_card_counts(desk: Desk, pages: ASGIApp) -> None:
    """On the page of a figure stand as many counted rows as its card says n, and those left out are named as such."""
    ns = {line.measure: line.n for line in desk.scoreboard().lines}
    rows = {
        link.partition("/")[2].partition("?")[0]: page.all("table")[-1].all("tr")[1:] for link, page in linked(pages).items()
    }
    counted = {
        name: sum(tag.words.endswith(("counted", "meets it", "not meet it")) for tag in found) for name, found in rows.items()
    }

    assert {"orders_received": 6, "order_confirmation_time": 5, "incident_rate": 6} == ns
    assert ns == {name: counted[name] - sum("not counted" in tag.words for tag in rows[name]) for name in ns}
    assert ["no end yet: not counted"] == [
        cell.words for tag in rows["order_confirmation_time"] for cell in tag.all("td") if "not counted" in cell.words
    ]


@pytest.mark.parametrize(
    "address",
    [
        "nothing",
        "orders_received?by=year",
        "orders_received?statistic=p99",
        "incident_rate?segment=team",
        "x/../y",
        "orders_received?clock=sun",
    ],
)
def test_what_is_no_figure_has_no_page(pages: ASGIApp, address: str) -> None:
    """A measure, window, statistic or segment that there is not gets a page that says no more."""
    assert 404 == get(pages, f"/figures/{address}").status


def test_customers_pages_are_not_there(pages: ASGIApp) -> None:
    """Who may see the shop's own pages can do nothing else there."""
    assert [404, 404] == [get(pages, path).status for path in ("/scoreboard", "/status/x")]


def test_the_folder_has_a_page_for_each_figure(desk: Desk) -> None:
    """Every link of the exported board leads to a page of the export, and back."""
    found = dict(exported(desk, desk.scoreboard(), language="es"))
    board = read(found["index.html"])
    links = {tag.attributes["href"] for tag in board.all("a")}

    assert set(found) - {"index.html"} == links
    assert {"../index.html"} == {read(found[str(link)]).one(class_="back").one("a").attributes["href"] for link in links}
    assert "index.html" == list(found)[-1]


def test_the_second_page_of_rows_follows_the_first(desk: Desk, pages: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more rows than a page shows, it leads to those that follow, until there are none."""
    monkeypatch.setattr("incidentkit.web.figures.gather.MOST_ROWS", 4)
    first = read(get(pages, "/figures/orders_received?by=day").text)
    onward = first.one(class_="more").one("a").attributes["href"] or ""
    second = read(get(pages, f"/figures/{onward.partition('#')[0]}").text)

    assert [4, 2] == [len(page.all("table")[-1].all("tr")) - 1 for page in (first, second)]
    assert [] == second.all(class_="more")


def test_slugs_are_files_of_their_own() -> None:
    """Two figures never have one name, whatever their segments are called."""
    asks = [
        FigureAsk("a", "week"),
        FigureAsk("a", "week", clock="working"),
        FigureAsk("a", "week", part=("carrier", "x-y")),
        FigureAsk("a", "week", part=("carrier", "x/y")),
        FigureAsk("a", "week", part=("carrier", "X.Y")),
    ]

    assert len(asks) == len({ask.slug for ask in asks})
    assert not any(set("/\\ ") & set(ask.slug) for ask in asks)
