"""Rules of the process that stand in the way: how often, at what cost, and whether more than they did.

How many times a rule blocked is held against the cases that it could have blocked, span by span, with the same limits of chance
as patterns: one rule in a hundred that stands out by chance would be followed for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

from incidentkit.domain.money import Money
from incidentkit.learning.patterns import FEWEST_NOW, Pattern, Seen, find_patterns
from incidentkit.measures.intervals import Interval, share_interval

__all__ = ["BlocksFound", "Counted", "RuleBlocks", "find_blocks"]


@frozen
class Counted:
    """What one rule blocked in a span.

    Args:
        rule: its code.
        count: how often; ``cases``: in how many cases; ``customers``: of how many people, as far as they are known.
        around: how often there was a way around; ``open``: how often nothing has come of it yet.
        allowed: how many agents allowed ways around.
        cost: what the ways around cost, as far as anybody knows; ``unpriced``: ways of which nobody does.
        before: how often it blocked in each earlier span, the earliest first.
        incidents: ids of some of the cases, the latest first.
    """

    rule: str
    count: int
    cases: int
    customers: int
    around: int
    open: int
    allowed: int
    cost: Money
    unpriced: int
    before: tuple[int, ...]
    incidents: tuple[str, ...] = ()


@frozen
class RuleBlocks:
    """A rule that blocked in a span.

    Args:
        title, owner: what the settings say of it; empty where they don't know it.
        counted: how often, and what came of it.
        pattern: that it blocks more often than it did, where that is no chance.
    """

    title: str
    owner: str
    counted: Counted
    pattern: Pattern | None = None

    @property
    def rule(self) -> str:
        """Its code."""
        return self.counted.rule

    @property
    def around(self) -> Interval | None:
        """How large a share of its blocks had a way around (95 %): what is mostly got around is hardly a rule."""
        return share_interval(self.counted.around, self.counted.count)

    @property
    def candidate(self) -> bool:
        """Whether it should be looked at: it blocked often, or more often than it did."""
        return self.pattern is not None or self.counted.count >= FEWEST_NOW


@frozen
class BlocksFound:
    """What the process did not allow in a span.

    Args:
        verdict: ``told``, or ``cannot_say`` whether a rule blocks more than it did: the record holds too few earlier spans.
        count: how often something was not allowed; ``cases``: in how many cases.
        of: the cases of the span.
        rules: the one that blocked most first; candidates before others.
    """

    verdict: Literal["told", "cannot_say"] = "cannot_say"
    count: int = 0
    cases: int = 0
    of: int = 0
    rules: tuple[RuleBlocks, ...] = ()

    @property
    def candidates(self) -> tuple[RuleBlocks, ...]:
        """The rules that should be looked at."""
        return tuple(rule for rule in self.rules if rule.candidate)


def find_blocks(
    counted: Iterable[Counted],
    incidents: tuple[int, ...],
    cases: int,
    known: Iterable[tuple[str, str, str]],
) -> BlocksFound:
    """What stands in the way.

    Args:
        counted: each rule that blocked in any of the spans, with so many earlier spans as ``incidents`` has before its last.
        incidents: cases detected in each span, the one that is looked at last.
        cases: those in which anything was not allowed in it.
        known: code, title and owner of the rules that the settings know.
    """
    every, says = list(counted), {code: (title, owner) for code, title, owner in known}
    *before, now = incidents
    seen = [Seen("rule", "", "", each.rule, each.count, each.before, now, tuple(before)) for each in every]
    found = find_patterns(seen, max(len(seen), len(says)), len(before))
    patterns = {pattern.seen.segment: pattern for pattern in found.found}
    rules = [RuleBlocks(*says.get(each.rule, ("", "")), each, patterns.get(each.rule)) for each in every if each.count]
    rules.sort(key=lambda rule: (not rule.candidate, -rule.counted.count, rule.rule))
    return BlocksFound(found.verdict, sum(each.count for each in every), cases, now, tuple(rules))
