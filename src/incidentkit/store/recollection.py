"""What was worked out of cases, kept between commands: the next one about the same case need not do it again."""

from __future__ import annotations

from typing import Any

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident

__all__ = ["Recollection"]

_MOST = 2_000


class Recollection:
    """By the hash of the last event, which stands for everything that came before; of the cases that were used last. It holds
    instants and facts, no words.

    Threads may share it: what two of them work out is the same.
    """

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def share(self, head: str, state: State) -> None:
        """Let a state have what is known of it by that hash, and keep what will be worked out of it from now on."""
        if not isinstance(state, Incident):
            return
        state.worked_out.update(self._known.pop(head, {}))
        self._known[head] = state.worked_out
        while len(self._known) > _MOST:
            self._known.pop(next(iter(self._known), ""), None)
