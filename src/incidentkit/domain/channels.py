"""What is known of a channel's health, and of what it was given lately."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

__all__ = ["ChannelState"]


@frozen
class ChannelState:
    """Where a channel stands, for all who use it. A new one has never failed and was given nothing.

    Args:
        failures: how often it failed in a row.
        opened: how often its breaker opened since it last worked.
        open_until: until when the breaker is open; in the past, the breaker is half open. None while it is closed.
        probe_until: until when the answer to the one message is awaited that tries the channel out.
        recent: when messages were handed over lately, and how many at once; the earliest first.
    """

    failures: int = 0
    opened: int = 0
    open_until: datetime | None = None
    probe_until: datetime | None = None
    recent: tuple[tuple[datetime, int], ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is held against it."""
        return not self.failures and self.open_until is None
