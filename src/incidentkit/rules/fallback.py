"""What is tried when a message did not reach the person: their next channel, and in the end a call by a person of the shop."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import field, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.evolve import State
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Incident, Phase, next_notice
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.shop import Shop
from incidentkit.rules.anew import anew, key_parts
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import after_hours, hours_of
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = ["CALL", "Reach", "fall_back", "next_way", "send_by"]

CALL = "call"
"""The last way of all: somebody of the shop rings them."""

_OVER = (IntentState.FAILED, IntentState.ABANDONED, IntentState.SUPPRESSED)
_PURPOSES = ("service", "legal")


@frozen
class Reach:
    """By which ways a person can be told, and was tried to be told, one thing.

    Args:
        channels: those that are loaded, each with the kind of address that it writes to.
        tried: the messages that say the same, whichever channel they went by; the one that was lost is among them.
        lost: the keys of those that came back.
        person: as the vault has them; None where they were forgotten.
        preferences: what they want, as far as they said.
    """

    channels: Mapping[str, str]
    tried: tuple[Intent, ...] = ()
    lost: Collection[str] = ()
    person: Customer | None = field(default=None, repr=False)
    preferences: Preferences | None = None


def next_way(intent: Intent, reach: Reach, shop: Shop) -> str | None:
    """The channel to try next, or `CALL`; None where nothing is to be tried.

    That is: somebody may have been reached, or is still being tried to be reached, by another message that says the same; no
    way is left; or the message is for no customer, or none that they need.
    """
    if intent.purpose not in _PURPOSES or intent.customer is None:
        return None
    if not all(other.state in _OVER or other.key in reach.lost for other in reach.tried):
        return None
    tried = {intent.channel, *(other.channel for other in reach.tried)}
    return next((way for way in shop.fallback if way == CALL or (way not in tried and _open(way, intent, reach))), None)


def _open(channel: str, intent: Intent, reach: Reach) -> bool:
    """Whether it is loaded, and the person has an address there that works and nothing against it."""
    kind, person, wishes = reach.channels.get(channel), reach.person, reach.preferences
    if kind is None or person is None:
        return False
    address = person.email if kind == "email" else person.phone
    if not address or wishes is None:
        return bool(address)
    return wishes.failure(kind, address) is None and wishes.objection(intent.purpose, channel, address) is None


def fall_back(intent: Intent, state: State, reach: Reach, now: Circumstances, task: str = "") -> Decision:
    """What follows when a message was lost or given up: the same on the next channel, or a call.

    A case is told further only while its customer is to be told: once it is resolved, another rule asks for a call.

    Args:
        task: a fresh id for the call; empty where somebody is asked to call already.
    """
    case = state if isinstance(state, Incident) else None
    if getattr(state, "passive", False) or (case is not None and not _still_untold(case, intent)):
        return Decision()
    way = next_way(intent, reach, now.shop)
    if way is None:
        return Decision()
    if way == CALL:
        return Decision() if case is None or not task else Decision((), _call(case, task, now))
    return send_by(intent, state, way, now)


def send_by(intent: Intent, state: State, channel: str, now: Circumstances) -> Decision:
    """The same message on another channel; a case remembers it as a notice of its own."""
    further = _on(intent, channel, now)
    if not isinstance(state, Incident):
        return Decision(intents=(further,))
    notice = ev.NoticePlanned(next_notice(state), further.step, channel, further.key, now.confirms.get(channel, False))
    return Decision((notice,), intents=(further,))


def _still_untold(case: Incident, intent: Intent) -> bool:
    """Whether nobody has spoken with the customer since it was written, and the case is not beyond telling."""
    if case.phase not in (Phase.DETECTED, Phase.COMMUNICATED):
        return False
    written = next((notice.planned_at for notice in case.notices if notice.key == intent.key), None)
    return written is None or all(spoken.at < written for spoken in case.conversations)


def _on(intent: Intent, channel: str, now: Circumstances) -> Intent:
    """The same message on another channel, under the key that it has there."""
    start, generation = key_parts(intent)
    return anew(intent, f"{start}/{channel}/{generation}", channel, "fallback", now)


def _call(case: Incident, task: str, now: Circumstances) -> tuple[tuple[str, ev.Happening], ...]:
    due = after_hours(hours_of(now.shop, case.owner.team, case.deadlines.clock), now.at, now.shop.escalate_every)
    return task_elsewhere(NewTask(TaskId(task), CALL, rule="not_reached", incident=case, due=due), now)
