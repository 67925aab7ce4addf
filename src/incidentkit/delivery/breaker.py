"""The gate before each channel: its circuit breaker and its rate limit, which all workers on a store share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from incidentkit.domain.channels import ChannelState
from incidentkit.domain.shop import ChannelSettings, Shop
from incidentkit.rules import admission
from incidentkit.store.channels import change_channel, channel_states
from incidentkit.store.store import Store

__all__ = ["PAYER", "Gate"]

PAYER = "payer/"
"""Payers are known among the channels by their names after this, which no channel's name begins with."""


class Gate:
    """One worker's way to the channels. What it learns and what it uses up, all others on the same store know.

    A channel that works and has no rate limit costs nothing: the store is asked only where there is something to say.
    Nothing here waits. Whoever is told to come back later gives the message that time for its due time.
    """

    def __init__(self, store: Store, shop: Shop) -> None:
        self._store = store
        self._shop = shop
        self._known: dict[str, ChannelState] = {}

    def refresh(self) -> None:
        """Learn how the channels stand now. To be called before each round of messages."""
        with self._store.reading() as unit:
            self._known = channel_states(unit)

    def blocked(self, channels: Iterable[str], now: datetime) -> dict[str, datetime]:
        """Which of these channels let nothing through, as far as is known here, and when to ask again."""
        asked = {c: admission.admit(self._state(c), self._settings(c), now)[1] for c in channels}
        return {channel: until for channel, until in asked.items() if until is not None}

    def admit(self, channel: str, now: datetime) -> datetime | None:
        """Ask to hand over one message: None where it may be, else the instant at which to ask again.

        Ask right before the hand-over: what was let through counts at ``now``. While a channel is tried out after a rest, one
        message is let through, whoever asks first.
        """
        settings = self._settings(channel)
        if settings.rate is None and self._state(channel).open_until is None:
            return None
        until: list[datetime | None] = []

        def change(state: ChannelState) -> ChannelState:
            after, later = admission.admit(state, settings, now)
            until.append(later)
            return after

        self._change(channel, change)
        return until[-1]

    def note(self, channel: str, ok: bool, now: datetime, retry_after: timedelta | None = None) -> None:
        """Say that a channel has worked, or has failed for the moment.

        Args:
            ok: it has given an answer; that it refused one message for good is one too.
            retry_after: the time that a failing channel named itself.
        """
        if ok and self._state(channel).healthy:
            return
        settings = self._settings(channel)
        self._change(channel, lambda state: admission.note(state, settings, ok, now, retry_after))

    def _change(self, channel: str, change: Callable[[ChannelState], ChannelState]) -> None:
        with self._store.unit() as unit:
            self._known[channel] = change_channel(unit, channel, change)

    def _state(self, channel: str) -> ChannelState:
        return self._known.get(channel) or ChannelState()

    def _settings(self, channel: str) -> ChannelSettings:
        if channel.startswith(PAYER):
            return ChannelSettings(channel, breaker=self._shop.payments.breaker)
        return self._shop.channel_settings(channel)
