"""Taking messages on: under a lease, which is held as long as they are worked on, and given back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from attrs import evolve, frozen

from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.errors import ConflictError
from incidentkit.store import intents as stored
from incidentkit.store.unit import Unit

__all__ = ["LEASE", "Lessee"]

LEASE = timedelta(minutes=2)
"""How long messages are a worker's without a word from it. It bounds how long they wait for another one after a crash, and how
far the clocks of several machines may be apart."""


@frozen
class Lessee:
    """A worker as the store knows it.

    Args:
        name: nobody else's.
        together: channels whose messages are marked by the batch: sent again, or asked for, they do no harm.
    """

    runtime: Runtime
    name: str
    together: Collection[str]

    def any_over(self, now: datetime) -> bool:
        """Whether there is anything whose lease is over."""
        with self.runtime.store.reading() as unit:
            end = stored.next_end(unit)
        return end is not None and end <= now

    def claim(self, now: datetime, limit: int, without: Collection[str]) -> list[Intent]:
        """What is due, the longest due first."""
        until = now + LEASE
        return self.runtime.transaction(
            lambda unit: stored.claim(unit, self.name, now, until, limit, at_once=self.together, without=without)
        )

    def take(self, intents: Sequence[Intent], now: datetime) -> list[Intent]:
        """Those of some messages that are not due and nobody's."""
        keys, until = [intent.key for intent in intents], now + LEASE
        return self.runtime.transaction(lambda unit: stored.take(unit, self.name, keys, now, until, at_once=self.together))

    def bind(self, carrier: Intent, carried: Sequence[Intent]) -> None:
        """Note that some messages go out as parts of another."""
        keys = [intent.key for intent in carried]
        self.runtime.transaction(lambda unit: stored.bind(unit, self.name, carrier.key, keys))

    def begin(self, keys: Sequence[str], now: datetime, answers: Sequence[tuple[str, str]]) -> bool:
        """The mark before these messages, together with the mark after those before them; False where a lease is over."""

        def mark(unit: Unit) -> None:
            if not stored.begin(unit, self.name, keys, now, answers):
                raise _LeaseOver

        try:
            self.runtime.transaction(mark)
        except _LeaseOver:
            return False
        return True

    def release(self, intents: Sequence[Intent]) -> None:
        """Give back what was not handed over. What is somebody else's by now stays theirs."""

        def give_back(unit: Unit) -> None:
            held = stored.held_by(unit, [intent.key for intent in intents])
            for intent in intents:
                if held.get(intent.key) == (IntentState.CLAIMED, self.name):
                    unit.mark(_as_before(intent), IntentState.CLAIMED, self.name)

        if intents:
            self.runtime.transaction(give_back)


class _LeaseOver(ConflictError):
    """It is not ours to send any more; not to be tried again."""

    def __init__(self) -> None:
        super().__init__("A message", "is sent by whoever has it", got="a lease that is over", retry=False)


def _as_before(intent: Intent) -> Intent:
    return evolve(intent, state=IntentState.PLANNED, attempts=max(intent.attempts - 1, 0), sent_at=None)
