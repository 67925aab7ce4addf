"""The scoreboard as anybody sees it."""

from __future__ import annotations

from attrs import evolve
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.goals.public import PublicBoard
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.public import Code, PublicLine, PublicPoint, Wording, public_line
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import app
from incidentkit.web.scoreboard import render_scoreboard
from tests.web.asgi import get
from tests.web.boards import BOARD, WINNING
from tests.web.reading import Tag, read

POINTS = tuple(PublicPoint(point.from_, point.until, point.value) for point in WINNING.trend)
SHOWN = evolve(public_line(WINNING, MEASURES[WINNING.measure], frozenset()), trend=POINTS)
HIDDEN = evolve(SHOWN, n=None, value=None, verdict=Verdict.UNKNOWN, reason=Reason.TOO_FEW, least_n=1)


def cards(*lines: PublicLine) -> list[Tag]:
    """The cards of a board with these lines."""
    board = PublicBoard(BOARD.as_of, Wording("Casa Luz"), lines, measures=BOARD.measures)
    return read(render_scoreboard(board, language="en", zone="Europe/Madrid")).all("article")


def orders(desk: Desk, clock: ManualClock, count: int) -> None:
    """So many orders today; then it is tomorrow."""
    for _ in range(count):
        desk.orders.place(lines=[Line("mug", 1, "9.90")])
    clock.advance(days=1)


def test_a_line_of_few_says_only_that(desk: Desk) -> None:
    """It shows no figure and no number, but that there are fewer than five; a line of many shows both."""
    shown, hidden = cards(SHOWN, HIDDEN)

    assert "at least 1,410 orders" in shown.words
    assert "21" in shown.words
    assert "fewer than 5" in hidden.words
    assert "at least 5" in hidden.words
    assert "no figure" in hidden.words


def test_a_share_of_few_keeps_its_verdict() -> None:
    """The reader sees how it stands, of how many, and on which side of what the figure lies."""
    few = evolve(SHOWN, measure=Code("incident_rate"), unit=Code("share"), value=0.01, bound="under", target=0.1)
    [card] = cards(few)

    assert ["Winning", "at least 1,410", "under 1 %"] == [
        w for w in ("Winning", "at least 1,410", "under 1 %") if w in card.words
    ]


def test_the_page_shows_what_enough_cases_say(desk: Desk, pages: ASGIApp, clock: ManualClock) -> None:
    """Five orders of a day are shown, four are not; nothing tells how many there were."""
    orders(desk, clock, 5)
    five = read(get(pages, "/scoreboard").text).all("article")[0].words
    orders(desk, clock, 4)
    four = read(get(pages, "/scoreboard").text).all("article")[0].words

    assert "5 orders" in five
    assert "fewer than 5" in four
    assert "4" not in four.replace("4 March", "")


def test_a_shop_that_wants_no_public_board_has_none(desk: Desk) -> None:
    """Its address is one that never was."""
    assert 404 == get(app(desk, scoreboard=False), "/scoreboard").status


def test_looking_at_the_board_moves_no_record(desk: Desk, pages: ASGIApp, clock: ManualClock) -> None:
    """It adds no event; what it worked out is kept for the next reader."""
    orders(desk, clock, 5)
    before = [entry.seq for order in desk.orders.find() for entry in desk.orders.timeline(order.id)]
    get(pages, "/scoreboard")

    assert before == [entry.seq for order in desk.orders.find() for entry in desk.orders.timeline(order.id)]
