"""What truly became of a case's clocks in a month, and what the desk does by itself: worked out without a desk.

It looks at what is due at the end of each slice; in the shop's hours where a clock is broken, at any hour else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain.protocols import Protocol
from incidentkit.testing.simulator.courses import Course, Round, Trouble
from incidentkit.testing.simulator.days import CLOSES, END, OPENS, SLICE, ZONE, last_instant, noon, sent_after
from incidentkit.testing.simulator.shop import TEAM_OF, demo_shop

__all__ = ["Watched", "promised_before", "told_at", "watched"]

_TZ = ZoneInfo(ZONE)
_HOUR = timedelta(hours=1)

Pauses = list[tuple[datetime, datetime]]

_PROTOCOLS = {protocol.type: protocol for protocol in demo_shop().protocols}
_ASKED_FOR_UNTAKEN = {"after-sales": 4, "warehouse": 3, "billing": 3}
"""Of a broken case that nobody has by name: first the supervisor is asked, then everybody of the team, then the others'."""


@frozen
class Watched:
    """What watching a case comes to.

    Args:
        decided_at: when the last of its clocks was; None without clocks.
        met: whether all were stopped in time.
        raised: whether it was raised to a higher level.
        lapsed_at: when nobody waited for the customer any longer.
        actions: when the desk did something about it by itself.
    """

    decided_at: datetime | None
    met: bool
    raised: bool
    lapsed_at: datetime | None
    actions: tuple[datetime, ...]


@frozen
class _Clock:
    since: datetime
    due: datetime
    stopped_at: datetime | None

    @property
    def broken_seen(self) -> datetime | None:
        """When the desk sees that it is broken, if it still is then."""
        seen = _in_hours(sent_after(max(self.due, self.since)))
        return seen if seen < (self.stopped_at or END) else None


def watched(course: Course, trouble: Trouble) -> Watched:
    """What watching that case of an order comes to by the month's end."""
    told = told_at(trouble)
    clocks = dict(_clocks(course, trouble, told))
    over = trouble.withdrawn_at or END
    seen = {name: at for name, clock in clocks.items() if (at := clock.broken_seen) is not None and at < min(over, END)}
    raised_at = min([*seen.values(), *_promises_broken(trouble)], default=None)
    asked, lapsed_at = _silence(course, trouble)
    calls = [seen["communicate_by"]] if "communicate_by" in seen else []
    actions = [*calls, *asked, *_asked_around(trouble, raised_at), *_not_accepted(trouble)]
    return Watched(
        decided_at=max(c.due if c.stopped_at is None else c.stopped_at for c in clocks.values()),
        met=all(c.stopped_at is not None and c.stopped_at <= c.due for c in clocks.values()),
        raised=raised_at is not None,
        lapsed_at=lapsed_at,
        actions=tuple(actions),
    )


# --- Clocks --------------------------------------------------------------------------------------------------------


def _clocks(course: Course, trouble: Trouble, told_at: datetime | None) -> Iterator[tuple[str, _Clock]]:
    protocol, began = _PROTOCOLS[trouble.type], trouble.detected_at
    if trouble.reported_by == "customer":
        yield "first_response", _Clock(began, _later(began, _span(protocol.first_response), []), told_at)
    yield "communicate_by", _Clock(began, _tell_by(course, trouble, protocol), told_at)
    solved = [r.resolved_at for r in trouble.rounds if r.resolved_at is not None and r.resolved_at < END]
    held = _held(trouble, told_at)
    within = _span(protocol.resolve_within)
    yield "resolve_by", _Clock(began, _later(began, within, held), solved[0] if solved else None)
    rests = [
        (r.resolved_at, r.reopened_at)
        for r in trouble.rounds
        if r.resolved_at is not None and r.reopened_at is not None and r.reopened_at < END
    ]
    if rests:
        again = solved[len(rests)] if len(solved) > len(rests) else None
        yield "resolve_again_by", _Clock(rests[-1][1], _later(began, within, [*held, *rests]), again)


def _span(within: timedelta | None) -> timedelta:
    assert within is not None, "the demo's protocols demand it"
    return within


def told_at(trouble: Trouble) -> datetime | None:
    """When the customer first heard of it from the shop."""
    if trouble.called_at is not None:
        return trouble.called_at if trouble.called_at < END else None
    return sent_after(trouble.written_at) if trouble.written_at is not None and trouble.written_at < END else None


def _tell_by(course: Course, trouble: Trouble, protocol: Protocol) -> datetime:
    """A delivery that is promised for earlier does not come first: the customer hears before."""
    by = _later(trouble.detected_at, _span(protocol.communicate_within), [])
    promised = promised_before(course, trouble)
    return by if promised is None else min(by, last_instant(promised))


def promised_before(course: Course, trouble: Trouble) -> date | datetime | None:
    """The promised delivery that was still to come when a case was detected."""
    promised = course.promised
    if course.promised_again is not None and course.promised_again[0] <= trouble.detected_at:
        promised = course.promised_again[1]
    if promised is None or not trouble.about_order or _all_there(course, trouble.detected_at):
        return None
    return promised if last_instant(promised) > trouble.detected_at else None


