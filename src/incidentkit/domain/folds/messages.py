"""What messages and conversations do to an incident."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.contacts import ContactNote
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.folds.shared import in_phase, since_resolved
from incidentkit.domain.ids import NeedId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.messages import Conversation, Notice

__all__ = ["contact_noted", "conversation", "notice_planned", "receipt", "told", "untold"]

_PEOPLE = ("agent", "host", "cli")
"""Kinds of actors of the shop who write themselves."""


def notice_planned(incident: Incident, data: ev.NoticePlanned, event: Event) -> Incident:
    automatic = event.actor.partition(":")[0] not in _PEOPLE
    notice = Notice(data.notice, data.step, data.channel, data.key, data.confirms, event.occurred_at, automatic=automatic)
    return changed(incident, notices=(*incident.notices, notice))


def receipt(incident: Incident, data: ev.MessageReceipt, event: Event) -> Incident:
    notices = tuple(n.received(data.receipt, event.occurred_at) if n.id == data.notice else n for n in incident.notices)
    return changed(incident, notices=notices)


def told(incident: Incident, data: ev.CustomerTold, event: Event) -> Incident:
    return in_phase(Phase.COMMUNICATED, incident, communicated_at=incident.communicated_at or event.occurred_at)


def untold(incident: Incident, data: ev.CustomerUntold, event: Event) -> Incident:
    return in_phase(Phase.DETECTED, incident, communicated_at=None)


def conversation(incident: Incident, data: ev.ConversationLogged, event: Event) -> Incident:
    spoken = Conversation(data.conversation, data.channel, data.agent, event.occurred_at, data.summary)
    return changed(
        incident,
        conversations=(*incident.conversations, spoken),
        needs=_with_need(incident, data.need),
        heard=incident.heard or since_resolved(incident, event),
    )


def _with_need(incident: Incident, need: NeedId | None) -> tuple[NeedId, ...]:
    return incident.needs if need is None or need in incident.needs else (*incident.needs, need)


def contact_noted(incident: Incident, data: ev.IncidentContactNoted, event: Event) -> Incident:
    note = ContactNote(
        data.contact, data.channel, data.direction, event.occurred_at, data.automatic, data.live, data.expects_answer
    )
    came = data.direction == "in" and not data.automatic and since_resolved(incident, event)
    return changed(
        incident,
        contacts=(*incident.contacts, note),
        needs=_with_need(incident, data.need),
        heard=incident.heard or came,
        came_back=incident.came_back or came,
    )
