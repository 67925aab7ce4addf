"""The foot of the page: what its words and charts mean, and what each measure on it counts."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from incidentkit.goals.board import Scoreboard
from incidentkit.goals.public import PublicBoard
from incidentkit.measures.public import MeasureNote
from incidentkit.measures.scoreboard import Verdict
from incidentkit.phrases.measures import measure_about
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["foot"]


def foot(board: Scoreboard | PublicBoard, speech: Speech) -> Element:
    """What is explained once for the whole page."""
    meaning = "meanings.goal" if board.goals else "meanings"
    meanings = (speech.term(speech.say(f"verdicts.{v.value}"), speech.say(f"{meaning}.{v.value}")) for v in Verdict)
    legend = "page.goal_legend" if board.goals else "page.trend_legend"
    definitions = el("dl", *(_definition(note, speech) for note in board.measures), class_="definitions")
    return el(
        "footer", el("dl", *meanings, class_="meanings"), el("p", speech.say(legend)), definitions if board.measures else None
    )


def _definition(note: MeasureNote, speech: Speech) -> Element:
    told = measure_about(speech.words, note.measure, note.definition)
    about = speech.say("page.definition", about=told, version=note.version)
    return el("div", el("dt", speech.name(note.measure)), el("dd", about), id=f"about-{note.measure}")
