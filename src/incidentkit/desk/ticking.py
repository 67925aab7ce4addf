"""Acting on what has come due: for each timer one transaction that takes it away and writes what follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from attrs import define, field

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.desk.absences import notice_absences
from incidentkit.desk.calls import Call
from incidentkit.desk.effectiveness import observed
from incidentkit.desk.health import show_health
from incidentkit.desk.progressing import foreseen
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sealing import seal_record
from incidentkit.desk.verification_calls import list_this_morning
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import IncidentReported, SurveyAsked
from incidentkit.domain.evolve import State
from incidentkit.domain.goals import KeptForecast
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.asking import ASK
from incidentkit.rules.corrective_actions import WATCH
from incidentkit.rules.decision import Decision
from incidentkit.rules.due import NAMES, due
from incidentkit.rules.hours import hours_of, somebody_there
from incidentkit.rules.lateness import LATE, opens_case
from incidentkit.rules.timers import timers_of
from incidentkit.store.reading import count_due, due_timers
from incidentkit.store.respondents import respondent
from incidentkit.store.unit import Held, Unit

__all__ = ["TickReport", "tick"]

_PAGE = 200
_MOST_OF_ONE = 20
"""Timers of one stream that one call acts on: a rule that sets the next in the past can't keep it busy."""

_IDS = 3
_SOON = timedelta(minutes=1)
_CALL = Call("tick", {}, by=RULE)


@define
class TickReport:
    """What one call of `Desk.tick` did.

    Args:
        acted: timers that something followed from.
        idle: timers whose reason was gone.
        refused: timers that a rule refused to act on; they stay, and are looked at again the next time.
        deleted: parts of the vault and people that had been kept for as long as ``[retention]`` says.
        done: what followed, by the type of its events, e.g. ``{"incident.escalated": 2}``.
        sealed: seals that were put on what had been written.
        listed: verification calls that were put on this morning's list.
    """

    acted: int = 0
    idle: int = 0
    refused: int = 0
    deleted: int = 0
    done: dict[str, int] = field(factory=dict)
    sealed: int = 0
    listed: int = 0

    @property
    def total(self) -> int:
        """Timers that were looked at."""
        return self.acted + self.idle + self.refused


def tick(runtime: Runtime, catalogue: Catalogue, limit: int | None, progress: Callable[[int, int], None] | None) -> TickReport:
    """Act on every timer that is due, the longest due first; each once, however late, often and by however many at once."""
    runtime.store.check_alone("tick")
    if limit is not None and limit < 1:
        raise InvalidInput("limit", "must be above zero", got=limit)
    report = TickReport()
    now = runtime.clock()
    notice_absences(runtime, now)
    with runtime.store.reading() as unit:
        waiting = count_due(unit, now, NAMES) if progress is not None else 0
    for done, timer in enumerate(_due(runtime, now), 1):
        _act(runtime, catalogue, timer, report)
        if progress is not None:
            progress(done, max(done, waiting))
        if limit is not None and report.total >= limit:
            break
    report.listed = list_this_morning(runtime)
    report.sealed = seal_record(runtime, now)
    show_health(runtime)
    return report


def _due(runtime: Runtime, now: datetime) -> Iterator[Timer]:
    """Timers that are due, page by page: those that are set meanwhile too, as far as they come after."""
    after: Timer | None = None
    taken: Counter[str] = Counter()
    while True:
        with runtime.store.reading() as unit:
            page = due_timers(unit, now, NAMES, after, _PAGE)
        if not page:
            return
        for timer in page:
            after = timer
            taken[timer.stream] += 1
            if taken[timer.stream] <= _MOST_OF_ONE:
                yield timer


def _act(runtime: Runtime, catalogue: Catalogue, timer: Timer, report: TickReport) -> None:
    try:
        forecasts = foreseen(runtime, timer)
        decision = runtime.transaction(lambda unit: _once(runtime, catalogue, unit, timer, forecasts))
    except RuleViolation:
        report.refused += 1
        return
    if decision is None:
        return  # somebody else has taken it, or it was moved
    written = [event.type for event in (*decision.events, *(event for _, event in decision.elsewhere))]
    if written or decision.intents:
        report.acted += 1
    else:
        report.idle += 1
    for name in written:
        report.done[name] = report.done.get(name, 0) + 1


def _once(
    runtime: Runtime, catalogue: Catalogue, unit: Unit, timer: Timer, forecasts: tuple[KeptForecast, ...]
) -> Decision | None:
    """The timer's row and what follows go together: after a crash either both have happened or neither."""
    # Before any row is locked: a writer who has the turn may want this very row.
    unit.wait_turn()
    if not unit.take(timer):
        return None
    held = unit.any(timer.stream)
    if held is None:
        return Decision()
    work = runtime.work(unit, _CALL)
    decision = due(held.state, timer, _around(work, held, timer, catalogue, forecasts), work.now)
    work.apply(timer.stream, decision)
    for stream, event in decision.elsewhere:
        if isinstance(event, (IncidentReported, SurveyAsked)):
            for order in event.orders if isinstance(event, IncidentReported) else _orders(held.state):
                unit.link(order, stream)
    if not any(set_.name == timer.name for set_ in decision.timers):
        unit.time(_still_wanted(held, timer, work))
    return decision


def _still_wanted(held: Held, timer: Timer, work: Work) -> Iterator[Timer]:
    """What could not be done yet, for nobody is there, is looked at when they are."""
    at = timers_of(held.state, work.now.shop).get(timer.name)
    if at is not None:
        state, shop = held.state, work.now.shop
        team = state.owner.team if isinstance(state, Incident) else ""
        opens = somebody_there(hours_of(shop, team), work.now.at)
        yield Timer(timer.stream, timer.name, at if at > work.now.at else max(opens, work.now.at + _SOON))


def _orders(state: State) -> tuple[str, ...]:
    if isinstance(state, Order):
        return (state.id,)
    return state.orders if isinstance(state, Incident) else ()


def _around(work: Work, held: Held, timer: Timer, catalogue: Catalogue, forecasts: tuple[KeptForecast, ...]) -> Around:
    ids = tuple(work.new_id() for _ in range(_IDS))
    state: State = held.state
    if isinstance(state, Order) and timer.name == ASK:
        return Around((state,), (), ids, respondent=respondent(work.unit, state, work.now.at))
    if isinstance(state, Order):
        cases = tuple(work.incident(i) for i in sorted(held.open_incidents))
        words = work.text(catalogue.label("types", LATE)) if opens_case(cases, work.now.shop) else None
        return Around((state,), cases, ids, words)
    if isinstance(state, Incident):
        return Around(tuple(work.order(o) for o in state.orders), (), ids, asks=tuple(work.ask(a) for a in state.asked))
    if isinstance(state, CorrectiveAction) and timer.name == WATCH:
        return Around(ids=ids, observed=observed(work.unit, state, work.now.at))
    return Around(ids=ids, forecasts=forecasts)
