"""Imported cases that are still open made live, many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define, field, frozen

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import Due, from_micros, instant
from incidentkit.errors import RuleViolation
from incidentkit.measures.windows import first_instant
from incidentkit.rules import adopting
from incidentkit.rules.cases import WORKABLE
from incidentkit.store.imported import imported_incidents
from incidentkit.store.unit import Held

__all__ = ["AGES", "Adoption", "Which", "adopt"]

Progress = Callable[[int, int], None]

_AT_ONCE = 100
"""Cases in one transaction."""

AGES: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=90),
}
"""How old a case is, counted from its detection: younger than one of these, else ``older``."""


_BY = ("type", "severity", "team", "age")


@frozen
class Which:
    """Which imported cases are meant; by default all.

    Args:
        type, team: of the case; the team is the accountable one.
        since, until: when it was detected, up to and without ``until``; a date is that day's beginning in the shop's zone.
        order: the id of an order that it is about.
        source: the name of the source that it came from: its profile's.
    """

    type: str | None = None
    since: Due | None = None
    until: Due | None = None
    team: str | None = None
    order: str | None = None
    source: str | None = None


@frozen
class Adoption:
    """What an adoption comes to, in numbers.

    Args:
        as_of: when.
        adoptable: cases that can be adopted; ``by_type``, ``by_severity``, ``by_team`` and ``by_age`` tell them apart.
        left: imported cases that stay passive, by reason: their phase, or ``no_protocol`` where the shop has none for the type.
        adopted: cases that are live now and were not before.
    """

    as_of: datetime
    adoptable: int = 0
    by_type: Mapping[str, int] = field(factory=dict)
    by_severity: Mapping[str, int] = field(factory=dict)
    by_team: Mapping[str, int] = field(factory=dict)
    by_age: Mapping[str, int] = field(factory=dict)
    left: Mapping[str, int] = field(factory=dict)
    adopted: int = 0


def adopt(runtime: Runtime, which: Which, by: By, dry_run: bool, progress: Progress | None) -> Adoption:
    """Adopt what can be, some hundred in one transaction; those that are live already are no longer imported."""
    now = instant(runtime.clock(), "The desk's clock")
    tally = _Tally(runtime.shop, now)
    tally.look(_found(runtime, which))
    if not dry_run:
        _adopt(runtime, by, tally, progress)
    return tally.adoption()


def _found(runtime: Runtime, which: Which) -> Sequence[Any]:
    zone = runtime.shop.zone
    since, until = (
        None if at is None else first_instant(at, zone, name) for name, at in (("since", which.since), ("until", which.until))
    )
    with runtime.store.reading() as unit:
        if which.order is not None:
            unit.load("order", which.order)
        return imported_incidents(
            unit, type_=which.type, since=since, until=until, team=which.team, order=which.order, source=which.source
        )


@define
class _Tally:
    _shop: Shop
    _now: datetime
    cases: list[str] = field(factory=list)
    counts: dict[str, Counter[str]] = field(factory=lambda: {f"by_{name}": Counter() for name in _BY})
    left: Counter[str] = field(factory=Counter)
    adopted: int = 0

    def look(self, rows: Sequence[Any]) -> None:
        """Tell apart what can be adopted and what is left."""
        for row in rows:
            reason = self._reason(row)
            if reason:
                self.left[reason] += 1
                continue
            self.cases.append(row.incident_id)
            for name, value in zip(_BY, (row.type, row.severity, row.owner_team, self._age(row)), strict=True):
                self.counts[f"by_{name}"][value] += 1

    def _reason(self, row: Any) -> str:
        if row.phase not in WORKABLE:
            return str(row.phase)
        return "" if self._shop.protocol(row.type) is not None else "no_protocol"

    def _age(self, row: Any) -> str:
        age = self._now - from_micros(row.detected_at)
        return next((name for name, below in AGES.items() if age < below), "older")

    def adoption(self) -> Adoption:
        """The numbers as they stand."""
        counts = {name: dict(found.most_common()) for name, found in self.counts.items()}
        return Adoption(self._now, len(self.cases), left=dict(self.left), adopted=self.adopted, **counts)


def _adopt(runtime: Runtime, by: By, tally: _Tally, progress: Progress | None) -> None:
    done = 0
    for some in _batched(tally.cases):
        with runtime.store.batch():
            for case in some:
                _one(runtime, case, by, tally)
        done += len(some)
        if progress is not None:
            progress(done, len(tally.cases))


def _batched(cases: Sequence[str]) -> Iterator[Sequence[str]]:
    return (cases[start : start + _AT_ONCE] for start in range(0, len(cases), _AT_ONCE))


def _one(runtime: Runtime, case: str, by: By, tally: _Tally) -> None:
    """One case. What was adopted, resolved or withdrawn in the meantime is left as it is."""

    def body(work: Work) -> Held:
        incident = work.incident(case)
        decision = adopting.adopt(incident, [work.order(order) for order in incident.orders], work.now)
        tally.adopted += bool(decision.events)
        return work.apply(case, decision)

    try:
        runtime.run(Call("incidents.adopt", given(incident=case), by), body)
    except RuleViolation as error:
        tally.left[error.code] += 1
