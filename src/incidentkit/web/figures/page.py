"""The page of one figure: what it counts, how it went on, which windows are news, and the rows that it was counted from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from attrs import evolve, frozen

from incidentkit.measures.chart import ChartPoint
from incidentkit.measures.windows import Window
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.measures import measure_about, measure_name
from incidentkit.phrases.words import words_in
from incidentkit.web import CHARTS, check_extra
from incidentkit.web.charts import WIDE, Dot, Limit, Plot, drawn
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.figures.gather import Figure
from incidentkit.web.figures.rows import rows_part
from incidentkit.web.markup import document, el
from incidentkit.web.scoreboard.frame import framed, scrolled, zone_named
from incidentkit.web.scoreboard.page import scoreboard_css
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["render_figure"]


def render_figure(
    figure: Figure, *, language: str, zone: str, board: str, link: Callable[[FigureAsk], str] | None = None
) -> str:
    """The page of a figure as one HTML file that loads nothing.

    Args:
        board: the address of the scoreboard.
        link: the address of the same figure's page with the rows that follow; None where there is none.

    Raises:
        InvalidInput: there are no texts in that language, or no such zone.
        MissingExtra: the extra ``report``, which draws the charts, is not installed.
    """
    check_extra(*CHARTS, extra="report")
    words = words_in(language, "incidentkit.web")
    return document(_Page(figure, Speech(words, Dates(words, zone_named(zone))), board, link).html())


@frozen
class _Page:
    figure: Figure
    speech: Speech
    board: str
    link: Callable[[FigureAsk], str] | None

    def html(self) -> Element:
        speech, figure = self.speech, self.figure
        name = measure_name(speech.words, figure.measure.name, title=figure.measure.title)
        back = el("p", el("a", speech.say("figure.back"), href=self.board), class_="back")
        head = el("header", back, el("h1", name), self._as_of())
        parts = (self._now(), self._about(), self._course(), self._windows(), self._rows())
        title = " · ".join(part for part in (figure.shop_name.strip(), name) if part)
        return framed(title, speech.words.language, scoreboard_css(), head, el("main", *parts, class_="explained"))

    def _as_of(self) -> Element:
        as_of = self.figure.as_of
        told = el("time", self.speech.dates.moment(as_of), datetime=as_of.isoformat(timespec="seconds"))
        return el("p", f"{self.speech.say('page.as_of')} ", told, class_="as-of")

    # --- The figure ---

    def _now(self) -> Element | None:
        chart = self.figure.chart
        if not chart.windows:
            return el("p", self.speech.say("figures.none"), class_="figure none")
        window, n, value = chart.windows[-1], chart.counts[-1], chart.chart.points[-1].value
        amount = None if value is None else self.speech.amounts.amount(value, chart.unit)
        said = self.speech.statistic(chart.statistic, chart.unit, self.figure.ask.clock)
        terms = el(
            "dl",
            self.speech.term(
                self.speech.say(f"windows.{chart.by}"), self.speech.dates.window(window.from_, window.until, chart.by)
            ),
            self.speech.term(self.speech.say("basis.n"), self.speech.amounts.number(n)),
            self._part(),
            class_="basis",
        )
        return el("section", self.speech.figure(amount, "", self.speech.say("figures.none")), said, terms, class_="card now")

    def _part(self) -> Element | None:
        part = self.figure.ask.part
        return self.speech.term(self.speech.words.named("segments", part[0]), part[1]) if part else None

    # --- What it counts ---

    def _about(self) -> Element:
        measure, say = self.figure.measure, self.speech.say
        terms = (
            (say("figure.definition"), measure_about(self.speech.words, measure.name, measure.definition)),
            (say("figure.formula"), measure.formula),
            (say("figure.better"), say(f"figure.{measure.better}")),
            (say("figure.role"), say(f"figure.{measure.role}")),
            (say("figure.maturity"), self._maturity()),
            (say("figure.version"), str(measure.version)),
            (say("figure.name"), measure.name),
        )
        shown = (self.speech.term(name, told) for name, told in terms if told)
        return el("section", el("h2", say("figure.about")), el("dl", *shown, class_="about"))

    def _maturity(self) -> str:
        span = self.figure.measure.maturity.total_seconds()
        return str(self.speech.amounts.amount(span, "seconds")) if span else ""

    # --- How it went on ---

    def _course(self) -> Element | None:
        chart, words = self.figure.chart, self.speech
        if not any(point.value is not None for point in chart.chart.points):
            return None
        title = words.say(f"trends.{chart.by}", n=words.amounts.number(len(chart.windows)))
        picture = drawn(self._plot(), WIDE, words.amounts, words.dates, id="course", title=title, told=self._alarms())
        return el(
            "section",
            el("h2", words.say("figure.course")),
            el("figure", picture, el("figcaption", words.say("figure.limits")), class_="course"),
            el("p", self._alarms()),
        )

    def _plot(self) -> Plot:
        chart = self.figure.chart
        placed = [(window.from_ + (window.until - window.from_) / 2, point) for window, point in self._points()]
        dots = tuple(Dot(at, point.value, alarm=bool(point.signals)) for at, point in placed)
        limits = tuple(Limit(at, point.lower, point.upper) for at, point in placed)
        return Plot(dots, chart.unit, centre=chart.chart.centre, limits=limits)

    def _points(self) -> Iterator[tuple[Window, ChartPoint]]:
        return zip(self.figure.chart.windows, self.figure.chart.chart.points, strict=True)

    def _alarms(self) -> str:
        chart, say = self.figure.chart, self.speech.say
        if chart.chart.provisional:
            return say("figure.provisional", n=self.speech.amounts.number(len(chart.windows)))
        told = [self.speech.dates.window(alarm.from_, alarm.until, chart.by) for alarm in chart.alarms]
        return say("figure.alarms", windows=", ".join(told)) if told else say("figure.no_alarm")

    def _windows(self) -> Element | None:
        """What the picture shows, as a table."""
        chart, speech = self.figure.chart, self.speech
        if not chart.windows:
            return None
        heads = (speech.say(f"figure.{name}") for name in ("window", "value", "lower", "upper", "n"))
        rows = [self._row(window, point, n) for (window, point), n in zip(self._points(), chart.counts, strict=True)]
        table = el("table", el("thead", el("tr", *(el("th", h, scope="col") for h in heads))), el("tbody", *reversed(rows)))
        return el("details", el("summary", speech.say("figure.windows")), scrolled(table, speech.say("figure.windows")))

    def _row(self, window: Window, point: ChartPoint, n: int) -> Element:
        figures = (self._amount(value) for value in (point.value, point.lower, point.upper))
        when = self.speech.dates.window(window.from_, window.until, self.figure.chart.by)
        return el(
            "tr",
            el("th", when, scope="row"),
            *(el("td", told) for told in (*figures, self.speech.amounts.number(n))),
            class_="signal" if point.signals else None,
        )

    def _amount(self, value: float | None) -> str:
        return "" if value is None else str(self.speech.amounts.amount(value, self.figure.chart.unit))

    # --- What it was counted from ---

    def _rows(self) -> Element | None:
        rows = self.figure.rows
        if rows is None:
            return None
        following = None
        if rows.rows.next and self.link is not None:
            following = self.link(evolve(self.figure.ask, after=rows.rows.next))
        return rows_part(rows, self.figure.measure, self.figure.chart.unit, following, self.speech)
