"""The plan of a month: every order's course, drawn from one seed, and the steps of all of them in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Generic, TypeVar

from attrs import field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.phrases.words import LANGUAGES
from incidentkit.testing.simulator.cases import FATES, TYPES, Fate
from incidentkit.testing.simulator.chance import chance
from incidentkit.testing.simulator.courses import Course
from incidentkit.testing.simulator.days import END, START, local_day
from incidentkit.testing.simulator.journeys import Fortune, course
from incidentkit.testing.simulator.people import customer
from incidentkit.testing.simulator.queries import asked_about
from incidentkit.testing.simulator.steps import Step, steps_of

__all__ = ["MOST_ORDERS", "Plan"]

MOST_ORDERS = 1_000_000
"""More than that is no demo."""

T = TypeVar("T")

# When people buy: by hour of the day, and by day of the week.
_HOURS = (3, 1, 1, 1, 1, 1, 2, 4, 6, 9, 11, 12, 11, 9, 8, 8, 9, 10, 12, 14, 15, 15, 11, 6)
_WEEK = (1.15, 1.0, 1.0, 1.05, 0.95, 0.85, 1.1)

_BLOCK = 11
"""Of so many orders in a row, one has an incident, and a few more have by chance."""


def _whole(plan: Plan, attribute: object, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_ORDERS:
        raise InvalidInput("orders", f"must be a whole number from 1 to {MOST_ORDERS:,}", got=repr(value)[:20])


def _seed(plan: Plan, attribute: object, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidInput("seed", "must be a whole number", got=repr(value)[:20])


def _spoken(plan: Plan, attribute: object, value: str) -> None:
    if value not in LANGUAGES:
        raise InvalidInput("language", f"must be one of {', '.join(LANGUAGES)}", got=repr(value)[:20])


@frozen
class Plan:
    """A month of a shop. The same arguments give the same month, on every machine.

    Args:
        orders: how many are placed.
        seed: everything that is left to chance follows from it.
        language: ``en`` or ``es``: the shop's, and most customers'.

    Raises:
        InvalidInput: no such number or language.
    """

    orders: int = field(default=2000, validator=_whole)
    seed: int = field(default=1, validator=_seed)
    language: str = field(default="en", validator=_spoken)

    def courses(self) -> Iterator[Course]:
        """What truly happens to each order, by the time it is placed."""
        weeks = _Weeks(self.seed)
        types, fates = _Deck(self._rng("types"), TYPES), _Deck[Fate](self._rng("fates"), FATES)
        for place, placed_at in enumerate(self._arrivals()):
            rng = self._rng(f"order/{place}")
            pace, risk = weeks.of(placed_at)
            count = self._troubles(rng, place, risk)
            fortune = Fortune(
                number=f"{10_001 + place}",
                customer=customer(self.seed, self._buyer(rng), self.language),
                language=self.language,
                placed_at=placed_at,
                pace=pace,
                troubles=tuple((types.draw(), fates.draw()) for _ in range(count)),
            )
            yield asked_about(self._rng(f"said/{place}"), course(rng, fortune))

    def steps(self) -> Iterator[Step]:
        """The commands that tell a desk of it, in the order of their times, up to the month's end."""
        waiting: list[tuple[datetime, int, int, Step]] = []
        for place, one in enumerate(self.courses()):
            while waiting and waiting[0][0] < one.placed_at:
                yield heappop(waiting)[-1]
            for number, step in enumerate(steps_of(one)):
                if step.at < END:
                    heappush(waiting, (step.at, place, number, step))
        while waiting:
            yield heappop(waiting)[-1]

    def _rng(self, purpose: str) -> Random:
        return chance(self.seed, purpose)

    def _arrivals(self) -> list[datetime]:
        rng = self._rng("arrivals")
        hours = [START + timedelta(hours=n) for n in range((END - START) // timedelta(hours=1))]
        first = local_day(START)
        weights = [_HOURS[n % 24] * _WEEK[(first + timedelta(days=n // 24)).weekday()] for n in range(len(hours))]
        drawn = rng.choices(hours, weights, k=self.orders)
        return sorted(hour + timedelta(seconds=rng.randrange(3600)) for hour in drawn)

    def _buyer(self, rng: Random) -> int:
        # The square makes some customers come back often.
        return int(max(1, self.orders * 3 // 4) * rng.random() ** 2)

    def _troubles(self, rng: Random, place: int, risk: float) -> int:
        """How many things go wrong with an order."""
        chosen = self._rng(f"block/{place // _BLOCK}").randrange(_BLOCK) == place % _BLOCK
        if not chosen and rng.random() >= risk:
            return 0
        return 2 if rng.random() < 0.05 else 1


class _Weeks:
    """How each week of the month goes: some the shop is slow to confirm, in some more goes wrong."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._known: dict[int, tuple[float, float]] = {}

    def of(self, at: datetime) -> tuple[float, float]:
        """(pace of confirming, chance of further trouble) in the week of ``at``."""
        week = local_day(at).isocalendar().week
        if week not in self._known:
            rng = chance(self._seed, f"week/{week}")
            self._known[week] = rng.uniform(0.5, 2.4), rng.uniform(0.0, 0.04)
        return self._known[week]


class _Deck(Generic[T]):
    """Cards drawn without putting them back until all are drawn, so that even a short run meets each kind."""

    def __init__(self, rng: Random, cards: Mapping[T, int]) -> None:
        self._rng = rng
        self._cards = cards
        self._left: list[T] = []

    def draw(self) -> T:
        """The next card. Of a new deck, one of each kind comes first."""
        if not self._left:
            kinds = list(self._cards)
            more = [kind for kind, count in self._cards.items() for _ in range(count - 1)]
            self._left = self._rng.sample(more, len(more)) + self._rng.sample(kinds, len(kinds))
        return self._left.pop()
