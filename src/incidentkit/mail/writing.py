"""A whole mail, written out by hand.

That takes a small part of the time that the standard library's generator takes, and a shop's day is many thousand mails.
The tests read every kind of it back with the standard library's parser.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable

from incidentkit.errors import PermanentChannelError
from incidentkit.mail.headers import attachment_headers, headers
from incidentkit.mail.identity import digest
from incidentkit.ports import Attachment, Message

__all__ = ["mail"]

_LINE = 76
_LONGEST_LINE = 998
_LINE_END = re.compile(r"\r\n|\r|\n")


def mail(message: Message, *, wide: bool = False, eight_bit: bool = True) -> bytes:
    """The whole mail, lines ended by CRLF: text, its page beside it where there is one, and the attachments.

    Args:
        wide: whether addresses may go beyond ASCII (RFC 6532), as a server allows that offers SMTPUTF8. A domain is always
            given in ASCII (RFC 5891).
        eight_bit: whether a text beyond ASCII may go as it is, as a server allows that offers 8BITMIME.

    Raises:
        PermanentChannelError: a header would hold a line break or another control character, or what it is made from, an
            address for one, has not the right form.
        UnsupportedFeature: an address beyond ASCII that is not allowed here, or a mail as an attachment.
    """
    head = headers(message, wide=wide)
    body = _part(_type("plain"), message.text, eight_bit)
    if message.html:
        body = _compound("alternative", message, [body, _part(_type("html"), message.html, eight_bit)])
    if message.attachments:
        body = _compound("mixed", message, [body, *(_attached(one) for one in message.attachments)])
    return "\r\n".join((*head, "")).encode() + body


def _type(kind: str) -> str:
    return f"Content-Type: text/{kind}; charset=utf-8"


def _part(content_type: str, text: str, eight_bit: bool) -> bytes:
    """The text with what says how it is written above it."""
    encoding, body = _encoded(text, eight_bit)
    return f"{content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + body


def _encoded(text: str, eight_bit: bool) -> tuple[str, bytes]:
    """How the text is encoded, and the encoded text; it ends with a line end."""
    text = _LINE_END.sub("\r\n", text)
    text = text if text.endswith("\r\n") else text + "\r\n"
    try:
        body = text.encode()
    except UnicodeEncodeError as error:
        # Not chained: the original error carries the text.
        raise PermanentChannelError("The text of a mail", "must be valid Unicode", got=error.reason) from None
    plain = text.isascii()
    if (plain or eight_bit) and b"\0" not in body and not any(len(line) > _LONGEST_LINE for line in body.split(b"\r\n")):
        return "7bit" if plain else "8bit", body
    return "base64", _base64(body)


def _base64(content: bytes) -> bytes:
    coded = binascii.b2a_base64(content, newline=False)
    return b"".join(coded[at : at + _LINE] + b"\r\n" for at in range(0, len(coded), _LINE))


def _attached(attachment: Attachment) -> bytes:
    above = attachment_headers(attachment.name, attachment.media_type)
    return "\r\n".join((*above, "", "")).encode("ascii") + _base64(attachment.content)


def _compound(kind: str, message: Message, parts: Iterable[bytes]) -> bytes:
    """The parts between boundaries that stand in none of them."""
    parts = list(parts)
    boundary = f"={kind[0]}{digest(message.key)[32:]}".encode("ascii")
    while any(b"--" + boundary in part for part in parts):
        boundary += b"_"
    head = f"Content-Type: multipart/{kind};\r\n".encode("ascii") + b' boundary="' + boundary + b'"\r\n\r\n'
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
