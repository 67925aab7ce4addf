"""What stands under ``[plugins.email]``, checked before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import ConfigurationError
from incidentkit.hooks import Secret

__all__ = ["EmailSettings", "MailboxSettings", "Security", "check_settings"]

Security = Literal["starttls", "tls", "none"]
"""How a connection is kept private: begun in the clear and then secured, secured from the start, or not at all."""

_SMTP_PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_IMAP_PORTS: dict[Security, int] = {"starttls": 143, "tls": 993, "none": 143}
_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")
_ADDRESS = re.compile(r"[!-;=?A-~]+@[A-Za-z0-9.-]+")
_LONGEST_WAIT = timedelta(minutes=10)


@frozen(kw_only=True)
class MailboxSettings:
    """``[plugins.email.mailbox]``: where answers and reports are fetched, over IMAP.

    Args:
        host: the server.
        user: who logs in.
        password: as ``{ env = "NAME" }``.
        port: 0 for the usual one of ``security``: 993 or 143.
        security: ``tls``, ``starttls``, or ``none`` for a server on this machine.
        folder: which folder is read. Nothing in it is changed, moved or marked.
        ca_file: certificates to trust instead of the system's.
        timeout: how long the server may be silent.
        largest: bytes of a mail that are fetched; a longer one is cut there.
        name: what it is called in the record; one for each mailbox.
    """

    host: str
    user: str
    password: Secret
    port: int = 0
    security: Security = "tls"
    folder: str = "INBOX"
    ca_file: str = ""
    timeout: timedelta = timedelta(seconds=30)
    largest: int = 50_000_000
    name: str = "email"

    @property
    def server_port(self) -> int:
        """The port that is used."""
        return self.port or _IMAP_PORTS[self.security]


@frozen(kw_only=True)
class EmailSettings:
    """``[plugins.email]``: where mails are handed in, over SMTP.

    Args:
        host: the server.
        user: who logs in; empty where the server asks for nobody.
        password: as ``{ env = "NAME" }``.
        port: 0 for the usual one of ``security``: 587, 465 or 25.
        security: ``starttls``, ``tls``, or ``none`` for a server on this machine.
        ca_file: certificates to trust instead of the system's.
        hello: the name that this side greets with; empty for the domain of the sender.
        bounces: the address that reports of failure go to; empty for the sender.
        confirmations: whether reports of success are asked for too.
        timeout: for all that comes before the mail itself: connecting, greeting, logging in, the addresses.
        patience: for the mail, and the server's word that it has it.
        mailbox: where answers are fetched; none without it.
    """

    host: str
    user: str = ""
    password: Secret | None = None
    port: int = 0
    security: Security = "starttls"
    ca_file: str = ""
    hello: str = ""
    bounces: str = field(default="", repr=False)
    confirmations: bool = False
    timeout: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(minutes=1)
    mailbox: MailboxSettings | None = None

    @property
    def server_port(self) -> int:
        """The port that is used."""
        return self.port or _SMTP_PORTS[self.security]


def check_settings(settings: EmailSettings, path: str = "plugins.email") -> EmailSettings:
    """The settings, if they can be used.

    Raises:
        ConfigurationError: they can't; ``problems`` lists every reason with its path.
    """
    problems = tuple(f"{path}.{problem}" for problem in _problems(settings))
    if problems:
        raise ConfigurationError("The settings of e-mail", "must be usable", got="; ".join(problems), problems=problems)
    return settings


def _problems(settings: EmailSettings) -> Iterator[str]:
    yield from _server_problems(settings, bool(settings.user))
    if bool(settings.user) != (settings.password is not None):
        yield "password: expected with user, and not without"
    if not timedelta(0) < settings.patience <= _LONGEST_WAIT:
        yield "patience: expected more than 0 and at most 10 minutes"
    if settings.hello and not _HOST.fullmatch(settings.hello):
        yield "hello: expected the name of a host"
    if settings.bounces and not _ADDRESS.fullmatch(settings.bounces):
        yield "bounces: expected an address in ASCII"
    if settings.mailbox is not None:
        yield from (f"mailbox.{problem}" for problem in _mailbox_problems(settings.mailbox))


def _mailbox_problems(settings: MailboxSettings) -> Iterator[str]:
    yield from _server_problems(settings, True)
    if settings.largest < 10_000:
        yield "largest: expected at least 10000"
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", settings.name):
        yield "name: expected small letters, digits, - and _"


def _server_problems(settings: EmailSettings | MailboxSettings, logs_in: bool) -> Iterator[str]:
    if not _HOST.fullmatch(settings.host):
        yield "host: expected the name of a host"
    if not 0 <= settings.port <= 65535:
        yield "port: expected 0 to 65535"
    if not timedelta(0) < settings.timeout <= _LONGEST_WAIT:
        yield "timeout: expected more than 0 and at most 10 minutes"
    if logs_in and settings.security == "none" and not _is_here(settings.host):
        yield 'security: expected "starttls" or "tls", for a password would go in the clear'


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
