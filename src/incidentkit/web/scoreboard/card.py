"""One line of the board as a card: what it is, how it stands, the figure, the target, and what they rest on."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.public import LEAST_PUBLIC, PublicLine
from incidentkit.measures.scoreboard import BoardLine, Reason
from incidentkit.phrases.amounts import Amount, Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.measures import measure_name
from incidentkit.phrases.words import Words
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.shapes import shape
from incidentkit.web.scoreboard.trend import trend

__all__ = ["card"]


def card(line: BoardLine | PublicLine, place: int, words: Words, dates: Dates) -> Element:
    """The card of one line.

    Args:
        place: its number on the board, for an id that no other card has.
    """
    return _Card(line, words, Amounts(words), dates).made(f"line-{place}")


@frozen
class _Card:
    line: BoardLine | PublicLine
    words: Words
    amounts: Amounts
    dates: Dates

    def made(self, id: str) -> Element:
        return el(
            "li",
            el(
                "article",
                el("h2", measure_name(self.words, self.line.measure), id=id),
                self._verdict(),
                self._why(),
                *self._standing(),
                self._basis(),
                class_=f"card {self.line.verdict.value}",
                aria_labelledby=id,
            ),
        )

    def _verdict(self) -> Element:
        word = self.words.say(f"verdicts.{self.line.verdict.value}")
        return el("p", shape(self.line.verdict), el("span", word), class_="verdict")

    def _why(self) -> Element | None:
        """Why nothing is claimed."""
        if self.line.reason is None:
            return None
        key = f"reasons.{self.line.reason.value}"
        if self.line.reason is Reason.NO_COMPLETE_WINDOW:
            key = f"{key}.{self.line.window}"  # each kind of window has its own grammar
        least = max(self.line.least_n, LEAST_PUBLIC) if self.line.n is None else self.line.least_n
        return el("p", self.words.say(key, least=self.amounts.number(least)), class_="why")

    # --- The figure and its target ---

    def _standing(self) -> tuple[Element | None, ...]:
        value, target = self._amounts()
        reading = el("div", self._figure(value), self._statistic(), class_="reading")
        return el("div", reading, trend(self.line, self.amounts), class_="body"), self._target(target)

    def _amounts(self) -> tuple[Amount | None, Amount | None]:
        value, target = self.line.value, self.line.target
        if value is not None and target is not None:
            further = self.amounts.further(value, target, self.line.unit)
            return self._amount(value, further), self._amount(target, further)
        return self._amount(value), self._amount(target)

    def _amount(self, value: float | None, further: int = 0) -> Amount | None:
        return None if value is None else self.amounts.amount(value, self.line.unit, further)

    def _figure(self, value: Amount | None) -> Element:
        if value is None:
            return el("p", self._no_figure(), class_="figure none")
        return el("p", el("strong", value.number), el("span", value.unit) if value.unit else None, class_="figure")

    def _no_figure(self) -> str:
        if isinstance(self.line, PublicLine) and self.line.n is not None and self.line.reason is not Reason.NO_FIGURE:
            return self.words.say("figures.few", least=self.amounts.number(LEAST_PUBLIC))
        return self.words.say("figures.none")

    def _statistic(self) -> Element | None:
        """Which of several statistics the figure is."""
        key = f"statistics.{self.line.statistic}.{self.line.unit}"
        return el("p", self.words.say(key), class_="statistic") if key in self.words.texts else None

    def _target(self, target: Amount | None) -> Element | None:
        if target is None:
            return None
        return el("p", self.words.say(f"targets.{self.line.better}", target=str(target)), class_="target")

    # --- What it rests on ---

    def _basis(self) -> Element | None:
        if self.line.from_ is None or self.line.until is None:
            return None
        window = self.dates.window(self.line.from_, self.line.until, self.line.window)
        return el(
            "dl",
            self._term(f"windows.{self.line.window}", window),
            self._term("basis.n", self._counted()),
            self._claimed(),
            class_="basis",
        )

    def _counted(self) -> str:
        if self.line.n is None:
            return self.words.say("basis.few", least=self.amounts.number(LEAST_PUBLIC))
        return self.amounts.subjects(self.line.n, self._subject())

    def _claimed(self) -> Element | None:
        claimed = self.line.claimed if isinstance(self.line, BoardLine) else None
        return self._term("basis.claimed", self.amounts.number(claimed)) if claimed else None

    def _term(self, key: str, text: str) -> Element:
        return el("div", el("dt", self.words.say(key)), el("dd", text))

    def _subject(self) -> str:
        measure = MEASURES.get(self.line.measure)
        return measure.facts if measure and f"subjects.{measure.facts}.one" in self.words.texts else "cases"
