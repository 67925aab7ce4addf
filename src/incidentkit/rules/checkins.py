"""When a team checks in, and what a check-in's minutes must name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.calendars import WEEKDAYS
from incidentkit.domain.checkins import CheckIn, Obstacle, Progress, WentWell
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.ids import CheckInId
from incidentkit.domain.shop import Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.hours import hours_of, somebody_there

__all__ = ["NewCheckIn", "checkin_times", "hold", "next_checkin", "note", "regular_slot", "team_named", "zone_of"]

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_LONGEST = timedelta(hours=24)
_YEAR = 53
_MORNING = time(9)


@frozen
class NewCheckIn:
    """What was said in a check-in. ``reported`` and ``made`` are the commitments themselves."""

    checkin: CheckInId
    team: str
    present: tuple[str, ...]
    progress: tuple[Progress, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    went_well: tuple[WentWell, ...] = ()
    reported: tuple[Commitment, ...] = ()
    made: tuple[Commitment, ...] = ()
    notes: Text | None = None
    took: timedelta | None = None


def hold(new: NewCheckIn, now: Circumstances) -> Decision:
    """Keep what was said.

    Raises:
        InvalidInput: no such team or agent, nobody there, an obstacle without words, or a length that can't be.
        RuleViolation: a commitment that nobody has reported on stands among those that were.
    """
    shop = now.shop
    team_named(new.team, shop)
    _check_present(new, shop)
    _check_words((obstacle.what for obstacle in new.obstacles), "An obstacle")
    _check_words((good.what for good in new.went_well), "What went well")
    if new.took is not None and not timedelta(0) < new.took <= _LONGEST:
        raise InvalidInput("A check-in", "takes some time, and no more than a day", got=new.took)
    for commitment in new.reported:
        if commitment.open:
            raise RuleViolation(
                f"Commitment {commitment.id}",
                "is among those that were reported on",
                got="one that is open",
                next="Report on it first: desk.checkins.report().",
            )
    held = ev.CheckInHeld(
        checkin=new.checkin,
        team=new.team,
        present=new.present,
        progress=new.progress,
        obstacles=new.obstacles,
        went_well=new.went_well,
        reported=tuple(commitment.id for commitment in new.reported),
        made=tuple(commitment.id for commitment in new.made),
        notes=new.notes,
        took=new.took,
    )
    return Decision((held,))


def note(checkin: CheckIn, notes: Text) -> Decision:
    """Something is added to the minutes; what stands there stays."""
    _check_words((notes,), f"Check-in {checkin.id}")
    return Decision((ev.CheckInNoted(notes),))


def team_named(name: str, shop: Shop) -> Team:
    """The team of that name.

    Raises:
        InvalidInput: the shop has none.
    """
    found = shop.team(name) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(team.name for team in shop.teams)
        raise InvalidInput("A check-in", "is a team's of the shop", got=repr(name)[:40], next=f"Known: {known}.")
    return found


# --- When --------------------------------------------------------------------------------------------------------


def zone_of(shop: Shop, team: str) -> str:
    """The zone whose clock a team works by."""
    return shop.calendar_of(team).schedules[-1].zone or shop.zone


def checkin_times(shop: Shop, team: str, since: date, weeks: int) -> tuple[datetime, ...]:
    """When a team meets, week by week from the one of ``since`` on, in UTC.

    Each is at the team's day and time; where it is not at work then, at its next open hour in the same week, and not at all
    in a week that has none left.
    """
    first = since - timedelta(days=since.weekday())
    found = (_in_week(shop, team, first + n * _WEEK) for n in range(weeks))
    return tuple(at for at in found if at is not None)


def next_checkin(shop: Shop, team: str, after: datetime) -> datetime | None:
    """The team's first check-in on a later day than ``after``; None where it is not at work for a year."""
    today = after.astimezone(ZoneInfo(zone_of(shop, team))).date()
    times = checkin_times(shop, team, today, _YEAR)
    return next((at for at in times if at.astimezone(ZoneInfo(zone_of(shop, team))).date() > today), None)


def regular_slot(times: Sequence[datetime], zone: ZoneInfo) -> tuple[int, time]:
    """The weekday, from 0 for Monday, and the time of day that most check-ins begin at in a zone; of several, the earliest."""
    slots = [(local.weekday(), local.time()) for local in (at.astimezone(zone) for at in times)]
    return min(set(slots), key=lambda slot: (-slots.count(slot), slot))


def _in_week(shop: Shop, team: str, monday: date) -> datetime | None:
    plan, zone = team_named(team, shop).checkin, ZoneInfo(zone_of(shop, team))
    day = monday + WEEKDAYS.index(plan.day) * _DAY
    hours = hours_of(shop, team)
    wanted = datetime.combine(day, plan.at or time(), zone).astimezone(UTC)
    if plan.at is None and hours.is_open(wanted):
        wanted = datetime.combine(day, _MORNING, zone).astimezone(UTC)  # who works round the clock opens at no time
    opens = somebody_there(hours, wanted)
    return opens if opens.astimezone(zone).date() < monday + _WEEK else None


# --- What is checked ---------------------------------------------------------------------------------------------


def _check_present(new: NewCheckIn, shop: Shop) -> None:
    if not new.present:
        raise InvalidInput("A check-in", "needs somebody who was there", got="nobody", next="Give present=.")
    seeing = (obstacle.who for obstacle in new.obstacles if obstacle.who)
    for handle in (*new.present, *seeing):
        if shop.agent(handle) is None:
            raise InvalidInput("Who takes part in a check-in", "must be an agent of the shop", got=repr(handle)[:40])
    for good in new.went_well:
        for who in good.who:
            if shop.agent(who) is None and shop.team(who) is None:
                raise InvalidInput("Who is behind what went well", "must be an agent or a team of the shop", got=repr(who)[:40])


def _check_words(texts: Iterable[Text], subject: str) -> None:
    for text in texts:
        if not str(text).strip():
            raise InvalidInput(subject, "is said in words", got="none")
