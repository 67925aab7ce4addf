"""The pages that ``--help`` shows, in the language that was asked for."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from incidentkit.phrases.words import Words

__all__ = ["argument_name", "command_page", "group_page", "topic_of", "usage_line"]

_WIDEST = 100
_LEFT = 30


def topic_of(ctx: Any) -> str:
    """Under which name a command's texts stand: its own, after those of its groups, as in ``export_events``."""
    names: list[str] = []
    while ctx.parent is not None:
        names.insert(0, ctx.info_name)
        ctx = ctx.parent
    return "_".join(names)


def group_page(group: Any, ctx: Any, words: Words, width: int | None) -> str:
    """What the whole command line can do, or a group of its commands."""
    topic = topic_of(ctx)
    shown = [name for name, command in group.commands.items() if not command.hidden]
    commands = [(name, words.say(f"help.{topic}_{name}" if topic else f"help.{name}")) for name in shown]
    head = [usage_line(group, ctx.command_path, words), _wrapped(words.say(f"help.{topic or 'all'}"), width)]
    return "\n\n".join([*head, _section(words.say("page.commands"), commands, width), _options(group, topic, words, width)])


def command_page(command: Any, ctx: Any, words: Words, width: int | None) -> str:
    """What one command does, takes and can be told."""
    topic = topic_of(ctx)
    arguments = [(_metavar(p), _about(topic, p, words)) for p in command.params if p.param_type_name == "argument"]
    parts = [usage_line(command, ctx.command_path, words), _wrapped(words.say(f"help.{topic}"), width)]
    if arguments:
        parts.append(_section(words.say("page.arguments"), arguments, width))
    return "\n\n".join([*parts, _options(command, topic, words, width)])


def usage_line(command: Any, path: str, words: Words) -> str:
    """How it is called."""
    if hasattr(command, "commands"):
        return words.say("page.usage_all", path=path)
    arguments = (_metavar(param) for param in command.params if param.param_type_name == "argument")
    return " ".join([words.say("page.usage", path=path), *arguments])


def argument_name(param: Any) -> str:
    """What an argument is called on its page."""
    return str(param.metavar or param.name.upper())


def _options(command: Any, topic: str, words: Words, width: int | None) -> str:
    options = [(_option(p), _about(topic, p, words)) for p in command.params if p.param_type_name == "option"]
    return _section(words.say("page.options"), [*options, ("--help", words.say("options.help"))], width)


def _option(param: Any) -> str:
    names = ", ".join(param.opts)
    return names if param.is_flag or not param.metavar else f"{names} {param.metavar}"


def _metavar(param: Any) -> str:
    name = argument_name(param)
    return name if param.required else f"[{name}]"


def _about(topic: str, param: Any, words: Words) -> str:
    """A command's own words on one of its parameters, else those that all share."""
    own = f"options.{topic}.{param.name}"
    text = words.say(own if own in words.texts else f"options.{param.name}")
    return f"{text} {words.say('page.required')}" if param.required and param.param_type_name == "option" else text


def _section(title: str, entries: Iterable[tuple[str, str]], width: int | None) -> str:
    return "\n".join([title, *(line for name, about in entries for line in _entry(name, about, width))])


def _entry(name: str, about: str, width: int | None) -> Iterator[str]:
    room = min(width or _WIDEST, _WIDEST) - _LEFT - 2
    first, *more = textwrap.wrap(about, max(room, 20)) or [""]
    if len(name) > _LEFT - 2:
        yield f"  {name}"
        name = ""
    yield f"  {name:<{_LEFT - 2}}{first}"
    yield from (" " * _LEFT + line for line in more)


def _wrapped(text: str, width: int | None) -> str:
    return textwrap.fill(text, min(width or _WIDEST, _WIDEST))
