"""Verification calls: asking by telephone whether all is well with a delivery, before its customer complains."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from attrs import frozen

from incidentkit.domain.call_policy import CallMeaning, CallReason
from incidentkit.domain.ids import CallId, CallListId, CustomerId, IncidentId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text

__all__ = ["CallAttempt", "CallList", "CallState", "VerificationCall"]


class CallState(StrEnum):
    """Where a verification call stands."""

    OPEN = "open"
    DONE = "done"
    UNREACHED = "unreached"
    LAPSED = "lapsed"


@frozen
class CallAttempt:
    """One time that somebody was rung.

    Args:
        outcome: what came of it, by its code; ``means``: what that meant then.
        agent, team: who rang; empty for nobody by name.
        note: what was said, in words; kept in the vault.
        cost: at the rate in force then; None without one, or where it is counted with a contact.
    """

    at: datetime
    outcome: str
    means: CallMeaning
    agent: str = ""
    team: str = ""
    note: Text | None = None
    cost: Money | None = None


@frozen
class VerificationCall:
    """One delivery to ask about.

    Args:
        list: the list that it was put on; ``day``: that list's day.
        order, customer, delivered_at: what arrived, with whom, and when.
        reason: why it is asked about; ``carrier``: which one is risky, where that is why.
        listed_at: when it was put on the list.
        not_before: nobody is rung sooner: it is their quiet time, or nobody is at work, or they were rung a moment ago.
        due: the end of the next working day, by which an outcome counts as in time.
        until: when it lapses.
        allowed: how many attempts there may be.
        incident: the case that it is about since something was found to be wrong.
    """

    id: CallId
    list: CallListId
    day: date
    order: OrderId
    customer: CustomerId
    delivered_at: datetime
    reason: CallReason
    listed_at: datetime
    not_before: datetime
    due: datetime
    until: datetime
    allowed: int
    carrier: str = ""
    state: CallState = CallState.OPEN
    attempts: tuple[CallAttempt, ...] = ()
    incident: IncidentId | None = None
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be made."""
        return self.state is CallState.OPEN

    @property
    def in_time(self) -> bool:
        """Whether an outcome was recorded by the end of the next working day, be it that nobody answered."""
        return bool(self.attempts) and self.attempts[0].at < self.due

    @property
    def outcome(self) -> str:
        """What came of it last, by its code; empty while nobody has rung."""
        return self.attempts[-1].outcome if self.attempts else ""


@frozen
class CallList:
    """One morning's list.

    Args:
        day: whose morning; there is one list a day.
        since, until: the deliveries that it was chosen from, half-open.
        calls: those to make, the most telling first.
        deliveries: how many deliveries there were to choose from.
        left_out: why others are not on it, by code, with how many: ``no_phone``, ``objects``, ``rested``, ``in_case``,
            ``full`` and ``no_reason``.
    """

    id: CallListId
    day: date
    made_at: datetime
    since: datetime
    until: datetime
    calls: tuple[CallId, ...] = ()
    deliveries: int = 0
    left_out: tuple[tuple[str, int], ...] = ()
