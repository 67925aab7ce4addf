"""Corrective actions: what is done so that something does not happen again, and whether that is so."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from incidentkit.domain.ids import AnalysisId, CorrectiveActionId, IncidentId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.texts import Text

__all__ = [
    "RESTING_ACTIONS",
    "ActionState",
    "CorrectiveAction",
    "Counted",
    "Effect",
    "EffectReason",
    "Effectiveness",
    "Observed",
    "Verification",
]


class ActionState(StrEnum):
    """Where a corrective action stands. Done is not effective."""

    PLANNED = "planned"
    TAKEN = "taken"
    DONE = "done"
    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    INCONCLUSIVE = "inconclusive"
    CANCELLED = "cancelled"


RESTING_ACTIONS = frozenset({ActionState.EFFECTIVE, ActionState.CANCELLED})
"""States in which nobody has anything to do about it."""


class Effectiveness(StrEnum):
    """Whether what was done has helped."""

    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    INCONCLUSIVE = "inconclusive"


class EffectReason(StrEnum):
    """Why it is judged so."""

    RARER = "rarer"
    ABOVE_LIMIT = "above_limit"
    NO_EXPOSURE = "no_exposure"
    NO_BASELINE = "no_baseline"
    NEVER_BEFORE = "never_before"
    TOO_FEW = "too_few"
    TOO_EARLY = "too_early"


@frozen
class Counted:
    """How many orders there were that it could have happened to, and to how many it did.

    Args:
        hits: orders with such an incident, and such incidents without an order.
        exposed: all orders of the product or carrier, or every order for a step of the process.
    """

    hits: int = 0
    exposed: int = 0

    @property
    def rate(self) -> float | None:
        """Hits per order; None without orders."""
        return self.hits / self.exposed if self.exposed else None


@frozen
class Effect:
    """The rate after against the rate before.

    Args:
        verdict, reason: what follows, and from what.
        before, after: orders placed before and after it was done.
        limit: the highest rate that counts as success; None where no rate before is known to take it from.
        allowed: the most hits after that it leaves room for, with the orders that are expected.
        ratio: rate after ÷ rate before; None where one of them is not known or nothing happened before.
        low, high: where the true ratio may lie; None for no bound.
        spread: how much more the weeks differ than chance alone would have it, 1 or more. So many hits count as one.
    """

    verdict: Effectiveness
    reason: EffectReason
    before: Counted = Counted()
    after: Counted = Counted()
    limit: float | None = None
    allowed: int = 0
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float = field(default=1.0, converter=float)


@frozen
class Verification:
    """How it is judged.

    Args:
        window: orders placed for so long after it was done are looked at.
        settle: how long after an order was placed its trouble may take to come to light; such incidents count.
        baseline: orders placed for so long before it was done are what they are held against.
        limit: the highest rate of orders with such an incident that counts as success, from 0 to 1; None for half the rate
            before.
    """

    window: timedelta = timedelta(days=60)
    settle: timedelta = timedelta(days=21)
    baseline: timedelta = timedelta(days=182)
    limit: float | None = None


@frozen
class Observed:
    """What the record shows at an instant: the rates, and the incidents since that show it again, the oldest first."""

    effect: Effect
    recurrences: tuple[IncidentId, ...] = ()


@frozen
class CorrectiveAction:
    """Something that is done so that a kind of incident becomes rarer.

    Args:
        id: UUIDv7.
        what: what is to be done, in words; kept in the vault.
        signature: the key of the signature that it must lower.
        sponsor: the supervisor who answers for it.
        owner: the accountable team of those who do it; with an agent once one has taken it.
        asked: the team or agent that was asked to do it.
        due: by when it is to be done.
        verification: how it is judged.
        analysis: the analysis that it follows from.
        incidents: the cases that made somebody act.
        recurrences: the cases that have shown it again since it was done, the oldest first.
        done_at, outcome: when it was done last, and what was done, in words.
        overdue: for which due date somebody was told that it is over.
        reopened: how often it was taken up again.
        looks: how often it was judged since it was done.
        effect: the last judgement.
        reason: why it was opened again or cancelled, in words.
    """

    id: CorrectiveActionId
    what: Text
    signature: str
    sponsor: str
    owner: Owner
    asked: str
    due: datetime
    planned_at: datetime
    verification: Verification = Verification()
    analysis: AnalysisId | None = None
    incidents: tuple[IncidentId, ...] = ()
    state: ActionState = ActionState.PLANNED
    recurrences: tuple[IncidentId, ...] = ()
    taken_at: datetime | None = None
    done_at: datetime | None = None
    outcome: Text | None = None
    overdue: datetime | None = None
    reopened: int = 0
    looks: int = 0
    effect: Effect | None = None
    judged_at: datetime | None = None
    ended_at: datetime | None = None
    reason: Text | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has something to do about it, if only to wait for what comes of it."""
        return self.state not in RESTING_ACTIONS

    @property
    def to_do(self) -> bool:
        """Whether it is yet to be done."""
        return self.state in (ActionState.PLANNED, ActionState.TAKEN)

    @property
    def judged_from(self) -> datetime | None:
        """When everything that it is judged by has come to light; None before it is done."""
        if self.done_at is None:
            return None
        return self.done_at + self.verification.window + self.verification.settle
