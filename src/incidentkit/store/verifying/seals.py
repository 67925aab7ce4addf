"""Whether the seals fit the record, each other, and the key that they were made with."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from attrs import define, field
from sqlalchemy import Connection, select

from incidentkit.store import tables as t
from incidentkit.store.sealing import LAST, Seal, Tree, seals, sign
from incidentkit.store.verifying.findings import Findings

__all__ = ["Sealed"]


@define(eq=False)
class Sealed:
    """Looks at the seals while the events pass by in their order.

    Attributes:
        count: seals that were looked at.
        last: the last of them, as `Seal` says it; empty without any.

    Args:
        noted: a seal that somebody has noted elsewhere, and that must be among them; empty for none.
    """

    _connection: Connection
    _tenant: str
    _key: bytes
    _findings: Findings
    _noted: str = ""
    count: int = field(default=0, init=False)
    last: str = field(default="", init=False)
    _before: str = field(default="", init=False)
    _from: int = field(default=1, init=False)
    _broken: bool = field(default=False, init=False)
    _ours: bool = field(default=True, init=False)

    def over(self, events: Iterator[Any]) -> Iterator[Any]:
        """Pass the events on, and look at each seal once all that it covers has passed."""
        waiting = seals(self._connection, self._tenant)
        tree, now, seq = Tree(), next(waiting, None), 0
        for event in events:
            while now is not None and event.seq > now.seq:
                self._judge(now, tree)
                tree, now = Tree(), next(waiting, None)
            tree.add(event)
            seq = event.seq
            yield event
        while now is not None:
            if now.seq > seq:
                words = f"the record ends at {seq}: what came after it was cut off"
                self._findings.add("seal", f"seal {now.number}", words, seq + 1)
            self._judge(now, tree if now.seq <= seq else None)
            tree, now = Tree(), next(waiting, None)
        self._end()

    def _judge(self, seal: Seal, tree: Tree | None) -> None:
        """Look at a seal by itself, after the one before it, and beside what it covers, if that is there."""
        self.count += 1
        subject, add = f"seal {seal.number}", self._findings.add
        if seal.number != self.count and not self._broken:
            self._broken = True  # said once: every later one is out of place too
            add("seal", subject, f"seal {self.count} is missing", self._from)
        if seal.hash != seal.linked(self._tenant, self._before):
            add("seal", subject, "it was changed, or does not follow from the seal before it", seal.seq)
        if tree is not None and (tree.events, tree.root()) != (seal.events, seal.root):
            words = f"the events {self._from} to {seal.seq} are not those that it was put on"
            add("seal", subject, words, min(self._from, seal.seq))
        self._ours = seal.signature.partition(":")[0] == sign(self._key, "").partition(":")[0]
        if self._ours and not hmac.compare_digest(seal.signature, sign(self._key, seal.hash)):
            add("seal", subject, "its signature is not that of the key", seal.seq)
        if str(seal) == self._noted:
            self._noted = ""
        self._before, self._from, self.last = seal.hash, seal.seq + 1, str(seal)

    def _end(self) -> None:
        """Look at what only the last seal can say."""
        add = self._findings.add
        # One that is signed with the key vouches for those before it, though they were signed with an earlier one.
        if self.count and not self._ours:
            add("seal", f"seal {self.count}", "it was signed with another key than this desk has", self._from - 1)
        kept = self._connection.execute(
            select(t.settings.c.value).where(t.settings.c.tenant == self._tenant, t.settings.c.name == LAST)
        ).scalar()
        if (kept or "") != self.last:
            add(
                "seal",
                f"seal {(kept or str(self.count)).partition(':')[0]}",
                "the last seal is not the one that was made last",
                self._from,
            )
        if self._noted:
            add("seal", f"seal {self._noted.partition(':')[0]}", "the seal that was noted is not among them", self._from)
