"""What a change of settings would have done: one value for each thing that would have been otherwise, and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.money import Money

__all__ = [
    "AskChange",
    "ClockVerdict",
    "DeadlineChange",
    "EscalationChange",
    "GrantChange",
    "GrantVerdict",
    "MessageChange",
    "NotComparable",
    "OwnerChange",
    "Sending",
    "WhatIf",
]

ClockVerdict = Literal["met", "missed", "open", "none"]
"""``open``: it still runs, and there is time; ``none``: nothing was due."""

GrantVerdict = Literal["allowed", "asked", "refused"]
"""``asked``: somebody with more authority is asked first; ``refused``: the protocol has no such remedy."""


@frozen
class DeadlineChange:
    """A deadline that would have been met or missed otherwise, or due at another time.

    Args:
        clock: the clock's name, or ``step:NAME`` for a step of the protocol.
        due_was, due_would: the last instant in time; None where nothing was due.
    """

    case: str
    clock: str
    was: ClockVerdict
    would: ClockVerdict
    due_was: datetime | None
    due_would: datetime | None


@frozen
class Sending:
    """What became of a message.

    Args:
        outcome: ``waiting``: put off beyond the present; ``none``: it was not even planned.
        at: when it was decided; while it waits, until when.
        reason: the code of why it is not sent as planned; of one that went, of why it went later or by another channel.
    """

    outcome: Literal["sent", "suppressed", "waiting", "none"]
    at: datetime | None = None
    channel: str = ""
    reason: str = ""


@frozen
class MessageChange:
    """A message to a customer that would have gone out or not, at another time, or another way.

    Args:
        key: the message's; ``stream``: the order, case or survey that it is about.
    """

    key: str
    stream: str
    step: str
    was: Sending
    would: Sending


@frozen
class AskChange:
    """A silent customer who would have been asked more or less often after a resolution, or whose case would have lapsed."""

    case: str
    resolved_at: datetime
    asked_was: tuple[datetime, ...]
    asked_would: tuple[datetime, ...]
    lapsed_was: datetime | None
    lapsed_would: datetime | None


@frozen
class EscalationChange:
    """A case that broken clocks would have raised to another level; 0 is none."""

    case: str
    was: int
    would: int


@frozen
class OwnerChange:
    """A case for which another team would have been accountable from the first instant."""

    case: str
    was: str
    would: str


@frozen
class GrantChange:
    """An offer that its maker would have been allowed to make, or not."""

    case: str
    offer: str
    kind: str
    amount: Money | None
    was: GrantVerdict
    would: GrantVerdict


@frozen
class NotComparable:
    """What the rules alone do not explain: there the record says otherwise than they do, by the settings in force then.

    Args:
        what: ``deadline``, ``message``, ``ask`` or ``grant``; ``id``: of the case or the message.
        reason: a code.
    """

    what: Literal["deadline", "message", "ask", "grant"]
    id: str
    reason: str


@frozen
class WhatIf:
    """What other settings would have done to what happened in a span.

    Args:
        as_of: the present, up to which deadlines and messages are followed.
        cases, messages, offers: how many were looked at; ``compared``: how many results of rules stand in both worlds.
        deadlines, asks, escalations, owners, grants, sendings: what would have been otherwise, in the order of time; of each at
            most so many as a page holds. `counts` has all of them.
        counts: how many of each sort, by a code such as ``deadline.missed``; sorts without any are left out.
        gained, lost: what would be granted that was not, and what was granted that would not be, without being asked first.
        apart: what the record says otherwise than the rules alone, which is left out of the comparison; ``apart_in_all``.
    """

    since: datetime
    until: datetime
    as_of: datetime
    cases: int
    messages: int
    offers: int
    deadlines: tuple[DeadlineChange, ...]
    sendings: tuple[MessageChange, ...]
    asks: tuple[AskChange, ...]
    escalations: tuple[EscalationChange, ...]
    owners: tuple[OwnerChange, ...]
    grants: tuple[GrantChange, ...]
    gained: Money
    lost: Money
    counts: Mapping[str, int] = field(factory=dict)
    apart: tuple[NotComparable, ...] = ()
    apart_in_all: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would have been otherwise."""
        return not self.counts
