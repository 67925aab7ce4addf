"""The queue: what waits for somebody, the most pressing first."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from attrs import frozen

from incidentkit.desk.paging import wanted
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.pages import Page
from incidentkit.domain.times import from_micros, micros
from incidentkit.errors import InvalidInput
from incidentkit.rules.priority import Priority, Scoring, Subject, overtaken
from incidentkit.store.reading import count_queued, queue_rows, queued_incidents, queued_tasks, severities_open, troubles
from incidentkit.store.unit import Unit

__all__ = ["QueueItem", "SeverityShare", "pushed_down", "queue_of", "queue_size", "severity_share", "subjects"]

_SHOP, _CUSTOMER, _IMPORTED = range(3)
_ALIKE_WITHIN = timedelta(days=90) // timedelta(microseconds=1)
_MOST = 100_000
_NAMED = 20
"""How many of those that a case pushes down are kept."""


@frozen
class QueueItem:
    """An open incident, or a task, in the queue.

    Args:
        incident: the id of the case; of a task, of the case that it is about, or empty.
        task: the id of the task; empty for an incident.
        type: of an incident; of a task its kind.
        severity: of a task that of its case; empty without one.
        order: the id of its first order; empty for none. ``number``: the shop's own number of it.
        owner: the agent, else the team. ``handover_to``: who was asked to take it and has not accepted; empty for nobody.
        detected_at: since when it waits.
        promised: the delivery that the customer was promised last.
        due: the next due time of its clocks, or of the task; None when none is running. ``overdue``: it has passed.
        waits_for: ``shop``, ``customer`` where all its clocks stand still, or ``nobody``.
        level: how high it was raised; 0 for not at all.
        imported: it is passive: nothing is sent or timed.
        priority: how pressing it is, and why.
    """

    incident: str
    type: str
    severity: str
    phase: str
    owner: str
    handover_to: str
    order: str
    number: str
    detected_at: datetime
    promised: datetime | None
    due: datetime | None
    overdue: bool
    imported: bool
    priority: Priority
    waits_for: str = "shop"
    level: int = 0
    task: str = ""

    @property
    def why(self) -> str:
        """The weightiest reason for its place, in words."""
        top = self.priority.top
        return "" if top is None else top.about


@frozen
class SeverityShare:
    """How many of the open live incidents have the first severity: where everything is critical, nothing is.

    Args:
        most: the share that the shop's policy allows.
        over: how many more than that there are.
    """

    severity: str
    critical: int
    open: int
    most: float

    @property
    def share(self) -> float:
        """From 0 to 1; 0 with nothing open."""
        return self.critical / self.open if self.open else 0.0

    @property
    def over(self) -> int:
        """How many there are beyond what the policy allows; one alone is always allowed."""
        return max(self.critical - max(int(self.open * self.most), 1), 0)


def queue_of(runtime: Runtime, owner: str | None, limit: int, after: str | None) -> Page[QueueItem]:
    """The queue of everybody, or of one team or agent, as pressing as things are when its first page is asked for."""
    page = wanted(runtime, "queue", {"owner": owner}, limit, after, _MOST)
    _check_owner(runtime, owner)
    at, *shown = page.place or (micros(runtime.clock()),)
    now = from_micros(int(at))
    scoring, ended = Scoring.of(runtime.shop, now), tuple(shown)
    with runtime.store.reading() as unit:
        keyed = ((scoring.key(subject), subject) for subject in subjects(unit, owner))
        left = keyed if not ended else (each for each in keyed if each[0] > ended)
        first = heapq.nsmallest(page.limit + 1, left, itemgetter(0))
        rows = queue_rows(unit, [subject.id for _, subject in first])
    items = [_item(rows[subject.id], scoring.priority(subject), now) for _, subject in first[: page.limit]]
    return Page(items, page.cursor((at, *first[page.limit - 1][0])) if len(first) > page.limit else None)


def queue_size(runtime: Runtime, owner: str | None) -> int:
    """How many things are in that queue."""
    _check_owner(runtime, owner)
    with runtime.store.reading() as unit:
        return count_queued(unit, owner)


def _check_owner(runtime: Runtime, owner: str | None) -> None:
    if owner is not None and runtime.shop.team(owner) is None and runtime.shop.agent(owner) is None:
        known = ", ".join([t.name for t in runtime.shop.teams] + [a.name for a in runtime.shop.agents])
        raise InvalidInput("owner", "must be a team or agent of the shop", got=repr(owner)[:40], next=f"Known: {known}.")


def severity_share(runtime: Runtime) -> SeverityShare:
    """The share of the first severity among the open live incidents."""
    with runtime.store.reading() as unit:
        counted = severities_open(unit)
    first = runtime.shop.severities[0]
    return SeverityShare(first, counted.get(first, 0), sum(counted.values()), runtime.shop.priority.most_critical)


def pushed_down(unit: Unit, incident: Incident, severity: str | None, scoring: Scoring, most: float) -> tuple[IncidentId, ...]:
    """The cases that raising one to the first severity puts behind it; none as long as the shop's policy allows it."""
    first = scoring.severities[0]
    if severity != first or incident.severity == first or not incident.open or incident.passive:
        return ()
    unit.flush()  # a batch's own cases count too
    counted = severities_open(unit)
    if not SeverityShare(first, counted.get(first, 0) + 1, sum(counted.values()), most).over:
        return ()
    every = [subject for subject in subjects(unit) if not subject.task]
    mine = next(subject for subject in every if subject.id == incident.id)
    return tuple(map(IncidentId, overtaken(mine, first, every, scoring)[:_NAMED]))


