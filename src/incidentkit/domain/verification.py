"""What looking a record over comes to: damages, and a report of them."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

__all__ = ["DAMAGE_KINDS", "DERIVED", "Damage", "VerifyReport"]

DAMAGE_KINDS: dict[str, str] = {
    "event": "An event was changed, is of no known type, or does not follow from those before it.",
    "sequence": "The events are not numbered one after another.",
    "stream": "Where a stream stands is not where its events end.",
    "seal": "A seal does not fit what it was put on, the seal before it, or the store's key.",
    "law": "Something that can never be: more delivered than shipped, more money out than in.",
    "document": "A stream's document is not what its events add up to.",
    "facts": "A row of facts is missing, too many, or not what the events say.",
    "figures": "A figure that is kept is not what the facts come to.",
    "names": "A unique name is missing, or leads elsewhere.",
    "links": "Something is missing on an order's timeline, or is there without reason.",
    "timers": "A timer is missing, or waits for nothing.",
    "keys": "An idempotency key remembers what is not in the record.",
    "intents": "An effect contradicts what the record says of it, or is about nothing.",
    "receipts": "A channel's receipt refers to what is not there.",
    "inbox": "Something that came in refers to what is not there.",
    "vault": "Words or details are missing that nobody has forgotten, or can't be read.",
    "people": "Somebody can't be found by what the vault holds of them.",
    "settings": "What the store keeps of itself is missing or can't be read.",
}
"""Every kind of damage, the gravest first."""

DERIVED = frozenset({"document", "facts", "figures", "names", "links", "timers"})
"""The kinds of damage to what follows from the events: a rebuild makes it anew."""


@frozen
class Damage:
    """Something in a store that is not as it was written.

    Args:
        kind: one of `DAMAGE_KINDS`.
        subject: what is damaged: an event, a stream, a row of a table, by its id. Nothing personal.
        words: what is wrong with it.
        seq: the place in the record that it belongs to: the event's own, or that of the last event of the stream that it
            follows from; None where there is none.
        version: the event's place in its stream.
    """

    kind: str
    subject: str
    words: str
    seq: int | None = None
    version: int | None = None

    @property
    def rebuildable(self) -> bool:
        """Whether a rebuild makes it anew from the events."""
        return self.kind in DERIVED

    def __str__(self) -> str:
        where = "" if self.seq is None else f" at {self.seq}"
        return f"{self.kind}{where}: {self.subject}: {self.words}"


@frozen
class VerifyReport:
    """What was found when a record was looked over.

    Args:
        at: when.
        events, streams, seals: how many were looked at.
        damaged: how many damages there are in all.
        damages: the first of them, in the order of the record; those without a place in it come last.
        seal: the last seal, as ``number:hash``; empty where nothing is sealed yet. Noted somewhere else, it proves later that
            nothing up to it was changed or cut off, by whoever held the database and its key.
    """

    at: datetime
    events: int
    streams: int
    seals: int
    damaged: int = 0
    damages: tuple[Damage, ...] = ()
    seal: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is no damage."""
        return not self.damaged

    @property
    def first(self) -> Damage | None:
        """The first damage in the order of the record."""
        return self.damages[0] if self.damages else None

    @property
    def rebuildable(self) -> bool:
        """Whether there is damage, and all that is shown is to what a rebuild makes anew."""
        return not self.ok and all(damage.rebuildable for damage in self.damages)
