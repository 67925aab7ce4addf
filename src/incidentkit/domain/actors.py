"""Who did it: the host vouches for the name, the record keeps it."""

from __future__ import annotations

import re
from typing import Literal, get_args

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["HOST", "RULE", "Actor", "ActorKind"]

ActorKind = Literal["agent", "customer", "host", "rule", "source", "cli"]

_KINDS: tuple[str, ...] = get_args(ActorKind)
_HANDLE = re.compile(r"[\w.+-]{1,64}", re.ASCII)


def _kind(actor: Actor, attribute: object, value: str) -> None:
    if value not in _KINDS:
        raise InvalidInput("An actor's kind", f"must be one of {', '.join(_KINDS)}", got=repr(value)[:20])


def _handle(actor: Actor, attribute: object, value: str) -> None:
    if not (isinstance(value, str) and _HANDLE.fullmatch(value)):
        raise InvalidInput(
            "by=",
            "must be a short handle of letters, digits, and . _ + -, never a person's address",
            got=f"{len(value)} characters" if isinstance(value, str) else type(value).__name__,
            next="Give the handle from shop.toml.",
        )


@frozen
class Actor:
    """Who did something.

    Args:
        kind: ``agent`` (named in the shop's settings), ``customer``, ``host`` (any other name the host vouches for),
            ``rule`` (the desk itself), ``source`` (an import), ``cli`` (said at a terminal, unauthenticated).
        name: a short handle; not an address.
    """

    kind: ActorKind = field(validator=_kind)
    name: str = field(validator=_handle)

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"

    @classmethod
    def parse(cls, text: str) -> Actor:
        """The inverse of ``str()``."""
        kind, _, name = text.partition(":")
        return cls(kind, name)  # type: ignore[arg-type]


HOST = Actor("host", "host")
RULE = Actor("rule", "desk")
