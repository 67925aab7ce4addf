"""Advice: what the history says to look out for with an order, and that somebody was shown it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from incidentkit.domain.ids import IncidentId

__all__ = ["ADVICE_CODES", "Advice", "Advised"]

ADVICE_CODES = ("customer_in_case", "customer_repeat", "product_short", "product_trouble", "carrier_trouble")
"""What there may be a reason to look out for, the most pressing first."""


@frozen
class Advice:
    """One reason from history to take care with an order.

    Args:
        code: one of `ADVICE_CODES`.
        subject: what it is about: a type of incident, a product, or a carrier.
        reasons: the figures that it rests on, by name, as text: ``count``, ``days``, ``orders``, ``type``.
        incidents: those behind it, the latest first; not all of them where there are many.
    """

    code: str
    subject: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    incidents: tuple[IncidentId, ...] = ()

    @property
    def values(self) -> Mapping[str, str]:
        """The figures that it rests on, with its subject, by name."""
        return {"subject": self.subject, **dict(self.reasons)}


@frozen
class Advised:
    """That somebody was shown a piece of advice about an order."""

    advice: Advice
    at: datetime
