"""What is told of messages and conversations."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, nothing
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _receipt(phrases: Phrases, data: ev.MessageReceipt, stream: str) -> Said:
    return {"step": phrases.step(data.step), "receipt": phrases.named("receipts", data.receipt.value), "channel": data.channel}


def _undelivered(phrases: Phrases, data: ev.MessageUndelivered, stream: str) -> Said:
    return {"step": phrases.step(data.step), "reason": phrases.named("undelivered", data.reason), "channel": data.channel}


def _notice(phrases: Phrases, data: ev.NoticePlanned, stream: str) -> Said:
    return {"step": phrases.step(data.step), "channel": data.channel}


def _spoken(phrases: Phrases, data: ev.ConversationLogged, stream: str) -> Said:
    return {"agent": data.agent, "channel": phrases.named("channels", data.channel), "summary": phrases.quoted(data.summary)}


TELLS: Tells = {
    ev.MessageReceipt: _receipt,
    ev.MessageUndelivered: _undelivered,
    ev.NoticePlanned: _notice,
    ev.CustomerTold: nothing,
    ev.CustomerUntold: nothing,
    ev.ConversationLogged: _spoken,
}
