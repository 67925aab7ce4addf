"""Whether a lead measure leads: whether what is new in it this week tells what will be new in the other weeks later.

Two series that have nothing to do with each other look related when both remember their past, rise together, or share a
season. So three things are done before they are compared (Haugh 1976, and Box and Jenkins, *Time Series Analysis*, chapter 11):

1. Of each only what is new is kept: its line is taken out, then what its own last weeks foretold. What is left of the lead
   measure has no memory, so its weeks can be shuffled freely, whatever the other series is like: that makes the test valid.
2. Ranks stand for values, so that one wild week decides nothing.
3. From the lag measure all that takes half a year or longer is taken out: trend and season are no evidence.

The largest association over all lags is then held against the largest that shuffled lead measures reach over the same lags,
so that looking at twelve lags costs no more false alarms than looking at one.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from operator import mul
from typing import Any, Literal

from attrs import evolve, frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.series import Series, new_in, ranked, standard, without_slow

__all__ = [
    "ALPHA",
    "LAGS",
    "LEAST_PAIRS",
    "SHUFFLES",
    "EvidenceReason",
    "EvidenceVerdict",
    "LeadEvidence",
    "corrected",
    "leads",
]

EvidenceVerdict = Literal["cannot_say", "leads", "no_evidence"]
EvidenceReason = Literal["never_moves", "too_few"]

ALPHA = 0.05
"""How often series that have nothing to do with each other may be said to lead."""

LAGS = range(1, 13)
"""How many weeks later an effect is looked for."""

LEAST_PAIRS = 24
"""A lag is tried where that many weeks have a week of the other series at that distance."""

SHUFFLES = 1999
"""How many shuffles are enough for the objectives of a company, all pairs corrected."""


@frozen
class LeadEvidence:
    """Whether one measure leads another.

    Args:
        verdict: ``leads``; ``no_evidence`` where an association as small as this is what chance brings; ``cannot_say`` where
            there is too little to tell.
        lag_weeks: by how many weeks it leads: the lag of the strongest association; None where nothing can be said.
        association: the rank correlation there of what is new in each, from −1 to 1; above 0: when the lead measure
            rises, the other rises later.
        p: the chance of such an association at any of the lags were there none, corrected for the pairs that were tried.
        n: the pairs of weeks at that lag.
        detectable: how strong an association must be to be told from chance with as many weeks.
        pairs: how many pairs of measures were tried.
        reason: why nothing can be said: ``too_few`` weeks, or one of the two ``never_moves``.
        lead, lag: the names of the measures, where they have any.
        hoped: whether the association has the sign that is hoped for: better now, better later; None where that is not known.
    """

    verdict: EvidenceVerdict
    lag_weeks: int | None = None
    association: float | None = None
    p: float | None = None
    n: int = 0
    detectable: float | None = None
    pairs: int = 1
    reason: EvidenceReason | None = None
    lead: str = ""
    lag: str = ""
    hoped: bool | None = None

    @property
    def words(self) -> str:
        """The key of the sentence that says it: one for each verdict, and one for leading the wrong way."""
        if self.verdict == "leads" and self.hoped is False:
            return "leading.leads_astray"
        return f"leading.{self.reason}" if self.reason else f"leading.{self.verdict}"

    def as_dict(self) -> dict[str, Any]:
        """As it goes into JSON."""
        return {
            "lead": self.lead,
            "lag": self.lag,
            "verdict": self.verdict,
            "reason": self.reason,
            "lag_weeks": self.lag_weeks,
            "association": self.association,
            "hoped": self.hoped,
            "p": self.p,
            "n": self.n,
            "detectable": self.detectable,
            "pairs": self.pairs,
        }


def leads(
    lead: Series,
    lag: Series,
    *,
    lags: Collection[int] = LAGS,
    shuffles: Sequence[Sequence[int]],
    alpha: float = ALPHA,
    pairs: int = 1,
) -> LeadEvidence:
    """Whether ``lead`` says something about ``lag`` some weeks later.

    Args:
        lead, lag: one figure a week over the same weeks, the earliest first; None for a gap.
        lags: how many weeks later to look, each at least 1.
        shuffles: each the places of all weeks in an order drawn at random.
        alpha: how often two series that have nothing to do with each other may be said to lead.
        pairs: how many pairs of measures are tried together; p is multiplied by it (Bonferroni).

    Raises:
        InvalidInput: series that are not as long, a lag below 1, or too few shuffles to find anything with that many pairs.
    """
    _check(lead, lag, lags, shuffles, alpha, pairs)
    new, coming = new_in(lead), new_in(lag)
    there = [value is not None for value in new]
    numbers = {k: sum(a and b is not None for a, b in zip(there, coming[k:], strict=False)) for k in lags}
    tried = sorted(k for k, n in numbers.items() if n >= LEAST_PAIRS)
    if not tried:
        return LeadEvidence("cannot_say", n=max(numbers.values()), pairs=pairs, reason="too_few")
    first, news = standard(ranked(new)), standard(without_slow(ranked(coming)))
    if first is None or news is None:
        return LeadEvidence("cannot_say", n=numbers[tried[0]], pairs=pairs, reason="never_moves")
    later = [(_ahead(news, k), math.sqrt(numbers[k])) for k in tried]
    found = [sum(map(mul, first, news_then)) / root for news_then, root in later]
    best = max(range(len(tried)), key=lambda i: abs(found[i]))
    largest = sorted(_largest(_shuffled(first, there, shuffle), later) for shuffle in shuffles)
    chance = (1 + sum(size >= abs(found[best]) * (1 - 1e-12) for size in largest)) / (1 + len(largest))
    p = min(1.0, chance * pairs)
    return LeadEvidence(
        verdict="leads" if p <= alpha else "no_evidence",
        lag_weeks=tried[best],
        association=_within(found[best] / later[best][1]),
        p=p,
        n=numbers[tried[best]],
        detectable=_within(largest[_critical(len(largest), alpha / pairs)] / later[0][1]),
        pairs=pairs,
    )


def corrected(found: Sequence[LeadEvidence], alpha: float = ALPHA) -> tuple[LeadEvidence, ...]:
    """LeadEvidence for several pairs that were tried together, each found as if alone, corrected by Holm's procedure (1979).

    Whatever of them is true: the chance that any pair is wrongly said to lead stays at ``alpha``. Pairs of which nothing can
    be said don't count as tried.
    """
    order = sorted((i for i, each in enumerate(found) if each.p is not None), key=lambda i: found[i].p or 0.0)
    result, least = list(found), 0.0
    for place, i in enumerate(order):
        least = max(least, min(1.0, (found[i].p or 0.0) * (len(order) - place)))
        result[i] = evolve(found[i], p=least, pairs=len(order), verdict="leads" if least <= alpha else "no_evidence")
    return tuple(result)


def _check(
    lead: Series, lag: Series, lags: Collection[int], shuffles: Sequence[Sequence[int]], alpha: float, pairs: int
) -> None:
    if len(lead) != len(lag):
        raise InvalidInput("lead and lag", "must be figures of the same weeks", got=f"{len(lead)} and {len(lag)}")
    if not lags or min(lags) < 1:
        raise InvalidInput("lags", "must be weeks, each at least 1", got=min(lags, default=None))
    if not 0 < alpha < 1 or pairs < 1:
        raise InvalidInput("alpha and pairs", "must lie between 0 and 1, and be at least 1", got=f"{alpha} and {pairs}")
    if pairs / (1 + len(shuffles)) > alpha:
        raise InvalidInput(
            "shuffles", "must be enough to find anything", got=len(shuffles), next=f"Give {math.ceil(pairs / alpha)} or more."
        )
    if any(len(shuffle) != len(lead) for shuffle in shuffles):
        raise InvalidInput("shuffles", "must each hold the places of all weeks", got=len(lead))


def _ahead(series: Sequence[float], weeks: int) -> list[float]:
    """The series as seen that many weeks before."""
    return [*series[weeks:], *[0.0] * weeks]


def _shuffled(series: Sequence[float], there: Sequence[bool], order: Sequence[int]) -> list[float]:
    """The figures that are there, in another order; gaps stay where they are."""
    figures = iter([series[place] for place in order if there[place]])
    return [next(figures) if here else 0.0 for here in there]


def _largest(series: Sequence[float], later: Sequence[tuple[Sequence[float], float]]) -> float:
    return max(abs(float(sum(map(mul, series, then)))) / root for then, root in later)


def _critical(count: int, alpha: float) -> int:
    """The place among so many sorted sizes from which one is found at that alpha."""
    return max(0, min(count - 1, count - math.floor(alpha * (count + 1))))


def _within(association: float) -> float:
    return max(-1.0, min(1.0, association))
