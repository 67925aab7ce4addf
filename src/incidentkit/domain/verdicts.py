"""What is decided about a message just before it goes out, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import frozen

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident

__all__ = ["GONE", "Because", "Defer", "Matter", "Send", "SendReason", "Suppress", "Switch", "Verdict"]


@frozen
class Matter:
    """What a message is about.

    Args:
        state: the order, case, ask or task as it stands; None where the record has none.
        case: the case that an ask or a task is about.
    """

    state: State | None = None
    case: Incident | None = None


class SendReason(StrEnum):
    """Why a message does not go out now, or not where it was to go. Each verdict has one."""

    # Whom it goes to.
    FORGOTTEN = "forgotten"
    NO_ADDRESS = "no_address"
    ADDRESS_FAILED = "address_failed"
    NO_CHANNEL = "no_channel"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    # Whether it is still wanted.
    NOT_IN_RECORD = "not_in_record"
    ORDER_DELIVERED = "order_delivered"
    ORDER_CANCELLED = "order_cancelled"
    CASE_RESOLVED = "case_resolved"
    CASE_REOPENED = "case_reopened"
    CASE_CLOSED = "case_closed"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_MERGED = "case_merged"
    CASE_UNMERGED = "case_unmerged"
    OFFER_ANSWERED = "offer_answered"
    OFFER_REPLACED = "offer_replaced"
    SURVEY_ANSWERED = "survey_answered"
    TASK_ENDED = "task_ended"
    NOT_THEIRS = "not_theirs"
    SETTLED = "settled"
    # When.
    EXPIRED = "too_late"
    NO_TIME_LEFT = "no_time_left"
    QUIET_HOURS = "quiet_hours"
    TOO_MANY = "too_many"
    OFF_DUTY = "off_duty"


GONE = frozenset(
    {
        SendReason.FORGOTTEN,
        SendReason.NOT_IN_RECORD,
        SendReason.ORDER_DELIVERED,
        SendReason.ORDER_CANCELLED,
        SendReason.CASE_RESOLVED,
        SendReason.CASE_REOPENED,
        SendReason.CASE_CLOSED,
        SendReason.CASE_WITHDRAWN,
        SendReason.CASE_MERGED,
        SendReason.CASE_UNMERGED,
        SendReason.OFFER_ANSWERED,
        SendReason.OFFER_REPLACED,
        SendReason.SURVEY_ANSWERED,
        SendReason.TASK_ENDED,
        SendReason.NOT_THEIRS,
        SendReason.SETTLED,
        SendReason.EXPIRED,
        SendReason.NO_TIME_LEFT,
    }
)
"""Reasons for which no other way of telling is looked for: there is nothing to tell any more, or no time to."""


@frozen
class Because:
    """One fact that a verdict rests on: a code, and plain values to say it with; nothing personal."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, /, **values: Any) -> Because:
        """With its values as text: instants in ISO 8601."""
        plain = {name: v.isoformat() if isinstance(v, datetime) else str(v) for name, v in values.items()}
        return cls(code, tuple(plain.items()))


@frozen
class Send:
    """It goes out now, on this channel."""

    channel: str
    because: tuple[Because, ...] = ()


@frozen
class Defer:
    """Not before ``until``, where it is decided anew."""

    until: datetime
    reason: SendReason
    because: tuple[Because, ...] = ()


@frozen
class Suppress:
    """It never goes out."""

    reason: SendReason
    because: tuple[Because, ...] = ()


@frozen
class Switch:
    """It goes out now, on another channel than it was planned for; ``reason``: what is against that one."""

    channel: str
    reason: SendReason
    because: tuple[Because, ...] = ()


Verdict = Send | Defer | Suppress | Switch
