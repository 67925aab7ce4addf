"""The headers of a mail as plain text, whatever stands in them. Every step takes time in proportion to its input."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from incidentkit.delivery.inbound.charsets import decoded

__all__ = ["Headers", "addresses_in", "message_ids"]

_LONGEST = 20_000
"""Characters of one header that are looked at."""

_WORD = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?\s]*)\?=")
_FOLD = re.compile(r"[\r\n]+[ \t]?")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[^\s<>()\[\],;:\"'@]{1,255}")
_ID = re.compile(r"<[^<>\s]{1,995}>")
_SIXTEEN = re.compile(rb"=([0-9A-Fa-f]{2})")


class Headers:
    """The headers of one part, looked up by their names in any case."""

    def __init__(self, part: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in part.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value)[:_LONGEST])

    def raw(self, name: str) -> Iterator[str]:
        """Every header of that name, in one line, with its encoded words as they are."""
        for value in self._values.get(name, ()):
            yield _FOLD.sub(" ", _readable(value)).replace("\0", "").strip()

    def all(self, name: str) -> list[str]:
        """Every header of that name as a reader sees it."""
        return [_words(value) for value in self.raw(name)]

    def first(self, name: str) -> str:
        """The first header of that name; empty where there is none."""
        return next(iter(self.all(name)), "")

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def mailbox(self, *names: str) -> tuple[str, str]:
        """Name and address from the first of these headers that has an address; else whatever stands there as a name."""
        said = ""
        for name in names:
            for value in self.raw(name):
                found = _mailbox(value)
                if found[1]:
                    return found
                said = said or found[0]
        return said, ""

    def addresses(self, *names: str) -> tuple[str, ...]:
        """Every address in these headers, each once."""
        return tuple(dict.fromkeys(found for name in names for value in self.raw(name) for found in addresses_in(value)))

    def ids(self, name: str) -> tuple[str, ...]:
        """Every Message-ID in these headers, each once."""
        return tuple(dict.fromkeys(found for value in self.raw(name) for found in message_ids(value)))

    def date(self) -> datetime | None:
        """When it says it was written."""
        for value in self.raw("date"):
            try:
                found = parsedate_to_datetime(value)
                return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
        return None


def addresses_in(text: str) -> list[str]:
    """What looks like an address in a text."""
    return [found.rstrip(".") for found in _ADDRESS.findall(text)]


def message_ids(text: str) -> list[str]:
    """Message-IDs in a text, with their brackets."""
    return _ID.findall(text)


def _readable(value: str) -> str:
    """Bytes beyond ASCII came as surrogates: they are UTF-8, or else taken for Latin 1."""
    return value if value.isascii() else decoded(value.encode("utf-8", "surrogateescape"), "")


def _mailbox(value: str) -> tuple[str, str]:
    try:
        name, address = parseaddr(value)
    except (RecursionError, ValueError, IndexError):
        name, address = "", ""
    if "@" in address and _ADDRESS.fullmatch(address):
        return _words(name), address
    found = addresses_in(value) or addresses_in(_words(value))
    return (_words(name) or _words(value), "") if not found else (_words(name), found[0])


def _words(value: str) -> str:
    """With its encoded words (RFC 2047) read; those that can't be stay as they are."""
    if "=?" not in value:
        return value
    text: list[str] = []
    waiting: tuple[str, bytes] | None = None
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        if waiting and between.strip():
            text.append(decoded(waiting[1], waiting[0]))
            waiting = None
        if not waiting or between.strip():
            text.append(between)
        charset, content = word[1].partition("*")[0].lower(), _content(word[2], word[3])
        if waiting and waiting[0] == charset:
            # A character may be split between two words.
            waiting = charset, waiting[1] + content
        else:
            text.append(decoded(waiting[1], waiting[0]) if waiting else "")
            waiting = charset, content
        end = word.end()
    text.append(decoded(waiting[1], waiting[0]) if waiting else "")
    return _FOLD.sub(" ", "".join(text) + value[end:]).replace("\0", "")


def _content(encoding: str, word: str) -> bytes:
    coded = word.encode("utf-8", "replace")
    if encoding in "qQ":
        return _SIXTEEN.sub(lambda found: bytes([int(found[1], 16)]), coded.replace(b"_", b" "))
    try:
        return binascii.a2b_base64(coded + b"=" * (-len(coded) % 4))
    except binascii.Error:
        return coded
