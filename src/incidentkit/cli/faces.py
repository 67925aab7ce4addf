"""The shapes of commands: pages in the reader's language, and every error as one plain message and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from incidentkit.cli.failing import told
from incidentkit.cli.pages import command_page, group_page
from incidentkit.cli.screen import width_of
from incidentkit.cli.usage import WRONG_USAGE, usage_told
from incidentkit.cli.words import language_of_arguments, language_of_environment, load_words
from incidentkit.errors import IncidentkitError, SetupError
from incidentkit.phrases.words import Words

__all__ = ["Face", "Faces", "words_of"]

_LANGUAGE = "incidentkit.language"


def words_of(ctx: typer.Context) -> Words:
    """The texts to speak with."""
    return _words(ctx)


def _words(ctx: Any) -> Words:
    return load_words(ctx.meta.get(_LANGUAGE) or language_of_environment())


def _note_language(ctx: Any, args: list[str]) -> None:
    # Before anything is parsed: --help acts while the other options are still unread.
    chosen = language_of_arguments(args)
    if chosen is not None:
        ctx.meta[_LANGUAGE] = chosen


def _refuse(error: Any, ctx: Any) -> NoReturn:
    print(usage_told(error, _words(ctx)), file=sys.stderr)
    sys.exit(2)


class Face(TyperCommand):
    """One command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As usual, after the language is known."""
        _note_language(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except WRONG_USAGE as error:
            error.ctx = ctx  # type: ignore[attr-defined] # some are raised where it is not known
            raise

    def get_help(self, ctx: Any) -> str:
        """Its page."""
        return command_page(self, ctx, _words(ctx), width_of(sys.stdout))


class Faces(TyperGroup):
    """All commands, or a group of them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As usual, after the language is known."""
        _note_language(ctx, args)
        try:
            return super().parse_args(ctx, args)
        except WRONG_USAGE as error:
            error.ctx = ctx  # type: ignore[attr-defined]
            _refuse(error, ctx)

    def get_help(self, ctx: Any) -> str:
        """The page of all of them."""
        return group_page(self, ctx, _words(ctx), width_of(sys.stdout))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what it can't do is said on stderr, in plain words."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except WRONG_USAGE as error:
            _refuse(error, ctx)
        except KeyboardInterrupt:
            sys.exit(130)
        except BrokenPipeError:
            _let_go_of_stdout()
            sys.exit(1)
        except (IncidentkitError, SetupError, OSError) as error:
            print(told(error), file=sys.stderr)
            sys.exit(1)
        return result


def _let_go_of_stdout() -> None:
    """Whoever read it has gone: what is still in the buffer must not fail at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
