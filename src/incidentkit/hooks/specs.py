"""Every hook there is.

Arguments are frozen values and have no defaults; an implementation may leave out those it does not need. Hooks named
``incidentkit_register_*`` give the desk named things, once, while it opens. Hooks named ``incidentkit_on_*`` look on,
after the record is written, and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.domain.events import Event
from incidentkit.domain.health import CommandSeen, Health, MessageSeen
from incidentkit.domain.remedy_kinds import RemedyKind
from incidentkit.hooks.context import PluginContext
from incidentkit.hooks.markers import hookspec
from incidentkit.measures.measure import Measure
from incidentkit.ports import Channel, InboundAdapter, Mailbox, Payer

__all__ = [
    "incidentkit_on_command",
    "incidentkit_on_events",
    "incidentkit_on_health",
    "incidentkit_on_messages",
    "incidentkit_register_channels",
    "incidentkit_register_inbound",
    "incidentkit_register_mailboxes",
    "incidentkit_register_measures",
    "incidentkit_register_payers",
    "incidentkit_register_remedies",
]


@hookspec
def incidentkit_register_channels(context: PluginContext) -> Iterable[Channel]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    ``context`` is the plugin's own: its settings and the store's folder. Returns the channels that the plugin brings,
    made without I/O. A name that another channel has already is refused. An exception here stops the opening.
    """


@hookspec
def incidentkit_register_inbound(context: PluginContext) -> Iterable[InboundAdapter]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    Returns the adapters that read what the plugin's sources send: webhooks, answers to text messages. A name
    that another adapter or a mailbox has already is refused. An exception here stops the opening.
    """


@hookspec
def incidentkit_register_mailboxes(context: PluginContext) -> Iterable[Mailbox]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    Returns the mailboxes that ``incidentkit receive`` looks into, made without I/O; what they give is read as mail. A name
    that an adapter or another mailbox has already is refused. An exception here stops the opening.
    """


@hookspec
def incidentkit_register_measures(context: PluginContext) -> Iterable[Measure]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    Returns the measures that the plugin brings: over what people enter by hand, as `reading_measure` makes them, or
    over any facts of the record. A name that another measure has already is refused, and so is a measure that looks at
    what is not in the record. An exception here stops the opening.
    """


@hookspec
def incidentkit_register_payers(context: PluginContext) -> Iterable[Payer]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    Returns the payers that the plugin brings, made without I/O: who gives money back where ``payer`` of the shop's settings
    names them. A name that another payer has already is refused. An exception here stops the opening.
    """


@hookspec
def incidentkit_register_remedies(context: PluginContext) -> Iterable[RemedyKind]:  # type: ignore[empty-body]
    """Called while a desk opens, once per plugin.

    Returns the kinds of remedies that the plugin adds to those that come with every desk, each with what it gives, what shows
    that it was done, and what it is called. A name that another kind has already is refused. An exception here stops the
    opening.
    """


@hookspec
def incidentkit_on_events(events: tuple[Event, ...]) -> None:
    """Called after each commit, once per plugin, with what was written, in the record's order.

    The result is ignored. An exception here is logged by its type and place, and reaches neither the command, which is
    done already, nor the other plugins. Not called for what an import wrote before the plugin was there.
    """


@hookspec
def incidentkit_on_command(command: CommandSeen) -> None:
    """Called after each command, done or refused: its name, how it ended, and how long it took.

    Inside a batch it is called before the batch is written. The result is ignored, and an exception is logged only.
    """


@hookspec
def incidentkit_on_messages(messages: tuple[MessageSeen, ...]) -> None:
    """Called when a worker has put down what became of messages. The result is ignored, and an exception is logged only."""


@hookspec
def incidentkit_on_health(health: Health) -> None:
    """Called at the end of each `Desk.tick` and `Desk.send_due`: what waits and since when, and what is wrong.

    It takes a few queries, which are asked only where a plugin has this hook. The result is ignored, and an exception is
    logged only.
    """
