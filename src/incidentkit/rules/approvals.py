"""Asking for what goes beyond one's authority, and answering that: never whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.approvals import Approval, ApprovalState
from incidentkit.domain.authority import Budget, Verdict
from incidentkit.domain.copying import changed
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import OfferId
from incidentkit.domain.incidents import Incident, next_approval
from incidentkit.domain.money import Money
from incidentkit.domain.remedies import Offer
from incidentkit.domain.texts import Text
from incidentkit.errors import AuthorityExceeded, RuleViolation, UnknownIdError
from incidentkit.rules.around import Around
from incidentkit.rules.authority import authority_of, may_approve
from incidentkit.rules.cases import WORKABLE, in_words, name, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import after_hours, hours_of

__all__ = [
    "APPROVAL",
    "answerable",
    "approval_due",
    "approval_due_at",
    "ask",
    "beyond",
    "check_approver",
    "closed_meanwhile",
    "granted_otherwise",
    "pending",
    "refuse",
    "still_asked",
    "together",
]

APPROVAL = "approval"
"""The name of the timer by which a request that nobody answers expires."""


# --- Asking ------------------------------------------------------------------------------------------------------


def ask(
    incident: Incident,
    offers: Sequence[Offer],
    made: Sequence[Offer],
    verdict: Verdict,
    now: Circumstances,
    agrees: OfferId | None = None,
) -> Decision:
    """Those who may grant it are asked; nobody twice for the same.

    Args:
        offers: as they were given; ``made``: as they would be made, with what each is worth.
        agrees: the customer's counter-offer that is to be agreed to, instead of offers.
    """
    if pending(incident, offers, agrees) is not None:
        return Decision()
    approval = Approval(
        id=next_approval(incident),
        incident=incident.id,
        offers=_asked_for(incident, offers),
        asked_by=str(now.actor),
        asked_at=now.at,
        worth=_worth(made),
        exceeded=verdict.exceeded,
        may=verdict.may,
        asked_of=_asked_of(incident, verdict, now),
        until=_until(incident, now),
        agrees=agrees,
    )
    return Decision((ev.ApprovalAsked(approval),))


def pending(incident: Incident, offers: Sequence[Offer], agrees: OfferId | None = None) -> Approval | None:
    """The request for exactly this that waits for an answer."""
    wanted = _asked_for(incident, offers)
    same = (a for a in incident.approvals if a.pending and a.agrees == agrees and (agrees is not None or a.offers == wanted))
    return next(same, None)


def _asked_for(incident: Incident, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """With bare numbers in the case's currency, so that the same is the same however it was written."""
    return tuple(
        offer if offer.amount is None else changed(offer, amount=offer.amount.in_currency(incident.currency))
        for offer in offers
    )


def together(rounds: Sequence[Sequence[Offer]]) -> tuple[Offer, ...]:
    """Several rounds that are made, or asked for, in one: each with its number, by which they are told apart again."""
    if len(rounds) == 1:
        return tuple(rounds[0])
    return tuple(changed(offer, round=number) for number, offers in enumerate(rounds, 1) for offer in offers)


def _worth(made: Sequence[Offer]) -> Money | None:
    """Of each round the largest; None where nobody knows, or several currencies are in it."""
    rounds: dict[int, Money] = {}
    for offer in made:
        if offer.worth is None:
            return None
        rounds[offer.round] = max(rounds.get(offer.round, offer.worth), offer.worth, key=lambda worth: worth.amount)
    currencies = {worth.currency for worth in rounds.values()}
    return sum(rounds.values(), Money.zero(currencies.pop())) if len(currencies) == 1 else None


def _asked_of(incident: Incident, verdict: Verdict, now: Circumstances) -> tuple[str, ...]:
    """Those of the owning team, else all of them."""
    team = {agent.name for agent in now.shop.agents if agent.team == incident.owner.team}
    return tuple(agent for agent in verdict.may if agent in team) or verdict.may


def _until(incident: Incident, now: Circumstances) -> datetime | None:
    authority = authority_of(now.actor, now.shop)
    if authority is None or authority.approve_within is None:
        return None
    return after_hours(hours_of(now.shop, incident.owner.team), now.at, authority.approve_within)


def granted_otherwise(incident: Incident, offers: Sequence[Offer], agrees: OfferId | None = None) -> tuple[Happening, ...]:
    """A request for what is granted now, within somebody's own authority, needs no answer any more."""
    same = pending(incident, offers, agrees)
    return () if same is None else (ev.ApprovalEnded(same.id, ApprovalState.SUPERSEDED),)


