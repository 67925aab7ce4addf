"""The rules by which a point on a control chart is a signal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

__all__ = ["RULES", "ZONES", "signals_of"]

RULES = ("beyond", "run_of_8", "trend_of_6", "zones")
"""``beyond``: beyond three standard deviations (Shewhart). ``run_of_8``: the eighth or later in a row on one side of the centre
(Western Electric, *Statistical Quality Control Handbook*, 1956). ``trend_of_6``: the sixth or later in a row that rises, or
falls, without pause (Nelson 1984). ``zones``: two of three on one side beyond two standard deviations, or four of five beyond
one (Western Electric)."""

ZONES = "zones"
"""The rule that supposes that figures are spread about evenly around the centre."""

Limits = tuple[float | None, float | None]
Scores = Sequence[float | None]


def signals_of(
    values: Sequence[float | None], scores: Scores, limits: Sequence[Limits], rules: Sequence[str]
) -> list[tuple[str, ...]]:
    """The rules that each point breaks, in their order. A gap ends what is counted in a row.

    Args:
        scores: how many standard deviations each lies from the centre; None where that can't be said.
    """
    found: dict[str, Callable[[], Iterator[bool]]] = {
        "beyond": lambda: _beyond(values, limits),
        "run_of_8": lambda: _runs(scores),
        "trend_of_6": lambda: _trends(scores),
        "zones": lambda: _zones(scores),
    }
    broken = [(rule, list(found[rule]())) for rule in rules]
    return [tuple(rule for rule, hits in broken if hits[place]) for place in range(len(values))]


def _beyond(values: Sequence[float | None], limits: Sequence[Limits]) -> Iterator[bool]:
    for value, (lower, upper) in zip(values, limits, strict=True):
        yield value is not None and lower is not None and upper is not None and not lower <= value <= upper


def _runs(scores: Scores) -> Iterator[bool]:
    sides = [0 if score is None else (score > 0) - (score < 0) for score in scores]
    return (length >= 8 for length in _lengths(sides))


def _trends(scores: Scores) -> Iterator[bool]:
    ways = [0, *(0 if a is None or b is None else (b > a) - (b < a) for a, b in pairwise(scores))]
    # Six points are five steps.
    return (length >= 5 for length in _lengths(ways[: len(scores)]))


def _lengths(ways: Sequence[int]) -> Iterator[int]:
    """How many up to here went the same way in a row; 0 for none."""
    length, before = 0, 0
    for way in ways:
        length = 0 if not way else length + 1 if way == before else 1
        before = way
        yield length


def _zones(scores: Scores) -> Iterator[bool]:
    for place, score in enumerate(scores):
        yield score is not None and (_crowded(scores, place, 3, 2.0) or _crowded(scores, place, 5, 1.0))


def _crowded(scores: Scores, place: int, of: int, beyond: float) -> bool:
    """Whether all but one of the last ``of`` points lie that far out on this point's side, it among them."""
    here, last = scores[place], scores[max(0, place - of + 1) : place + 1]
    if here is None or len(last) < of or None in last:
        return False
    side = 1 if here > 0 else -1
    out = [score is not None and score * side > beyond for score in last]
    return out[-1] and sum(out) >= of - 1
