"""How pressing an open case or task is: a total order, explained point by point.

Laws, with all else equal: the more severe never comes later; less time left on a clock or to a promise never comes later;
more value, more repeats or more age never comes later. What waits for the shop comes before what waits for the customer, and
that before what was imported. Of two in one group, the one that has waited for as many days longer as the other parts can
make up for comes first, whatever they are: nothing waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve, frozen

from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros

__all__ = ["MOST_REPEATS", "Part", "Priority", "Scoring", "Subject", "longest_wait", "overtaken"]

MOST_REPEATS = 3

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND

_GROUPS = ("shop", "customer", "imported")


@frozen
class Subject:
    """What the priority of one thing follows from. Instants are microseconds since 1970.

    Args:
        group: 0 for what waits for the shop, 1 for the customer, 2 for what was imported.
        clocks: each clock that runs, or the due date of a task, by name.
        promised: the promised delivery, of an order that is not delivered.
        value: of its order, in ten thousandths of the currency.
        repeats: how often the customer had trouble of this type before.
        since: from when on it waits.
        task: whether it is a task, and no incident.
    """

    id: str
    group: int
    severity: str
    since: int
    clocks: tuple[tuple[str, int], ...] = ()
    promised: int | None = None
    value: int = 0
    repeats: int = 0
    task: bool = False


@frozen
class Part:
    """One reason, with its points.

    Args:
        name: ``severity``, ``clock``, ``promise``, ``value``, ``repeats`` or ``age``.
        of: which severity, or which clock.
        left: the time left, below zero once it is over; for ``age``, how long it has waited.
        count: of repeats; of the value, in whole units of the currency.
    """

    name: str
    points: int
    of: str = ""
    left: timedelta = timedelta(0)
    count: int = 0

    def __str__(self) -> str:
        return f"{self.about}: {self.points}"

    @property
    def about(self) -> str:
        """The reason, in words."""
        return _words(self)


@frozen
class Priority:
    """How pressing something is, and why.

    Args:
        group: ``shop``, ``customer`` or ``imported``: whom it waits for goes before any points.
        score: the sum of the parts' points.
        parts: those with points, the weightiest first.
    """

    group: str
    score: int
    parts: tuple[Part, ...]

    @property
    def top(self) -> Part | None:
        """The weightiest reason."""
        return self.parts[0] if self.parts else None

    def explain(self) -> str:
        """Every reason with its points, a line for each."""
        head = {"shop": "waits for the shop", "customer": "waits for the customer", "imported": "imported"}[self.group]
        return "\n".join([f"{self.score} points, {head}", *(f"  {part}" for part in self.parts)])


@frozen
class Scoring:
    """The scale of one shop at one instant."""

    weights: PriorityWeights
    severities: tuple[str, ...]
    at: int

    @classmethod
    def of(cls, shop: Shop, at: datetime) -> Scoring:
        """The shop's own."""
        return cls(shop.priority, shop.severities, micros(at))

    def key(self, subject: Subject) -> tuple[int, int, int, str]:
        """By which things are ordered, the most pressing first; no two have the same."""
        return subject.group, -self.score(subject), subject.since, subject.id

    def score(self, subject: Subject) -> int:
        """All points; the same as those of `priority`."""
        w, now = self.weights, self.at
        points = self._severity(subject.severity) + w.age * max(now - subject.since, 0) // _DAY
        for _, due in subject.clocks:
            points += _pressure(w.clock, due - now, w.clock_ahead)
        if subject.promised is not None:
            points += _pressure(w.promise, subject.promised - now, w.promise_ahead)
        if subject.repeats:
            points += w.repeat * min(subject.repeats, MOST_REPEATS)
        return points + w.value * min(subject.value, w.full_value * AMOUNT_UNIT) // (w.full_value * AMOUNT_UNIT)

    def priority(self, subject: Subject) -> Priority:
        """With every reason."""
        parts = [part for part in self._parts(subject) if part.points]
        parts.sort(key=lambda part: -part.points)
        return Priority(_GROUPS[subject.group], sum(part.points for part in parts), tuple(parts))

    def _parts(self, subject: Subject) -> list[Part]:
        w, now, full = self.weights, self.at, self.weights.full_value * AMOUNT_UNIT
        parts = [Part("severity", self._severity(subject.severity), subject.severity)]
        for name, due in subject.clocks:
            parts.append(Part("clock", _pressure(w.clock, due - now, w.clock_ahead), name, (due - now) * _MICROSECOND))
        if subject.promised is not None:
            left = subject.promised - now
            parts.append(Part("promise", _pressure(w.promise, left, w.promise_ahead), left=left * _MICROSECOND))
        worth = w.value * min(subject.value, full) // full
        waited = max(now - subject.since, 0)
        return [
            *parts,
            Part("repeats", w.repeat * min(subject.repeats, MOST_REPEATS), count=subject.repeats),
            Part("value", worth, count=subject.value // AMOUNT_UNIT),
            Part("age", w.age * waited // _DAY, left=waited * _MICROSECOND),
        ]

    def _severity(self, severity: str) -> int:
        if severity not in self.severities:
            return 0
        count = len(self.severities)
        return self.weights.severity * (count - self.severities.index(severity)) // count


def overtaken(raised: Subject, severity: str, others: Iterable[Subject], scoring: Scoring) -> tuple[str, ...]:
    """The ids of those that ``raised`` would come before with ``severity``, and did not before, the most pressing first."""
    before, after = scoring.key(raised), scoring.key(evolve(raised, severity=severity))
    passed = (key for subject in others if subject.id != raised.id and after < (key := scoring.key(subject)) < before)
    return tuple(key[-1] for key in sorted(passed))


def longest_wait(weights: PriorityWeights, clocks: int) -> timedelta:
    """How much longer something must have waited to come first whatever else is said of the other, with so many clocks."""
    others = weights.severity + weights.clock * clocks + weights.promise + weights.value + weights.repeat * MOST_REPEATS
    return timedelta(days=1) * (others + 1) / weights.age + _MICROSECOND


def _pressure(weight: int, left: int, ahead: timedelta) -> int:
    """All points once the time is over, none as long as it is far, in between more and more."""
    horizon = ahead // _MICROSECOND
    return weight * (horizon - min(max(left, 0), horizon)) // horizon


def _words(part: Part) -> str:
    span = f"{abs(part.left) // timedelta(hours=1)} h"
    over = f"{span} over" if part.left < timedelta(0) else f"{span} left"
    return {
        "severity": f"severity {part.of}",
        "clock": f"{part.of}, {over}",
        "promise": f"promised delivery, {over}",
        "repeats": f"the same trouble {part.count} times before",
        "value": f"an order of {part.count}",
        "age": f"waiting for {span}",
    }[part.name]
