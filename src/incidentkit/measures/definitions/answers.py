"""Measures of what customers answer to surveys."""

from __future__ import annotations

from incidentkit.measures.conditions import AtLeast, Equals, Not
from incidentkit.measures.measure import Measure

__all__ = ["ANSWERS"]

_CSAT = (
    "all answers on the survey's own scale; top is the scale's highest value. "
    "A second answer by the same person to the same ask replaces the first; different asks count each"
)

ANSWERS = (
    Measure(
        name="csat_mean",
        unit="score",
        kind="score",
        facts="answers",
        when="answered_at",
        where=(Equals("survey", "csat"),),
        column="score",
        definition=_CSAT,
        formula="sum of scores ÷ answers",
        better="up",
        role="lag",
    ),
    Measure(
        name="csat_top_share",
        unit="share",
        kind="share",
        facts="answers",
        when="answered_at",
        where=(Equals("survey", "csat"),),
        numerator=(Equals("top", 1),),
        definition=_CSAT,
        formula="answers with the highest score ÷ answers",
        better="up",
        role="lag",
    ),
    Measure(
        name="nps",
        unit="points",
        kind="nps",
        facts="answers",
        when="answered_at",
        where=(Equals("kind", "nps"),),
        numerator=(AtLeast("score", 9),),
        against=(Not(AtLeast("score", 7)),),
        definition="100 × (share of 9–10 − share of 0–6), from −100 to 100",
        formula="100 × (answers of 9 or 10 − answers of 0 to 6) ÷ answers",
        better="up",
        role="lag",
    ),
)
