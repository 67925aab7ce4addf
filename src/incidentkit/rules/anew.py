"""A message once more: the same words to the same person, under a key of its own."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain.effects import Intent, IntentState
from incidentkit.rules.decision import Circumstances

__all__ = ["anew", "key_parts"]


def key_parts(intent: Intent) -> tuple[str, str]:
    """What its key begins with, up to the channel, and the generation that it ends with."""
    start, _, generation = intent.key.rsplit("/", 2)
    return start, generation


def anew(intent: Intent, key: str, channel: str, cause: str, now: Circumstances) -> Intent:
    """The same message anew, due at once.

    Args:
        cause: the rule or command that wants it, as a word.
    """
    return evolve(
        intent,
        key=key,
        channel=channel,
        due=now.at,
        state=IntentState.PLANNED,
        attempts=0,
        reason="",
        reference="",
        sent_at=None,
        carrier=None,
        cause=cause,
    )
