"""How the actions of a command are called: which of its options each needs, takes, or has no use for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from incidentkit.cli.usage import Misused

__all__ = ["Use", "check_use", "ending_in", "given_of"]


@frozen
class Use:
    """How an action is called: the desk's command, and its options."""

    command: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def check_use(use: Use, action: str, options: Mapping[str, Any]) -> None:
    """Refuse an option that is missing, and one that says nothing there.

    Args:
        action: what it is called; empty for looking only.
        options: those that were given, by the names of their parameters.

    Raises:
        Misused: with the option that is wrong.
    """
    missing = [name for name in use.needs if name not in options]
    if missing:
        raise Misused("missing_option", name=_option(missing[0]))
    idle = [name for name in options if name not in (*use.needs, *use.takes)]
    if idle:
        raise Misused("not_for" if action else "needs_action", _option(idle[0]), action=action)


def given_of(**options: Any) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name, value in options.items() if value is not None and value != [] and value is not False}


def ending_in(given: str, ids: Sequence[str]) -> list[str]:
    """The ids that end so, or the one that it is."""
    return [given] if given in ids else [one for one in ids if len(given) >= _LEAST and one.endswith(given)]


_LEAST = 4
"""Letters of an id's end that may stand for it."""


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
