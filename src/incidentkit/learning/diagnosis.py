"""Diagnosis: at which step of the process unhappy customers are made, by cause and segment, with how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import frozen

from incidentkit.domain.money import Money
from incidentkit.measures.distributions import binomial_tails
from incidentkit.measures.intervals import Interval, rate_interval, share_interval

__all__ = ["FEW", "Cell", "Place", "SegmentKind", "clearly_first", "places_of"]

FEW = 5
"""Fewer incidents than that say little about where they come from."""

SegmentKind = Literal["type", "product", "carrier", "account"]


@frozen
class Cell:
    """The incidents of one step, cause and segment in a span.

    Args:
        step, cause: empty where nobody knows. A cause of None: those of all causes.
        kind, segment: what it is cut by beside them, and the value: empty for all.
        incidents: detected in the span. ``customers``: whose they are, each once; those whom nobody knows are none.
        by_customer: of the incidents, those that the customer saw first.
        answers, unhappy: answers in the span about incidents of that kind, and those below what counts as satisfied.
        cost: what was spent on incidents of that kind in the span, whenever they began.
    """

    step: str
    cause: str | None
    kind: SegmentKind | None
    segment: str
    incidents: int
    customers: int
    by_customer: int
    answers: int
    unhappy: int
    cost: Money

    @property
    def few(self) -> bool:
        """Whether it is of too few incidents to say much."""
        return self.incidents < FEW


@frozen
class Place:
    """One step of the process.

    Args:
        whole: all its incidents.
        share: of all incidents of the span; ``interval``: where that share may truly lie (95 %). None without any.
        rate: incidents per order, where that may truly lie; None without orders.
        before: incidents per earlier span of the same length, on average; None without any such span.
        causes: its causes, the most frequent first.
        segments: where it is worst, by type, product, carrier and account: the most frequent first.
    """

    whole: Cell
    share: float | None
    interval: Interval | None
    rate: Interval | None
    before: float | None
    causes: tuple[Cell, ...]
    segments: tuple[Cell, ...]


def places_of(
    steps: Sequence[str], cells: Iterable[Cell], orders: int, before: dict[str, float] | None, most: int = 5
) -> tuple[Place, ...]:
    """The steps that anything came of, the one with most incidents first; of equal ones in the order of the process.

    Args:
        steps: the shop's, in the order of the process.
        cells: of each step one of all its incidents, those of its causes, and those of its causes with a segment.
        orders: placed in the span.
        before: by step, incidents per earlier span; None without any such span.
        most: how many causes, and how many segments of a kind, at the most.
    """
    every = list(cells)
    wholes = [cell for cell in every if cell.cause is None]
    incidents = sum(cell.incidents for cell in wholes)
    rank = {step: place for place, step in enumerate(steps)}
    wholes.sort(key=lambda c: (-c.incidents, -c.cost.amount, rank.get(c.step, len(rank)), c.step))
    return tuple(
        Place(
            whole,
            whole.incidents / incidents if incidents else None,
            share_interval(whole.incidents, incidents),
            rate_interval(whole.incidents, orders) if orders else None,
            None if before is None else before.get(whole.step, 0.0),
            tuple(_most([c for c in every if c.step == whole.step and c.cause is not None and c.kind is None], most)),
            tuple(_segments([c for c in every if c.step == whole.step and c.kind is not None], most)),
        )
        for whole in wholes
    )


def _segments(cells: Sequence[Cell], most: int) -> Iterable[Cell]:
    for kind in dict.fromkeys(cell.kind for cell in cells):
        yield from _most([cell for cell in cells if cell.kind == kind], most)


def _most(cells: Sequence[Cell], most: int) -> Sequence[Cell]:
    return sorted(cells, key=lambda c: (-c.incidents, -c.cost.amount, c.cause or "", c.segment))[:most]


def clearly_first(places: Sequence[Place]) -> bool:
    """Whether the first step truly has more incidents than the next, and not by chance (one-sided, 5 %)."""
    if not places or places[0].whole.few:
        return False
    if len(places) == 1:
        return True
    first, second = places[0].whole.incidents, places[1].whole.incidents
    return binomial_tails(first, first + second, 0.5)[1] <= 0.05
