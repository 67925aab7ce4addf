"""Addresses beyond ASCII: the domain is written in ASCII, and the rest needs a server that takes it."""

from __future__ import annotations

from attrs import evolve

from incidentkit.errors import PermanentChannelError
from incidentkit.hooks import Message

__all__ = ["needs_utf8", "with_ascii_domains", "xtext"]


def with_ascii_domains(message: Message) -> Message:
    """The message with the domains of its addresses in ASCII (IDNA 2008).

    Raises:
        PermanentChannelError: there is no such domain.
    """
    if message.to.isascii() and message.sender.isascii() and message.reply_to.isascii():
        return message
    return evolve(
        message,
        to=_ascii_domain(message.to),
        sender=_ascii_domain(message.sender),
        reply_to=_ascii_domain(message.reply_to),
    )


def needs_utf8(message: Message) -> bool:
    """Whether an address goes beyond ASCII before its domain, which a server must offer SMTPUTF8 for (RFC 6531)."""
    return not (message.to.isascii() and message.sender.isascii() and message.reply_to.isascii())


def xtext(value: str) -> str:
    """The text as it may stand in a parameter of the envelope (RFC 3461, 4)."""
    return "".join(char if "!" <= char <= "~" and char not in "+=" else f"+{ord(char):02X}" for char in value)


def _ascii_domain(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    import idna  # large tables, for few addresses

    try:
        return local + at + idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        # Not chained: the original error quotes the domain.
        raise PermanentChannelError("A mail address", "must have a domain that can be (IDNA 2008)") from None
