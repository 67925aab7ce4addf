"""The scoreboard as a folder of pages: itself, and a page for each of its figures."""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.desk.desk import Desk
from incidentkit.goals.board import Scoreboard
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.figures.gather import figure_of
from incidentkit.web.figures.page import render_figure
from incidentkit.web.scoreboard.page import render_scoreboard
from incidentkit.web.scoreboard.views import goal_view

__all__ = ["exported"]


def exported(desk: Desk, board: Scoreboard, *, language: str) -> Iterator[tuple[str, str]]:
    """The path of each page inside the folder, and the page; the scoreboard last, so that no link of it ever leads nowhere.

    Raises:
        InvalidInput: there are no texts in that language.
        MissingExtra: the extra ``report``, which draws the charts, is not installed.
    """
    zone = desk.shop.zone
    for ask in dict.fromkeys(_asks(board)):
        page = render_figure(figure_of(desk, ask), language=language, zone=zone, board="../index.html")
        yield _path(ask), page
    yield "index.html", render_scoreboard(board, language=language, zone=zone, link=_path)


def _asks(board: Scoreboard) -> Iterator[FigureAsk]:
    for goal in board.goals:
        yield from (each.ask for each in goal_view(goal).key_results)
    for lines in (*(team.lines for team in board.teams), board.lines):
        yield from (FigureAsk(line.measure, line.window, line.statistic) for line in lines)


def _path(ask: FigureAsk) -> str:
    return f"figures/{ask.slug}.html"
