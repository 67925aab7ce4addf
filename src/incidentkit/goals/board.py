"""The scoreboard: the goal, each team's lead measures, commitments kept, and the shop's own lines, at one instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from incidentkit.goals.verdicts import ObjectiveProgress
from incidentkit.measures.public import MeasureNote
from incidentkit.measures.scoreboard import BoardLine

__all__ = ["Commitments", "Scoreboard", "TeamBoard"]


@frozen
class Commitments:
    """How many commitments fell due in the last complete week, and how many of them were kept with evidence."""

    from_: datetime
    until: datetime
    due: int
    kept: int

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {"from": self.from_.isoformat(), "until": self.until.isoformat(), "due": self.due, "kept": self.kept}


@frozen
class TeamBoard:
    """What one team can move, and what came of what its people said they would do.

    Args:
        team: its name; empty for what is no single team's.
        lines: its lead measures.
        commitments: None where none fell due.
    """

    team: str
    lines: tuple[BoardLine, ...] = ()
    commitments: Commitments | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "team": self.team,
            "lines": [line.as_dict() for line in self.lines],
            "commitments": self.commitments.as_dict() if self.commitments else None,
        }


@frozen
class Scoreboard:
    """Everything at one instant.

    Args:
        goals: the goal that all work for; two at most.
        teams: each team's lead measures and commitments.
        measures: what those on it count.
        lines: those of the shop's lines that are no team's.
        known_until: when the record had its last news; None where it never had any.
        stale: whether that is so long ago that nothing is judged.
    """

    as_of: datetime
    shop_name: str
    lines: tuple[BoardLine, ...] = ()
    goals: tuple[ObjectiveProgress, ...] = ()
    teams: tuple[TeamBoard, ...] = ()
    measures: tuple[MeasureNote, ...] = ()
    known_until: datetime | None = None
    stale: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "as_of": self.as_of.isoformat(),
            "shop": self.shop_name,
            "known_until": self.known_until.isoformat() if self.known_until else None,
            "stale": self.stale,
            "goals": [goal.as_dict() for goal in self.goals],
            "teams": [team.as_dict() for team in self.teams],
            "lines": [line.as_dict() for line in self.lines],
        }
