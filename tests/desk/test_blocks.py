"""Blocked by the process, at the desk: noted, got around, found, counted, and made an improvement of."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.blocks import BlockState, ProcessRule
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer
from incidentkit.errors import AuthorityExceeded, RuleViolation
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP, placed, reported, told

RETURNS = ProcessRule("returns_30_days", "No returns after 30 days", "leo")
RULED = evolve(SHOP, rules=(RETURNS,))


@pytest.fixture
def ruled(opened: Opened) -> Desk:
    """A desk of a shop that knows one of its rules."""
    return opened(shop=RULED)


def blocked(desk: Desk, rule: str = "returns_30_days", *, around: str | None = None) -> str:
    """A case that a rule blocked, with a way around at that cost; its id."""
    case = desk.incidents.blocked(reported(desk).id, rule=rule, wanted="money back", by="ana")
    if around is not None:
        desk.incidents.work_around(case.id, "block-1", how="a voucher", allowed_by="eva", cost=around, by="ana")
    return case.id


def test_a_way_around_is_kept_with_who_allowed_it_and_what_it_cost(ruled: Desk) -> None:
    """In the case, in what the case cost, and among all blocks."""
    case = ruled.incidents.get(blocked(ruled, around="4.50"))
    (found,) = ruled.blocks.find()

    assert (BlockState.WORKED_AROUND, "eva", Money(Decimal("4.50"), "EUR")) == (
        case.blocks[0].state,
        case.blocks[0].allowed_by,
        case.blocks[0].cost,
    )
    assert Money(Decimal("4.50"), "EUR") == ruled.cost_of(case.id).total
    assert (case.id, "No returns after 30 days", "money back", "a voucher") == (
        found.incident,
        found.title,
        str(found.wanted),
        str(found.how),
    )


def test_the_same_call_again_notes_nothing_twice(ruled: Desk) -> None:
    """Under its key; without one it is another block."""
    case = reported(ruled).id
    for _ in range(2):
        ruled.incidents.blocked(case, rule="returns_30_days", wanted="money back", key="once")
    ruled.incidents.blocked(case, rule="returns_30_days", wanted="money back")

    assert ["block-1", "block-2"] == [block.id for block in ruled.incidents.get(case).blocks]


def test_a_rule_that_the_settings_do_not_know_is_taken_and_named_as_such(ruled: Desk) -> None:
    """Whoever stands before a customer does not wait for the settings."""
    blocked(ruled, "no_refund_abroad")
    (found,) = ruled.blocks.find()

    assert ("", False) == (found.title, found.known)


def test_blocks_are_found_by_rule_case_and_whether_they_are_open(ruled: Desk, clock: ManualClock) -> None:
    """The latest first, page by page."""
    first = blocked(ruled, around="1")
    clock.advance(minutes=1)
    second = blocked(ruled, "vouchers")
    pages = [ruled.blocks.find(limit=1)]
    pages.append(ruled.blocks.find(limit=1, after=pages[0].next))

    assert [[second], [first]] == [[each.incident for each in page] for page in pages]
    assert [second] == [each.incident for each in ruled.blocks.find(open=True)]
    assert [first] == [each.incident for each in ruled.blocks.find(rule="returns_30_days")]
    assert [second] == [each.incident for each in ruled.blocks.find(incident=second)]


def test_what_is_beyond_somebodys_authority_is_a_block_without_a_command(opened: Opened, clock: ManualClock) -> None:
    """The request for approval is one, and its approval the way around."""
    desk = opened(shop=evolve(SHOP, authority={"agent": Authority(per_incident=Decimal(2))}))
    case = told(desk)
    offer = Offer("refund", clock() + timedelta(days=3), "5.00")
    with pytest.raises(AuthorityExceeded):
        desk.incidents.offer(case.id, [offer], by="ana")
    waiting = desk.blocks.find(open=True)
    desk.incidents.approve(case.id, desk.incidents.get(case.id).approvals[0].id, by="eva")
    (after,) = desk.blocks.find()

    assert [("authority.incident", "agent:ana", True)] == [(b.blocked.rule, b.blocked.by, b.known) for b in waiting]
    assert (BlockState.WORKED_AROUND, "eva") == (after.blocked.state, after.blocked.allowed_by)


def test_the_review_says_which_rules_stand_in_the_way(ruled: Desk, clock: ManualClock) -> None:
    """How often, at what cost, and with which cases; three times is often enough to look at it."""
    cases = []
    for _ in range(3):
        cases.append(blocked(ruled, around="2"))
        clock.advance(hours=1)
    blocked(ruled, "vouchers")
    withdrawn = blocked(ruled, "vouchers")
    ruled.incidents.withdraw(withdrawn, reason="a test")
    clock.advance(days=1)
    found = ruled.review(since=clock().date() - timedelta(days=3), until=clock().date() + timedelta(days=1)).blocks
    returns = found.rules[0]

    assert (4, 4, ["returns_30_days"]) == (found.count, found.cases, [rule.rule for rule in found.candidates])
    assert (3, 3, Money("6", "EUR"), tuple(reversed(cases))) == (
        returns.counted.count,
        returns.counted.around,
        returns.counted.cost,
        returns.counted.incidents,
    )
    assert found == ruled.blocks.often(clock().date() - timedelta(days=3), clock().date() + timedelta(days=1))


def test_one_call_makes_an_improvement_of_a_rule(ruled: Desk, clock: ManualClock) -> None:
    """An analysis of the cases that it blocked, with whoever owns it; a corrective action follows from that."""
    cases = {blocked(ruled) for _ in range(2)}
    blocked(ruled, "vouchers")
    analysis = ruled.blocks.analyse("returns_30_days", by="eva")
    due = clock() + timedelta(days=14)
    action = ruled.corrective_actions.plan(
        what="60 days", sponsor="eva", doer="leo", due=due, analysis=analysis.id, signature="oversold/step/stock"
    )

    assert cases == set(analysis.incidents)
    assert "warehouse" == analysis.team
    assert "No returns after 30 days" in str(analysis.problem)
    assert analysis.id == action.analysis


def test_a_rule_that_blocked_nothing_is_not_analysed(ruled: Desk) -> None:
    """There would be nothing to look at."""
    with pytest.raises(RuleViolation):
        ruled.blocks.analyse("returns_30_days")


def test_merged_cases_keep_their_blocks_and_count_once(ruled: Desk) -> None:
    """What was merged counts nowhere, and does again when it is taken back."""
    order = placed(ruled)
    case, other = reported(ruled, order).id, reported(ruled, order).id
    ruled.incidents.blocked(case, rule="returns_30_days", wanted="money back")
    ruled.incidents.merge(case, into=other, by="ana")
    merged = ruled.blocks.find()
    ruled.incidents.unmerge(case, reason="not the same", by="ana")

    assert () == tuple(merged)
    assert [case] == [each.incident for each in ruled.blocks.find()]
    assert 0 == ruled.verify().damaged
