"""What is told of messages and conversations."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, nothing
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _receipt(phrases: Phrases, data: ev.MessageReceipt, stream: str) -> Said:
    reason = phrases.named("undelivered", data.reason.value) if data.reason else ""
    receipt = phrases.named("receipts", data.receipt.value)
    return {"step": phrases.step(data.step), "receipt": receipt, "channel": data.channel, "reason": reason}


def _resent(phrases: Phrases, data: ev.MessageResent, stream: str) -> Said:
    reason = phrases.quoted(data.reason) if data.reason else ""
    return {"step": phrases.step(data.step), "channel": data.channel, "reason": reason}


def _settled(phrases: Phrases, data: ev.MessageSettled, stream: str) -> Said:
    settled = phrases.named("settled", "sent" if data.sent else "not_sent")
    return {"step": phrases.step(data.step), "channel": data.channel, "settled": settled}


def _undelivered(phrases: Phrases, data: ev.MessageUndelivered, stream: str) -> Said:
    return {"step": phrases.step(data.step), "reason": phrases.named("undelivered", data.reason), "channel": data.channel}


def _notice(phrases: Phrases, data: ev.NoticePlanned, stream: str) -> Said:
    return {"step": phrases.step(data.step), "channel": data.channel}


def _spoken(phrases: Phrases, data: ev.ConversationLogged, stream: str) -> Said:
    return {"agent": data.agent, "channel": phrases.named("channels", data.channel), "summary": phrases.quoted(data.summary)}


TELLS: Tells = {
    ev.MessageReceipt: _receipt,
    ev.MessageResent: _resent,
    ev.MessageSettled: _settled,
    ev.MessageUndelivered: _undelivered,
    ev.NoticePlanned: _notice,
    ev.CustomerTold: nothing,
    ev.CustomerUntold: nothing,
    ev.ConversationLogged: _spoken,
}
