"""The foot of the page: what its words and charts mean, and what each measure on it counts."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from incidentkit.goals.board import Scoreboard
from incidentkit.goals.public import PublicBoard
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.scoreboard import Verdict
from incidentkit.phrases.measures import measure_about, measure_name
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech
from incidentkit.web.scoreboard.views import goal_view

__all__ = ["foot"]


def foot(board: Scoreboard | PublicBoard, speech: Speech) -> Element:
    """What is explained once for the whole page."""
    meanings = (speech.term(speech.say(f"verdicts.{v.value}"), speech.say(f"meanings.{v.value}")) for v in Verdict)
    legend = "page.goal_legend" if board.goals else "page.trend_legend"
    return el("footer", el("dl", *meanings, class_="meanings"), el("p", speech.say(legend)), _definitions(board, speech))


def _definitions(board: Scoreboard | PublicBoard, speech: Speech) -> Element | None:
    """What each measure on the board counts, once."""
    found = dict(_measures(board))
    terms = (_definition(name, about, version, speech) for name, (about, version) in found.items())
    return el("dl", *terms, class_="definitions") if found else None


def _measures(board: Scoreboard | PublicBoard) -> Iterator[tuple[str, tuple[str, int]]]:
    for goal in board.goals:
        for each in goal_view(goal).key_results:
            measure = MEASURES.get(each.ask.measure)
            if measure is not None:
                yield measure.name, (measure.definition, measure.version)
    for lines in (*(team.lines for team in board.teams), board.lines):
        for line in lines:
            yield line.measure, (line.definition, line.version)


def _definition(name: str, about: str, version: int, speech: Speech) -> Element:
    told = speech.say("page.definition", about=measure_about(speech.words, name, about), version=version)
    return el("div", el("dt", measure_name(speech.words, name)), el("dd", told), id=f"about-{name}")
