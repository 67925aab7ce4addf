"""Whether what orders have given back is what the remedies of their cases came to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.store.verifying.findings import Findings

__all__ = ["Money"]

BUCKETS = 1024


def _given_back(state: State) -> Iterator[tuple[str, Decimal]]:
    """By order: what it says that it has given back, and with the other sign what was paid for a case of it.

    What was paid for units of a replacement came out of the order that captured the money, whose claims say so.
    """
    if isinstance(state, Order):
        yield state.id, state.refunded.amount
        for claim in state.claims:
            if claim.state == "done" and claim.amount is not None and claim.of != state.id:
                yield state.id, -claim.amount.amount
                yield claim.of, claim.amount.amount
    elif isinstance(state, Incident) and state.orders:
        for remedy in state.remedies:
            if remedy.carried_out_at is not None and remedy.money is not None:
                yield remedy.order or state.orders[0], -remedy.money.amount


def _bucket(order: str) -> int:
    return int.from_bytes(blake2b(order.encode("utf-8", "replace"), digest_size=2).digest()) % BUCKETS


class Money:
    """Adds up, by buckets of orders; for a second look, by the orders of those buckets alone.

    Args:
        buckets: those of the second look; None for the first.
    """

    def __init__(self, buckets: frozenset[int] | None = None) -> None:
        self._buckets = buckets
        self._sums = [Decimal(0)] * BUCKETS
        self._orders: dict[str, Decimal] = {}

    def add(self, state: State) -> None:
        """Add what a state says."""
        for order, amount in _given_back(state):
            bucket = _bucket(order)
            if self._buckets is None:
                self._sums[bucket] += amount
            elif bucket in self._buckets:
                self._orders[order] = self._orders.get(order, Decimal(0)) + amount

    def differing(self) -> frozenset[int]:
        """The buckets in which more or less was given back than was paid."""
        return frozenset(place for place, total in enumerate(self._sums) if total)

    def judge(self, findings: Findings) -> None:
        """Name the orders of the second look of which that is so."""
        for order, total in self._orders.items():
            if total:
                findings.add("law", order, "it gave back what no remedy was for, or the other way round")
