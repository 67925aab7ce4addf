"""The commands that go before a mail: from, to, and what the server shall report (RFC 5321, 3461, 6531)."""

from __future__ import annotations

from attrs import frozen

from incidentkit.errors import UnsupportedFeature
from incidentkit.hooks import Message
from incidentkit.mail import envelope_id, mail
from incidentkit_email.addresses import needs_utf8, xtext
from incidentkit_email.dialogue import Dialogue
from incidentkit_email.settings import EmailSettings

__all__ = ["Envelope", "envelope"]


@frozen(repr=False)
class Envelope:
    """A mail, ready for one server.

    Args:
        commands: MAIL, RCPT and DATA.
        content: the mail itself.
    """

    commands: tuple[str, str, str]
    content: bytes


def envelope(message: Message, content: bytes, settings: EmailSettings, line: Dialogue) -> Envelope:
    """The mail as this server can take it.

    Args:
        message: its domains are in ASCII.
        content: the whole mail, as a server can take it that offers 8BITMIME.

    Raises:
        UnsupportedFeature: the server can't take it as it is.
    """
    wide = needs_utf8(message)
    if wide and not line.has_extn("smtputf8"):
        rule = "must offer SMTPUTF8 for an address beyond ASCII"
        raise UnsupportedFeature("The mail server", rule, next="Use another channel.")
    if not (line.has_extn("8bitmime") or content.isascii()):
        content = mail(message, wide=wide, eight_bit=False)
    limit = line.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(content):
        got = f"{len(content)} bytes of {limit}"
        raise UnsupportedFeature("The mail server", "must take mails of that size", got=got, next="Send something smaller.")
    reports = line.has_extn("dsn")
    return Envelope(
        (
            " ".join((f"MAIL FROM:<{settings.bounces or message.sender}>", *_of_mail(message, content, line, wide, reports))),
            " ".join((f"RCPT TO:<{message.to}>", *_of_recipient(message, settings, wide, reports))),
            "DATA",
        ),
        content,
    )


def _of_mail(message: Message, content: bytes, line: Dialogue, wide: bool, reports: bool) -> list[str]:
    found = []
    if line.has_extn("size"):
        found.append(f"SIZE={len(content)}")
    if line.has_extn("8bitmime") and not content.isascii():
        found.append("BODY=8BITMIME")
    if wide:
        found.append("SMTPUTF8")
    if reports:
        found.append("RET=HDRS")
        known_by = envelope_id(message)
        found += [f"ENVID={xtext(known_by)}"] if known_by else []
    return found


def _of_recipient(message: Message, settings: EmailSettings, wide: bool, reports: bool) -> list[str]:
    if not reports:
        return []
    notify = "NOTIFY=SUCCESS,FAILURE,DELAY" if settings.confirmations else "NOTIFY=FAILURE,DELAY"
    # An address beyond ASCII has a form of its own there (RFC 6533), which few servers read.
    return [notify] if wide else [notify, f"ORCPT=rfc822;{xtext(message.to)}"]
