"""Measures of what people commit themselves to."""

from __future__ import annotations

from incidentkit.measures.conditions import Equals
from incidentkit.measures.measure import Measure

__all__ = ["COMMITMENTS"]

COMMITMENTS = (
    Measure(
        name="commitments_kept_rate",
        unit="share",
        kind="share",
        facts="commitments",
        when="due",
        passed="due",
        numerator=(Equals("kept", 1),),
        definition="kept with evidence ÷ due; no report is not kept",
        formula="kept with evidence ÷ due",
        better="up",
        role="lead",
    ),
)
