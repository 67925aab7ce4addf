"""A team's part: what it can move, and what came of what its people said they would do."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from incidentkit.goals.board import Commitments, TeamBoard
from incidentkit.goals.public import PublicCommitments, PublicTeam
from incidentkit.measures.public import PublicLine
from incidentkit.measures.scoreboard import BoardLine
from incidentkit.web.markup import el
from incidentkit.web.scoreboard.card import card
from incidentkit.web.scoreboard.speech import Speech

__all__ = ["team_part"]


def team_part(team: TeamBoard | PublicTeam, place: int, speech: Speech) -> Element:
    """A team as a part of the page.

    Args:
        place: its number on the board, for ids that nothing else has.
    """
    name = f"team-{place}"
    lines: Sequence[BoardLine | PublicLine] = team.lines
    cards = (card(line, f"{name}-{number}", speech, level="h4") for number, line in enumerate(lines, 1))
    return el(
        "section",
        el(
            "div",
            el("h3", team.team or speech.say("team.everyone"), id=name),
            _kept(team.commitments, speech),
            class_="team-head",
        ),
        el("ul", *cards, class_="cards", role="list") if lines else None,
        class_="team",
        aria_labelledby=name,
    )


def _kept(commitments: Commitments | PublicCommitments | None, speech: Speech) -> Element | None:
    if commitments is None:
        return None
    number = speech.amounts.number
    if isinstance(commitments, PublicCommitments):
        share = speech.amounts.amount(commitments.kept, "share")
        told = speech.say("team.kept_about", share=share, due=number(commitments.due))
    else:
        told = speech.say("team.kept", kept=number(commitments.kept), due=number(commitments.due))
    window = speech.dates.window(commitments.from_, commitments.until, "week")
    return el("p", el("strong", told), f" ({window})", class_="kept")
