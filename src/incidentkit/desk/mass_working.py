"""Working on a mass incident: its orders get into cases, and what is done for everybody is done for each, some at once.

What was done is known by the cases themselves, so that a work that was cut short simply goes on, and several may work at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from attrs import define, evolve, field, frozen

from incidentkit.desk.calls import Call, given
from incidentkit.desk.mass_stages import Tried, try_stage
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.actors import Actor
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident, MassStage
from incidentkit.errors import RuleViolation
from incidentkit.rules import mass as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.mass import cases_of, covered, customers_of, left, pending, standing, waiting
from incidentkit.store.unit import Held

__all__ = ["MassRefusal", "MassReport", "mass_of", "work_on"]

Progress = Callable[[int, int], None]
T = TypeVar("T")

_PAGE = 1000
"""Orders or cases that are asked for together."""

_AT_ONCE = 25
"""Customers in one transaction: others write in between."""


@frozen
class MassRefusal:
    """What could not be done for one customer, and stopped nobody else.

    Args:
        stage: the number of what was to be done; 0 for a case that could not be reported.
        code: of the error; ``message``: all of it.
        incident: the case; None where there is none yet.
        orders: those that it is about.
    """

    stage: int
    code: str
    message: str
    incident: str | None = None
    orders: tuple[str, ...] = ()


@frozen
class MassReport:
    """What working on a mass incident came to.

    Args:
        mass: its id.
        covered: orders that are in a case now and were not before; ``joined``: those of them that joined one that was there.
        cases: new cases.
        done: how often each stage was done for a case, by its number.
        refused: what could not be done, and for whom.
        left: orders and cases for which something is still to be done.
    """

    mass: str
    covered: int = 0
    joined: int = 0
    cases: int = 0
    done: Mapping[int, int] = field(factory=dict)
    refused: tuple[MassRefusal, ...] = ()
    left: int = 0


def mass_of(runtime: Runtime, mass: str) -> MassIncident:
    """The mass incident with that id.

    Raises:
        UnknownIdError: there is none.
    """
    with runtime.store.reading() as unit:
        state = unit.load("mass", mass).state
        assert isinstance(state, MassIncident), "a mass incident's stream holds one"
        return state


def work_on(runtime: Runtime, mass: str, progress: Progress | None, limit: int | None, *, again: bool) -> MassReport:
    """Cover every order with a case, and do for each case what is to be done for everybody.

    Args:
        limit: how many customers and cases at the most.
        again: try once more what could not be done.
    """
    runtime.store.check_alone("Working on a mass incident")
    return _Working(runtime, mass_of(runtime, mass), progress, limit, again).work()


@define
class _Working:
    _runtime: Runtime
    _mass: MassIncident
    _progress: Progress | None
    _room: int | None
    _again: bool
    _report: MassReport = field(init=False)
    _done: int = 0
    _all: int = 0

    def work(self) -> MassReport:
        self._report = MassReport(self._mass.id)
        with self._runtime.store.reading() as unit:
            self._all = left(unit, self._mass.id) + standing(unit, self._mass.id, len(self._mass.stages)).waiting
        self._cover()
        self._do_stages()
        with self._runtime.store.reading() as unit:
            rest = left(unit, self._mass.id) + standing(unit, self._mass.id, len(self._mass.stages)).waiting
        return evolve(self._report, left=rest)

    def _advance(self, count: int, room: int) -> None:
        self._done += count
        if self._room is not None:
            self._room -= room
        if self._progress is not None:
            self._progress(self._done, max(self._done, self._all))

    @property
    def _full(self) -> bool:
        return self._room is not None and self._room <= 0

    def _some(self, things: Sequence[T]) -> Iterator[Sequence[T]]:
        """A handful at a time, for as long as there is room."""
        start = 0
        while start < len(things) and not self._full:
            size = _AT_ONCE if self._room is None else min(_AT_ONCE, self._room)
            yield things[start : start + size]
            start += size

    # --- Orders into cases ---------------------------------------------------------------------------------------

    def _cover(self) -> None:
        after: tuple[str, str] | None = None
        while not self._full:
            with self._runtime.store.reading() as unit:
                rows = pending(unit, self._mass.id, after, _PAGE)
            if not rows:
                return
            groups = _by_customer(rows, whole=len(rows) < _PAGE)
            for some in self._some(groups):
                with self._runtime.store.batch():
                    self._cover_some([order for orders in some for order in orders])
                self._advance(sum(map(len, some)), len(some))
            last = groups[-1][-1]
            after = next(row for row in rows if row[1] == last)

    def _cover_some(self, orders: Sequence[str]) -> None:
        """What was asked for may be over: it is looked at again, now that nobody else writes."""
        with self._runtime.store.unit() as unit:
            gone = covered(unit, self._mass.id, orders)
            whose = customers_of(unit, [order for order in orders if order not in gone])
            cases = cases_of(unit, self._mass.id, list(dict.fromkeys(whose.values())))
            unit.load_all([*whose, *(case for some in cases.values() for case in some)])
        rows = sorted((customer, order) for order, customer in whose.items())
        for some in _by_customer(rows, whole=True):
            self._cover_one(some, cases.get(whose[some[0]], []))

    def _cover_one(self, orders: Sequence[str], cases: Sequence[str]) -> None:
        joined: list[bool] = []

        def body(work: Work) -> Held:
            held, late = _covering(work, self._mass, orders, cases)
            joined.append(late)
            return held

        call = Call("mass.work", given(mass=self._mass.id, orders=tuple(orders)), Actor.parse(self._mass.opened_by))
        try:
            self._runtime.run(call, body)
        except RuleViolation as error:
            self._refuse(MassRefusal(0, error.code, str(error), orders=tuple(orders)))
            return
        late, report, count = joined[-1], self._report, len(orders)
        new = evolve(
            report, covered=report.covered + count, joined=report.joined + count * late, cases=report.cases + (not late)
        )
        self._report = new

    def _refuse(self, refusal: MassRefusal) -> None:
        self._report = evolve(self._report, refused=(*self._report.refused, refusal))

    # --- What is done for everybody ------------------------------------------------------------------------------

    def _do_stages(self) -> None:
        after, stages = "", self._mass.stages
        while stages and not self._full:
            with self._runtime.store.reading() as unit:
                cases = waiting(unit, self._mass.id, len(stages), after, _PAGE, again=self._again)
            if not cases:
                return
            for some in self._some(cases):
                with self._runtime.store.batch():
                    self._do_some(some)
                self._advance(len(some), len(some))
            after = cases[-1]

    def _do_some(self, cases: Sequence[str]) -> None:
        with self._runtime.store.unit() as unit:
            unit.load_all(cases)
            found = [state for case in cases if isinstance(state := unit.load("incident", case).state, Incident)]
            unit.load_all([order for case in found for order in case.orders])
        for case in found:
            for number in _due(case, len(self._mass.stages), again=self._again):
                self._do_one(case.id, self._mass.stages[number - 1])

    def _do_one(self, case: IncidentId, stage: MassStage) -> None:
        tried: list[Tried] = []

        def body(work: Work) -> Held:
            tried.append(try_stage(work, case, stage))
            return tried[-1].held

        call = Call(f"mass.{stage.kind}", given(mass=self._mass.id, incident=case), Actor.parse(stage.by))
        self._runtime.run(call, body)
        refused = tried[-1].refused
        if refused is None:
            self._report = evolve(
                self._report, done={**self._report.done, stage.number: self._report.done.get(stage.number, 0) + 1}
            )
            return
        orders = tried[-1].orders
        self._refuse(MassRefusal(stage.number, refused.code, str(refused), case, orders))


def _by_customer(rows: Sequence[tuple[str, str]], *, whole: bool) -> list[list[str]]:
    """Orders by their customer, those without one each alone; without a last customer who may have more on the next page."""
    groups = [[order for _, order in some] for customer, some in groupby(rows, itemgetter(0)) if customer]
    cut = groups[:-1] if not whole and len(groups) > 1 else groups
    return [*([order] for customer, order in rows if not customer), *cut]


def _due(case: Incident, stages: int, *, again: bool) -> list[int]:
    """The numbers of the stages that are to be done for a case."""
    part = case.mass
    assert part is not None, "a case of a mass incident"
    refused = {number for number, _ in part.refused} if again else set()
    return sorted({*refused, *range(part.stage + 1, stages + 1)})


def _covering(work: Work, mass: MassIncident, orders: Sequence[str], cases: Sequence[str]) -> tuple[Held, bool]:
    """Orders of one customer get into a case, and whether that was there before."""
    found = sorted((work.order(order) for order in orders), key=lambda order: (order.placed_at, order.label))
    earlier = [work.incident(case) for case in cases]
    case, task = rules.joins(earlier), work.new_id()
    if case is not None:
        for order in orders:
            work.show(order, case)
        return work.apply(case.id, rules.add_orders(case, found, task, work.now)), True
    incident = IncidentId(work.new_id())
    follows = [work.survivor(each.id) for each in earlier]
    words = work.words(mass.description.value)
    held = work.apply(incident, rules.covering(mass, incident, found, earlier, follows, words, work.now))
    for order in orders:
        work.unit.link(order, incident)
    assert isinstance(held.state, Incident), "a report makes an incident"
    for stream, event in rules.unsaid(held.state, found[0], task, work.now):
        work.apply(stream, Decision((event,)))
    return held, False
