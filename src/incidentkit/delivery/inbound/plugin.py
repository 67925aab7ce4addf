"""The built-in reader of mails."""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.delivery.inbound.reading import MailAdapter
from incidentkit.hooks import InboundAdapter, PluginContext, hookimpl

__all__ = ["incidentkit_register_inbound"]


@hookimpl
def incidentkit_register_inbound(context: PluginContext) -> Iterable[InboundAdapter]:
    """The adapter ``mail``, which also reads what mailboxes give."""
    return [MailAdapter()]
