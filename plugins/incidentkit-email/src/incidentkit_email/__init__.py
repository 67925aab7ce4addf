"""E-mail for incidentkit: the channel ``email`` over SMTP, and a mailbox over IMAP where the settings name one.

Settings stand under ``[plugins.email]``: `EmailSettings`. Nothing is connected to before the first message.
"""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.hooks import Channel, Mailbox, PluginContext, hookimpl
from incidentkit_email.channel import EmailChannel
from incidentkit_email.errors import AnswerLost
from incidentkit_email.mailbox import ImapMailbox
from incidentkit_email.settings import EmailSettings, MailboxSettings, check_settings

__all__ = [
    "AnswerLost",
    "EmailChannel",
    "EmailSettings",
    "ImapMailbox",
    "MailboxSettings",
    "incidentkit_register_channels",
    "incidentkit_register_mailboxes",
]


@hookimpl
def incidentkit_register_channels(context: PluginContext) -> Iterable[Channel]:
    """The channel ``email``; none where the shop has no settings for it."""
    return [EmailChannel(_settings(context))] if context.raw else []


@hookimpl
def incidentkit_register_mailboxes(context: PluginContext) -> Iterable[Mailbox]:
    """The mailbox of ``[plugins.email.mailbox]``; none without it."""
    mailbox = _settings(context).mailbox if context.raw else None
    return [] if mailbox is None else [ImapMailbox(mailbox)]


def _settings(context: PluginContext) -> EmailSettings:
    return check_settings(context.settings(EmailSettings), f"plugins.{context.plugin}")
