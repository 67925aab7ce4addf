"""Who is on duty: by the rotas, the swaps and the absences in the shop's settings.

Laws: an agent who is absent is never on duty; one with a shift is exactly while the wall clock of the rota's zone shows an
hour of it, whatever clocks change; in a team none of whose agents stands in a rota, all who are not absent are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from incidentkit.domain.calendars import Schedule
from incidentkit.domain.incidents import Period
from incidentkit.domain.rotas import Rota
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.times import from_micros, micros
from incidentkit.worktime.days import day_of
from incidentkit.worktime.spans import joined, open_spans

__all__ = ["Coming", "Duty", "absence_of", "duty", "has_rota", "left_early", "next_of", "next_on_duty", "on_duty", "shift_end"]

Reason = Literal["on_shift", "covering", "always", "absent", "swapped", "off_shift", "no_shift"]
"""Why an agent is there: ``covering`` for somebody else, ``always`` without a rota in the team; or why not."""

_SECOND = 1_000_000
_HORIZONS = (timedelta(days=8), timedelta(days=40), timedelta(days=400))
"""How far ahead a shift is looked for."""

Span = tuple[int, int]


@frozen
class Duty:
    """Whether an agent is on duty, and why.

    Args:
        until: when that changes; None where nothing in sight says so.
    """

    agent: str
    on: bool
    why: Reason
    until: datetime | None = None


@frozen
class Coming:
    """Who is on duty next, and from when."""

    agent: Agent
    at: datetime


def on_duty(shop: Shop, team: str, at: datetime) -> tuple[Agent, ...]:
    """The agents of a team who are on duty at an instant, supervisors last, else as the settings list them."""
    there = [agent for agent in shop.agents if agent.team == team and _is_there(shop, agent, at)]
    return tuple(sorted(there, key=shop.supervises))


def next_on_duty(shop: Shop, team: str, after: datetime) -> Coming | None:
    """Who of a team is on duty first from ``after`` on; None where no shift of theirs is in sight."""
    return next_of(shop, (agent for agent in shop.agents if agent.team == team), after)


def next_of(shop: Shop, agents: Iterable[Agent], after: datetime) -> Coming | None:
    """The first of these agents to be on duty from ``after`` on; of several, no supervisor."""
    ranked = sorted(agents, key=shop.supervises)
    for ahead in _HORIZONS if ranked else ():
        starts = ((_next_start(shop, agent, after, after + ahead), agent) for agent in ranked)
        known = [Coming(agent, start) for start, agent in starts if start is not None]
        if known:
            return min(known, key=lambda coming: coming.at)
    return None


def shift_end(shop: Shop, agent: Agent, at: datetime) -> datetime | None:
    """When the agent, who is on duty at ``at``, goes: at the shift's end or into an absence; None for no end in sight."""
    return _end_of(shop, agent, at, _absences(shop, agent))


def left_early(shop: Shop, agent: Agent, at: datetime, watched: datetime | None) -> bool:
    """Whether an agent is absent who was expected to be there: what they have is watched for the end of their shift only.

    Args:
        watched: when it is looked at next whether they are there; None for never.
    """
    return absence_of(shop, agent, at) is not None and watched == _end_of(shop, agent, at, [])


def _end_of(shop: Shop, agent: Agent, at: datetime, away: Sequence[Period]) -> datetime | None:
    now = micros(at)
    ahead = _HORIZONS[0] if has_rota(shop, agent.team) else _HORIZONS[-1]
    high = now + ahead // timedelta(microseconds=1)
    for start, end in _spans(shop, agent, now, high, away):
        if start <= now < end:
            return None if end >= high else from_micros(end)
    return None


def duty(shop: Shop, agent: Agent, at: datetime) -> Duty:
    """Whether an agent is on duty, why, and until when."""
    away = absence_of(shop, agent, at)
    if away is not None:
        return Duty(agent.name, False, "absent", away.until)
    if _is_there(shop, agent, at):
        return Duty(agent.name, True, _why_there(shop, agent, at), shift_end(shop, agent, at))
    back = next((start for ahead in _HORIZONS if (start := _next_start(shop, agent, at, at + ahead)) is not None), None)
    own = [rota.schedule for rota in _rotas(shop, agent)]
    why: Reason = "no_shift" if back is None and not own else "swapped" if _open(own, at) else "off_shift"
    return Duty(agent.name, False, why, back)


def absence_of(shop: Shop, agent: Agent, at: datetime) -> Period | None:
    """The absence that an agent is in, the longest of several; None for none."""
    running = [period for period in _absences(shop, agent) if period.since <= at < period.until]
    return max(running, key=lambda period: period.until, default=None)


