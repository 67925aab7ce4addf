"""Asking again, and again, and then no more: what silence after a resolution leads to. It never closes a case."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import AskId, TaskId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.errors import TimeError
from incidentkit.rules import surveys
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import hours_of
from incidentkit.rules.messages import VERIFICATION
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = ["ATTEMPT", "LAPSE", "attempt", "awaited", "lapse"]

ATTEMPT = "attempt"
LAPSE = "lapse"


def awaited(incident: Incident, shop: Shop) -> Timer | None:
    """What comes next while the customer is silent: to be asked again, or to be asked no more. None where nothing does.

    Nobody waits for an answer to what was not asked: there must be a customer, and a channel to ask by.
    """
    protocol = shop.protocol_of(incident)
    silent = incident.phase is Phase.RESOLVED and incident.evidence is None and not incident.heard
    can_ask = incident.customer is not None and shop.channel and not incident.unreached
    if incident.passive or not silent or not can_ask or protocol is None:
        return None
    last = incident.attempted_at or incident.resolved_at
    assert last is not None, "a resolved case says since when"
    due = _next(incident, protocol, last, shop)
    return None if due is None else Timer(incident.id, LAPSE if incident.attempts >= protocol.attempts else ATTEMPT, due)


def _next(incident: Incident, protocol: Protocol, last: datetime, shop: Shop) -> datetime | None:
    try:
        return hours_of(shop, incident.owner.team).deadline(last, protocol.attempt_every)
    except TimeError:
        return None  # the team's calendar ends before


def attempt(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """The customer is asked once more, unless there is a reason no longer to."""
    due = awaited(incident, now.shop)
    protocol = now.shop.protocol_of(incident)
    if due is None or protocol is None or due.name != ATTEMPT or not _reached(due, now):
        return Decision()
    ask = AskId(around.ids[0])
    asked = surveys.ask(ask, protocol.survey, incident, around.order, now, step=VERIFICATION)
    elsewhere: tuple[tuple[str, Happening], ...] = tuple((ask, event) for event in asked.events)
    return Decision((ev.IncidentAttempted(ask, incident.attempts + 1),), elsewhere, asked.intents)


def lapse(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Asked as often as the protocol says, and silent. Who was never reached was not silent: somebody has to call."""
    due = awaited(incident, now.shop)
    if due is None or due.name != LAPSE or not _reached(due, now):
        return Decision()
    if around.asks and all(ask.lost for ask in around.asks):
        call = task_elsewhere(NewTask(TaskId(around.ids[0]), "call", rule="unreachable", incident=incident), now)
        return Decision((ev.IncidentUnreached(),), call)
    return Decision((ev.IncidentLapsed(),))


def _reached(timer: Timer, now: Circumstances) -> bool:
    return timer.due is not None and timer.due <= now.at
