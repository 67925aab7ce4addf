"""Values made fit to stand in a message: one line, no controls, not too long, and nothing that a mail program links."""

from __future__ import annotations

import re
from typing import Self

from incidentkit.errors import InvalidInput

__all__ = ["LONGEST_VALUE", "Link", "clean", "one_line"]

LONGEST_VALUE = 300
"""So many characters of a value are said."""

_LONGEST_LINK = 2000
_CONTROLS = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]+")
_TURNS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINKED = re.compile(r"(?<=:)(?=//)|(?<=\w[.\u3002\uff0e\uff61])(?=[^\W\d_]{2})")
_JOINER = "\N{WORD JOINER}"
_LINK = re.compile(r"(?:https?://|mailto:)[!#-;=?-\[\]_~\w]+", re.IGNORECASE)


class Link(str):
    """An address that a link may lead to: ``http``, ``https`` or ``mailto``.

    Raises:
        InvalidInput: it is none.
    """

    __slots__ = ()

    def __new__(cls, address: str) -> Self:
        if not _LINK.fullmatch(address) or len(address) > _LONGEST_LINK:
            raise InvalidInput("A link in a message", "must be an address that begins with https://, http:// or mailto:")
        return super().__new__(cls, address)


def clean(value: str) -> str:
    """The value as it may be said: what a sender or a customer could hide in it has no effect any more.

    Controls and line ends become spaces, marks that turn the direction of writing are taken out, and whatever a mail program
    would make a link of is held together by an invisible word joiner.
    """
    if value.isalnum() and len(value) <= LONGEST_VALUE:
        return value
    if len(value) > LONGEST_VALUE:
        value = value[: LONGEST_VALUE - 1] + "…"
    value = _TURNS.sub("", _CONTROLS.sub(" ", value)).strip()
    return _LINKED.sub(_JOINER, value)


def one_line(value: str, name: str) -> None:
    """Refuse a value that would put a line end or another control into a header.

    Raises:
        InvalidInput: it would.
    """
    if _CONTROLS.search(value):
        raise InvalidInput("The subject of a message", "must be one line without control characters", got=f"others in {name}")
