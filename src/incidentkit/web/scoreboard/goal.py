"""The goal, large, with its Key Results."""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element

from incidentkit.measures.scoreboard import Verdict
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.key_result import key_result_card
from incidentkit.web.scoreboard.speech import Speech
from incidentkit.web.scoreboard.views import GoalView

__all__ = ["goal_part"]


def goal_part(goal: GoalView, place: int, as_of: datetime, speech: Speech) -> Element:
    """A goal as a part of the page.

    Args:
        place: its number on the board, for ids that nothing else has.
    """
    name = f"goal-{place}"
    cards = (key_result_card(each, goal.until, f"{name}-{number}", speech) for number, each in enumerate(goal.key_results, 1))
    head = el(
        "div",
        speech.verdict(goal.verdict),
        el("h2", goal.title, id=name),
        el("p", _standing(goal, as_of, speech), class_="when"),
        class_="goal-head",
    )
    return el(
        "section",
        head,
        el("ul", *cards, class_="key-results", role="list"),
        class_=f"goal {goal.verdict.value}",
        aria_labelledby=name,
    )


def _standing(goal: GoalView, as_of: datetime, speech: Speech) -> str:
    number = speech.amounts.number
    won = sum(each.verdict is Verdict.WINNING for each in goal.key_results)
    counted = speech.say("goal.headline", winning=number(won), total=number(len(goal.key_results)))
    return " · ".join((counted, speech.say("goal.until", day=speech.day(goal.until)), _left(goal, as_of, speech)))


def _left(goal: GoalView, as_of: datetime, speech: Speech) -> str:
    days = (goal.until - speech.dates.local(as_of).date()).days
    if days < 0:
        return speech.say("goal.over")
    return f"{speech.amounts.number(days)} {speech.words.counted('goal', 'left', speech.amounts.number(days))}"
