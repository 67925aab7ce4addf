"""Seals over the record, each over what the one before does not cover, so that nothing can be cut off or put in unseen.

A seal holds the root of a Merkle tree over its events (RFC 6962, section 2.1, without its lists of neighbours), its hash covers
the seal before it, and its signature says that who made it had the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from attrs import asdict, define, evolve, field, frozen
from sqlalchemy import Connection, delete, func, insert, select

from incidentkit.domain.times import micros
from incidentkit.store import tables as t
from incidentkit.store.unit import Unit

__all__ = ["LAST", "SEAL_EVENTS", "SEAL_EVERY", "Seal", "Tree", "due", "seal", "seals", "sequence", "sign"]

SEAL_EVERY = timedelta(minutes=15)
"""Events wait no longer for their seal, where somebody ticks."""

SEAL_EVENTS = 10_000
"""So many events are sealed at once, and no more by one seal."""

LAST = "seal"
"""The setting that says which seal is the last, so that it is missed when it is gone."""

_STREAMED = {"stream_results": True, "yield_per": 1000}


@frozen
class Seal:
    """A seal.

    Args:
        number: from 1 on, without a gap.
        seq: the place of the last event that it covers.
        events: how many it covers.
        root: of the tree over these.
        sealed_at: when, in microseconds since 1970.
        hash: over the hash before it and all this.
        signature: over the hash; ``key:signature``, the former by what the key is told from others.
    """

    number: int
    seq: int
    events: int
    root: str
    sealed_at: int
    hash: str = ""
    signature: str = ""

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    def linked(self, tenant: str, before: str) -> str:
        """What its hash should be after that of the seal before it."""
        parts = (before, tenant, self.number, self.seq, self.events, self.root, self.sealed_at)
        return hashlib.sha256("".join([f"{len(str(part).encode())}:{part}" for part in parts]).encode()).hexdigest()


def sign(key: bytes, hash_: str) -> str:
    """The signature of a seal with that hash."""
    own = hmac.new(key, b"incidentkit seals", hashlib.sha256).digest()
    return f"{hashlib.sha256(own).hexdigest()[:16]}:{hmac.new(own, hash_.encode(), hashlib.sha256).hexdigest()}"


@define
class Tree:
    """A Merkle tree that grows leaf by leaf; what it holds grows with the logarithm of their number."""

    events: int = field(default=0, init=False)
    _whole: list[tuple[int, bytes]] = field(factory=list, init=False)

    def add(self, event: Any) -> None:
        """Add an event: its place, its stream and version, and the hash that covers the rest of it."""
        said = f"{event.seq} {event.stream} {event.version} {event.hash}"
        level, made = 0, hashlib.sha256(b"\0" + said.encode("utf-8", "surrogatepass")).digest()
        while self._whole and self._whole[-1][0] == level:
            made, level = _node(self._whole.pop()[1], made), level + 1
        self._whole.append((level, made))
        self.events += 1

    def root(self) -> str:
        """The root over all leaves so far."""
        made = b""
        for _, left in reversed(self._whole):
            made = _node(left, made) if made else left
        return (made or hashlib.sha256().digest()).hex()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


# --- Reading -----------------------------------------------------------------------------------------------------


def sequence(connection: Connection, tenant: str, after: int = 0, limit: int | None = None) -> Iterator[Any]:
    """Events in the order of their places in the record: place, stream, version and hash."""
    e = t.events.c
    query = select(e.seq, e.stream, e.version, e.hash).where(e.tenant == tenant, e.seq > after).order_by(e.seq).limit(limit)
    return iter(connection.execute(query, execution_options=_STREAMED))


def seals(connection: Connection, tenant: str) -> Iterator[Seal]:
    """All of them in their order."""
    s = t.seals
    query = select(*_columns()).where(s.c.tenant == tenant).order_by(s.c.number)
    return (Seal(*row) for row in connection.execute(query, execution_options=_STREAMED))


def _columns() -> list[Any]:
    return [t.seals.c[name] for name in ("number", "seq", "events", "root", "sealed_at", "hash", "signature")]


def _last(connection: Connection, tenant: str) -> Seal | None:
    query = select(*_columns()).where(t.seals.c.tenant == tenant).order_by(t.seals.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else Seal(*row)


# --- Sealing -----------------------------------------------------------------------------------------------------


def due(connection: Connection, tenant: str, now: datetime) -> bool:
    """Whether something waits for a seal, and for long enough or as much as one seal covers."""
    last, c = _last(connection, tenant), t.events.c
    highest = connection.execute(select(func.max(c.seq)).where(c.tenant == tenant)).scalar() or 0
    if last is None or highest <= last.seq:
        return bool(highest) and last is None
    return highest - last.seq >= SEAL_EVENTS or micros(now) - last.sealed_at >= SEAL_EVERY // timedelta(microseconds=1)


def seal(unit: Unit, key: bytes, now: datetime) -> int:
    """Seal what is not sealed yet, as much as one seal covers; how many events it were.

    Args:
        unit: nobody else may write for the tenant until it ends.
        key: what it is signed with.
    """
    unit.wait_turn()
    connection, tenant = unit.connection, unit.tenant
    before, tree, seq = _last(connection, tenant), Tree(), 0
    for event in sequence(connection, tenant, before.seq if before is not None else 0, SEAL_EVENTS):
        tree.add(event)
        seq = event.seq
    if tree.events:
        new = Seal(before.number + 1 if before is not None else 1, seq, tree.events, tree.root(), micros(now))
        hash_ = new.linked(tenant, before.hash if before is not None else "")
        _keep(connection, tenant, evolve(new, hash=hash_, signature=sign(key, hash_)))
    return tree.events


def _keep(connection: Connection, tenant: str, new: Seal) -> None:
    connection.execute(insert(t.seals).values(tenant=tenant, **asdict(new)))
    c = t.settings.c
    connection.execute(delete(t.settings).where(c.tenant == tenant, c.name == LAST))
    connection.execute(insert(t.settings).values(tenant=tenant, name=LAST, value=str(new)))
