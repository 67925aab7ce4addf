"""A text file being read: its lines within the limits, and how to complain about it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sized
from pathlib import Path
from typing import IO, TypeVar

from attrs import define, field

from incidentkit.desk.importing.limits import Limits
from incidentkit.errors import ImportRefused

__all__ = ["Opened", "Place", "Row"]

Row = tuple[str, ...]
"""The values of the columns that were asked for, without blanks at either end."""

Place = tuple[str, int]
"""A file's name, and the line on which a row ends."""

Names = TypeVar("Names", bound=Sized)


@define
class Opened:
    """A file being read: how far, and how to complain about it."""

    path: Path
    limits: Limits
    line: int = 0
    packed: IO[bytes] | None = field(default=None, init=False)
    _characters: int = field(default=0, init=False)
    _before: int = field(default=0, init=False)

    def lines(self, text: io.TextIOWrapper) -> Iterator[str]:
        """Lines, one by one, within the limits: neither a bomb nor a file without line breaks fills the memory."""
        longest, seldom = self.limits.line, self.limits.small
        while line := text.readline(longest):
            if not self.line:
                line = line.removeprefix("\ufeff")
            self.line += 1
            self._characters += len(line)
            if len(line) >= longest:
                raise self.refused(f"has lines of less than {longest:,} characters", "a longer one")
            if self._characters > self.limits.characters:
                raise self.refused(f"unpacks to at most {self.limits.characters:,} characters", "more", "Split the file.")
            if self._characters > seldom:
                seldom += self.limits.small
                self._weigh()
            if self._characters - self._before > self.limits.record:
                raise self.refused(f"has rows of less than {self.limits.record:,} characters", "a longer one, over many lines")
            yield line

    def ended(self) -> None:
        """A row ends here, or a line that is one."""
        self._before = self._characters

    def _weigh(self) -> None:
        """Refuse a file that is mostly repetition, which no honest table is, before it takes hours to read."""
        if self.packed is not None and self._characters > self.limits.packing * self.packed.tell():
            raise self.refused(f"unpacks to at most {self.limits.packing} times its size", "more", "Fetch the file again.")

    def named(self, columns: Names) -> Names:
        """The names of columns, where there are not too many of them."""
        if len(columns) > self.limits.names:
            self.line = 1
            raise self.refused(
                f"has at most {self.limits.names:,} columns", f"{len(columns):,}", "Check what stands between values."
            )
        return columns

    def refused(self, rule: str, got: str, next: str = "", **context: object) -> ImportRefused:
        """An error that says where."""
        where = f"{self.path.name}, line {self.line}" if self.line else self.path.name
        return ImportRefused(where, rule, got=got, next=next, file=self.path.name, line=self.line, **context)
