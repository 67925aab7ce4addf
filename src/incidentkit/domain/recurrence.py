"""The same again: what a shop calls a recurrence, and what is noted of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from incidentkit.domain.ids import IncidentId

__all__ = ["Recurrence", "RecurrencePolicy", "RecurrenceRule"]

RecurrenceRule = Literal["signature", "attempts"]
"""Why it is one: the same signature for the same customer, or a further attempt to deliver one line."""


@frozen
class Recurrence:
    """That a case is the same trouble again.

    Args:
        rule: ``signature`` or ``attempts``.
        subject: the key of the signature that both have; of attempts, the order's id and the lines': ``ORDER/1,2``.
        count: which time it is: 2 for the second; of attempts, which one.
        at: when it came to light.
        earlier: the cases that it repeats, as far as they were not known to be repeated by it, the first first.
    """

    rule: RecurrenceRule
    subject: str
    count: int
    at: datetime
    earlier: tuple[IncidentId, ...] = ()


@frozen
class RecurrencePolicy:
    """When a case can't pass as a small one of its own.

    Args:
        within: an earlier case of the same customer and signature makes it a repeat if it was detected so shortly before.
        attempts: which attempt to deliver one line is one too many.
        type: of the case that such an attempt opens where none is open; empty for ``late``, else the first of the shop's.
    """

    within: timedelta = timedelta(days=90)
    attempts: int = 3
    type: str = ""
