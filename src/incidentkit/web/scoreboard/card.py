"""One line of the board as a card: what it is, how it stands, the figure, the target, and what they rest on."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.scoreboard import BoardLine, Reason
from incidentkit.web.amounts import Amount, Amounts
from incidentkit.web.dates import Dates
from incidentkit.web.markup import el
from incidentkit.web.phrases import Phrases
from incidentkit.web.scoreboard.shapes import shape
from incidentkit.web.scoreboard.trend import trend

__all__ = ["card"]


def card(line: BoardLine, place: int, phrases: Phrases, dates: Dates) -> Element:
    """The card of one line.

    Args:
        place: its number on the board, for an id that no other card has.
    """
    return _Card(line, phrases, Amounts(phrases), dates).made(f"line-{place}")


@frozen
class _Card:
    line: BoardLine
    phrases: Phrases
    amounts: Amounts
    dates: Dates

    def made(self, id: str) -> Element:
        return el(
            "li",
            el(
                "article",
                el("h2", self.phrases.named("measures", self.line.measure), id=id),
                self._verdict(),
                self._why(),
                *self._standing(),
                self._basis(),
                class_=f"card {self.line.verdict.value}",
                aria_labelledby=id,
            ),
        )

    def _verdict(self) -> Element:
        word = self.phrases.say(f"verdicts.{self.line.verdict.value}")
        return el("p", shape(self.line.verdict), el("span", word), class_="verdict")

    def _why(self) -> Element | None:
        """Why nothing is claimed."""
        if self.line.reason is None:
            return None
        key = f"reasons.{self.line.reason.value}"
        if self.line.reason is Reason.NO_COMPLETE_WINDOW:
            key = f"{key}.{self.line.window}"  # each kind of window has its own grammar
        return el("p", self.phrases.say(key), class_="why")

    # --- The figure and its target ---

    def _standing(self) -> tuple[Element | None, ...]:
        value, target = self._amounts()
        reading = el("div", self._figure(value), self._statistic(), class_="reading")
        return el("div", reading, trend(self.line, self.amounts), class_="body"), self._target(target)

    def _amounts(self) -> tuple[Amount | None, Amount | None]:
        value, target = self.line.value, self.line.target
        if value is not None and target is not None:
            return self.amounts.apart(value, target, self.line.unit)
        return self._amount(value), self._amount(target)

    def _amount(self, value: float | None) -> Amount | None:
        return None if value is None else self.amounts.amount(value, self.line.unit)

    def _figure(self, value: Amount | None) -> Element:
        if value is None:
            return el("p", self.phrases.say("figures.none"), class_="figure none")
        return el("p", el("strong", value.number), el("span", value.unit) if value.unit else None, class_="figure")

    def _statistic(self) -> Element | None:
        """Which of several statistics the figure is."""
        key = f"statistics.{self.line.statistic}.{self.line.unit}"
        return el("p", self.phrases.say(key), class_="statistic") if key in self.phrases.texts else None

    def _target(self, target: Amount | None) -> Element | None:
        if target is None:
            return None
        return el("p", self.phrases.say(f"targets.{self.line.better}", target=str(target)), class_="target")

    # --- What it rests on ---

    def _basis(self) -> Element | None:
        if self.line.from_ is None or self.line.until is None:
            return None
        window = self.dates.window(self.line.from_, self.line.until, self.line.window)
        return el(
            "dl",
            el("div", el("dt", self.phrases.say(f"windows.{self.line.window}")), el("dd", window)),
            el("div", el("dt", self.phrases.say("basis.n")), el("dd", self.amounts.subjects(self.line.n, self._subject()))),
            class_="basis",
        )

    def _subject(self) -> str:
        measure = MEASURES.get(self.line.measure)
        return measure.facts if measure and f"subjects.{measure.facts}.one" in self.phrases.texts else "cases"
