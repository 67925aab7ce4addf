"""The lines above a mail's body, none of which can be made to begin another one."""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator
from email.utils import format_datetime

from incidentkit.errors import PermanentChannelError, UnsupportedFeature
from incidentkit.mail.identity import message_id
from incidentkit.ports import Message

__all__ = ["attachment_headers", "headers"]

_LINE = 76
# Bytes whose base64 fits an encoded word of 75 characters: "=?utf-8?b?" + 60 + "?=".
_WORD = 45
# More of a thread's ids say no more; the first and the last ones are what programs look for.
_MOST_REFERENCES = 20

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_WIDE_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_DOMAIN}")
_WIDE_ADDRESS = re.compile(rf"{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*@{_DOMAIN}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_ONE_CLICK = re.compile(r"https://[!-;=?-~]{1,900}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}/[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
_PLAIN_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
# RFC 2231: what may stand in an extended parameter as it is.
_EXTENDED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def headers(message: Message, *, wide: bool) -> Iterator[str]:
    """All but those that say how the body is written.

    Args:
        wide: whether addresses may go beyond ASCII (RFC 6532).

    Raises:
        PermanentChannelError: one would hold a control character, or what it is made from has not the right form.
        UnsupportedFeature: an address beyond ASCII that is not allowed here.
    """
    yield _mailbox("From", message.sender_name, message.sender, wide=wide)
    yield _mailbox("To", message.name, message.to, wide=wide)
    if message.reply_to:
        yield _mailbox("Reply-To", "", message.reply_to, wide=wide)
    yield _subject(message.subject)
    yield f"Date: {format_datetime(message.at)}"
    yield f"Message-ID: {message_id(message)}"
    yield from _thread(message)
    yield f"Content-Language: {_language(message.language)}"
    if message.automatic:
        yield "Auto-Submitted: auto-generated"
    if message.unsubscribe:
        yield f"List-Unsubscribe: <{_matching('List-Unsubscribe', _ONE_CLICK, message.unsubscribe, 'an https address')}>"
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
    yield "MIME-Version: 1.0"


def attachment_headers(name: str, media_type: str) -> tuple[str, ...]:
    """What stands above an attached file.

    Raises:
        PermanentChannelError: a media type or name that can be none.
        UnsupportedFeature: a mail, or a compound of parts, as an attachment.
    """
    kind = _matching("Content-Type", _MEDIA_TYPE, media_type, "a media type such as image/jpeg")
    if kind.lower().startswith(("message/", "multipart/")):
        raise UnsupportedFeature("An attachment of a mail", "must be a single file", got=kind, next="Pack it, or leave it out.")
    return (
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment{_filename(name)}",
    )


def _refused(header: str, rule: str) -> PermanentChannelError:
    return PermanentChannelError(f"The {header} header of a mail", rule, next="Correct what it is made from.")


def _matching(header: str, form: re.Pattern[str], value: str, what: str) -> str:
    if not form.fullmatch(value):
        raise _refused(header, f"must be made of {what}")
    return value


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


def _mailbox(header: str, name: str, address: str, *, wide: bool) -> str:
    _check_address(header, _one_line(header, address), wide=wide)
    name = " ".join(_one_line(header, name).split())
    if not name:
        return f"{header}: {address}"
    if _PLAIN_NAME.fullmatch(name) and len(header) + len(name) + len(address) < _LINE - len(":  <>"):
        return f"{header}: {name} <{address}>"
    return "\r\n ".join((f"{header}: " + "\r\n ".join(_words(name)), f"<{address}>"))


def _check_address(header: str, address: str, *, wide: bool) -> None:
    local, _, domain = address.rpartition("@")
    if not domain.isascii() or not (wide or local.isascii()):
        raise UnsupportedFeature(f"The {header} header of a mail", "must have an address in ASCII", next="Use another channel.")
    form = _WIDE_ADDRESS if wide else _ADDRESS
    too_long = len(address.encode()) > 254 or len(local.encode()) > 64
    if not form.fullmatch(address) or too_long or "=?" in address:
        raise _refused(header, "must have an address of the form name@domain")


def _thread(message: Message) -> Iterator[str]:
    what = "Message-IDs in angle brackets"
    earlier = [_matching("References", _MESSAGE_ID, one, what) for one in message.references]
    if message.in_reply_to:
        last = _matching("In-Reply-To", _MESSAGE_ID, message.in_reply_to, what)
        earlier = [one for one in earlier if one != last] + [last]
        yield f"In-Reply-To: {last}"
    if earlier:
        yield "References: " + "\r\n ".join((*earlier[:1], *earlier[1:][-_MOST_REFERENCES:]))


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
    return _matching("Content-Language", _LANGUAGE, value, "a language tag such as es-AR")


def _filename(name: str) -> str:
    if not _one_line("Content-Disposition", name):
        return ""
    if "/" in name or "\\" in name or len(name.encode()) > 255:
        raise _refused("Content-Disposition", "must have the name of a file, without a folder")
    if _PLAIN_FILE.fullmatch(name):
        return f'; filename="{name}"'
    pieces = [chr(byte) if byte in _EXTENDED else f"%{byte:02X}" for byte in name.encode()]
    return "".join(f";\r\n filename*{at}*={part}" for at, part in enumerate(_parts(["utf-8''", *pieces])))


def _parts(pieces: list[str]) -> Iterator[str]:
    """The pieces in lines that are short enough, none cut in two."""
    line = ""
    for piece in pieces:
        if len(line) + len(piece) > _LINE - len(" filename*99*=;"):
            yield line
            line = ""
        line += piece
    yield line
