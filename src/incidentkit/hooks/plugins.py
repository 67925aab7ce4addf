"""The loaded plugins, each hook behind a typed method."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any, final

from attrs import field, frozen

from incidentkit.domain.events import Event
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.measures.measure import Measure
from incidentkit.ports import Channel, Closing, InboundAdapter, Mailbox, Payer

__all__ = ["PluginInfo", "Plugins"]

_log = logging.getLogger("incidentkit.hooks")


@frozen
class PluginInfo:
    """What is known of one plugin.

    Args:
        distribution, version: what was installed to get it; empty when given by hand.
        hooks: the hooks that it implements; empty when blocked.
        channels, inbound, mailboxes, measures, payers, remedies: the names of those that it brought.
    """

    name: str
    distribution: str
    version: str
    hooks: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    inbound: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    blocked: bool = False
    payers: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()


@final
@frozen(eq=False)
class Plugins:
    """Every plugin of one desk.

    Args:
        channels, inbound, mailboxes, measures, payers, remedies: by name; read-only.
        observers: by hook, for each that plugins look on by: the name of each such plugin, and its implementation.
        inform: makes the listing; reading versions costs time, so it waits until asked.
    """

    channels: Mapping[str, Channel]
    observers: Mapping[str, tuple[tuple[str, Callable[..., Any]], ...]] = field(factory=dict, repr=False)
    inform: Callable[[], tuple[PluginInfo, ...]] = field(default=tuple, repr=False)
    inbound: Mapping[str, InboundAdapter] = field(factory=dict)
    mailboxes: Mapping[str, Mailbox] = field(factory=dict)
    measures: Mapping[str, Measure] = field(factory=dict)
    payers: Mapping[str, Payer] = field(factory=dict)
    remedies: Mapping[str, RemedyKind] = field(factory=dict)

    @property
    def kinds(self) -> Mapping[str, RemedyKind]:
        """Every kind of remedy that the desk has, by name."""
        return {**KINDS, **self.remedies}

    def observe(self, events: tuple[Event, ...]) -> None:
        """Show what was committed to every plugin that looks on."""
        if events:
            self.show("incidentkit_on_events", events=events)

    def observed(self, hook: str) -> bool:
        """Whether any plugin looks on by that hook."""
        return bool(self.observers.get(hook))

    def show(self, hook: str, **seen: object) -> None:
        """Call every plugin that looks on by that hook. Never raises: what fails is logged, without what it said."""
        for name, caller in self.observers.get(hook, ()):
            try:
                caller(**seen)
            except Exception as error:  # noqa: BLE001 - what is shown is done already, and its caller must learn that
                _log.error("plugin %s failed in %s: %s at %s", name, hook, type(error).__name__, _place(error))

    def close(self) -> None:
        """Let every channel, mailbox and payer go of what it keeps open. Never raises: what fails is logged."""
        kinds: dict[str, Mapping[str, object]] = {"channel": self.channels, "mailbox": self.mailboxes, "payer": self.payers}
        for kind, name, thing in [(kind, *each) for kind, things in kinds.items() for each in things.items()]:
            if not isinstance(thing, Closing):
                continue
            try:
                thing.close()
            except Exception as error:  # noqa: BLE001 - the others, and the store, must be closed too
                _log.error("%s %s could not be closed: %s at %s", kind, name, type(error).__name__, _place(error))

    def listing(self) -> tuple[PluginInfo, ...]:
        """Every plugin that was found, the blocked ones too."""
        return self.inform()


def _place(error: BaseException) -> str:
    """Where it was raised. Its text is left out, for it may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
