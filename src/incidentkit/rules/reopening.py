"""It was not solved after all: the same case again, or, when that is long past, a new one that goes on from it."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.orders import Order
from incidentkit.domain.texts import Text
from incidentkit.errors import TransitionRefused
from incidentkit.rules.cases import in_words, name
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.evidence import disproved_by
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.ownership import watch
from incidentkit.rules.telling import tell

__all__ = ["reopen", "reopens_until"]


def reopen(
    incident: Incident, reason: Text, order: Order | None, now: Circumstances, disproved: bool | None = None
) -> Decision:
    """It was not solved after all. The severity stays, and evidence starts anew.

    Args:
        disproved: the customer found that what was said to be done was not: a false resolution. Default: where the customer
            reopens it, where they answered below the threshold, or came back, since the resolution.
    """
    claimed_untold = incident.phase is Phase.RESOLVED and incident.communicated_at is None
    target = INCIDENT.check(name(incident), incident.phase, "unclaim" if claimed_untold else "reopen")
    _check_window(incident, now)
    in_words(reason, name(incident), "reason")
    false = _says_so(incident, now) if disproved is None else disproved
    after = changed(incident, phase=Phase(target), reopened=incident.reopened + 1, remedies=(), offers=())
    told = tell(after, "incident.reopened", order, now)
    return Decision((ev.IncidentReopened(reason, false), *told.events), intents=told.intents, timers=watch(after, now))


def reopens_until(incident: Incident, now: Circumstances) -> datetime | None:
    """The last instant at which it can be reopened; None for one that is not over, or that rests on a source's word."""
    protocol = now.shop.protocol_of(incident)
    ended = incident.closed_at or incident.lapsed_at or incident.resolved_at
    if protocol is None or ended is None or incident.claimed or now.passive:
        return None
    return ended + protocol.reopen_within


def _check_window(incident: Incident, now: Circumstances) -> None:
    until = reopens_until(incident, now)
    if until is None or now.at <= until:
        return
    day = until.astimezone(now.shop.tzinfo).date().isoformat()
    raise TransitionRefused(
        name(incident),
        f"could be reopened until {day}",
        got=now.at.astimezone(now.shop.tzinfo).date().isoformat(),
        next=f"Report a new case that goes on from it: report(..., follows={incident.id!r}).",
        phase=incident.phase.value,
        attempted="reopen",
        missing=(),
    )


def _says_so(incident: Incident, now: Circumstances) -> bool:
    """Whether it is the customer who says that it is not solved."""
    return now.actor.kind == "customer" or incident.came_back or disproved_by(incident, now.shop) is not None
