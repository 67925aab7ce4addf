"""The plugin: each hook, as measurements."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import version

from opentelemetry import metrics

from incidentkit.hooks import CommandSeen, Event, Health, MessageSeen, hookimpl

__all__ = ["Telemetry", "plugin"]

_WAITING = ("messages", "timers", "inbox", "receipts")


class Telemetry:
    """Measures what it is shown.

    Args:
        meter: what makes its instruments; None for the process's own, whenever that is set.
    """

    def __init__(self, meter: metrics.Meter | None = None) -> None:
        self._given = meter

    @cached_property
    def _meter(self) -> metrics.Meter:
        return self._given or metrics.get_meter("incidentkit", version("incidentkit"))

    # --- Instruments ---------------------------------------------------------------------------------------------

    @cached_property
    def _commands(self) -> metrics.Counter:
        return self._meter.create_counter("incidentkit.commands", "{command}", "Commands that were run.")

    @cached_property
    def _durations(self) -> metrics.Histogram:
        return self._meter.create_histogram("incidentkit.command.duration", "s", "How long commands took.")

    @cached_property
    def _conflicts(self) -> metrics.Counter:
        about = "Times that somebody else was quicker, so that a command was decided again."
        return self._meter.create_counter("incidentkit.conflicts", "{conflict}", about)

    @cached_property
    def _events(self) -> metrics.Counter:
        return self._meter.create_counter("incidentkit.events", "{event}", "Events that were written.")

    @cached_property
    def _messages(self) -> metrics.Counter:
        return self._meter.create_counter("incidentkit.messages", "{message}", "Messages, by what became of them.")

    @cached_property
    def _delays(self) -> metrics.Histogram:
        return self._meter.create_histogram("incidentkit.message.delay", "s", "How long messages were due when they were sent.")

    @cached_property
    def _gauges(self) -> Mapping[str, metrics._Gauge]:
        return {
            name: self._meter.create_gauge(f"incidentkit.{name}", unit, about)
            for name, unit, about in (
                ("waiting", "{thing}", "Things that are due."),
                ("waiting.age", "s", "How long the first of them has been due."),
                ("dead_letters", "{message}", "Messages that were given up and that nobody has seen to."),
                ("messages.unknown", "{message}", "Messages of which nobody knows whether they went out."),
                ("inbox.dead", "{message}", "What came in and could not be read."),
                ("channels.paused", "{channel}", "Channels that nothing is handed to for now."),
                ("healthy", "1", "1 where the work is done, else 0."),
            )
        }

    # --- Hooks ---------------------------------------------------------------------------------------------------

    @hookimpl
    def incidentkit_on_command(self, command: CommandSeen) -> None:
        """Count it, with its conflicts, and time it."""
        ended = {"command": command.command, "outcome": command.outcome}
        self._commands.add(1, {**ended, "code": command.code})
        self._durations.record(command.took.total_seconds(), ended)
        if command.conflicts:
            self._conflicts.add(command.conflicts, {"command": command.command})

    @hookimpl
    def incidentkit_on_events(self, events: tuple[Event, ...]) -> None:
        """Count them by type."""
        for kind, count in Counted(event.type for event in events).items():
            self._events.add(count, {"type": kind})

    @hookimpl
    def incidentkit_on_messages(self, messages: tuple[MessageSeen, ...]) -> None:
        """Count them by what became of them, and time those that were sent."""
        for message in messages:
            kind = {"channel": message.channel, "purpose": message.purpose}
            self._messages.add(1, {**kind, "state": message.state, "reason": message.reason})
            if message.state == "done":
                self._delays.record(message.late.total_seconds(), kind)

    @hookimpl
    def incidentkit_on_health(self, health: Health) -> None:
        """Set the gauges."""
        gauges, tenant = self._gauges, {"tenant": health.tenant}
        for kind in _WAITING:
            waiting = getattr(health, kind)
            age = (health.at - waiting.since).total_seconds() if waiting.since is not None else 0.0
            gauges["waiting"].set(waiting.count, {**tenant, "kind": kind})
            gauges["waiting.age"].set(age, {**tenant, "kind": kind})
        gauges["dead_letters"].set(health.dead, tenant)
        gauges["messages.unknown"].set(health.unknown, tenant)
        gauges["inbox.dead"].set(health.inbox_dead, tenant)
        gauges["channels.paused"].set(len(health.paused), tenant)
        gauges["healthy"].set(int(health.healthy), tenant)


plugin = Telemetry()
"""Measures with the meter provider of the process."""