def subjects(unit: Unit, owner: str | None = None) -> Iterator[Subject]:
    """Everything that is open, as far as its priority goes."""
    seen = _Troubles(troubles(unit))
    # Unpacked by place: there may be tens of thousands of them.
    for row in queued_incidents(unit, owner):
        case, customer, type_, passive, phase, severity, since, waits_for, running, *due, promised, value = row
        waits = phase == Phase.RESOLVED or waits_for == "customer"
        group = _IMPORTED if passive else _CUSTOMER if waits else _SHOP
        clocks = tuple([(name, due[_PLACE[name]]) for name in running.split()]) if running else ()
        yield Subject(case, group, severity, since, clocks, promised, value, seen.before(customer, type_, since))
    for task, since, due_at, severity, promised, value in queued_tasks(unit, owner):
        due_dates = () if due_at is None else (("task", due_at),)
        yield Subject(task, _SHOP, severity or "", since, due_dates, promised, value, task=True)


class _Troubles:
    """When customers had which trouble."""

    def __init__(self, found: Iterable[tuple[str, str, int]]) -> None:
        self._at: dict[tuple[str, str], list[int]] = {}
        for customer, type_, at in found:
            self._at.setdefault((customer, type_), []).append(at)
        for times in self._at.values():
            times.sort()

    def before(self, customer: str | None, type_: str, at: int) -> int:
        """How often the customer had trouble of that type in the 90 days before an instant."""
        times = self._at.get((customer, type_)) if customer is not None else None
        if times is None or len(times) == 1:
            return 0
        return bisect_left(times, at) - bisect_left(times, at - _ALIKE_WITHIN)


_PLACE = {"first_response": 0, "communicate_by": 1, "update_by": 2, "resolve_by": 3}


def _item(row: Any, priority: Priority, now: datetime) -> QueueItem:
    return _task_item(row, priority, now) if hasattr(row, "task_id") else _incident_item(row, priority, now)


def _incident_item(row: Any, priority: Priority, now: datetime) -> QueueItem:
    due = _at(row.next_due)
    return QueueItem(
        incident=row.incident_id,
        type=row.type,
        severity=row.severity,
        phase=row.phase,
        owner=row.owner_agent or row.owner_team,
        handover_to=row.handover_to or "",
        order=row.order_id or "",
        number=row.number or "",
        detected_at=from_micros(row.detected_at),
        promised=_at(row.promised_due),
        due=due,
        overdue=due is not None and due < now,
        imported=bool(row.passive),
        priority=priority,
        waits_for=row.waits_for,
        level=row.level,
    )


def _task_item(row: Any, priority: Priority, now: datetime) -> QueueItem:
    due = _at(row.due)
    return QueueItem(
        incident=row.incident_id or "",
        type=row.kind,
        severity=row.severity or "",
        phase=row.state,
        owner=row.owner_agent or row.owner_team,
        handover_to="" if row.owner_agent or row.asked == row.owner_team else row.asked,
        order=row.order_id or "",
        number=row.number or "",
        detected_at=from_micros(row.opened_at),
        promised=_at(row.promised_due),
        due=due,
        overdue=due is not None and due < now,
        imported=False,
        priority=priority,
        task=row.task_id,
    )


def _at(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)
