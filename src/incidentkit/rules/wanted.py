"""Whether the reason to send a message still stands: what has become, since it was planned, of what it is about.

The law: a message that would tell what is no longer so, ask what is answered, or remind of what is settled, never goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from incidentkit.domain.effects import Intent
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order, OrderStatus
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task
from incidentkit.domain.verdicts import Because, Matter, SendReason
from incidentkit.rules.clocks import clocks

__all__ = ["Gone", "unwanted"]

Gone = tuple[SendReason, Because]
"""Why a message is no longer wanted, and the fact that shows it."""

_UNDER_WAY = frozenset({Phase.DETECTED, Phase.COMMUNICATED})
_OPEN = _UNDER_WAY | {Phase.RESOLVED}
_LIVED = _OPEN | {Phase.CLOSED, Phase.LAPSED}

_TOLD_IN: Mapping[str, frozenset[Phase]] = {
    "incident.detected": _UNDER_WAY,
    "incident.offered": _UNDER_WAY,
    "incident.accepted": _UNDER_WAY,
    # What was done, and under which reference, is worth knowing after the end too.
    "incident.carried_out": _LIVED,
    "incident.resolved": frozenset({Phase.RESOLVED, Phase.LAPSED}),
    "incident.closed": frozenset({Phase.CLOSED}),
    "incident.waived": frozenset({Phase.CLOSED}),
    "incident.reopened": _UNDER_WAY,
    "incident.withdrawn": frozenset({Phase.WITHDRAWN}),
    # The case that goes on is the one that tells of it.
    "incident.merged": _OPEN,
    "incident.unmerged": _OPEN,
}
"""The phases in which what a text says of a case is so; another text may be sent in all but the final ones."""

_MOVED_TO: Mapping[Phase, SendReason] = {
    Phase.DETECTED: SendReason.CASE_REOPENED,
    Phase.COMMUNICATED: SendReason.CASE_REOPENED,
    Phase.RESOLVED: SendReason.CASE_RESOLVED,
    Phase.CLOSED: SendReason.CASE_CLOSED,
    Phase.LAPSED: SendReason.CASE_CLOSED,
    Phase.WITHDRAWN: SendReason.CASE_WITHDRAWN,
    Phase.MERGED: SendReason.CASE_MERGED,
}

_FROM_PROGRESS = frozenset({"order.placed", "order.confirmed", "order.shipped"})
_ENDED = {OrderStatus.DELIVERED: SendReason.ORDER_DELIVERED, OrderStatus.RETURNED: SendReason.ORDER_DELIVERED}


def unwanted(intent: Intent, matter: Matter, at: datetime, shop: Shop) -> Gone | None:
    """Why a message is no longer wanted at an instant; None while its reason stands."""
    state = matter.state
    if intent.step.startswith("staff."):
        return _of_staff(intent, matter, shop)
    if isinstance(state, Order):
        return _of_order(intent, state, at, shop)
    if isinstance(state, Incident):
        return _of_case(intent, state)
    if isinstance(state, Ask):
        return _of_ask(state, matter.case)
    return _gone(SendReason.NOT_IN_RECORD, "nothing", stream=intent.stream) if state is None else None


def _gone(reason: SendReason, code: str, **values: object) -> Gone:
    return reason, Because.of(code, **values)


# --- Orders ------------------------------------------------------------------------------------------------------


def _of_order(intent: Intent, order: Order, at: datetime, shop: Shop) -> Gone | None:
    delayed = intent.step == "order.delayed"
    if not delayed and intent.step not in _FROM_PROGRESS:
        return None
    status = order.status
    if status is OrderStatus.CANCELLED:
        return _gone(SendReason.ORDER_CANCELLED, "order_is", status=status.value)
    ended = _ENDED.get(status)
    if ended is None or (not delayed and _lately(order.delivered_at, at, shop)):
        return None
    return _gone(ended, "order_is", status=status.value)


def _lately(delivered_at: datetime | None, at: datetime, shop: Shop) -> bool:
    """What came before the delivery is still told, in its order, for a while."""
    return delivered_at is not None and at - delivered_at <= shop.sending.overtaken_after


# --- Cases -------------------------------------------------------------------------------------------------------


def _of_case(intent: Intent, case: Incident) -> Gone | None:
    if case.phase not in _TOLD_IN.get(intent.step, _LIVED):
        return _gone(_MOVED_TO[case.phase], "case_is", phase=case.phase.value)
    if intent.step == "incident.merged" and not case.took_in:
        return _gone(SendReason.CASE_UNMERGED, "case_is", phase=case.phase.value)
    return _of_offers(intent, case) if intent.step == "incident.offered" else None


def _of_offers(intent: Intent, case: Incident) -> Gone | None:
    """The offers that the text lists: those that there were when it was planned."""
    # In a mass incident it lists whatever there is to choose from when it goes out.
    if case.mass is not None and any(offer.state is OfferState.OPEN for offer in case.offers):
        return None
    listed = case.offers if case.mass is not None else case.offers[: _generation(intent, len(case.offers))]
    if any(offer.state is OfferState.ACCEPTED for offer in case.offers):
        return _gone(SendReason.OFFER_ANSWERED, "offers_are", state="accepted")
    if not any(offer.state is OfferState.OPEN for offer in listed):
        return _gone(SendReason.OFFER_ANSWERED, "offers_are", state="declined")
    if len(listed) < len(case.offers):
        return _gone(SendReason.OFFER_REPLACED, "offers_are", state="replaced")
    return None


def _generation(intent: Intent, default: int) -> int:
    """How many offers there were: a key ends with what tells one sending of a text from the next."""
    last = intent.key.rpartition("/")[2]
    return int(last) if last.isdecimal() else default


# --- Surveys -----------------------------------------------------------------------------------------------------


def _of_ask(ask: Ask, case: Incident | None) -> Gone | None:
    if ask.answer is not None:
        return _gone(SendReason.SURVEY_ANSWERED, "answered", at=ask.answer.at)
    if case is None:
        return None
    reopened = case.phase in _UNDER_WAY and any(rest.until >= ask.asked_at for rest in case.rests)
    over = case.phase not in _LIVED or (case.phase is Phase.CLOSED and ask.id in case.asked)
    return _gone(_MOVED_TO[case.phase], "case_is", phase=case.phase.value) if reopened or over else None


# --- Notices to staff --------------------------------------------------------------------------------------------


def _of_staff(intent: Intent, matter: Matter, shop: Shop) -> Gone | None:
    values, state = dict(intent.values), matter.state
    agent = values.get("agent", "")
    if isinstance(state, Task):
        return _of_task(state, agent, shop)
    if not isinstance(state, Incident):
        return _gone(SendReason.NOT_IN_RECORD, "nothing", stream=intent.stream)
    if intent.step.startswith("staff.approval"):
        return _of_approval(intent, state)
    if not state.open:
        return _gone(_MOVED_TO[state.phase], "case_is", phase=state.phase.value)
    if not _theirs(state.owner.label, state.handover.to if state.handover else "", agent, shop):
        return _gone(SendReason.NOT_THEIRS, "owner_is", owner=state.owner.label)
    if intent.step == "staff.due" and not _clock_runs(state, values, shop):
        return _gone(SendReason.SETTLED, "met", clock=values.get("clock", ""))
    return None


def _of_task(task: Task, agent: str, shop: Shop) -> Gone | None:
    if not task.open:
        return _gone(SendReason.TASK_ENDED, "task_is", state=task.state.value)
    if not _theirs(task.owner.label, "" if task.owner.agent else task.asked, agent, shop):
        return _gone(SendReason.NOT_THEIRS, "owner_is", owner=task.owner.label)
    return None


def _of_approval(intent: Intent, case: Incident) -> Gone | None:
    """Nobody is asked for what was answered; whoever asked is told of that however the case stands."""
    approval = case.approval(dict(intent.values).get("approval", ""))
    if intent.step != "staff.approval" or approval is None or approval.pending:
        return None
    return _gone(SendReason.SETTLED, "approval_is", state=approval.state.value)


def _theirs(owner: str, asked: str, agent: str, shop: Shop) -> bool:
    """Whether an agent, or their team, has it or was asked to take it."""
    known = shop.agent(agent)
    return not {owner, asked}.isdisjoint({agent} | ({known.team} if known else set()))


def _clock_runs(case: Incident, values: Mapping[str, str], shop: Shop) -> bool:
    return any(clock.running and clock.name == values.get("clock") for clock in clocks(case, shop))
