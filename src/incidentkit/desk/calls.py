"""A call of a command: who, when, with what, under which key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput

__all__ = ["By", "Call", "Source", "given", "ids"]

By = Actor | str | None
"""Who does it: an agent's handle, any other short name that the host vouches for, or an Actor; None for the host itself."""


@frozen
class Source:
    """Where an imported event comes from: its source's name, and a key that is unique there for ever."""

    name: str
    key: str


@frozen
class Call:
    """One call of a command.

    Args:
        command: its name, e.g. ``orders.ship``; kept on every event as the cause.
        arguments: those that the caller gave, for the idempotency key.
        source: set when it is imported, which makes it silent and passive.
    """

    command: str
    arguments: Mapping[str, Any]
    by: By = None
    at: datetime | None = None
    key: str | None = None
    source: Source | None = None


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that were given: those that are not None and not empty."""
    return {name: value for name, value in arguments.items() if value is not None and value != ()}


def ids(what: str, given_: str | Sequence[str] | None) -> tuple[str, ...]:
    """One id or several, each once."""
    if given_ is None or isinstance(given_, str):
        return () if given_ is None else (given_,)
    try:
        return tuple(dict.fromkeys(given_))
    except TypeError:
        raise InvalidInput(what, "must be an id or a list of ids", got=type(given_).__name__) from None
