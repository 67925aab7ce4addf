"""The whole page: whose board it is, the goal, what each team moves, and the shop's other figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.goals.board import Scoreboard, TeamBoard
from incidentkit.goals.public import PublicBoard, PublicGoal, PublicTeam
from incidentkit.goals.verdicts import ObjectiveProgress
from incidentkit.measures.public import PublicLine
from incidentkit.measures.scoreboard import BoardLine, Verdict
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import words_in
from incidentkit.web import CHARTS, check_extra
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.markup import document, el, own_css
from incidentkit.web.scoreboard.card import card
from incidentkit.web.scoreboard.foot import foot
from incidentkit.web.scoreboard.frame import framed, zone_named
from incidentkit.web.scoreboard.goal import goal_part
from incidentkit.web.scoreboard.shapes import shape
from incidentkit.web.scoreboard.speech import Speech, within_the_page
from incidentkit.web.scoreboard.team import team_part
from incidentkit.web.scoreboard.views import goal_view

__all__ = ["render_scoreboard", "scoreboard_css"]


def render_scoreboard(
    board: Scoreboard | PublicBoard,
    *,
    language: str,
    zone: str,
    link: Callable[[FigureAsk], str] = within_the_page,
) -> str:
    """The scoreboard as one HTML file that needs nothing else: no script, no picture, no font, no network.

    Args:
        language: ``en`` or ``es``.
        zone: IANA name; dates and times are told in it, as a rule the shop's.
        link: the address at which a figure is explained; by default the page's own foot.

    Raises:
        InvalidInput: there are no texts in that language, or no such zone.
        MissingExtra: the extra ``report``, which draws the charts, is not installed.
    """
    check_extra(*CHARTS, extra="report")
    notes = {str(note.measure): note for note in board.measures}
    words = words_in(language, "incidentkit.web")
    return document(_Page(board, Speech(words, Dates(words, zone_named(zone)), link, notes)).html())


def scoreboard_css() -> str:
    """The style of the page, as a policy has to name it."""
    return own_css("incidentkit.web.scoreboard")


@frozen
class _Page:
    board: Scoreboard | PublicBoard
    speech: Speech

    def html(self) -> Element:
        name, title = self.board.shop_name.strip(), self.speech.say("page.title")
        head = el(
            "header", el("div", self._heading(name, title), self._as_of(), class_="whose"), self._stale(), self._standing()
        )
        return framed(
            " · ".join(part for part in (name, title) if part),
            self.speech.words.language,
            scoreboard_css(),
            head,
            self._main(),
            foot(self.board, self.speech),
        )

    # --- Whose board, and how it stands ---

    def _heading(self, name: str, title: str) -> Element:
        what = el("span", title, class_="what")
        # A name may be written from right to left, and must not turn what stands around it.
        return el("h1", el("bdi", name), " ", what) if name else el("h1", what)

    def _as_of(self) -> Element:
        speech, as_of = self.speech, self.board.as_of
        told = el("time", speech.dates.moment(as_of), datetime=as_of.isoformat(timespec="seconds"))
        return el("p", f"{speech.say('page.as_of')} ", told, class_="as-of")

    def _stale(self) -> Element | None:
        if not self.board.stale or self.board.known_until is None:
            return None
        return el("p", self.speech.say("page.stale", moment=self.speech.dates.moment(self.board.known_until)), class_="stale")

    def _standing(self) -> Element | None:
        """How many lines are won, on a board without a goal; with one, that is what counts."""
        if not self.board.lines or self.board.goals:
            return None
        return el("div", el("p", self._headline(), class_="headline"), self._tally(), class_="standing")

    def _headline(self) -> str:
        number, won = self.speech.amounts.number, self._counts()[Verdict.WINNING]
        if self._counts()[Verdict.UNKNOWN] == len(self.board.lines):
            return self.speech.say("page.nothing_judged")
        return self.speech.say("page.headline", winning=number(won), total=number(len(self.board.lines)))

    def _tally(self) -> Element:
        number, counts = self.speech.amounts.number, self._counts()
        marks = (
            el("li", shape(verdict), el("span", self._counted(number(counts[verdict]), verdict)), class_=verdict.value)
            for verdict in Verdict
            if counts[verdict]
        )
        return el("ul", *marks, class_="tally", role="list")

    def _counts(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.board.lines)

    def _counted(self, number: str, verdict: Verdict) -> str:
        return f"{number} {self.speech.words.counted('tally', verdict.value, number)}"

    # --- What stands on it ---

    def _main(self) -> Element:
        board = self.board
        if not (board.lines or board.goals or board.teams):
            return el("main", el("p", self.speech.say("page.empty"), class_="empty"))
        goals: Sequence[ObjectiveProgress | PublicGoal] = board.goals
        parts = [goal_part(goal_view(g), place, board.as_of, self.speech) for place, g in enumerate(goals, 1)]
        return el("main", *parts, self._teams(), self._lines(bare=not goals and not board.teams))

    def _teams(self) -> Element | None:
        teams: Sequence[TeamBoard | PublicTeam] = self.board.teams
        if not teams:
            return None
        parts = (team_part(team, place, self.speech) for place, team in enumerate(teams, 1))
        return el(
            "section", el("h2", self.speech.say("team.title"), id="teams"), *parts, class_="part", aria_labelledby="teams"
        )

    def _lines(self, *, bare: bool) -> Element | None:
        lines: Sequence[BoardLine | PublicLine] = self.board.lines
        if not lines:
            return None
        level = "h2" if bare else "h3"
        cards = (card(line, f"line-{place}", self.speech, level=level) for place, line in enumerate(lines, 1))
        shown = el("ul", *cards, class_="cards", role="list")
        if bare:
            return shown
        return el(
            "section", el("h2", self.speech.say("page.others"), id="others"), shown, class_="part", aria_labelledby="others"
        )
