"""Goals: an Objective in words, its Key Results in figures, and the initiatives that should move them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.ids import InitiativeId, ObjectiveId
from incidentkit.domain.texts import Text

__all__ = [
    "MOST_GOALS",
    "Baseline",
    "GoalClock",
    "GoalStatistic",
    "GoalWindow",
    "Importance",
    "Initiative",
    "KeptForecast",
    "KeyResult",
    "KeyResultKind",
    "Objective",
    "ObjectiveState",
    "Segment",
    "Stated",
]

MOST_GOALS = 2
"""So many goals a team can have at once: with more, nothing is important."""

Importance = Literal["wildly_important", "important"]
KeyResultKind = Literal["absolute", "relative", "milestone"]
GoalClock = Literal["elapsed", "working"]
GoalStatistic = Literal["value", "p50", "p90"]
GoalWindow = Literal["day", "week", "month", "quarter"]


class ObjectiveState(StrEnum):
    """Where an Objective stands."""

    RUNNING = "running"
    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


@frozen
class Segment:
    """One part of a measure's subjects, e.g. those of the team ``warehouse``: what it is cut by, and which value."""

    kind: str
    value: str


@frozen
class Baseline:
    """The days that a start was read off: half-open, as days of the shop's zone; how many subjects began in them."""

    since: date
    until: date
    n: int | None = None


@frozen
class Stated:
    """A start as people say it, in another clock than the Key Result counts in: 24 hours before they became working time."""

    value: float
    clock: GoalClock


@frozen
class KeyResult:
    """From X to Y by a date, in one unit and by one clock.

    Args:
        id: a short name, unique in its Objective.
        measure: the name of the measure, which gives the unit.
        kind: ``absolute``; ``relative``, whose target is a share of what its baseline came to; or ``milestone``, of which
            nothing is expected before its date.
        start, target: in the measure's unit (seconds for durations, 0 to 1 for shares), counted by ``clock``.
        since, by_date: the first day on which it counts, and the last.
        statistic: what is held against the target: the measure's value, or its median or p90.
        window: by what spans its progress is read.
        clock: ``working`` counts a duration in the owning team's open hours.
        segment: only these subjects; None for all.
        baseline: the days that ``start`` was read off; None where people said it.
        stated: the start in the other clock, where it was said or measured there; both are shown.
        change: for relative ones what the target is by against the start, e.g. -0.5.
        lead_measures: what the team can move, and what should move this.
        team, owner: whose it is; an owner is an agent's handle.
        least_n: a window with fewer subjects says nothing.
    """

    id: str
    title: str
    measure: str
    kind: KeyResultKind
    start: float
    target: float
    since: date
    by_date: date
    statistic: GoalStatistic = "value"
    window: GoalWindow = "week"
    clock: GoalClock = "elapsed"
    segment: Segment | None = None
    baseline: Baseline | None = None
    stated: Stated | None = None
    change: float | None = None
    lead_measures: tuple[str, ...] = ()
    team: str = ""
    owner: str = ""
    least_n: int = 20

    @property
    def better(self) -> Literal["up", "down"]:
        """Which way it should move."""
        return "up" if self.target > self.start else "down"


@frozen
class Initiative:
    """What is done differently, so that a Key Result moves. Its tasks name it.

    Args:
        key_result: the id of the one that it should move.
        lead_measure: the lead measure of that Key Result that should show it first; empty for none in particular.
        due: the last day; None for no date.
        ended_at: when it was ended.
    """

    id: InitiativeId
    title: str
    key_result: str
    team: str
    owner: str = ""
    lead_measure: str = ""
    due: date | None = None
    ended_at: datetime | None = None


@frozen
class KeptForecast:
    """What was foreseen of a Key Result's figure in one window, kept to be held against what came.

    Args:
        made_at: when.
        horizon: ``next`` for the window after the last complete one, ``end`` for the one that the date falls in.
        from_, until: that window.
        low, mid, high: between which the figure was expected with ``confidence``, and its middle.
        against: what it had to reach in that window: the pace, or at the end the target.
        chance: how likely it was to reach that.
        method: how it was made.
    """

    key_result: str
    made_at: datetime
    horizon: Literal["next", "end"]
    from_: datetime
    until: datetime
    low: float
    mid: float
    high: float
    against: float
    chance: float
    confidence: float
    method: str


@frozen
class Objective:
    """What a shop wants to reach, in words, and the Key Results that say whether it has.

    Args:
        team: whose goal it is; empty for the whole shop.
        owner: the handle of the agent who answers for it.
        since, until: the first day and the last.
        why: what it is for.
        set_at, ended_at: when.
        changed: how often it was set anew since.
        outcome: how it ended, in words; kept in the vault.
        forecasts: those that were kept, the earliest first; foreseen_at: when somebody last tried.
    """

    id: ObjectiveId
    title: str
    importance: Importance
    team: str
    owner: str
    since: date
    until: date
    why: str
    key_results: tuple[KeyResult, ...]
    set_at: datetime
    initiatives: tuple[Initiative, ...] = ()
    state: ObjectiveState = ObjectiveState.RUNNING
    ended_at: datetime | None = None
    changed: int = 0
    outcome: Text | None = None
    forecasts: tuple[KeptForecast, ...] = field(default=(), repr=False)
    foreseen_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether it is still worked for."""
        return self.state is ObjectiveState.RUNNING

    def key_result(self, id: str) -> KeyResult | None:
        """The Key Result with that id."""
        return next((key_result for key_result in self.key_results if key_result.id == id), None)

    def initiative(self, id: str) -> Initiative | None:
        """The initiative with that id."""
        return next((initiative for initiative in self.initiatives if initiative.id == id), None)
