"""The shop's own pages: its whole scoreboard, and behind each figure its definition and its rows."""

from __future__ import annotations

from urllib.parse import quote

from incidentkit.desk.desk import Desk
from incidentkit.errors import InvalidInput
from incidentkit.phrases.words import LANGUAGES
from incidentkit.web.asked import accepted_language, nearest_language
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.figures.gather import figure_of
from incidentkit.web.figures.page import render_figure
from incidentkit.web.scoreboard import render_scoreboard, scoreboard_css
from incidentkit.web.site import Asked, Shown, Site

__all__ = ["BoardSite"]


class BoardSite:
    """The pages of one desk that only its shop sees."""

    def __init__(self, desk: Desk, site: Site) -> None:
        self._desk = desk
        self._site = site

    def scoreboard(self, asked: Asked) -> Shown:
        """The scoreboard; each of its figures leads to a page of its own."""
        board = self._desk.scoreboard(asked.query.get("objective") or None)
        page = render_scoreboard(board, language=self._language(asked), zone=self._desk.shop.zone, link=_from_board)
        return Shown(page, css=scoreboard_css())

    def figure(self, asked: Asked) -> Shown:
        """A figure: what it counts, how it went on, and its rows."""
        try:
            figure = figure_of(self._desk, FigureAsk.of_query(asked.token, asked.query))
        except InvalidInput:
            return self._site.plain(asked, "wrong", 404)
        zone = self._desk.shop.zone
        page = render_figure(figure, language=self._language(asked), zone=zone, board="../", link=_from_figure)
        return Shown(page, css=scoreboard_css())

    def _language(self, asked: Asked) -> str:
        return accepted_language(asked.languages) or nearest_language(self._desk.shop.language) or LANGUAGES[0]


def _from_board(ask: FigureAsk) -> str:
    return f"figures/{quote(ask.measure, safe='')}?{ask.query}"


def _from_figure(ask: FigureAsk) -> str:
    return f"{quote(ask.measure, safe='')}?{ask.query}#rows"
