"""Bytes as text, whatever they are said to be."""

from __future__ import annotations

__all__ = ["decoded"]

# Of no use in mail, and some of them take a time that grows with the square of their input.
_NEVER = frozenset({"punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape", "mbcs"})
_LONGEST_NAME = 40


def decoded(content: bytes, charset: str) -> str:
    """By their charset where it is known and fits, else UTF-8, else Latin 1, which fits anything."""
    for name in (charset.strip().lower(), "utf-8"):
        if name and name not in _NEVER and len(name) <= _LONGEST_NAME and name.isascii() and "\0" not in name:
            try:
                return _whole(content.decode(name))
            except (LookupError, ValueError, TypeError):
                continue
    return content.decode("latin-1")


def _whole(text: str) -> str:
    """As it is, if it can be written down again: half a surrogate pair can't."""
    text.encode()
    return text
