"""How the scoreboard speaks: its words, its figures and dates, and where its figures lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from xml.etree.ElementTree import Element

from attrs import field, frozen

from incidentkit.measures.public import MeasureNote
from incidentkit.measures.scoreboard import Reason, Verdict
from incidentkit.measures.suppression import LEAST_PUBLIC
from incidentkit.phrases.amounts import Amount, Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.measures import measure_name
from incidentkit.phrases.words import Words
from incidentkit.web.figures.ask import FigureAsk
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.shapes import shape

__all__ = ["Speech", "within_the_page"]


def within_the_page(ask: FigureAsk) -> str:
    """Where a page that has no others beside it explains a figure: at its own foot."""
    return f"#about-{ask.measure}"


@frozen
class Speech:
    """What every part of the page needs.

    Args:
        link: the address at which a figure is explained.
        notes: what is told of each measure, by its name.
    """

    words: Words
    dates: Dates
    link: Callable[[FigureAsk], str] = field(default=within_the_page, repr=False)
    notes: Mapping[str, MeasureNote] = field(factory=dict, repr=False)

    @property
    def amounts(self) -> Amounts:
        """Figures as the page writes them."""
        return Amounts(self.words)

    def say(self, key: str, **values: object) -> str:
        """A text of the page."""
        return self.words.say(key, **values)

    def name(self, measure: str) -> str:
        """What a measure is called."""
        note = self.notes.get(measure)
        return measure_name(self.words, measure, title=note.title if note else "")

    def day(self, value: date) -> str:
        """A day in words."""
        return self.dates.day(value)

    def apart(self, value: float | None, other: float | None, unit: str) -> tuple[Amount | None, Amount | None]:
        """Two figures, with so many digits that one sees when they differ."""
        if value is None or other is None:
            return self._amount(value, unit), self._amount(other, unit)
        further = self.amounts.further(value, other, unit)
        return self._amount(value, unit, further), self._amount(other, unit, further)

    def _amount(self, value: float | None, unit: str, further: int = 0) -> Amount | None:
        return None if value is None else self.amounts.amount(value, unit, further)

    # --- Parts that both kinds of cards have ---

    def verdict(self, verdict: Verdict) -> Element:
        """The verdict as shape and word."""
        return el("p", shape(verdict), el("span", self.say(f"verdicts.{verdict.value}")), class_="verdict")

    def why(self, reason: Reason | None, window: str, least_n: int, n: int | None) -> Element | None:
        """Why nothing is claimed."""
        if reason is None:
            return None
        key = f"reasons.{reason.value}"
        if reason is Reason.NO_COMPLETE_WINDOW:
            key = f"{key}.{window}"  # each kind of window has its own grammar
        least = max(least_n, LEAST_PUBLIC) if n is None else least_n
        return el("p", self.say(key, least=self.amounts.number(least)), class_="why")

    def figure(self, value: Amount | None, bound: str, none: str) -> Element:
        """The figure, its number large; ``none`` where there is none."""
        if value is None:
            return el("p", none, class_="figure none")
        side = f"{self.say(f'bounds.{bound}')} " if bound else None
        return el("p", side, el("strong", value.number), el("span", value.unit) if value.unit else None, class_="figure")

    def statistic(self, statistic: str, unit: str, clock: str = "elapsed") -> Element | None:
        """Which of several statistics the figure is, and by which clock."""
        key = f"statistics.{statistic}.{unit}"
        said = [self.say(key)] if key in self.words.texts else []
        if clock == "working":
            said.append(self.say("clocks.working"))
        return el("p", ", ".join(said), class_="statistic") if said else None

    def term(self, name: str, *told: Element | str | None) -> Element:
        """A name and what it stands for."""
        return el("div", el("dt", name), el("dd", *told))

    def counted(self, n: int | None, measure: str, *, public: bool) -> str:
        """How many were counted for a measure."""
        if n is None:
            return self.say("basis.few", least=self.amounts.number(LEAST_PUBLIC))
        note = self.notes.get(measure)
        known = note is not None and f"subjects.{note.subjects}.one" in self.words.texts
        counted = self.amounts.subjects(n, note.subjects if note is not None and known else "cases")
        return self.say("basis.least", counted=counted) if public else counted
