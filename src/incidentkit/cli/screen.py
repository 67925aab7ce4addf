"""Writing to a terminal, a pipe or a file: styled and fitted to its width only where somebody looks at it."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from attrs import frozen

from incidentkit.phrases.words import Words

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Piece", "Screen", "printable", "progress_of", "show_json", "width_of"]

Piece = str | tuple[str, str]
"""Words, or words with a style."""

_NARROWEST = 40


def width_of(stream: TextIO) -> int | None:
    """How many columns there are; None where nobody looks, and lines may be as long as they like."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal():
        return max(int(given), _NARROWEST)
    return max(shutil.get_terminal_size().columns, _NARROWEST) if stream.isatty() else None


def words_in(piece: Piece) -> str:
    """A piece without its style."""
    return piece if isinstance(piece, str) else piece[0]


@frozen(slots=False)
class Screen:
    """Where a command's answer goes."""

    words: Words
    width: int | None

    @classmethod
    def of(cls, words: Words) -> Screen:
        """The process's own output."""
        return cls(words, width_of(sys.stdout))

    def line(self, *pieces: Piece) -> None:
        """One line. What could move the cursor is taken out: some of the words are a customer's."""
        safe = [(printable(words_in(p)), "" if isinstance(p, str) else p[1]) for p in pieces]
        if self._console is None:
            print("".join(text for text, _ in safe).rstrip())
            return
        from rich.text import Text

        text = Text.assemble(*safe)
        text.rstrip()
        self._console.print(text, soft_wrap=True, highlight=False)

    def say(self, key: str, **values: object) -> None:
        """A text by its key, each line on its own."""
        for line in self.words.say(key, **values).split("\n"):
            self.line(line)

    def hanging(self, first: str, text: str, style: str = "") -> None:
        """``first``, and ``text`` beside it, however many lines it takes."""
        room = None if self.width is None else max(self.width - len(first), 20)
        lines = [text] if room is None else textwrap.wrap(text, room) or [""]
        for at, line in enumerate(lines):
            self.line(first if not at else " " * len(first), (line, style))

    def section(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """A title, and below it the lines, each with its style; nothing at all where there are none."""
        if not lines:
            return
        self.line()
        self.line((title, "bold"))
        for text, style in lines:
            self.hanging("  ", text, style)

    @cached_property
    def _console(self) -> Console | None:
        if not (sys.stdout.isatty() or os.environ.get("FORCE_COLOR")):
            return None
        from rich.console import Console

        return Console(highlight=False)


def printable(text: str) -> str:
    """The text without what could move the cursor."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text)


def show_json(value: Mapping[str, Any]) -> None:
    """One JSON document, and nothing else."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    print(json.dumps(value, indent=2, ensure_ascii=encoding != "utf8"))


@contextmanager
def progress_of(what: str, words: Words, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Shows how far a long piece of work is, on stderr: a bar on a terminal, else a line at every tenth."""
    if quiet:
        yield _nothing
    elif sys.stderr.isatty():
        with _bar(what) as update:
            yield update
    else:
        yield _Lines(what, words)


def _nothing(done: int, total: int) -> None:
    """Nobody looks."""


class _Lines:
    def __init__(self, what: str, words: Words) -> None:
        self._what, self._words, self._tenth = what, words, 0

    def __call__(self, done: int, total: int) -> None:
        tenth = 10 * done // total if total else 0
        if tenth > self._tenth:
            self._tenth = tenth
            print(self._words.say("progress.line", what=self._what, done=done, total=total), file=sys.stderr, flush=True)


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
