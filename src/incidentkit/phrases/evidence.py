"""Whether a lead measure leads, in words."""

from __future__ import annotations

from incidentkit.measures.leading import LEAST_PAIRS, LeadEvidence
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.measures import measure_name
from incidentkit.phrases.words import Words

__all__ = ["evidence_figures", "evidence_said"]

_DIGITS = 2
_DIGITS_OF_P = 4


def evidence_said(words: Words, evidence: LeadEvidence) -> str:
    """What the evidence says, in one sentence or two."""
    amounts = Amounts(words)
    return words.say(
        evidence.words,
        lead=measure_name(words, evidence.lead, brief=True),
        lag=measure_name(words, evidence.lag, brief=True),
        weeks=_weeks(words, evidence.lag_weeks),
        detectable="" if evidence.detectable is None else amounts.number(evidence.detectable, _DIGITS),
        n=amounts.number(evidence.n),
        least=amounts.number(LEAST_PAIRS),
    )


def evidence_figures(words: Words, evidence: LeadEvidence) -> str:
    """The figures behind it, in one line; empty where nothing can be said."""
    if evidence.association is None or evidence.p is None:
        return ""
    amounts = Amounts(words)
    said = words.say(
        "leading.figures",
        association=amounts.number(evidence.association, _DIGITS),
        weeks=_weeks(words, evidence.lag_weeks),
        p=amounts.number(evidence.p, _DIGITS_OF_P),
        n=amounts.number(evidence.n),
    )
    return said if evidence.pairs == 1 else f"{said} {words.say('leading.pairs', pairs=amounts.number(evidence.pairs))}"


def _weeks(words: Words, weeks: int | None) -> str:
    return "" if weeks is None else words.say(f"leading.weeks.{'one' if weeks == 1 else 'many'}", n=weeks)
