"""Blocked by the process: what is noted, who may allow a way around, and what blocks without being named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Authority, Budget
from incidentkit.domain.blocks import Block, BlockState
from incidentkit.domain.ids import ApprovalId, BlockId, IncidentId
from incidentkit.domain.incidents import Incident, Owner, Phase
from incidentkit.domain.money import Money
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.rules.blocks import block, blocked_by, leave_blocked, work_around
from incidentkit.rules.decision import Circumstances, Decision

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(agents=(Agent("ana", "after-sales"), Agent("leo", "after-sales"), Agent("eva", "after-sales", "supervisor")))
WORDS = Text("text:1", "a refund")
OPEN = Block(BlockId("block-1"), "returns_30_days", WORDS, START, "agent:ana")


def case(**given: Any) -> Incident:
    """A case, with one block by default."""
    said = {"blocks": (OPEN,), "currency": "EUR", **given}
    owner = Owner("after-sales", since=START)
    return Incident(IncidentId("case"), "damaged", "minor", WORDS, START, owner, **said)


def now(who: str = "ana", kind: Any = "agent", shop: Shop = SHOP) -> Circumstances:
    """What a decision looks at."""
    return Circumstances(shop, START, Actor(kind, who))


def allowed(decision: Decision) -> str:
    """Who allowed the way around that was decided on."""
    (around,) = decision.events
    assert isinstance(around, ev.BlockWorkedAround)
    return around.allowed_by


def test_a_block_is_counted_within_its_case() -> None:
    """It names the rule and what would have made the case good."""
    assert (ev.IncidentBlocked(BlockId("block-2"), "no_refund.abroad", WORDS),) == block(
        case(), "no_refund.abroad", WORDS, now()
    ).events


@pytest.mark.parametrize("rule", ["", "Returns", "30_days", "a b", "x" * 65, "a."])
def test_a_rule_is_named_by_a_code(rule: str) -> None:
    """Small letters, digits, underscores and points; anything else is refused."""
    with pytest.raises(InvalidInput):
        block(case(), rule, WORDS, now())


def test_what_was_wanted_is_said_in_words() -> None:
    """Without them nobody could learn from it."""
    with pytest.raises(InvalidInput):
        block(case(), "returns", Text(""), now())


def test_a_limit_of_authority_is_noted_where_somebody_asks() -> None:
    """Nobody writes that down by hand: it would be counted twice."""
    with pytest.raises(RuleViolation):
        block(case(), "authority.customer", WORDS, now())


@pytest.mark.parametrize("phase", [Phase.WITHDRAWN, Phase.MERGED])
def test_a_final_case_is_left_as_it_is(phase: Phase) -> None:
    """Neither blocked nor got around."""
    final = case(phase=phase)
    acts: tuple[Callable[[], Decision], ...] = (
        lambda: block(final, "returns", WORDS, now()),
        lambda: work_around(final, "block-1", WORDS, "eva", None, now()),
        lambda: leave_blocked(final, "block-1", WORDS),
    )
    for act in acts:
        with pytest.raises(TransitionRefused):
            act()


# --- A way around ------------------------------------------------------------------------------------------------


def test_somebody_else_allows_a_way_around() -> None:
    """A colleague or a supervisor: who it was is what is kept; a bare amount takes the currency of the case."""
    around = work_around(case(), "block-1", WORDS, "leo", Money(Decimal(5)), now()).events

    assert (ev.BlockWorkedAround(BlockId("block-1"), WORDS, "leo", Money(Decimal(5), "EUR")),) == around


def test_nobody_allows_themselves_a_way_around_who_may_not_approve() -> None:
    """The refusal names who may."""
    with pytest.raises(RuleViolation, match="eva"):
        work_around(case(), "block-1", WORDS, "ana", None, now())


def test_whoever_may_approve_may_also_allow_themselves() -> None:
    """A supervisor, or a role that the settings let approve; not one who only says at a terminal who they are."""
    trusted = evolve(SHOP, authority={"agent": Authority(may_approve=True)})

    assert "eva" == allowed(work_around(case(), "block-1", WORDS, "eva", None, now("eva")))
    assert "ana" == allowed(work_around(case(), "block-1", WORDS, "ana", None, now(shop=trusted)))
    with pytest.raises(RuleViolation):
        work_around(case(), "block-1", WORDS, "eva", None, now("eva", "cli"))


def test_a_way_around_is_allowed_by_an_agent_of_the_shop() -> None:
    """Nobody else can answer for it."""
    with pytest.raises(InvalidInput):
        work_around(case(), "block-1", WORDS, "nobody", None, now())


def test_a_cost_is_in_the_currency_of_the_case() -> None:
    """Another can't be summed with the rest."""
    with pytest.raises(MoneyError):
        work_around(case(), "block-1", WORDS, "eva", Money(Decimal(5), "USD"), now())


@pytest.mark.parametrize("state", [BlockState.WORKED_AROUND, BlockState.LEFT])
def test_what_is_over_is_over(state: BlockState) -> None:
    """A second way around is a block of its own."""
    over = case(blocks=(evolve(OPEN, state=state, ended_at=START),))
    with pytest.raises(TransitionRefused):
        work_around(over, "block-1", WORDS, "eva", None, now())
    with pytest.raises(TransitionRefused):
        leave_blocked(over, "block-1", WORDS)


def test_only_a_block_of_the_case_can_end() -> None:
    """Another id is refused, with those that there are."""
    with pytest.raises(UnknownIdError, match="block-1"):
        leave_blocked(case(), "block-7", WORDS)


# --- What blocks without being named -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "came_of_it", "allowed"),
    [
        (ApprovalState.PENDING, BlockState.OPEN, ""),
        (ApprovalState.APPROVED, BlockState.WORKED_AROUND, "eva"),
        (ApprovalState.REFUSED, BlockState.LEFT, ""),
        (ApprovalState.EXPIRED, BlockState.LEFT, ""),
        (ApprovalState.SUPERSEDED, BlockState.LEFT, ""),
    ],
)
def test_what_is_beyond_somebodys_authority_blocks(state: ApprovalState, came_of_it: BlockState, allowed: str) -> None:
    """Once for each kind of limit; approval is the way around."""
    budgets = tuple(Budget(kind, Money(Decimal(5), "EUR"), Money(Decimal(5), "EUR")) for kind in ("incident", "customer"))
    end = START + timedelta(hours=1)
    asked = Approval(
        ApprovalId("approval-1"),
        IncidentId("case"),
        (),
        "agent:ana",
        START,
        exceeded=budgets,
        state=state,
        by="agent:eva",
        ended_at=end,
    )
    found = blocked_by(case(blocks=(), approvals=(asked,)))

    assert ["authority.incident", "authority.customer"] == [each.rule for each in found]
    assert {(came_of_it, allowed, "agent:ana", end)} == {
        (each.state, each.allowed_by, each.by, each.ended_at) for each in found
    }
