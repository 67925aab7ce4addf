"""What the rows of a stream add up to, and what is wrong with them: numbers, hashes, and how they follow from each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from attrs import define, field, frozen
from sqlalchemy import Connection

from incidentkit.domain.events import EVENT_TYPES, Event
from incidentkit.domain.evolve import State, evolved
from incidentkit.domain.orders import Order
from incidentkit.store.chain import GENESIS, link
from incidentkit.store.unit import event_of
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.histories import histories

__all__ = ["Folded", "Orders", "folded", "judge_rows"]

_MOST_ORDERS = 2000

Steps = Sequence[tuple[Event, State]]


@frozen
class Folded:
    """A stream whose events follow from each other.

    Args:
        steps: each event with the state after it.
        head: the hash of the last event, as it should be.
    """

    stream: str
    steps: Steps
    head: str

    @property
    def state(self) -> State:
        """What the events add up to."""
        return self.steps[-1][1]

    @property
    def last(self) -> Event:
        """The last event."""
        return self.steps[-1][0]


def judge_rows(stream: str, rows: Sequence[Any], findings: Findings) -> str:
    """Look at the rows of a stream by themselves; the hash that the last of them should have."""
    head = GENESIS
    for place, row in enumerate(rows, 1):
        if row.version != place:
            findings.add("event", stream, f"version {place} is missing", row.seq, row.version)
            break
        head = link(head, row._asdict())
        if head != row.hash:
            findings.add("event", stream, "its hash is not that of what it says and what came before", row.seq, row.version)
            break
    for before, after in pairwise(rows):
        if after.seq <= before.seq:
            findings.add("sequence", stream, "an event comes before the one that it follows", after.seq, after.version)
    for row in rows:
        if row.occurred_at > row.known_at:
            findings.add("event", stream, "it was known before it happened", row.seq, row.version)
    return head


def folded(stream: str, rows: Sequence[Any], findings: Findings, head: str = "") -> Folded | None:
    """What a stream's rows add up to; None, and a damage, where they can't be read or do not follow from each other."""
    row: Any = rows[0]
    events: list[Event] = []
    try:
        for row in rows:
            events.append(event_of(row, {}))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it is damage
        findings.add("event", stream, _unreadable(row, error), row.seq, row.version)
        return None
    steps: list[tuple[Event, State]] = []
    try:
        steps.extend(evolved(events))
    except Exception as error:  # noqa: BLE001 - as above
        at = rows[len(steps)]
        words = f"it does not follow from the events before it ({type(error).__name__})"
        findings.add("event", stream, words, at.seq, at.version)
        return None
    return Folded(stream, steps, head)


def _unreadable(row: Any, error: Exception) -> str:
    known = EVENT_TYPES.get(row.type)
    if known is None:
        return "it is of no known type"
    if row.type_version > known.version:
        return f"it is of version {row.type_version} of {row.type}, which a later incidentkit wrote"
    return f"it can't be read ({type(error).__name__})"


@define(eq=False)
class Orders:
    """Orders as their events say, for what follows from a case and its orders. Those used last are at hand."""

    _connection: Connection
    _tenant: str
    _known: dict[str, Order | None] = field(factory=dict, init=False)

    def have(self, ids: Iterable[str]) -> None:
        """Have these at hand, all of them read together."""
        wanted = dict.fromkeys(ids)
        if len(self._known) > _MOST_ORDERS:
            self._known = {i: self._known[i] for i in wanted if i in self._known}
        missing = [i for i in wanted if i not in self._known]
        for stream, rows in histories(self._connection, self._tenant, missing).items():
            found = folded(stream, rows, Findings(1)) if rows else None
            self._known[stream] = found.state if found is not None and isinstance(found.state, Order) else None

    def __call__(self, order_id: str) -> Order:
        """The order with that id.

        Raises:
            LookupError: there is none, or it is damaged.
        """
        self.have([order_id])
        found = self._known[order_id]
        if found is None:
            raise LookupError(order_id)
        return found
