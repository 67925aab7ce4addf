"""What the desk's figures have to be, worked out from what truly happened, without a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.testing.simulator.courses import Course, Poll, Round, Trouble
from incidentkit.testing.simulator.days import END, ZONE, last_instant
from incidentkit.testing.simulator.plan import Plan
from incidentkit.testing.simulator.truth_clocks import Watched, watched
from incidentkit.testing.simulator.truth_needs import NeedTruth, answering, needs_of
from incidentkit.testing.simulator.truth_repeats import order_wrong, repeated
from incidentkit.testing.simulator.truth_telling import asked_about, told_before_delivery, told_first, updated_first

__all__ = ["Expected", "Truth"]

_TZ = ZoneInfo(ZONE)
_TICK = timedelta(microseconds=1)


@frozen
class Expected:
    """What a measure has to come to in one window, as in a row of figures."""

    from_: datetime | None
    until: datetime | None
    n: int
    value: float | None
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    open: int | None = None


@frozen
class _Order:
    placed_at: datetime
    confirmed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    cancelled: bool
    on_time: bool | None
    troubled: bool
    wrong: bool
    updated: bool | None


@frozen
class _Case:
    detected_at: datetime
    resolved_at: datetime | None
    ever_resolved: bool
    reopened: bool
    taken_at: datetime | None
    watched: Watched
    ending: str
    told_first: bool | None
    before_delivery: bool | None
    repeated: bool
    closed: tuple[tuple[datetime, datetime | None], ...]


@frozen
class _Answer:
    survey: str
    at: datetime
    score: int


@frozen
class _Promise:
    due: datetime
    kept: bool


@frozen
class _Month:
    orders: list[_Order] = field(factory=list)
    cases: list[_Case] = field(factory=list)
    answers: list[_Answer] = field(factory=list)
    promises: list[_Promise] = field(factory=list)
    actions: list[tuple[datetime, int]] = field(factory=list)
    needs: list[NeedTruth] = field(factory=list)


@frozen
class Truth:
    """The truth about a month, as it stood at its end."""

    _month: _Month

    @classmethod
    def of(cls, plan: Plan) -> Truth:
        """The truth of a plan that was carried out."""
        month, courses = _Month(), tuple(plan.courses())
        troubles = [(course, trouble) for course in courses for trouble in course.troubles if _counts(trouble)]
        for course in courses:
            needs = needs_of(course)
            month.orders.append(_order(course, needs))
            counted = [n for n, trouble in enumerate(course.troubles) if _counts(trouble)]
            month.cases.extend(_case(course, n, needs, troubles) for n in counted)
            month.answers.extend(_answers(course))
            month.needs.extend(needs)
            month.promises.extend(_promises(course))
            month.actions.extend((at, len(month.orders)) for at in _actions(course) if at is not None and at < END)
        return cls(month)

    def expected(self, measure: str, *, weekly: bool = False) -> tuple[Expected, ...]:
        """What the desk has to say of a measure at the month's end: over everything, or a row for each week."""
        if measure in _AT_END:
            return tuple(_rows_at_end(self._month.cases, weekly, _AT_END[measure]))
        what, subjects = _MEASURES[measure]
        return tuple(_rows(subjects(self._month), weekly, what))

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it knows the truth about."""
        return (*_MEASURES, *_AT_END)


# --- What had happened by the end ----------------------------------------------------------------------------------


def _happened(at: datetime | None) -> bool:
    return at is not None and at < END


def _by_then(at: datetime | None) -> datetime | None:
    return at if _happened(at) else None


def _counts(trouble: Trouble) -> bool:
    return _happened(trouble.detected_at) and not _happened(trouble.withdrawn_at)


def _order(course: Course, needs: Sequence[NeedTruth]) -> _Order:
    delivered_at = _delivered_at(course)
    return _Order(
        placed_at=course.placed_at,
        confirmed_at=_by_then(course.confirmed_at),
        shipped_at=min((p.shipped_at for p in course.parcels if _happened(p.shipped_at)), default=None),
        delivered_at=delivered_at,
        cancelled=not _left(course),
        on_time=None if delivered_at is None or course.promised is None else _in_time(delivered_at, course.promised),
        troubled=any(t.about_order and _counts(t) for t in course.troubles),
        wrong=order_wrong(filter(_counts, course.troubles)),
        updated=updated_first(course, delivered_at, asked_about(needs, order=True)),
    )


def _left(course: Course) -> int:
    """Units that were ordered and not cancelled by the end."""
    ordered = sum(item.quantity for item in course.items)
    for gone in course.cancellations:
        if _happened(gone.at):
            ordered -= ordered if gone.units is None else sum(gone.units.values())
    return ordered


def _delivered_at(course: Course) -> datetime | None:
    """When the last unit arrived, if all that were left to come have arrived by the end."""
    arrived = [(p.delivered_at, sum(p.units.values())) for p in course.parcels if p.delivered_at and p.delivered_at < END]
    left = _left(course)
    if not left or sum(units for _, units in arrived) < left:
        return None
    return max(at for at, _ in arrived)


def _in_time(at: datetime, promised: date | datetime) -> bool:
    if isinstance(promised, datetime):
        return at <= promised
    return at.astimezone(_TZ).date() <= promised


def _case(course: Course, n: int, needs: Sequence[NeedTruth], troubles: Sequence[tuple[Course, Trouble]]) -> _Case:
    trouble = course.troubles[n]
    resolved_at, ever, reopened = None, False, False
    closed: list[tuple[datetime, datetime | None]] = []
    for round_ in trouble.rounds:
        if round_.closed_at is not None and _happened(round_.closed_at):
            closed.append((round_.closed_at, _by_then(round_.reopened_at)))
        if _happened(round_.resolved_at):
            resolved_at, ever = round_.resolved_at, True
        if _happened(round_.reopened_at):
            resolved_at, reopened = None, True
    taken_at = next((_by_then(custody.at) for custody in trouble.custodies if custody.agent), None)
    watching = watched(course, trouble)
    if watching.lapsed_at is not None:
        closed.append((watching.lapsed_at, None))
    ending = "open" if not closed or closed[-1][1] is not None else _ending(trouble.rounds, watching)
    first, before = told_first(course, n, needs), told_before_delivery(course, trouble)
    again = repeated(course, trouble, troubles)
    return _Case(
        trouble.detected_at, resolved_at, ever, reopened, taken_at, watching, ending, first, before, again, tuple(closed)
    )


def _ending(rounds: Sequence[Round], watching: Watched) -> str:
    if watching.lapsed_at is not None:
        return "lapsed"
    last = next(r for r in reversed(rounds) if _happened(r.closed_at))
    return "waived" if last.waived_at is not None else "closed"


def _promises(course: Course) -> Iterator[_Promise]:
    """Those that were due by the end, also where a later one took their place."""
    again = (course.promised_again,) if course.promised_again is not None and _happened(course.promised_again[0]) else ()
    delivered_at = _delivered_at(course)
    for promised in (course.promised, *(day for _, day in again)):
        if promised is not None and last_instant(promised) <= END:
            yield _Promise(last_instant(promised), delivered_at is not None and _in_time(delivered_at, promised))
    for trouble in course.troubles:
        if _counts(trouble):
            yield from _agreed(trouble)


def _agreed(trouble: Trouble) -> Iterator[_Promise]:
    """What was agreed with the customer is promised for the day that was named."""
    for proposal in (p for r in trouble.rounds for p in r.proposals):
        due, done_at = last_instant(proposal.by), proposal.carried_out_at
        if proposal.accepted and _happened(proposal.replied_at) and due <= END:
            yield _Promise(due, done_at is not None and done_at <= due and done_at < END)


def _actions(course: Course) -> Iterator[datetime | None]:
    """When the shop did something about the order, or about a case of it."""
    yield from (course.confirmed_at, course.published_at, course.promised_again[0] if course.promised_again else None)
    for parcel in course.parcels:
        yield from (parcel.shipped_at, parcel.delivered_at)
    yield from (gone.at for gone in course.cancellations)
    yield from (back.at for back in course.returns)
    yield from (poll.asked_at for poll in course.polls)
    yield from answering(course)
    for trouble in course.troubles:
        if trouble.about_order:
            yield from _actions_on(trouble)
            if _happened(trouble.detected_at):
                yield from watched(course, trouble).actions


def _actions_on(trouble: Trouble) -> Iterator[datetime | None]:
    yield from (trouble.detected_at, trouble.written_at, trouble.called_at, trouble.withdrawn_at)
    for custody in trouble.custodies:
        yield from (custody.asked_at, custody.at if custody.agent else None)
    for round_ in trouble.rounds:
        yield from (round_.offered_at, round_.resolved_at, round_.spoken_at, round_.waived_at)
        yield from (round_.closed_at, round_.reopened_at)
        yield from (proposal.carried_out_at for proposal in round_.proposals)
        yield from (round_.poll.asked_at if round_.poll else None, round_.confirmed_at if round_.evidence else None)


def _answers(course: Course) -> Iterator[_Answer]:
    """The answer that stands, of each survey that was answered."""
    polls = [*course.polls, *(r.poll for t in course.troubles for r in t.rounds if r.poll is not None)]
    for poll in polls:
        last = _last(poll)
        if last is not None:
            yield last


def _last(poll: Poll) -> _Answer | None:
    given = [answer for answer in poll.answers if _happened(answer.at)]
    return _Answer(poll.survey, given[-1].at, given[-1].score) if given else None


# --- Windows -----------------------------------------------------------------------------------------------------


def _windows(moments: Iterable[datetime], weekly: bool) -> list[tuple[datetime | None, datetime | None]]:
    """One window without bounds, or the weeks from the first of ``moments`` to the one that the end is in."""
    if not weekly:
        return [(None, None)]
    first = min(moments, default=None)
    if first is None:
        return []
    monday = _monday(first)
    mondays = [monday]
    while mondays[-1] <= _monday(END):
        mondays.append(mondays[-1] + timedelta(days=7))
    return [(_midnight(a), _midnight(b)) for a, b in pairwise(mondays)]


def _monday(at: datetime) -> date:
    day = at.astimezone(_TZ).date()
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_TZ).astimezone(UTC)


def _inside(at: datetime, from_: datetime | None, until: datetime | None) -> bool:
    return from_ is None or until is None or from_ <= at < until


# --- Measures ----------------------------------------------------------------------------------------------------


Numbers = list[float | Fraction | None]
Subjects = list[tuple[datetime, float | Fraction | None]]
"""When each began, and its number: a duration in seconds (None while it lasts), a score, or 1 for a hit and 0 for a miss."""


def _rows(subjects: Subjects, weekly: bool, make: Callable[[Numbers], Mapping[str, Any]]) -> Iterator[Expected]:
    for from_, until in _windows((at for at, _ in subjects), weekly):
        yield Expected(from_, until, **make([number for at, number in subjects if _inside(at, from_, until)]))


def _rows_at_end(cases: Sequence[_Case], weekly: bool, make: Callable[[Numbers], Mapping[str, Any]]) -> Iterator[Expected]:
    """What is open at the last instant of each window, as old as it is at its end."""
    for from_, until in _windows((case.detected_at for case in cases), weekly):
        over = until is not None and until <= END
        end = until if over and until is not None else END
        there = [case for case in cases if _open_at(case, end - _TICK if over else end)]
        yield Expected(from_, until, **make([_took(case.detected_at, end) for case in there]))


def _open_at(case: _Case, at: datetime) -> bool:
    return case.detected_at <= at and not any(start <= at and (end is None or at < end) for start, end in case.closed)


def _count(numbers: Numbers) -> Mapping[str, Any]:
    return {"n": len(numbers), "value": len(numbers)}


def _different(numbers: Numbers) -> Mapping[str, Any]:
    return _count(list(set(numbers)))


def _share(numbers: Numbers) -> Mapping[str, Any]:
    return {"n": len(numbers), "value": sum(n or 0 for n in numbers) / len(numbers) if numbers else None}


def _net(numbers: Numbers) -> Mapping[str, Any]:
    return {"n": len(numbers), "value": 100 * sum(n or 0 for n in numbers) / len(numbers) if numbers else None}


def _spread(numbers: Numbers) -> Mapping[str, Any]:
    known = sorted(Fraction(n) for n in numbers if n is not None)
    if not known:
        return {"n": 0, "value": None}
    mean = float(sum(known) / len(known))
    return {"n": len(known), "value": mean, "mean": mean, "p50": _quantile(known, 5), "p90": _quantile(known, 9)}


def _lasting(numbers: Numbers) -> Mapping[str, Any]:
    return {**_spread(numbers), "open": numbers.count(None)}


def _quantile(values: Sequence[Fraction], tenths: int) -> float:
    place = Fraction((len(values) - 1) * tenths, 10)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return float(values[low] + (values[high] - values[low]) * (place - low))


def _took(start: datetime, end: datetime | None) -> float | None:
    return None if end is None else (end - start).total_seconds()


def _received(month: _Month) -> Subjects:
    return [(o.placed_at, 1) for o in month.orders]


def _handled(month: _Month) -> Subjects:
    return [(at, order) for at, order in month.actions]


def _kept(month: _Month) -> Subjects:
    return [(p.due, int(p.kept)) for p in month.promises]


def _unowned(month: _Month) -> Subjects:
    return [(c.detected_at, _took(c.detected_at, c.taken_at)) for c in month.cases]


def _confirmation(month: _Month) -> Subjects:
    return [(o.placed_at, _took(o.placed_at, o.confirmed_at)) for o in month.orders]


def _delivery(month: _Month) -> Subjects:
    return [(o.placed_at, _took(o.placed_at, o.delivered_at)) for o in month.orders if not o.cancelled]


def _on_time(month: _Month) -> Subjects:
    return [(o.placed_at, int(o.on_time)) for o in month.orders if not o.cancelled and o.on_time is not None]


def _incident_rate(month: _Month) -> Subjects:
    return [(o.placed_at, int(o.troubled)) for o in month.orders]


def _resolution(month: _Month) -> Subjects:
    return [(c.detected_at, _took(c.detected_at, c.resolved_at)) for c in month.cases]


def _reopened(month: _Month) -> Subjects:
    return [(c.detected_at, int(c.reopened)) for c in month.cases if c.ever_resolved]


def _met(month: _Month) -> Subjects:
    """Of cases whose clocks are all decided."""
    decided = [c for c in month.cases if c.watched.decided_at is not None and c.watched.decided_at <= END]
    return [(c.detected_at, int(c.watched.met)) for c in decided]


def _raised(month: _Month) -> Subjects:
    return [(c.detected_at, int(c.watched.raised)) for c in month.cases]


def _lapsed(month: _Month) -> Subjects:
    return [(c.detected_at, int(c.ending == "lapsed")) for c in month.cases if c.ending in ("closed", "lapsed")]


def _told_first(month: _Month) -> Subjects:
    return [(c.detected_at, int(c.told_first)) for c in month.cases if c.told_first is not None]


def _before_delivery(month: _Month) -> Subjects:
    return [(c.detected_at, int(c.before_delivery)) for c in month.cases if c.before_delivery is not None]


def _updated(month: _Month) -> Subjects:
    return [(o.placed_at, int(o.updated)) for o in month.orders if o.updated is not None]


def _covered(month: _Month) -> Subjects:
    """Nothing was found later: all that customers said about orders was taken down when they did."""
    return [(word.at, 1) for need in month.needs if need.about_order for word in need.words if word.inbound]


def _waived(month: _Month) -> Subjects:
    return [(c.detected_at, 1) for c in month.cases if c.ending == "waived"]


def _scores(month: _Month) -> Subjects:
    return [(a.at, a.score) for a in month.answers if a.survey == "csat"]


def _top_scores(month: _Month) -> Subjects:
    return [(at, int(score == 5)) for at, score in _scores(month)]


def _promoters(month: _Month) -> Subjects:
    """1 for who recommends the shop, −1 for who warns of it."""
    return [(a.at, int(a.score >= 9) - int(a.score <= 6)) for a in month.answers if a.survey == "nps"]


def _handover(month: _Month) -> Subjects:
    return [(o.placed_at, _took(o.placed_at, o.shipped_at)) for o in month.orders if not o.cancelled]


_MEASURES: Mapping[str, tuple[Callable[[Numbers], Mapping[str, Any]], Callable[[_Month], Subjects]]] = {
    "orders_received": (_count, _received),
    "orders_handled": (_different, _handled),
    "order_confirmation_time": (_lasting, _confirmation),
    "delivery_time": (_lasting, _delivery),
    "on_time_delivery_rate": (_share, _on_time),
    "promise_kept_rate": (_share, _kept),
    "incident_rate": (_share, _incident_rate),
    "incident_resolution_time": (_lasting, _resolution),
    "reopen_rate": (_share, _reopened),
    "sla_met_rate": (_share, _met),
    "escalation_rate": (_share, _raised),
    "lapsed_rate": (_share, _lapsed),
    "waived_closings": (_count, _waived),
    "told_first_rate": (_share, _told_first),
    "communicated_before_delivery_rate": (_share, _before_delivery),
    "proactive_update_rate": (_share, _updated),
    "ticket_coverage_rate": (_share, _covered),
    "unowned_time": (_lasting, _unowned),
    "first_response_time": (_lasting, lambda m: [(n.began, n.response) for n in m.needs if n.asked]),
    "first_contact_resolution_rate": (_share, lambda m: [(n.began, int(n.at_once)) for n in m.needs if n.asked]),
    "contacts_per_need": (_spread, lambda m: [(n.began, n.inbound) for n in m.needs]),
    "cost_per_need": (_lasting, lambda m: [(n.began, n.cost) for n in m.needs]),
    "csat_mean": (_spread, _scores),
    "csat_top_share": (_share, _top_scores),
    "nps": (_net, _promoters),
    "handover_time": (_lasting, _handover),
    "order_error_claim_rate": (_share, lambda m: [(o.placed_at, int(o.wrong)) for o in m.orders]),
    "repeat_incident_rate": (_share, lambda m: [(c.detected_at, int(c.repeated)) for c in m.cases]),
    # Nobody commits themselves to anything in the demo, or is rung to be asked.
    "commitments_kept_rate": (_share, lambda _: []),
    "verification_call_coverage": (_share, lambda _: []),
}

_AT_END: Mapping[str, Callable[[Numbers], Mapping[str, Any]]] = {"backlog": _count, "backlog_age": _lasting}
