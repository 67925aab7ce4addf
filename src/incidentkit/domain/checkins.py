"""Check-ins: a team's short weekly meeting about its goals, when it is, and what was said in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

__all__ = ["LONGEST", "SHORTEST", "CheckIn", "CheckInTime", "Obstacle", "Progress", "WentWell"]

SHORTEST, LONGEST = 5, 60
"""How many minutes a check-in may be planned for."""


@frozen
class CheckInTime:
    """When a team meets, every week.

    Args:
        day: the day of the week.
        at: when on that day, by the clock where the team works; None for when it opens.
        minutes: how long at the most, 5 to 60.

    Raises:
        InvalidInput: too short or too long, or a time with seconds or a zone.
    """

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    at: time | None = None
    minutes: int = 20

    def __attrs_post_init__(self) -> None:
        if not SHORTEST <= self.minutes <= LONGEST:
            raise InvalidInput("A check-in", f"must take from {SHORTEST} to {LONGEST} minutes", got=self.minutes)
        if self.at is not None and (self.at.tzinfo is not None or self.at.second or self.at.microsecond):
            raise InvalidInput("A check-in's time", "must be a time of day in whole minutes, without a zone", got=self.at)

    @property
    def length(self) -> timedelta:
        """How long it takes at the most."""
        return timedelta(minutes=self.minutes)


@frozen
class Progress:
    """How a Key Result stood when it was looked at: the figure, where it should be, and what that means.

    Args:
        objective, objective_title, key_result, title: which one.
        measure: what it is measured by, ``version`` of its definition; unit as the measure has it: seconds, shares from 0 to 1.
        value: None where nothing was counted; ``n``: how many subjects it rests on.
        since, until: the window of the figure; ``complete``: whether it can still change.
        should_be: where the plan has it by now; ``target``, ``by_date``: where it leads to.
        low, high, chance: the range in which it will end, and the chance of making it; None where nothing can be forecast.
        verdict, reason: as on the scoreboard.
        lead_measures: what should move it.
    """

    objective: str
    objective_title: str
    key_result: str
    title: str
    measure: str
    unit: str
    value: float | None = None
    n: int = 0
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    version: int = 1
    complete: bool = False
    should_be: float | None = None
    target: float | None = None
    by_date: date | None = None
    low: float | None = None
    high: float | None = None
    chance: float | None = None
    verdict: str = "unknown"
    reason: str = ""
    lead_measures: tuple[str, ...] = ()


@frozen
class Obstacle:
    """What stands in the way, in words; ``who``: the agent who will see to it, empty for nobody yet."""

    what: Text
    who: str = ""


@frozen
class WentWell:
    """What went well, in words, and the agents or teams who were behind it."""

    what: Text
    who: tuple[str, ...] = ()


@frozen
class CheckIn:
    """What was said in one check-in.

    Args:
        present: the agents who were there, by handle.
        progress: how each Key Result stood, as it was shown.
        reported, made: the commitments that were reported on and made.
        notes: whatever else, in words; those added afterwards come last.
        took: how long it took; None where nobody has said.
    """

    id: CheckInId
    team: str
    held_at: datetime
    present: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    went_well: tuple[WentWell, ...] = ()
    reported: tuple[CommitmentId, ...] = ()
    made: tuple[CommitmentId, ...] = ()
    notes: tuple[Text, ...] = ()
    took: timedelta | None = None
