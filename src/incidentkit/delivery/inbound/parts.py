"""Any bytes as the parts of a mail. Nothing in them makes that fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from incidentkit.delivery.inbound.charsets import decoded
from incidentkit.delivery.inbound.headers import Headers

__all__ = ["content_of", "disposition_of", "file_name_of", "leaves", "parsed", "subparts", "text_of", "type_of"]

_MOST_PARTS = 1_000
_BLANK = re.compile(rb"\n\r?\n")
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)
"""What the standard library's parser is known to raise on mails that are none."""


def parsed(raw: bytes) -> Message:
    """The mail, its headers at least."""
    raw = _mended(_without_envelope(raw))
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except _UNREADABLE:
        return BytesHeaderParser(policy=compat32).parsebytes(raw)


def _without_envelope(raw: bytes) -> bytes:
    """Without empty lines before it, and a line ``From ...`` of a mailbox file."""
    raw = raw.lstrip(b"\r\n")
    return raw.partition(b"\n")[2] if raw.startswith((b"From ", b">From ")) else raw


def _mended(raw: bytes) -> bytes:
    """Without lines among the headers that are none, which would make all after them part of the text."""
    end = _BLANK.search(raw)
    lines = raw[: end.start() if end else 0].split(b"\n")
    whole = [line[:1] in (b" ", b"\t") or _HEADER.match(line) is not None for line in lines]
    if all(whole) or not any(whole):
        return raw
    last = len(whole) - 1 - whole[::-1].index(True)
    kept = [line for at, line in enumerate(lines) if whole[at] or at > last]
    return b"\n".join(kept) + raw[end.start() if end else 0 :]


def type_of(part: Message) -> str:
    """Its media type in small letters, as it says."""
    try:
        return part.get_content_type().lower()
    except _UNREADABLE:
        return "text/plain"


def subparts(part: Message) -> list[Message]:
    """The parts inside a multipart or an enclosed message; none for any other."""
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def leaves(mail: Message) -> Iterator[Message]:
    """Every part that holds content, in its order. An enclosed message is one part."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        seen += 1
        inside = subparts(part) if type_of(part).startswith("multipart/") else []
        if inside:
            waiting.extend(reversed(inside))
        else:
            yield part


def content_of(part: Message) -> bytes:
    """The bytes of a part, with its transfer encoding taken off; an enclosed message as it is written."""
    try:
        if isinstance(part.get_payload(), list):
            return b"\r\n".join(_written(each) for each in subparts(part))
        content = part.get_payload(decode=True)
    except _UNREADABLE:
        content = None
    if isinstance(content, bytes):
        return content
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _written(message: Message) -> bytes:
    """An enclosed message as bytes; one that the standard library will not write again, as it was read."""
    try:
        return message.as_bytes()
    except _UNREADABLE:
        lines = [f"{name}: {value}" for name, value in message.raw_items()]
        text = message.get_payload()
        return "\n".join((*lines, "", text if isinstance(text, str) else "")).encode("utf-8", "surrogateescape")


def text_of(part: Message) -> str:
    """The text of a part, lines ended by ``\\n``."""
    try:
        charset = part.get_content_charset() or ""
    except _UNREADABLE:
        charset = ""
    text = decoded(content_of(part), charset)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def file_name_of(part: Message) -> str:
    """What the part calls its file; empty where it doesn't."""
    try:
        name = part.get_filename("")
    except _UNREADABLE:
        return ""
    # Some programs put encoded words where they don't belong.
    whole = Message()
    whole["name"] = str(name).replace("\r", " ").replace("\n", " ")
    return Headers(whole).first("name")


def disposition_of(part: Message) -> str:
    """``inline``, ``attachment`` or nothing."""
    try:
        return (part.get_content_disposition() or "").lower()
    except _UNREADABLE:
        return ""
