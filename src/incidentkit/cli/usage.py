"""Wrong usage of the command line, said in the reader's language."""

from __future__ import annotations

import re
from typing import Any

import typer

from incidentkit.cli.pages import argument_name, usage_line
from incidentkit.cli.screen import printable
from incidentkit.phrases.words import Words

__all__ = ["WRONG_USAGE", "Misused", "usage_told"]

WRONG_USAGE: type[Exception] = typer.BadParameter.__mro__[1]
"""The class of all wrong usage. Typer has no public name for it: it is its own, or in earlier versions click's."""

# What typer and click say in English, and the key of our own words for it.
_SAYINGS = (
    (r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<close>.*)\?)?", "no_command"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<extra>.*)\)", "too_many"),
    (r"Option '(?P<name>.*)' requires an argument\.", "needs_value"),
    (r"Option '(?P<name>.*)' does not take a value\.", "takes_none"),
    (r"(?:Value error, )?'(?P<got>.*)' is not one of (?P<choices>.*)\.", "choice"),
    (r".*valid integer.*", "integer"),
    (r".*(?:greater than or equal to |range )(?P<least>\d+).*", "at_least"),
    (r".*less than or equal to (?P<most>\d+)", "at_most"),
)
_LONGEST = 200


class Misused(typer.BadParameter):
    """What a command itself finds wrong in how it was called.

    Args:
        key: of the text under ``usage``.
        option: whose value it is about; empty for none.
        values: for the text's placeholders.
    """

    def __init__(self, key: str, option: str = "", **values: object) -> None:
        super().__init__(key, param_hint=option or None)
        self.key, self.option, self.values = key, option, values


def usage_told(error: Any, words: Words) -> str:
    """How it is called, where to read more, and what was wrong."""
    what = words.say("usage.error", what=_cut(" ".join(_what(error, words).split("\n"))))
    if error.ctx is None:
        return what
    path = error.ctx.command_path
    return "\n".join([usage_line(error.ctx.command, path, words), words.say("usage.more", path=path), "", what])


def _what(error: Any, words: Words) -> str:
    if isinstance(error, Misused):
        return _about(error.option, words.say(f"usage.{error.key}", **error.values), words)
    kind, param = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        close = ", ".join(sorted(error.possibilities or ()))
        return words.say("usage.no_option", name=error.option_name, close=close)
    if kind == "MissingParameter" and param is not None:
        is_option = param.param_type_name == "option"
        name = param.opts[0] if is_option else argument_name(param)
        return words.say("usage.missing_option" if is_option else "usage.missing_argument", name=name)
    option = "" if param is None else param.opts[0] if param.param_type_name == "option" else argument_name(param)
    return _about(option, _phrased(error.message, words), words)


def _about(option: str, what: str, words: Words) -> str:
    return words.say("usage.about", option=option, what=what) if option else what


def _phrased(message: str, words: Words) -> str:
    """A message of typer's in our words; one that we have none for stays as it is."""
    for pattern, key in _SAYINGS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return words.say(f"usage.{key}", **{name: _plain(value) for name, value in found.groupdict().items()})
    return message


def _plain(value: str | None) -> str:
    """Nothing for what is not there, a pair of quotes for what is empty."""
    return "" if value is None else value.replace("'", "") or '""'


def _cut(text: str) -> str:
    safe = printable(text)
    return safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…"
