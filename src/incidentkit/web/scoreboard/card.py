"""One line of the board as a card: what it is, how it stands, the figure, the target, and what they rest on."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from attrs import frozen

from incidentkit.measures.public import PublicLine
from incidentkit.measures.scoreboard import BoardLine, Reason
from incidentkit.measures.suppression import LEAST_PUBLIC
from incidentkit.phrases.amounts import Amount
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech
from incidentkit.web.scoreboard.trend import trend

__all__ = ["card"]


def card(line: BoardLine | PublicLine, id: str, speech: Speech, *, level: str = "h2") -> Element:
    """The card of one line.

    Args:
        id: one that nothing else on the page has.
        level: which heading it has.
    """
    return _Card(line, id, speech).made(level)


@frozen
class _Card:
    line: BoardLine | PublicLine
    id: str
    speech: Speech

    def made(self, level: str) -> Element:
        line, speech = self.line, self.speech
        ask = FigureAsk(line.measure, line.window, line.statistic)
        heading = el(level, el("a", speech.name(line.measure), href=speech.link(ask)), class_="name", id=self.id)
        return el(
            "li",
            el(
                "article",
                heading,
                speech.verdict(line.verdict),
                speech.why(line.reason, line.window, line.least_n, line.n),
                *self._standing(),
                self._basis(),
                class_=f"card {line.verdict.value}",
                aria_labelledby=self.id,
            ),
        )

    # --- The figure and its target ---

    def _standing(self) -> tuple[Element | None, ...]:
        line, speech = self.line, self.speech
        value, target = speech.apart(line.value, line.target, line.unit)
        bound = (line.bound or "") if isinstance(line, PublicLine) else ""
        figure = speech.figure(value, bound, self._no_figure())
        reading = el("div", figure, speech.statistic(line.statistic, line.unit), class_="reading")
        return el("div", reading, trend(line, f"{self.id}-trend", speech), class_="body"), self._target(target)

    def _no_figure(self) -> str:
        if isinstance(self.line, PublicLine) and self.line.n is not None and self.line.reason is not Reason.NO_FIGURE:
            return self.speech.say("figures.few", least=self.speech.amounts.number(LEAST_PUBLIC))
        return self.speech.say("figures.none")

    def _target(self, target: Amount | None) -> Element | None:
        if target is None:
            return None
        return el("p", self.speech.say(f"targets.{self.line.better}", target=str(target)), class_="target")

    # --- What it rests on ---

    def _basis(self) -> Element | None:
        line, speech = self.line, self.speech
        if line.from_ is None or line.until is None:
            return None
        window = speech.dates.window(line.from_, line.until, line.window)
        counted = speech.counted(line.n, line.measure, public=isinstance(line, PublicLine))
        return el(
            "dl",
            speech.term(speech.say(f"windows.{line.window}"), window),
            speech.term(speech.say("basis.n"), counted),
            self._claimed(),
            class_="basis",
        )

    def _claimed(self) -> Element | None:
        claimed = self.line.claimed if isinstance(self.line, BoardLine) else None
        return self.speech.term(self.speech.say("basis.claimed"), self.speech.amounts.number(claimed)) if claimed else None
