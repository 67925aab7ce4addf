"""Whose hours count: the working time of a team, of one team after another, or all time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.incidents import EarlierTeam, Incident
from incidentkit.domain.shop import Shop
from incidentkit.domain.targets import ClockKind
from incidentkit.errors import TimeError
from incidentkit.worktime.relay import Counting, Leg, Relay
from incidentkit.worktime.working_time import WorkingTime

__all__ = ["after_hours", "clock_hours", "hours_of", "somebody_there"]


def hours_of(shop: Shop, team: str, clock: ClockKind = "working") -> WorkingTime:
    """What a clock of a team's counts. Worked out once for each shop and team."""
    key = f"hours of {team}" if clock == "working" else "all hours"
    found: WorkingTime | None = shop.worked_out.get(key)
    if found is None:
        calendar = shop.calendar_of(team) if clock == "working" else Calendar("elapsed", Schedule.always())
        # Whoever comes second overwrites it with the same.
        found = shop.worked_out[key] = WorkingTime(calendar)
    return found


def clock_hours(incident: Incident, shop: Shop, began: datetime, as_of: datetime) -> Counting:
    """What a clock of a case counts that began at ``began``, as things are at ``as_of``.

    Another team is a change of hours like any other: what becomes of a clock that runs is said by the calendar that it runs
    on. With ``keep_used``, time used stays as it was counted, and time left runs on the hours of the team that took over.
    """
    kind = incident.deadlines.clock
    if kind == "elapsed" or not incident.earlier_teams:
        return hours_of(shop, incident.owner.team, kind).for_clock(began, as_of)
    first, *later = _turns(incident, shop, began, as_of)
    legs = tuple(Leg(since, hours.for_clock(since, as_of)) for since, hours in later)
    counts = first[1].for_clock(began, as_of)
    return Relay(counts, legs) if legs else counts


def _turns(incident: Incident, shop: Shop, began: datetime, as_of: datetime) -> list[tuple[datetime, WorkingTime]]:
    """Whose hours count, each from when on."""
    teams = [*incident.earlier_teams, EarlierTeam(incident.owner.team, as_of)]
    turns = [(began, hours_of(shop, teams[0].team))]
    for earlier, team in pairwise(teams):
        since, hours, running = earlier.until, hours_of(shop, team.team), turns[-1][1].calendar
        policy = running.on_change
        if since > as_of or hours.calendar == running:
            continue
        if since <= began or policy == "recompute":
            turns = [(began, hours)]
        elif policy == "keep_used":
            turns.append((since, hours))
    return turns


def somebody_there(hours: WorkingTime, at: datetime) -> datetime:
    """The next instant at which somebody works; ``at`` itself where nobody ever will again: then nothing is waited for."""
    try:
        return hours.next_open(at)
    except TimeError:
        return at


def after_hours(hours: Counting, since: datetime, within: timedelta) -> datetime | None:
    """When so much has been worked since; None where the calendar ends before."""
    try:
        return hours.deadline(since, within)
    except TimeError:
        return None
