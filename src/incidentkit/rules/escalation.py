"""Raising a case: to whom, how high, and by whom. Each level is reached once; a case never comes down again."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.domain import events as ev
from incidentkit.domain.clocks import Clock
from incidentkit.domain.events import Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.cases import in_words, name, refused
from incidentkit.rules.clocks import clocks
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import after_hours, hours_of
from incidentkit.rules.ownership import ask, hand_over

__all__ = ["broken_now", "consequences", "escalate", "level_after", "levels", "next_level_at", "raised", "wanted_level"]

_SECOND_LEVEL = 2


def escalate(incident: Incident, reason: Text, to: str | None, now: Circumstances) -> Decision:
    """A person raises the case to the next level: to ``to``, else to whom that level belongs to.

    Raises:
        TransitionRefused: the case is over.
        InvalidInput: no reason, somebody whom the shop does not have, or the owner themselves.
    """
    if incident.passive:
        raise refused(incident, "escalate", "an imported case is silent until it is adopted", "imported", "Adopt it first.")
    if not incident.open:
        raise refused(incident, "escalate", "the case must be open", incident.phase.value, "Reopen it first.")
    in_words(reason, name(incident), "reason")
    if to is not None and now.shop.team(to) is None and now.shop.agent(to) is None:
        known = ", ".join([t.name for t in now.shop.teams] + [a.name for a in now.shop.agents])
        rule = "is raised to a team or agent of the shop"
        raise InvalidInput(name(incident), rule, got=repr(to)[:40], next=f"Known: {known}.")
    level = incident.level + 1
    whom = to or _whom(incident, level, now.shop)
    raising = ev.IncidentEscalated(level, whom, reason)
    asked = hand_over(incident, to, now) if to is not None else _asked(incident, whom, now)
    return Decision((raising, *asked.events), asked.elsewhere, asked.intents, asked.timers)


def raised(incident: Incident, level: int, rule: str, now: Circumstances) -> Decision:
    """A rule raises the case to ``level``; nothing where it is there already."""
    if level <= incident.level:
        return Decision()
    whom = _whom(incident, level, now.shop)
    raising = ev.IncidentEscalated(level, whom, None, rule)
    asked = _asked(incident, whom, now)
    return Decision((raising, *asked.events), asked.elsewhere, asked.intents, asked.timers)


def levels(incident: Incident, shop: Shop) -> int:
    """How high a case of its team can be raised by rule."""
    return max(1, len(shop.escalation(incident.owner.team)))


def _whom(incident: Incident, level: int, shop: Shop) -> str:
    """Whom a level belongs to: of a shorter chain the last; empty where the shop names nobody."""
    chain = shop.escalation(incident.owner.team)
    return chain[min(level, len(chain)) - 1] if chain else ""


def _asked(incident: Incident, whom: str, now: Circumstances) -> Decision:
    """The owner stays accountable until whoever is asked accepts."""
    pending = incident.handover.to if incident.handover else ""
    if whom in ("", incident.owner.label, pending):
        return Decision()
    return ask(incident, whom, now)


# --- By how much a clock is broken -------------------------------------------------------------------------------


def broken_now(incident: Incident, shop: Shop, at: datetime) -> Clock | None:
    """The clock that has been broken for the longest and is still not stopped."""
    late = [clock for clock in clocks(incident, shop) if clock.running and clock.late(at)]
    return min(late, key=lambda clock: clock.due, default=None)


def wanted_level(incident: Incident, shop: Shop, at: datetime) -> int:
    """How high the case belongs: one level for a broken clock, and one more for every further step that it stays broken."""
    late = broken_now(incident, shop, at)
    return 0 if late is None else level_after(incident, late.due, at, shop)


def level_after(incident: Incident, due: datetime, at: datetime, shop: Shop) -> int:
    """How high a case belongs that was due then, and at ``at`` still is not done."""
    over = hours_of(shop, incident.owner.team, incident.deadlines.clock).elapsed(due, at)
    return min(1 + max(over, timedelta(0)) // shop.escalate_every, levels(incident, shop))


def next_level_at(incident: Incident, since: datetime, shop: Shop) -> datetime | None:
    """When a case that has been broken since then belongs on the next level; None on the highest."""
    if incident.level >= levels(incident, shop):
        return None
    hours = hours_of(shop, incident.owner.team, incident.deadlines.clock)
    return after_hours(hours, since, shop.escalate_every * max(incident.level, 1))


def consequences(before: State | None, after: State, now: Circumstances) -> tuple[Happening, ...]:
    """What follows from a change by itself: a case that was reopened again and again belongs on the second level."""
    if not (isinstance(before, Incident) and isinstance(after, Incident)) or after.passive:
        return ()
    protocol = now.shop.protocol_of(after)
    if after.reopened == before.reopened or protocol is None or not 0 < protocol.reopenings <= after.reopened:
        return ()
    return raised(after, _SECOND_LEVEL, "reopened", now).events
