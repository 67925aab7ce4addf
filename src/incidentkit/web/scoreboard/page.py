"""The whole page: whose board it is, how many lines are being won, and a card for each line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.public import PublicBoard, PublicLine
from incidentkit.measures.scoreboard import BoardLine, Scoreboard, Verdict
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.measures import measure_about, measure_name
from incidentkit.phrases.words import Words, words_in
from incidentkit.web.markup import document, el, own_css, stylesheet, stylesheet_source
from incidentkit.web.scoreboard.card import card
from incidentkit.web.scoreboard.shapes import shape

__all__ = ["render_scoreboard", "scoreboard_css"]


def render_scoreboard(board: Scoreboard | PublicBoard, *, language: str, zone: str) -> str:
    """The scoreboard as one HTML file that needs nothing else: no script, no picture, no font, no network.

    Args:
        language: ``en`` or ``es``.
        zone: IANA name; dates and times are told in it, as a rule the shop's.

    Raises:
        InvalidInput: there are no texts in that language, or no such zone.
    """
    words = words_in(language, "incidentkit.web")
    return document(_Page(board, words, Dates(words, _zone(zone))).html())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise InvalidInput("zone", "must be an IANA time zone such as Europe/Madrid", got=repr(name)[:40]) from None


def scoreboard_css() -> str:
    """The style of the page, as a policy has to name it."""
    return own_css("incidentkit.web.scoreboard")


@frozen
class _Page:
    board: Scoreboard | PublicBoard
    words: Words
    dates: Dates

    def html(self) -> Element:
        body = el("body", self._header(), self._main(), self._footer())
        return el("html", self._head(), body, lang=self.words.language)

    def _head(self) -> Element:
        policy = f"default-src 'none'; style-src {stylesheet_source(scoreboard_css())}; base-uri 'none'; form-action 'none'"
        return el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=policy),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="color-scheme", content="light dark"),
            el("meta", name="referrer", content="no-referrer"),
            el("title", self._title()),
            stylesheet(scoreboard_css()),
        )

    def _title(self) -> str:
        return " · ".join(part for part in (self.board.shop_name.strip(), self.words.say("page.title")) if part)

    # --- Whose board, and how it stands ---

    def _header(self) -> Element:
        return el("header", el("div", self._heading(), self._as_of(), class_="whose"), self._standing())

    def _heading(self) -> Element:
        title = el("span", self.words.say("page.title"), class_="what")
        name = self.board.shop_name.strip()
        # A name may be written from right to left, and must not turn what stands around it.
        return el("h1", el("bdi", name), " ", title) if name else el("h1", title)

    def _as_of(self) -> Element:
        told = el("time", self.dates.moment(self.board.as_of), datetime=self.board.as_of.isoformat(timespec="seconds"))
        return el("p", f"{self.words.say('page.as_of')} ", told, class_="as-of")

    def _standing(self) -> Element | None:
        if not self.board.lines:
            return None
        return el("div", el("p", self._headline(), class_="headline"), self._tally(), class_="standing")

    def _headline(self) -> str:
        number, won = Amounts(self.words).number, self._counts()[Verdict.WINNING]
        if self._counts()[Verdict.UNKNOWN] == len(self.board.lines):
            return self.words.say("page.nothing_judged")
        return self.words.say("page.headline", winning=number(won), total=number(len(self.board.lines)))

    def _tally(self) -> Element:
        number, counts = Amounts(self.words).number, self._counts()
        marks = (
            el("li", shape(verdict), el("span", self._counted(number(counts[verdict]), verdict)), class_=verdict.value)
            for verdict in Verdict
            if counts[verdict]
        )
        return el("ul", *marks, class_="tally", role="list")

    def _counts(self) -> Counter[Verdict]:
        return Counter(line.verdict for line in self.board.lines)

    def _counted(self, number: str, verdict: Verdict) -> str:
        return f"{number} {self.words.counted('tally', verdict.value, number)}"

    # --- The lines ---

    def _main(self) -> Element:
        if not self.board.lines:
            return el("main", el("p", self.words.say("page.empty"), class_="empty"))
        lines: Sequence[BoardLine | PublicLine] = self.board.lines
        cards = (card(line, place, self.words, self.dates) for place, line in enumerate(lines, 1))
        return el("main", el("ul", *cards, class_="cards", role="list"))

    def _footer(self) -> Element:
        meanings = (
            el("div", el("dt", self.words.say(f"verdicts.{v.value}")), el("dd", self.words.say(f"meanings.{v.value}")))
            for v in Verdict
        )
        legend = el("p", self.words.say("page.trend_legend"))
        return el("footer", el("dl", *meanings, class_="meanings"), legend, self._definitions())

    def _definitions(self) -> Element | None:
        """What each measure on the board counts, once."""
        lines = {line.measure: line for line in self.board.lines}
        terms = (el("div", el("dt", measure_name(self.words, name)), self._definition(line)) for name, line in lines.items())
        return el("dl", *terms, class_="definitions") if lines else None

    def _definition(self, line: BoardLine | PublicLine) -> Element:
        about = measure_about(self.words, line.measure, line.definition)
        return el("dd", self.words.say("page.definition", about=about, version=line.version))
