"""Telling the customer: by a message, or by speaking with them."""

from __future__ import annotations

import re

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident, Phase, next_conversation, next_notice
from incidentkit.domain.orders import Order
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.cases import in_words, refused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.mass_texts import had, kept_back
from incidentkit.rules.messages import incident_message, incident_step

__all__ = ["log_conversation", "notify", "tell"]

_CHANNEL = re.compile(r"[A-Za-z][\w-]{0,39}", re.ASCII)


def notify(incident: Incident, channel: str | None, order: Order | None, now: Circumstances) -> Decision:
    """Write to the customer where the case stands. The same text is sent once in each round of the case."""
    if incident.passive:
        raise refused(incident, "notify", "an imported case is silent until it is adopted", "imported", "Adopt it first.")
    if incident.customer is None:
        raise refused(
            incident, "notify", "needs a customer", "a case without one", "Log a conversation, or report with customer=."
        )
    channel = channel or now.shop.channel
    if channel not in now.confirms:
        known = ", ".join(sorted(now.confirms)) or "none"
        raise InvalidInput(
            f"Incident {incident.id}", "is told on a channel that is there", got=repr(channel)[:40], next=f"Channels: {known}."
        )
    return tell(incident, incident_step(incident), order, now, channel)


def tell(incident: Incident, step: str, order: Order | None, now: Circumstances, channel: str | None = None) -> Decision:
    """The notice and its message; none where it was already sent, or nobody can be written to."""
    channel = channel or now.shop.channel
    if had(incident, step) or kept_back(incident, step):
        return Decision()
    message = incident_message(incident, step, channel, now, order.label if order else "")
    if message is None or channel not in now.confirms or any(n.key == message.key for n in incident.notices):
        return Decision()
    planned = ev.NoticePlanned(next_notice(incident), step, channel, message.key, now.confirms[channel])
    return Decision((planned,), intents=(message,))


def log_conversation(incident: Incident, channel: str, summary: Text, now: Circumstances) -> Decision:
    """Somebody spoke with the customer, who is told by that."""
    if incident.phase in INCIDENT.final:
        raise refused(incident, "log_conversation", "nothing is added to a final case", incident.phase.value)
    in_words(summary, f"Incident {incident.id}", "summary")
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        rule = "a conversation's channel is one word of letters, digits, _ and -, e.g. phone"
        raise InvalidInput(f"Incident {incident.id}", rule, got=f"{len(str(channel))} characters")
    agent = now.actor.name if now.shop.agent(now.actor.name) else ""
    spoken = ev.ConversationLogged(next_conversation(incident), channel, agent, summary)
    return _also_told(incident, spoken, spoken.conversation)


def _also_told(incident: Incident, event: Happening, by: str) -> Decision:
    if incident.phase is not Phase.DETECTED:
        return Decision((event,))
    return Decision((event, ev.CustomerTold(by)))
