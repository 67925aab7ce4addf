"""What was worked out, kept between transactions: the next one about the same thing need not do it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.wording import without_words

__all__ = ["Recollection"]

_MOST = 2_000


class Recollection:
    """Of the cases that were used last, by the hash of their last event, which stands for everything that came before; and of
    the documents that were read last, what they say. It holds instants and facts, no words.

    Threads may share it: what two of them work out is the same.
    """

    def __init__(self, behind: Recollection | None = None) -> None:
        self._behind = behind
        self._known: dict[str, dict[str, Any]] = {}
        self._said: dict[str, State] = {}

    def state(self, document: str) -> State | None:
        """What a document says, where that is known; its texts have no words."""
        known = self._said.get(document)
        return self._behind.state(document) if known is None and self._behind is not None else known

    def note(self, document: str, state: State) -> None:
        """Keep what a document says, but for the words in it."""
        self._said[document] = without_words(state)
        while len(self._said) > _MOST:
            self._said.pop(next(iter(self._said), ""), None)

    def share(self, head: str, state: State) -> None:
        """Let a state have what is known of it by that hash, and keep what will be worked out of it from now on."""
        if not isinstance(state, Incident):
            return
        state.worked_out.update(self.worked_out(head))
        self._known.pop(head, None)
        self._known[head] = state.worked_out
        self._forget(self._known)

    def worked_out(self, head: str) -> Mapping[str, Any]:
        """What is known of a case by that hash."""
        known = self._known.get(head, {})
        return known if self._behind is None else {**self._behind.worked_out(head), **known}

    def apart(self) -> Recollection:
        """One for a transaction that may still be rolled back: it knows all of this, and this learns of it by `join` alone."""
        return Recollection(self)

    def join(self) -> None:
        """Let the one that it was made apart from know all of it."""
        assert self._behind is not None, "made by apart()"
        self._behind.learn(self._said, self._known)

    def learn(self, said: Mapping[str, State], known: Mapping[str, dict[str, Any]]) -> None:
        """Take over what documents say, and what is known of cases."""
        self._said |= said
        self._known |= known
        self._forget(self._said)
        self._forget(self._known)

    @staticmethod
    def _forget(kept: dict[str, Any]) -> None:
        # Another thread may be doing the same.
        while len(kept) > _MOST:
            kept.pop(next(iter(kept), ""), None)
