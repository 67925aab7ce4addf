"""Patterns: what happens more often than it did, told from what only looks like it.

What is counted in a span is held against the spans before it, per order that it could have happened to. Given how many there
were in both together, those of the span are binomial if nothing has changed (Przyborowski and Wilenski 1940); the test is exact
and one-sided. Incidents come in batches, so that counts vary by more than chance from week to week: where the earlier spans
do (Pearson's dispersion above 1), so many incidents count as one. And whoever looks at a thousand products every Monday finds
some that stand out: the chances are corrected for everything that was looked at (Holm 1979), so that a span in which nothing
has changed raises any alarm at all with a chance of at most ``alpha``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

from attrs import frozen

from incidentkit.measures.distributions import binomial_tails, gamma_quantile
from incidentkit.measures.intervals import difference_of_rates

__all__ = ["ALPHA", "FEWEST_NOW", "FEWEST_SPANS", "Pattern", "PatternKind", "Patterns", "Seen", "find_patterns"]

PatternKind = Literal["type", "step", "cause", "product", "carrier", "account", "rule"]
"""What is counted: the incidents of a type or a step, those of a step with a cause, product, carrier or account; or how often a
rule of the process stood in the way, among incidents in place of orders."""

ALPHA = 0.05
"""The chance of any false alarm in one review."""

FEWEST_NOW = 3
"""Fewer incidents than that in a span are no pattern, whatever was before."""

FEWEST_SPANS = 4
"""With fewer spans to compare with there is no telling how much counts vary by themselves."""

_CERTAIN = 0.95


@frozen
class Seen:
    """How often something happened, span by span.

    Args:
        kind: what it is; ``step``, ``cause`` and ``segment`` say which: the last is the type, product, carrier or account.
            Empty where it has none.
        count: how many incidents there were in the span that is looked at.
        before: those of the earlier spans, the earliest first.
        orders, orders_before: in the same spans, the orders that it could have happened to: of that product, carrier or
            account, else all.
    """

    kind: PatternKind
    step: str
    cause: str
    segment: str
    count: int
    before: tuple[int, ...]
    orders: int
    orders_before: tuple[int, ...]


@frozen
class Pattern:
    """What happens more often than it did.

    Args:
        seen: the counts.
        new: it never happened in the earlier spans.
        expected: how many incidents there would have been as things were; of a product, carrier or account without earlier
            orders, as things were with all others.
        at_least: how many times as frequent it is now, at the least (95 %).
        p: the chance of so many if nothing had changed, corrected for everything that was looked at.
        incidents: ids of some of them, the latest first.
    """

    seen: Seen
    new: bool
    expected: float
    at_least: float
    p: float
    incidents: tuple[str, ...] = ()


@frozen
class Patterns:
    """What came of looking for patterns.

    Args:
        verdict: ``told``, or ``cannot_say`` where the record holds too few earlier spans.
        found: the surest first.
        tried: how many combinations were looked at.
        spans: how many earlier spans it was held against.
    """

    verdict: Literal["told", "cannot_say"]
    found: tuple[Pattern, ...]
    tried: int
    spans: int


def find_patterns(seen: Iterable[Seen], tried: int, spans: int, alpha: float = ALPHA) -> Patterns:
    """Those of ``seen`` that stand out, given that ``tried`` combinations were looked at.

    Args:
        seen: what happened at all, each with ``spans`` earlier spans.
        tried: all combinations that might have stood out, those in ``seen`` among them.
        alpha: the chance of any false alarm.
    """
    if spans < FEWEST_SPANS:
        return Patterns("cannot_say", (), tried, spans)
    every = list(seen)
    steps = {each.step: each for each in every if each.kind == "step"}
    some = [held for each in every if (held := _held(each, steps)) is not None]
    pooled = _pooled([held.seen for held in some])
    tested = sorted((held.chance(pooled), place) for place, held in enumerate(some))
    found, worst = [], 0.0
    for rank, (p, place) in enumerate(tested):
        worst = max(worst, min(1.0, p * (max(tried, len(some)) - rank)))
        if worst > alpha:
            break
        if some[place].seen.count >= FEWEST_NOW:
            found.append(some[place].pattern(worst, pooled))
    return Patterns("told", tuple(found), tried, spans)


@frozen
class _Held:
    """What was seen, and what it is held against: so many incidents in so many orders."""

    seen: Seen
    before: int
    orders: int

    def chance(self, pooled: float) -> float:
        """That of so many incidents if nothing has changed."""
        spread = _spread(self.seen, pooled)
        share = self.seen.orders / (self.seen.orders + self.orders)
        return binomial_tails(self.seen.count / spread, (self.seen.count + self.before) / spread, share)[1]

    def pattern(self, p: float, pooled: float) -> Pattern:
        """What is told of it."""
        seen, spread = self.seen, _spread(self.seen, pooled)
        # Rounded to the careful side.
        earlier, now = math.ceil(self.before / spread), math.floor(seen.count / spread)
        ratio = difference_of_rates(earlier, self.orders, now, seen.orders)
        expected = self.before / self.orders * seen.orders
        return Pattern(seen, not any(seen.before), expected, ratio.low if ratio else 0.0, p)


def _held(seen: Seen, steps: Mapping[str, Seen]) -> _Held | None:
    """What a thing is held against: its own earlier orders; one that had none, all earlier orders and their incidents of that
    step. None where there are no orders."""
    if not seen.orders:
        return None
    for other in (seen, steps.get(seen.step)):
        if other is not None and any(other.orders_before):
            return _Held(seen, sum(other.before), sum(other.orders_before))
    return None


def _spread(seen: Seen, pooled: float) -> float:
    """How many incidents count as one: by the earlier spans of all, and by its own where these vary more for certain."""
    chi, freedom = _pearson(seen.before, seen.orders_before)
    usual = max(1.0, pooled)
    return usual if not freedom or chi <= usual * _most_by_chance(freedom) else chi / freedom


@cache
def _most_by_chance(freedom: int) -> float:
    """Below which chi squared with those degrees of freedom lies for certain, as far as anything is."""
    return 2 * gamma_quantile(_CERTAIN, freedom / 2)


def _pooled(seen: Sequence[Seen]) -> float:
    """The dispersion of all together; rare things say little about it each, but there are many of them."""
    parts = [_pearson(each.before, each.orders_before) for each in seen]
    freedom = sum(part[1] for part in parts)
    return sum(part[0] for part in parts) / freedom if freedom else 1.0


def _pearson(counts: Sequence[int], orders: Sequence[int]) -> tuple[float, int]:
    """Pearson's statistic of counts about one rate, and its degrees of freedom; none where nothing happened."""
    held = [(count, of) for count, of in zip(counts, orders, strict=True) if of]
    whole = sum(count for count, _ in held)
    if not whole or len(held) < 2:
        return 0.0, 0
    rate = whole / sum(of for _, of in held)
    return sum((count - rate * of) ** 2 / (rate * of) for count, of in held), len(held) - 1