def closed_meanwhile(before: State | None, after: State) -> tuple[Happening, ...]:
    """What was asked for in a case that nothing is offered in any more needs no answer."""
    if (
        not (isinstance(before, Incident) and isinstance(after, Incident))
        or after.phase in WORKABLE
        or before.phase not in WORKABLE
    ):
        return ()
    return tuple(ev.ApprovalEnded(each.id, ApprovalState.SUPERSEDED) for each in after.approvals if each.pending)


# --- What the caller is told -------------------------------------------------------------------------------------


def still_asked(incident: Incident, offers: Sequence[Offer], agrees: OfferId | None = None) -> AuthorityExceeded | None:
    """The refusal of somebody whose request waits for an answer; None where it was granted."""
    asked = pending(incident, offers, agrees)
    if asked is None:
        return None
    return beyond(incident, asked.exceeded, asked.worth, asked.may, asked.id)


def beyond(
    incident: Incident, exceeded: Sequence[Budget], worth: Money | None, may: Sequence[str], approval: str
) -> AuthorityExceeded:
    """The error that says by what something goes beyond an authority, and who may grant it."""
    tightest = min(exceeded, key=lambda budget: budget.remaining.amount)
    whom = f"{' or '.join(may)} may: asked as {approval}." if may else "Nobody in shop.toml may grant it."
    return AuthorityExceeded(
        name(incident),
        f"what is granted stays within {', '.join(_in_words(budget) for budget in exceeded)}",
        got=worth or "something whose worth nobody knows",
        next=whom,
        limit=tightest.limit,
        remaining=tightest.remaining,
        exceeded=tuple(exceeded),
        may=tuple(may),
        approval=approval,
    )


def _in_words(budget: Budget) -> str:
    if budget.kind == "kind":
        return f"the kinds of remedy of that role, without {budget.of}"
    if budget.kind == "currency":
        return f"budgets in {budget.limit.currency}, not {budget.of}"
    if budget.kind == "worth":
        return "a worth that is known"
    return f"{budget.remaining} that are left per {budget.kind}"


# --- Answering ---------------------------------------------------------------------------------------------------


def answerable(incident: Incident, approval_id: str, now: Circumstances) -> Approval:
    """The request, if it can still be answered.

    Raises:
        UnknownIdError: there is none of that id.
        TransitionRefused: it was answered, or it has expired.
    """
    found = incident.approval(approval_id)
    if found is None:
        known = ", ".join(a.id for a in incident.approvals) or "none yet"
        raise UnknownIdError(name(incident), f"has the approvals {known}", got=repr(approval_id)[:40])
    if not found.pending or _over(found, now.at):
        state = found.state if not found.pending else ApprovalState.EXPIRED
        raise refused(incident, "approve", f"{found.id} must be pending", state.value, "Ask anew.")
    return found


def _over(approval: Approval, at: datetime) -> bool:
    return approval.until is not None and approval.until <= at


def check_approver(incident: Incident, approval: Approval, now: Circumstances) -> None:
    """Refuse an answer by somebody whom nobody vouches for, who may not approve, or who asked.

    Raises:
        RuleViolation: one of these.
    """
    agent = now.shop.agent(now.actor.name) if now.actor.kind == "agent" else None
    asking = Actor.parse(approval.asked_by).name
    others = [a.name for a in now.shop.agents if a.name != asking and may_approve(a, now.shop)]
    next_ = f"Ask {' or '.join(others)}." if others else "Name somebody in shop.toml who may approve."
    if agent is None or not may_approve(agent, now.shop):
        # With the kind: a name that was only said at a terminal is nobody's.
        rule = f"{approval.id} is answered by an agent who may approve"
        raise RuleViolation(name(incident), rule, got=f"{now.actor}", next=next_)
    if agent.name == asking:
        rule = f"{approval.id} is answered by somebody else than who asked"
        raise RuleViolation(name(incident), rule, got=agent.name, next=next_)


def refuse(incident: Incident, approval_id: str, reason: Text, now: Circumstances) -> Decision:
    """It is not granted."""
    approval = answerable(incident, approval_id, now)
    in_words(reason, name(incident), "reason")
    check_approver(incident, approval, now)
    return Decision((ev.ApprovalRefused(approval.id, reason),))


# --- Nobody answers ----------------------------------------------------------------------------------------------


def approval_due_at(incident: Incident) -> datetime | None:
    """When the next request expires; None where none does."""
    return min((a.until for a in incident.approvals if a.pending and a.until is not None), default=None)


def approval_due(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """What nobody answered in time expires."""
    over = [approval for approval in incident.approvals if approval.pending and _over(approval, now.at)]
    return Decision(tuple(ev.ApprovalEnded(approval.id, ApprovalState.EXPIRED) for approval in over))
