"""The measure of verification calls."""

from __future__ import annotations

from datetime import timedelta

from incidentkit.measures.conditions import Equals
from incidentkit.measures.measure import Measure

__all__ = ["CALLS"]

CALLS = (
    Measure(
        name="verification_call_coverage",
        unit="share",
        kind="share",
        facts="calls",
        when="listed_at",
        numerator=(Equals("in_time", 1),),
        # A next working day is rarely further away than that, over holidays.
        maturity=timedelta(days=7),
        definition="listed deliveries with an outcome by the end of the next working day ÷ listed",
        formula="asked about by the end of the next working day ÷ listed",
        better="up",
        role="lead",
    ),
)
