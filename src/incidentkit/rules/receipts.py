"""What a channel's word about a message does to what the message was about."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, Receipt
from incidentkit.domain.events import Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import LOST, Notice
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import after_hours, hours_of
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = ["receive", "undelivered"]


def receive(state: State, intent: Intent, receipt: Receipt, now: Circumstances, task: str = "") -> Decision:
    """The receipt is noted; a case moves when its customer has become told by it, or is told no more.

    In a later phase the phase stays, and somebody is to call the customer whom a message did not reach.

    What people of the shop are sent is nothing that happened to the case.

    Args:
        task: a fresh id for that task.
    """
    if intent.purpose == "staff":
        return Decision()
    if not isinstance(state, Incident):
        return Decision((_noted(intent, receipt, None, now),))
    notice = next((n for n in state.notices if n.key == intent.key), None)
    noted = _noted(intent, receipt, notice, now)
    if notice is None:
        return Decision((noted,))
    after = notice.received(receipt.kind, now.at)
    if after.effective and state.phase is Phase.DETECTED:
        return Decision((noted, ev.CustomerTold(notice.id)))
    if not after.lost or notice.lost:
        return Decision((noted,))
    if state.phase is Phase.COMMUNICATED and not _told_otherwise(state, notice):
        return Decision((noted, ev.CustomerUntold(notice.id)))
    return Decision((noted,), _call(state, task, now))


def _call(incident: Incident, task: str, now: Circumstances) -> tuple[tuple[str, Happening], ...]:
    """Only where something is still to be said: an ended case is left in peace."""
    if incident.phase is not Phase.RESOLVED or incident.passive or incident.customer is None or not task:
        return ()
    hours = hours_of(now.shop, incident.owner.team, incident.deadlines.clock)
    due = after_hours(hours, now.at, now.shop.escalate_every)
    return task_elsewhere(NewTask(TaskId(task), "call", rule="notice_bounced", incident=incident, due=due), now)


def _noted(intent: Intent, receipt: Receipt, notice: Notice | None, now: Circumstances) -> ev.MessageReceipt:
    reason = receipt.reason if receipt.kind in LOST else None
    named, confirms = notice.id if notice else None, now.confirms.get(intent.channel, True)
    return ev.MessageReceipt(intent.key, intent.step, intent.channel, receipt.kind, named, reason, confirms)


def _told_otherwise(incident: Incident, lost: Notice) -> bool:
    return bool(incident.conversations) or any(n.effective for n in incident.notices if n.id != lost.id)


def undelivered(intent: Intent, reason: str) -> Decision:
    """The desk could not send it; ``reason`` is a code."""
    if intent.purpose == "staff":
        return Decision()
    return Decision((ev.MessageUndelivered(intent.key, intent.step, intent.channel, reason),))
