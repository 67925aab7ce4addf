"""What is told of needs and contacts."""

from __future__ import annotations

from incidentkit.cli.happenings.phrases import Phrases, Said, Tells, nothing, reason
from incidentkit.domain import events as ev

__all__ = ["TELLS"]


def _contact(phrases: Phrases, data: ev.ContactLogged, stream: str) -> Said:
    contact = data.contact
    return {
        "channel": phrases.named("channels", contact.channel),
        "automatic": phrases.named("things", "automatic") if contact.automatic else "",
        "agent": contact.agent,
        "summary": phrases.quoted(contact.summary),
    }


def _noted(phrases: Phrases, data: ev.IncidentContactNoted, stream: str) -> Said:
    return {"channel": phrases.named("channels", data.channel)}


def _need_linked(phrases: Phrases, data: ev.NeedLinked, stream: str) -> Said:
    return {"type": phrases.named("types", data.kind)}


def _remedied(phrases: Phrases, data: ev.NeedRemedied, stream: str) -> Said:
    return {"amount": phrases.values.money(data.remedied.amount)}


def _moved(phrases: Phrases, data: ev.NeedTookIn | ev.NeedSplit, stream: str) -> Said:
    return {"count": str(len(data.contacts))}


TELLS: Tells = {
    ev.NeedOpened: nothing,
    ev.ContactLogged: _contact,
    ev.NeedLinked: _need_linked,
    ev.NeedRemedied: _remedied,
    ev.NeedResolved: nothing,
    ev.NeedReopened: reason,
    ev.NeedJoined: nothing,
    ev.NeedTookIn: _moved,
    ev.NeedSplit: _moved,
    ev.IncidentContactNoted: _noted,
}
