"""Rules that stand in the way, as the terminal shows them and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Piece, Screen
from incidentkit.cli.table import Column, show_table
from incidentkit.cli.values import Values

if TYPE_CHECKING:
    from incidentkit.desk.blocks import BlockFound
    from incidentkit.desk.desk import Desk
    from incidentkit.learning.blocks import BlocksFound, RuleBlocks

__all__ = ["HEADS", "BlockView", "block_line", "found_as_dict", "rule_row"]

HEADS = ("rule", "times", "cases", "around", "cost", "trend")
"""The columns of a table of rules."""

_SHOWN_OF_ID = 8


def block_line(found: BlocksFound, values: Values) -> str:
    """How often something was not allowed, in how many cases of all."""
    if not found.count:
        return values.words.say("blocks.none")
    counts = {"count": values.number(found.count), "cases": values.number(found.cases), "of": values.number(found.of)}
    return values.words.say("blocks.line", **counts)


def rule_row(rule: RuleBlocks, values: Values) -> tuple[str, ...]:
    """What is told of a rule, in the order of `HEADS`."""
    words, counted = values.words, rule.counted
    share = rule.around
    around = "" if share is None else _between(share.low, share.high, values)
    if rule.pattern is None:
        trend = words.say("blocks.often") if rule.candidate else ""
    elif rule.pattern.new:
        trend = words.say("review.new")
    else:
        trend = words.say("review.times", times=values.number(rule.pattern.at_least, 1))
    cost = values.money(counted.cost) if counted.around > counted.unpriced else ""
    return (rule.title or rule.rule, values.number(counted.count), values.number(counted.cases), around, cost, trend)


def _between(low: float, high: float, values: Values) -> str:
    first, last = (values.amount(round(edge, 2), "share") for edge in (low, high))
    return values.words.say("review.between", low=first.number, high=str(last))


def found_as_dict(found: BlocksFound) -> dict[str, Any]:
    """What stood in the way, as JSON has it, with which rules should be looked at."""
    shown: dict[str, Any] = plain(found)
    for rule, as_shown in zip(found.rules, shown["rules"], strict=True):
        as_shown["candidate"] = rule.candidate
    return shown


@frozen
class BlockView:
    """Says what a desk knows of rules that stand in the way."""

    screen: Screen
    desk: Desk

    @property
    def _values(self) -> Values:
        return Values(self.screen.words, self.desk.shop.tzinfo)

    def _say(self, key: str, **values: object) -> str:
        return self.screen.words.say(f"blocks.{key}", **values)

    def often(self, found: BlocksFound) -> None:
        """A table of rules, those that should be looked at first."""
        self.screen.line((self._say("title"), "bold"))
        self.screen.line(block_line(found, self._values))
        if not found.rules:
            return
        heads = [self._say(f"columns.{name}") for name in HEADS]
        columns = [Column(heads[0], flexible=True), *(Column(head, right=True) for head in heads[1:])]
        self.screen.line()
        rows = [[(cell, "yellow" if rule.candidate else "") for cell in rule_row(rule, self._values)] for rule in found.rules]
        show_table(self.screen, columns, rows)
        for rule in found.candidates:
            self.screen.hanging("→ ", self._say("candidate", rule=rule.rule, owner=rule.owner or self._say("nobody")))

    def blocks(self, found: Sequence[BlockFound]) -> None:
        """A table of what was not allowed, the latest first."""
        self.screen.line((self._say("list"), "bold"), f" · {len(found)}")
        if not found:
            self.screen.line(self._say("none_open"))
            return
        heads = [self._say(f"columns.{name}") for name in ("when", "case", "rule", "wanted", "state", "allowed")]
        columns = [Column(heads[0]), Column(heads[1]), Column(heads[2]), Column(heads[3], flexible=True)]
        columns += [Column(heads[4]), Column(heads[5], spare=1)]
        self.screen.line()
        show_table(self.screen, columns, [self._row(each) for each in found])

    def _row(self, each: BlockFound) -> Sequence[Piece]:
        blocked, wanted = each.blocked, " ".join(str(each.wanted).split()) if each.wanted is not None else ""
        return (
            self._values.moment(blocked.at),
            each.incident[-_SHOWN_OF_ID:],
            each.title or (blocked.rule if each.known else self._say("unknown", rule=blocked.rule)),
            wanted,
            self.screen.words.named("block_states", blocked.state.value),
            blocked.allowed_by,
        )