def _all_there(course: Course, at: datetime) -> bool:
    units = sum(item.quantity for item in course.items)
    arrived = sum(sum(p.units.values()) for p in course.parcels if p.delivered_at is not None and p.delivered_at <= at)
    gone = sum(units if c.units is None else sum(c.units.values()) for c in course.cancellations if c.at <= at)
    return arrived > 0 and arrived + gone >= units


def _held(trouble: Trouble, told_at: datetime | None) -> Pauses:
    """While the customer, who knows, thinks about what they were offered; at the longest, as long as that stands."""
    return [pause for r in trouble.rounds if told_at is not None and (pause := _thinking(r, told_at)) is not None]


def _thinking(round_: Round, told_at: datetime) -> tuple[datetime, datetime] | None:
    if round_.offered_at is None or round_.offered_at >= END or not round_.proposals:
        return None
    since = max(round_.offered_at, told_at)
    longest = max(last_instant(proposal.by) for proposal in round_.proposals)
    ends = [longest]
    accepted = [p.replied_at for p in round_.proposals if p.accepted and p.replied_at is not None]
    replied = [p.replied_at for p in round_.proposals if p.replied_at is not None]
    if accepted or len(replied) == len(round_.proposals):
        ends += accepted or [max(replied)]
    if round_.resolved_at is not None:
        ends.append(round_.resolved_at)
    end = min(at for at in ends)
    return (since, end) if end > since else None


def _later(since: datetime, within: timedelta, pauses: Pauses) -> datetime:
    """When so much of the shop's hours outside of the pauses has passed."""
    for opens, closes in _days(since):
        for start, end in _outside(max(opens, since), closes, pauses):
            if end - start >= within:
                return start + within
            within -= end - start
    raise AssertionError("days go on")


def _days(since: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(_TZ).date()
    while True:
        opens, closes = noon(day, OPENS), noon(day, CLOSES)
        if closes > since:
            yield opens, closes
        day += timedelta(days=1)


def _outside(start: datetime, end: datetime, pauses: Pauses) -> Iterator[tuple[datetime, datetime]]:
    for since, until in sorted(pauses):
        if until > start and since < end:
            if since > start:
                yield start, since
            start = max(start, until)
    if start < end:
        yield start, end


def _in_hours(at: datetime) -> datetime:
    """The first slice's end, from ``at`` on, at which the shop is open."""
    while not OPENS <= at.astimezone(_TZ).hour < CLOSES:
        at += SLICE
    return at


def _next_end(at: datetime) -> datetime:
    """The slice's end that is at ``at`` or comes next."""
    return sent_after(at - timedelta(microseconds=1))


def _promises_broken(trouble: Trouble) -> Iterator[datetime]:
    """When the desk sees that what was agreed is not there on the day."""
    for proposal in (p for r in trouble.rounds for p in r.proposals if p.accepted):
        assert proposal.replied_at is not None, "who accepts, replies"
        seen = _in_hours(sent_after(max(last_instant(proposal.by), proposal.replied_at)))
        if seen < min(proposal.carried_out_at or END, END):
            yield seen


# --- What the desk does by itself -------------------------------------------------------------------------------------


def _asked_around(trouble: Trouble, raised_at: datetime | None) -> Iterator[datetime]:
    """A raised case is asked of its supervisor, who does not take it: where nobody has it, others are asked."""
    if raised_at is None:
        return
    yield raised_at
    if trouble.custodies:
        return  # it goes back on the same day
    at = raised_at
    for _ in range(_ASKED_FOR_UNTAKEN[TEAM_OF.get(trouble.type, "after-sales")]):
        at = _next_end(_later(at, _HOUR, []))
        yield at


def _not_accepted(trouble: Trouble) -> Iterator[datetime]:
    """What nobody accepts within an hour goes back."""
    for custody in trouble.custodies:
        if not custody.agent and custody.asked_at is not None:
            at = _next_end(_later(custody.asked_at, _HOUR, []))
            if not any(end is not None and end < at for end in (trouble.withdrawn_at, *(r.closed_at for r in trouble.rounds))):
                yield at


def _silence(course: Course, trouble: Trouble) -> tuple[list[datetime], datetime | None]:
    """When a silent customer was asked again, and when the case lapsed."""
    protocol = _PROTOCOLS[trouble.type]
    asked: list[datetime] = []
    for round_ in trouble.rounds:
        if round_.resolved_at is None:
            continue
        at, ends = round_.resolved_at, _heard_at(round_)
        for number in range(protocol.attempts + 1):
            at = _next_end(_later(at, protocol.attempt_every, []))
            if at >= min(ends, END):
                break
            asked.append(at)
            if number == protocol.attempts:
                return asked, at if course.customer.email else None
    return asked, None


def _heard_at(round_: Round) -> datetime:
    """From when on nobody is asked any more."""
    answers = round_.poll.answers if round_.poll is not None else ()
    moments = [a.at for a in answers] + [round_.spoken_at, round_.confirmed_at, round_.waived_at, round_.reopened_at]
    return min((at for at in moments if at is not None), default=END)
