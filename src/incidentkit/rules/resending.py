"""What a person decides about a message that was given up, came back, or is in doubt."""

from __future__ import annotations

from attrs import evolve, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.events import Happening
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, next_notice
from incidentkit.errors import TransitionRefused
from incidentkit.rules.anew import anew, key_parts
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import INTENT

__all__ = ["DISMISSED", "GIVEN_UP", "NOT_SENT", "RESENT", "SEEN_TO", "Again", "dismiss", "resend", "settle"]

RESENT = "resent"
DISMISSED = "dismissed"
SEEN_TO = (RESENT, DISMISSED)
"""Reasons of messages that were given up and are no dead letters any more: another one went out for them, or somebody decided
that none has to."""

NOT_SENT = "not_sent"
"""Why a message failed of which somebody found that it had not gone out."""

GIVEN_UP = (IntentState.FAILED, IntentState.ABANDONED)
"""States in which a message certainly did not go out, and will not by itself."""


@frozen
class Again:
    """What follows from sending something again.

    Args:
        intent: what will go out.
        left: the message as it stands then, where it keeps its key.
        planned: a message that is new.
        events: a case's new notice.
    """

    intent: Intent
    left: Intent | None = None
    planned: tuple[Intent, ...] = ()
    events: tuple[Happening, ...] = ()


def resend(intent: Intent, state: State | None, dead: bool, channel: str | None, alike: int, now: Circumstances) -> Again:
    """Send a dead letter again: under its own key where it certainly did not go out, else as a message of its own.

    Args:
        dead: it waits for a person to decide about it.
        channel: by which to go; None for its own.
        alike: how many messages say the same already, itself included.

    Raises:
        TransitionRefused: it is not dead, or in doubt.
    """
    if intent.state is IntentState.UNKNOWN or not (dead or intent.state is IntentState.SUPPRESSED):
        raise _refused(intent, "resend")
    same = channel is None or channel == intent.channel
    if same and intent.state in GIVEN_UP:
        INTENT.check(f"Message {intent.step}", intent.state, "retry")
        again = anew(intent, intent.key, intent.channel, "resend", now)
        return Again(again, left=again)
    by = channel or intent.channel
    further = anew(intent, _next_key(intent, by, alike), by, "resend", now)
    return Again(further, None, (further,), _notice(further, state, now))


def dismiss(intent: Intent, dead: bool) -> Decision:
    """Nobody need do anything about a dead letter any more.

    Raises:
        TransitionRefused: it is not dead, or in doubt.
    """
    if not dead or intent.state is IntentState.UNKNOWN:
        raise _refused(intent, "dismiss")
    return Decision((ev.MessageUndelivered(intent.key, intent.step, intent.channel, DISMISSED),))


def settle(intent: Intent, sent: bool, reference: str, now: Circumstances) -> Intent:
    """The message after somebody found out whether it went out.

    Raises:
        TransitionRefused: that is known.
    """
    if intent.state is not IntentState.UNKNOWN:
        raise TransitionRefused(
            f"The message {intent.step}",
            "can be settled while nobody knows whether it went out",
            got=f"one that is {intent.state.value}",
            phase=intent.state.value,
            attempted="settle",
            missing=(),
        )
    if not sent:
        return evolve(intent, state=IntentState(INTENT.check("A message", intent.state, "fail")), reason=NOT_SENT, sent_at=None)
    done = IntentState(INTENT.check("A message", intent.state, "finish"))
    at = intent.sent_at or now.at
    return evolve(intent, state=done, reason="", reference=reference or intent.reference, sent_at=at)


def _refused(intent: Intent, attempted: str) -> TransitionRefused:
    doubtful = intent.state is IntentState.UNKNOWN
    return TransitionRefused(
        f"The message {intent.step}",
        "can be sent again, or dismissed, while it waits for that and certainly did not arrive",
        got="one that may have" if doubtful else f"one that is {intent.state.value}",
        next="Find out whether it went out, and settle it first." if doubtful else "",
        phase=intent.state.value,
        attempted=attempted,
        missing=(),
    )


def _next_key(intent: Intent, channel: str, alike: int) -> str:
    start, generation = key_parts(intent)
    return f"{start}/{channel}/{generation}+{alike}"


def _notice(further: Intent, state: State | None, now: Circumstances) -> tuple[Happening, ...]:
    if not isinstance(state, Incident) or not any(notice.step == further.step for notice in state.notices):
        return ()
    confirms = now.confirms.get(further.channel, False)
    return (ev.NoticePlanned(next_notice(state), further.step, further.channel, further.key, confirms),)
