"""A connection that is ready to take mails: made, secured and logged in."""

from __future__ import annotations

import ssl

from incidentkit.errors import TransientChannelError
from incidentkit_email.answers import Answer
from incidentkit_email.dialogue import Dialogue
from incidentkit_email.settings import EmailSettings, Security

__all__ = ["connect", "tls_context"]


def connect(settings: EmailSettings, hello: str) -> Dialogue:
    """A new connection, by the settings' deadline.

    Raises:
        TransientChannelError: it can't be secured, or the server wants nothing of us. The message is not at fault.
        OSError: it was not made, or broke.
    """
    line = Dialogue(hello)
    line.allow(settings.timeout.total_seconds())
    try:
        _begin(line, settings)
        _log_in(line, settings)
    except BaseException:
        line.close()
        raise
    return line


def tls_context(security: Security, ca_file: str) -> ssl.SSLContext | None:
    """What certificates are checked by; None where the connection stays in the clear.

    Raises:
        TransientChannelError: the file of certificates can't be read.
    """
    if security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise TransientChannelError("ca_file", "must hold certificates", got=type(error).__name__) from None


def _begin(line: Dialogue, settings: EmailSettings) -> None:
    context = tls_context(settings.security, settings.ca_file)
    at_once = context if settings.security == "tls" else None
    _check(line.open(settings.host, settings.server_port, at_once), "greet")
    _check(line.greet(), "greet")
    if context is None or at_once is not None:
        return
    if not line.has_extn("starttls"):
        raise TransientChannelError(
            "The mail server",
            "must offer STARTTLS, for nothing is sent in the clear",
            next='Set security to "tls", or ask who runs the server.',
        )
    _check(line.upgrade(settings.host, context), "STARTTLS")


def _log_in(line: Dialogue, settings: EmailSettings) -> None:
    if settings.password is None:
        return
    answer = line.log_in(settings.user, settings.password.reveal())
    if answer is None:
        raise TransientChannelError("The mail server", "must offer AUTH PLAIN or LOGIN", got="neither")
    _check(answer, "AUTH")


def _check(answer: Answer, step: str) -> None:
    """Whatever is refused here is refused to us, not to one message: it may be put right."""
    if not answer.ok:
        raise TransientChannelError("The mail server", "must accept us", got=f"{answer.shown} to {step}")
