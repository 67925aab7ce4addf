"""Holds: stretches of time in which the shop can do nothing but wait for the customer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.times import Due

__all__ = ["Hold", "HoldReason"]

HoldReason = Literal["offer", "wait"]
"""Offers that the customer has not answered, or a question that somebody says they were asked."""


@frozen
class Hold:
    """Clocks stand still from ``since`` on.

    Args:
        until: when the customer answered, or the case went on without; None while they are waited for.
        at_most: when it ends by itself: nobody is waited for for ever.
    """

    since: datetime
    until: datetime | None
    at_most: Due
    reason: HoldReason
