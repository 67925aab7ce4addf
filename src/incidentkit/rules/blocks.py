"""Blocked by the process: what stood in the way, the way around and who allowed it, or that it was left as it is.

Nobody allows themselves a way around, unless they may approve. What is beyond somebody's authority blocks by itself: a
request for approval counts as a block by the rule ``authority.KIND`` for each limit that it goes beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.blocks import Block, BlockState, is_rule_code
from incidentkit.domain.incidents import Incident, next_block
from incidentkit.domain.money import Money
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, MoneyError, RuleViolation, TransitionRefused, UnknownIdError
from incidentkit.rules.authority import may_approve
from incidentkit.rules.cases import in_words, name, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import INCIDENT

__all__ = ["AUTHORITY", "Blocked", "block", "blocked_by", "leave_blocked", "work_around"]

AUTHORITY = "authority"
"""What the rules begin with that nobody has to name: the limits of what a role may grant."""

_ENDS = {
    ApprovalState.PENDING: BlockState.OPEN,
    ApprovalState.APPROVED: BlockState.WORKED_AROUND,
    ApprovalState.REFUSED: BlockState.LEFT,
    ApprovalState.EXPIRED: BlockState.LEFT,
    ApprovalState.SUPERSEDED: BlockState.LEFT,
}


@frozen
class Blocked:
    """One thing that one rule did not allow, whoever noted it.

    Args:
        id: of the block; of a limit, that of the request for approval and the kind of limit.
        by: who wanted it, as text; ``allowed_by``: the agent who allowed a way around.
    """

    id: str
    rule: str
    at: datetime
    by: str
    state: BlockState
    allowed_by: str = ""
    cost: Money | None = None
    ended_at: datetime | None = None


def block(incident: Incident, rule: str, wanted: Text, now: Circumstances) -> Decision:
    """A rule of the process stands in the way of what would make the case good.

    Raises:
        InvalidInput: no code, or no words.
        RuleViolation: a limit of authority, which is noted where somebody asks for approval.
        TransitionRefused: the case is final.
    """
    _not_final(incident, "blocked")
    if not is_rule_code(rule):
        known = ", ".join(each.code for each in now.shop.rules) or "none; [[rules]] in the settings names some"
        raise InvalidInput(name(incident), "needs the code of a rule", got=repr(rule)[:40], next=f"Known: {known}.")
    if rule.partition(".")[0] == AUTHORITY:
        hint = "Make the offer: what is beyond your authority is asked for, and noted, by itself."
        raise RuleViolation(name(incident), "is blocked by authority where somebody wants to grant something", next=hint)
    in_words(wanted, name(incident), "wanted")
    return Decision((ev.IncidentBlocked(next_block(incident), rule, wanted),))


def work_around(
    incident: Incident, block_id: str, how: Text, allowed_by: str, cost: Money | None, now: Circumstances
) -> Decision:
    """There was a way around, that somebody allowed.

    Args:
        cost: a bare number takes the case's currency.

    Raises:
        InvalidInput: no words, or nobody of the shop.
        MoneyError: in another currency than the case's.
        RuleViolation: allowed by whoever went that way, who may not.
        UnknownIdError: no such block.
        TransitionRefused: it is over, or the case is final.
    """
    found = _open(incident, block_id, "work_around")
    in_words(how, name(incident), "how")
    _allowed(incident, allowed_by, now)
    spent = None if cost is None else cost.in_currency(incident.currency or now.shop.currency)
    if spent is not None and spent.amount < 0:
        raise MoneyError(name(incident), "has ways around that cost nothing or something", got=spent)
    return Decision((ev.BlockWorkedAround(found.id, how, allowed_by, spent),))


def _allowed(incident: Incident, allowed_by: str, now: Circumstances) -> None:
    agent = now.shop.agent(allowed_by)
    if agent is None:
        known = ", ".join(each.name for each in now.shop.agents)
        rule = "has ways around that an agent of the shop allowed"
        raise InvalidInput(name(incident), rule, got=repr(allowed_by)[:40], next=f"Known: {known}.")
    # Whoever only says at a terminal who they are can't allow themselves anything.
    if agent.name != now.actor.name or (now.actor.kind == "agent" and may_approve(agent, now.shop)):
        return
    others = ", ".join(each.name for each in now.shop.agents if may_approve(each, now.shop)) or "nobody by name"
    raise RuleViolation(
        name(incident),
        "has ways around that somebody else allowed, or who may approve",
        got=f"by={now.actor.name}, allowed_by={allowed_by}",
        next=f"Those who may: {others}.",
    )


def leave_blocked(incident: Incident, block_id: str, reason: Text) -> Decision:
    """It stays as it is.

    Raises:
        InvalidInput: no words.
        UnknownIdError: no such block.
        TransitionRefused: it is over, or the case is final.
    """
    found = _open(incident, block_id, "leave_blocked")
    in_words(reason, name(incident), "reason")
    return Decision((ev.BlockLeft(found.id, reason),))


def _not_final(incident: Incident, attempted: str) -> None:
    if incident.phase in INCIDENT.final:
        raise refused(incident, attempted, "a final case stays as it is", incident.phase.value)


def _open(incident: Incident, block_id: str, attempted: str) -> Block:
    _not_final(incident, attempted)
    found = incident.block(block_id)
    if found is None:
        known = ", ".join(each.id for each in incident.blocks) or "none"
        raise UnknownIdError(name(incident), "has no such block", got=repr(block_id)[:40], next=f"It has: {known}.")
    if found.open:
        return found
    raise TransitionRefused(
        name(incident),
        f"{attempted} needs a block that is open",
        got=f"{found.id} is {found.state.value}",
        next="Note another one with blocked().",
        phase=incident.phase.value,
        attempted=attempted,
        missing=("an open block",),
    )


# --- Everything that was blocked ---------------------------------------------------------------------------------


def blocked_by(incident: Incident) -> tuple[Blocked, ...]:
    """What was not allowed in a case: noted by somebody, or beyond somebody's authority; in the order in which it was."""
    noted = [Blocked(b.id, b.rule, b.at, b.by, b.state, b.allowed_by, b.cost, b.ended_at) for b in incident.blocks]
    return tuple(sorted((*noted, *(b for approval in incident.approvals for b in _asked(approval))), key=lambda b: b.at))


def _asked(approval: Approval) -> Iterator[Blocked]:
    state = _ENDS[approval.state]
    allowed = approval.by.rpartition(":")[2] if state is BlockState.WORKED_AROUND else ""
    for kind in dict.fromkeys(budget.kind for budget in approval.exceeded):
        yield Blocked(
            f"{approval.id}/{kind}",
            f"{AUTHORITY}.{kind}",
            approval.asked_at,
            approval.asked_by,
            state,
            allowed,
            ended_at=approval.ended_at,
        )
