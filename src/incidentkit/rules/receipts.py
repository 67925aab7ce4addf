"""What a channel's word about a message does to what the message was about."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, Receipt, Timer
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import Notice
from incidentkit.rules.decision import Circumstances, Decision

__all__ = ["receive", "undelivered"]


def receive(state: State, intent: Intent, receipt: Receipt, now: Circumstances) -> Decision:
    """The receipt is noted; a case moves when its customer has become told by it, or is told no more."""
    if not isinstance(state, Incident):
        return Decision((_noted(intent, receipt, None),))
    notice = next((n for n in state.notices if n.key == intent.key), None)
    noted = _noted(intent, receipt, notice)
    if notice is None:
        return Decision((noted,))
    after = notice.received(receipt.kind, now.at)
    if after.effective and state.phase is Phase.DETECTED:
        timers = (Timer(state.id, "communicate_by", None),)
        return Decision((noted, ev.CustomerTold(notice.id)), timers=timers)
    if after.lost and state.phase is Phase.COMMUNICATED and not _told_otherwise(state, notice):
        timers = (Timer(state.id, "communicate_by", state.deadlines.communicate_by),)
        return Decision((noted, ev.CustomerUntold(notice.id)), timers=timers)
    return Decision((noted,))


def _noted(intent: Intent, receipt: Receipt, notice: Notice | None) -> ev.MessageReceipt:
    return ev.MessageReceipt(intent.key, intent.step, intent.channel, receipt.kind, notice.id if notice else None)


def _told_otherwise(incident: Incident, lost: Notice) -> bool:
    return bool(incident.conversations) or any(n.effective for n in incident.notices if n.id != lost.id)


def undelivered(intent: Intent, reason: str) -> Decision:
    """The desk could not send it; ``reason`` is a code."""
    return Decision((ev.MessageUndelivered(intent.key, intent.step, intent.channel, reason),))
