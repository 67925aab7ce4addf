"""Texts with plain placeholders: ``$name``, and nothing that could run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

__all__ = ["Template"]

_PLACEHOLDER = re.compile(r"\$([a-z_]+)")


def _lines(source: str) -> tuple[tuple[str, ...], ...]:
    # Splitting by a group gives words and names in turn: the names stand at the odd places.
    return tuple(tuple(_PLACEHOLDER.split(line)) for line in source.strip().split("\n"))


@frozen
class Template:
    """A text of lines, each with placeholders or none."""

    lines: tuple[tuple[str, ...], ...] = field(converter=_lines)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(name for line in self.lines for name in line[1::2])

    @property
    def stray(self) -> bool:
        """Whether a ``$`` stands in it that begins no placeholder."""
        return any("$" in piece for line in self.lines for piece in line[::2])

    def fill(self, words: Mapping[str, str]) -> str:
        """The text. A line with a placeholder that has no word, or an empty one, is left out."""
        return "\n".join(_filled(line, words) for line in self.lines if all(words.get(name) for name in line[1::2]))


def _filled(line: tuple[str, ...], words: Mapping[str, str]) -> str:
    return "".join(words[piece] if at % 2 else piece for at, piece in enumerate(line))
