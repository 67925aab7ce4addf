"""A Key Result as a card: from, to, now, where it should be, where it is going, and what that rests on."""

from __future__ import annotations

from datetime import date, datetime
from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.domain.times import due_instant
from incidentkit.measures.scoreboard import Reason
from incidentkit.measures.suppression import LEAST_PUBLIC
from incidentkit.phrases.amounts import Amount
from incidentkit.web.charts import CARD, Dot, Plot, Range, drawn
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech
from incidentkit.web.scoreboard.views import KeyResultView

__all__ = ["key_result_card"]


def key_result_card(about: KeyResultView, until: date, id: str, speech: Speech) -> Element:
    """The card of one Key Result.

    Args:
        until: its goal's last day: another one of its own is told.
        id: one that nothing else on the page has.
    """
    return _Card(about, until, id, speech).made()


@frozen
class _Card:
    about: KeyResultView
    until: date
    id: str
    speech: Speech

    def made(self) -> Element:
        about = self.about
        heading = el("h3", el("a", about.title, href=self.speech.link(about.ask)), id=self.id)
        said = el(
            "div",
            self.speech.why(about.reason, about.ask.window, about.least_n, about.n),
            *self._now(),
            self._way(),
            class_="said",
        )
        article = el(
            "article",
            el("div", heading, self.speech.verdict(about.verdict), class_="head"),
            said,
            self._chart(),
            self._basis(),
            class_=f"card key-result {about.verdict.value}",
            aria_labelledby=self.id,
        )
        return el("li", article)

    def _now(self) -> tuple[Element | None, ...]:
        about, speech = self.about, self.speech
        value, _ = speech.apart(about.value, about.should_be, about.unit)
        figure = speech.figure(value, about.bound, self._no_figure())
        return figure, speech.statistic(about.ask.statistic, about.unit, about.ask.clock)

    def _no_figure(self) -> str:
        if self.about.public and self.about.reason is Reason.TOO_FEW:
            return self.speech.say("figures.few", least=self.speech.amounts.number(LEAST_PUBLIC))
        return self.speech.say("figures.none")

    # --- The way from start to target ---

    def _way(self) -> Element:
        about, speech = self.about, self.speech
        _, should_be = speech.apart(about.value, about.should_be, about.unit)
        terms = (
            self._term("should_be", should_be),
            speech.term(speech.say("way.to"), self._target()),
            self._from(),
            self._ahead(),
        )
        return el("dl", *terms, class_="way")

    def _term(self, key: str, amount: Amount | None) -> Element | None:
        return None if amount is None else self.speech.term(self.speech.say(f"way.{key}"), str(amount))

    def _target(self) -> str:
        target = self.speech.amounts.amount(self.about.target, self.about.unit)
        if self.about.by_date == self.until:
            return str(target)
        return self.speech.say("way.target", target=target, day=self.speech.day(self.about.by_date))

    def _from(self) -> Element | None:
        about, speech = self.about, self.speech
        if about.start is None:
            return None
        told = str(speech.amounts.amount(about.start, about.unit))
        if about.stated is not None:
            value, clock = about.stated
            other = speech.amounts.amount(value, about.unit)
            told = speech.say("way.stated", start=told, other=f"{other} {speech.say(f'clocks.{clock}')}")
        return speech.term(speech.say("way.from"), told)

    def _ahead(self) -> Element | None:
        ahead = self.about.expected
        if ahead is None:
            return None
        low, high = (self.speech.amounts.amount(value, self.about.unit) for value in (ahead.low, ahead.high))
        # A unit that both have is said once.
        span = f"{low.number}–{high}" if low.unit == high.unit else f"{low} – {high}"
        chance = self.speech.amounts.amount(round(ahead.chance, 2), "share")
        return self.speech.term(self.speech.say("way.expected"), self.speech.say("way.chance", span=span, chance=chance))

    # --- The picture ---

    def _chart(self) -> Element | None:
        about = self.about
        if not any(value is not None for _, _, value in about.trend):
            return None
        dots = tuple(Dot(from_ + (until - from_) / 2, value) for from_, until, value in about.trend)
        picture = drawn(
            self._plot(dots),
            CARD,
            self.speech.amounts,
            self.speech.dates,
            id=f"{self.id}-chart",
            title=self.speech.say("chart.title", title=about.title),
            told=self._told(),
        )
        return el("figure", picture, class_="course")

    def _plot(self, dots: tuple[Dot, ...]) -> Plot:
        about, zone = self.about, self.speech.dates.zone
        end = due_instant(about.by_date, zone.key)
        pace: tuple[tuple[datetime, float], ...] = ()
        if about.start is not None and not about.milestone:
            begin = due_instant(about.since, zone.key)
            pace = ((begin, about.start), (end, about.target))
        ahead = about.expected
        range_ = Range(end, ahead.low, ahead.mid, ahead.high) if ahead else None
        return Plot(dots, about.unit, about.target, pace, range_)

    def _told(self) -> str:
        """What the picture shows, in words: every window with its figure."""
        none = self.speech.say("figures.none")
        told = (
            f"{self.speech.dates.window(from_, until, self.about.ask.window)}: "
            f"{none if value is None else self.speech.amounts.amount(value, self.about.unit)}"
            for from_, until, value in self.about.trend
        )
        return "; ".join(told)

    # --- What it rests on ---

    def _basis(self) -> Element | None:
        about, speech = self.about, self.speech
        if about.from_ is None or about.until is None:
            return None
        part = speech.term(speech.words.named("segments", about.part[0]), about.part[1]) if about.part else None
        return el(
            "dl",
            speech.term(
                speech.say(f"windows.{about.ask.window}"), speech.dates.window(about.from_, about.until, about.ask.window)
            ),
            speech.term(speech.say("basis.n"), speech.counted(about.n, about.ask.measure, public=about.public)),
            part,
            class_="basis",
        )
