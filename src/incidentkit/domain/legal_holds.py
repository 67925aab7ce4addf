"""Legal holds: why somebody's data must not be deleted, and until when."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

__all__ = ["PersonHold"]


@frozen
class PersonHold:
    """What is kept of a person must stay, whoever asks for it to be forgotten.

    Args:
        reason: the rule that demands it, as a short code, e.g. ``tax`` or ``lawsuit-2026-113``; nothing about the person.
        by: who set it.
        since: when it was set.
        until: until when it stands; None until it is released.
    """

    reason: str
    by: str
    since: datetime
    until: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return self.until is None or at < self.until
