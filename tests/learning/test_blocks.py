"""Rules that stand in the way: which should be looked at, and which block more than they did."""

from __future__ import annotations

from incidentkit.domain.money import Money
from incidentkit.learning.blocks import Counted, find_blocks

SPANS = 12
CASES = (200,) * (SPANS + 1)


def counted(rule: str, now: int, before: int = 0, *, around: int = 0) -> Counted:
    """A rule that blocked so often now, and so often in each earlier span."""
    return Counted(rule, now, now, now, around, now - around, min(around, 1), Money("0", "EUR"), around, (before,) * SPANS)


def test_a_rule_that_blocks_three_times_should_be_looked_at() -> None:
    """Once or twice is no reason; what is looked at comes first, whatever blocked most."""
    found = find_blocks([counted("returns", 3, 3), counted("vouchers", 2, 2)], CASES, 5, [])

    assert ["returns"] == [rule.rule for rule in found.candidates]
    assert (5, 5, 200) == (found.count, found.cases, found.of)


def test_what_blocks_more_than_it_did_stands_out() -> None:
    """Ten times as often as in each of twelve weeks is no chance, and as often as ever is no news."""
    found = find_blocks([counted("returns", 20, 2), counted("vouchers", 20, 20)], CASES, 40, [])
    news = {rule.rule: rule.pattern for rule in found.rules}

    assert news["vouchers"] is None
    assert news["returns"] is not None
    assert news["returns"].at_least > 2


def test_a_new_rule_is_said_to_be_new() -> None:
    """It never blocked before."""
    (rule,) = find_blocks([counted("returns", 9)], CASES, 9, []).rules

    assert rule.pattern is not None
    assert rule.pattern.new


def test_with_too_few_earlier_spans_there_is_no_telling() -> None:
    """How often it blocked is said all the same."""
    found = find_blocks([Counted("returns", 9, 9, 9, 0, 9, 0, Money("0", "EUR"), 0, (1, 1))], (200, 200, 200), 9, [])

    assert ("cannot_say", None, True) == (found.verdict, found.rules[0].pattern, found.rules[0].candidate)


def test_the_settings_say_what_a_rule_is_called_and_whose_it_is() -> None:
    """One that they don't know is there too, by its code alone."""
    found = find_blocks([counted("returns", 1), counted("odd", 1)], CASES, 2, [("returns", "30 days", "eva")])

    assert {("returns", "30 days", "eva"), ("odd", "", "")} == {(rule.rule, rule.title, rule.owner) for rule in found.rules}


def test_how_often_a_rule_is_got_around_has_its_interval() -> None:
    """What is got around each time is hardly a rule; of few there is little telling."""
    (rule,) = find_blocks([counted("returns", 4, around=4)], CASES, 4, []).rules

    assert rule.around is not None
    assert 0.3 < rule.around.low < 0.6
    assert 1 == rule.around.high


def test_a_rule_that_blocked_nothing_now_is_left_out() -> None:
    """What is over is no news."""
    found = find_blocks([counted("returns", 0, 5)], CASES, 0, [])

    assert ((), 0) == (found.rules, found.count)
