"""What was worked out, kept between transactions: the next one about the same thing need not do it again."""

from __future__ import annotations

from typing import Any

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident

__all__ = ["Recollection"]

_MOST = 2_000
_WORDS = '"text:'
"""How references into the vault begin."""


class Recollection:
    """Of the cases that were used last, by the hash of their last event, which stands for everything that came before; and of
    the documents that were read last, what they say. It holds instants and facts, no words.

    Threads may share it: what two of them work out is the same.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}
        self._said: dict[str, State] = {}

    def state(self, document: str) -> State | None:
        """What a document says, where that is known."""
        return self._said.get(document)

    def note(self, document: str, state: State) -> None:
        """Keep what a document says, unless there are words in it."""
        if _WORDS in document or isinstance(state, Incident):
            return
        self._said[document] = state
        while len(self._said) > _MOST:
            self._said.pop(next(iter(self._said), ""), None)

    def share(self, head: str, state: State) -> None:
        """Let a state have what is known of it by that hash, and keep what will be worked out of it from now on."""
        if not isinstance(state, Incident):
            return
        state.worked_out.update(self._known.pop(head, {}))
        self._known[head] = state.worked_out
        while len(self._known) > _MOST:
            self._known.pop(next(iter(self._known), ""), None)
