"""A message as the bytes of a mail (RFC 5322, MIME).

Written out by hand: that takes a small part of the time that the standard library's generator takes, and a shop's day is
many thousand mails. The tests read every kind of it back with the standard library's parser.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator
from email.utils import format_datetime
from hashlib import sha256

from incidentkit.errors import PermanentChannelError, UnsupportedFeature
from incidentkit.ports import Message

__all__ = ["digest", "mail", "message_id"]

_LINE = 76
_LONGEST_LINE = 998
# Bytes whose base64 fits an encoded word of 75 characters: "=?utf-8?b?" + 60 + "?=".
_WORD = 45

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_LINE_END = re.compile(r"\r\n|\r|\n")


def digest(key: str) -> str:
    """64 characters that stand for an intent's key, and tell nothing of it."""
    return sha256(key.encode()).hexdigest()


def message_id(message: Message) -> str:
    """The Message-ID: the same for the same key and sender."""
    return f"<{digest(message.key)[:32]}@{message.sender.rpartition('@')[2]}>"


def mail(message: Message) -> bytes:
    """The whole mail, lines ended by CRLF.

    Raises:
        PermanentChannelError: a header would hold a line break or another control character, or an address is none.
        UnsupportedFeature: an address beyond ASCII.
    """
    encoding, body = _body(message.text)
    headers = (
        _mailbox("From", message.sender_name, message.sender),
        _mailbox("To", message.name, message.to),
        _subject(message.subject),
        f"Date: {format_datetime(message.at)}",
        f"Message-ID: {message_id(message)}",
        f"Content-Language: {_language(message.language)}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Transfer-Encoding: {encoding}",
    )
    return "\r\n".join((*headers, "", "")).encode("ascii") + body


def _refused(header: str, rule: str) -> PermanentChannelError:
    return PermanentChannelError(f"The {header} header of a mail", rule, next="Correct what it is made from.")


def _one_line(header: str, value: str) -> str:
    """``value``, if it can stand in a header."""
    if value.isascii() and value.isprintable():
        return value
    if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
        raise _refused(header, "must be one line without control characters")
    return value


def _subject(value: str) -> str:
    plain = _one_line("Subject", value) == "" or _PLAIN.fullmatch(value)
    if plain and "=?" not in value and len(value) < _LINE - len("Subject: "):
        return f"Subject: {value}"
    return "Subject: " + "\r\n ".join(_words(value))


def _mailbox(header: str, name: str, address: str) -> str:
    if not address.isascii():
        raise UnsupportedFeature(f"The {header} header of a mail", "must have an address in ASCII", next="Use another channel.")
    local = address.partition("@")[0]
    if not _ADDRESS.fullmatch(address) or len(address) > 254 or len(local) > 64 or "=?" in address:
        raise _refused(header, "must have an address of the form name@domain")
    name = " ".join(_one_line(header, name).split())
    if not name:
        return f"{header}: {address}"
    if _PLAIN_NAME.fullmatch(name) and len(header) + len(name) + len(address) < _LINE - len(":  <>"):
        return f"{header}: {name} <{address}>"
    return "\r\n ".join((f"{header}: " + "\r\n ".join(_words(name)), f"<{address}>"))


def _words(value: str) -> Iterator[str]:
    """``value`` as encoded words (RFC 2047), none of which splits a character."""
    rest = value.encode()
    while rest:
        cut = min(_WORD, len(rest))
        while cut < len(rest) and rest[cut] & 0xC0 == 0x80:
            cut -= 1
        yield f"=?utf-8?b?{binascii.b2a_base64(rest[:cut], newline=False).decode()}?="
        rest = rest[cut:]


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise _refused("Content-Language", "must be a language tag such as es-AR")
    return value


def _body(text: str) -> tuple[str, bytes]:
    """How the text is encoded, and the encoded text; it ends with a line end."""
    text = _LINE_END.sub("\r\n", text)
    text = text if text.endswith("\r\n") else text + "\r\n"
    try:
        body = text.encode()
    except UnicodeEncodeError as error:
        # Not chained: the original error carries the text.
        raise PermanentChannelError("The text of a mail", "must be valid Unicode", got=error.reason) from None
    if b"\0" in body or any(len(line) > _LONGEST_LINE for line in body.split(b"\r\n")):
        coded = binascii.b2a_base64(body, newline=False)
        return "base64", b"".join(coded[at : at + _LINE] + b"\r\n" for at in range(0, len(coded), _LINE))
    return "7bit" if body.isascii() else "8bit", body
