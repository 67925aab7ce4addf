"""What is written to the record, as a signal of Django's."""

from __future__ import annotations

from django.dispatch import Signal

from incidentkit.hooks import Event, hookimpl

__all__ = ["bridge", "recorded"]

recorded = Signal()
"""Sent after each commit, with ``events``: what was written, in the record's order.

A receiver that fails is logged by Django, and harms neither the command nor other receivers. Nothing is sent of what was rolled
back.
"""


class _Bridge:
    """The plugin that sends it."""

    @hookimpl
    def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
        """Pass them on."""
        recorded.send_robust(sender=_Bridge, events=events)


bridge = _Bridge()