def has_rota(shop: Shop, team: str) -> bool:
    """Whether some agent of the team stands in a rota, or does a shift of one who does."""
    named = {name for rota in shop.rotas for name in rota.agents} | {swap.by for swap in shop.swaps}
    return any(agent.team == team and agent.name in named for agent in shop.agents)


# --- One agent ---------------------------------------------------------------------------------------------------


def _is_there(shop: Shop, agent: Agent, at: datetime) -> bool:
    if absence_of(shop, agent, at) is not None:
        return False
    return _open(_schedules(shop, agent), at) if has_rota(shop, agent.team) else True


def _why_there(shop: Shop, agent: Agent, at: datetime) -> Reason:
    if not has_rota(shop, agent.team):
        return "always"
    return "on_shift" if _open(_own(shop, agent), at) else "covering"


def _next_start(shop: Shop, agent: Agent, after: datetime, until: datetime) -> datetime | None:
    low = micros(after)
    spans = _spans(shop, agent, low, micros(until), _absences(shop, agent))
    return next((from_micros(max(start, low)) for start, _ in spans), None)


def _spans(shop: Shop, agent: Agent, low: int, high: int, absences: Sequence[Period]) -> list[Span]:
    """When they are on duty between two instants, in microseconds."""
    if has_rota(shop, agent.team):
        first, last = low // _SECOND, -(-high // _SECOND)
        found = (span for schedule in _schedules(shop, agent) for span in open_spans(schedule, first, last))
        spans: Iterable[Span] = joined(sorted((start * _SECOND, end * _SECOND) for start, end in found))
    else:
        spans = ((low, high),)
    away = list(joined(sorted((micros(p.since), micros(p.until)) for p in absences)))
    return [(start, end) for start, end in _without(spans, away) if start < high and end > low]


def _without(spans: Iterable[Span], away: list[Span]) -> Iterator[Span]:
    for begun, end in spans:
        start = begun
        for gone, back in away:
            if gone < end and back > start:
                if start < gone:
                    yield start, gone
                start = min(back, end)
        if start < end:
            yield start, end


def _absences(shop: Shop, agent: Agent) -> list[Period]:
    mine = [absence for absence in shop.absences if absence.agent == agent.name]
    if not mine:
        return []
    # A day that they are not there is one where they work.
    zone = next((rota.schedule.zone for rota in _rotas(shop, agent)), shop.zone)
    return [absence.period(zone) for absence in mine]


# --- Shifts ------------------------------------------------------------------------------------------------------


def _rotas(shop: Shop, agent: Agent) -> list[Rota]:
    return [rota for rota in shop.rotas if agent.name in rota.agents]


def _schedules(shop: Shop, agent: Agent) -> list[Schedule]:
    """Everything that they do, swaps included."""
    return [*_own(shop, agent), *_covered(shop, agent)]


def _own(shop: Shop, agent: Agent) -> list[Schedule]:
    given_away = {swap.date for swap in shop.swaps if swap.agent == agent.name}
    return [left for rota in _rotas(shop, agent) if (left := _less(rota.schedule, given_away)) is not None]


def _less(schedule: Schedule, dates: set[date]) -> Schedule | None:
    if not dates:
        return schedule
    others = {day: hours for day, hours in schedule.dates.items() if day not in dates}
    if not any(schedule.week) and not any(others.values()):
        return None
    closed = {day: name for day, name in schedule.closed.items() if day not in dates}
    return evolve(schedule, dates={**others, **dict.fromkeys(dates, ())}, closed=closed)


def _covered(shop: Shop, agent: Agent) -> Iterator[Schedule]:
    """The shifts of others that they do."""
    for swap in shop.swaps:
        if swap.by == agent.name:
            for rota in shop.rotas:
                hours = day_of(rota.schedule, swap.date).hours if swap.agent in rota.agents else ()
                if hours:
                    yield Schedule(rota.schedule.zone, {}, {swap.date: hours})


def _open(schedules: Iterable[Schedule], at: datetime) -> bool:
    """Whether the wall clock shows an hour of a shift: one of that day, or one of the day before that goes over midnight."""
    return any(_open_by(schedule, at.astimezone(ZoneInfo(schedule.zone))) for schedule in schedules)


def _open_by(schedule: Schedule, wall: datetime) -> bool:
    minute, today = wall.hour * 60 + wall.minute, wall.date()
    of_today = any(opens <= minute < closes for opens, closes in (h.minutes for h in day_of(schedule, today).hours))
    return of_today or any(minute + 1440 < h.minutes[1] for h in day_of(schedule, today - timedelta(days=1)).hours)
