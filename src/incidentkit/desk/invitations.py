"""Invitations to check-ins as iCalendar files, which every calendar takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from incidentkit.domain.shop import Agent, Shop
from incidentkit.errors import MissingExtra, RuleViolation
from incidentkit.phrases.words import Words
from incidentkit.rules.checkins import checkin_times, regular_slot, team_named, zone_of

if TYPE_CHECKING:
    from icalendar import Calendar, Event

__all__ = ["invitation"]

_WEEKS = 53
"""For so long ahead each week is looked at: where the team is not at work at the usual time, the meeting moves or is off."""

_WEEK = timedelta(days=7)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def invitation(shop: Shop, tenant: str, team: str, words: Words, now: datetime) -> bytes:
    """A team's weekly check-in as an iCalendar file (RFC 5545), with the team's agents who have an e-mail address.

    It recurs for ever at the team's usual time. In the year that follows, weeks in which the team is not at work then have
    the meeting at its next open hour, or not at all. The UID stays the same, so that a newer file replaces an older one.

    Raises:
        InvalidInput: no such team.
        RuleViolation: the team is at work in no week of the year that follows.
        MissingExtra: the extra ``report`` is not installed.
    """
    calendar, event = _made()
    plan, zone = team_named(team, shop).checkin, ZoneInfo(zone_of(shop, team))
    times = [at for at in checkin_times(shop, team, now.astimezone(zone).date(), _WEEKS) if at > now]
    if not times:
        raise RuleViolation(
            f"The check-in of {team}",
            "is in the team's working time",
            got="no open hour in a year",
            next="Look at its calendar.",
        )
    usual = [at.astimezone(zone) for at in times]
    day, hour = regular_slot(times, zone)
    first = next(at for at in usual if (at.weekday(), at.time()) == (day, hour))
    people = [agent for agent in shop.agents if agent.team == team and agent.email]
    calendar.add("prodid", "-//incidentkit//check-in//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if people else "PUBLISH")
    _describe(event, shop, tenant, team, words, now)
    event.add("dtstart", first)
    event.add("duration", plan.length)
    event.add("rrule", {"freq": "weekly", "byday": _DAYS[day]})
    _move(event, first, usual)
    _invite(event, shop, people)
    calendar.add_component(event)
    calendar.add_missing_timezones(first_date=first.date().replace(month=1, day=1))
    return bytes(calendar.to_ical())


def _made() -> tuple[Calendar, Event]:
    try:
        from icalendar import Calendar, Event
    except ImportError:
        raise MissingExtra(
            "An invitation",
            "needs the extra report",
            got="an installation without icalendar",
            next='Install it: pip install "incidentkit[report]"',
            extra="report",
        ) from None
    return Calendar(), Event()


def _describe(event: Event, shop: Shop, tenant: str, team: str, words: Words, now: datetime) -> None:
    domain = shop.sender.rpartition("@")[2]
    uid = uuid5(NAMESPACE_URL, f"incidentkit:{domain}:{tenant}:checkin:{team}")
    event.add("uid", f"{uid}@{domain}")
    event.add("dtstamp", now)
    # Whoever takes in a newer file must see that it is newer.
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("summary", words.say("meetings.summary", team=team))
    event.add("description", words.say("meetings.description"))
    event.add("class", "PRIVATE")


def _move(event: Event, first: datetime, usual: Sequence[datetime]) -> None:
    """Leave out the weeks in which the meeting is not at the usual time, and add when it is instead."""
    planned = [first + n * _WEEK for n in range(_WEEKS) if first + n * _WEEK <= usual[-1]]
    for at in sorted(set(planned) - set(usual)):
        event.add("exdate", at)
    for at in sorted(set(usual) - set(planned)):
        if at > first:  # a series does not begin before its first meeting
            event.add("rdate", at)


def _invite(event: Event, shop: Shop, people: Sequence[Agent]) -> None:
    if not people:
        return
    event.add("organizer", f"mailto:{shop.sender}")
    for agent in people:
        parameters: dict[str, Any] = {"CN": agent.name, "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        event.add("attendee", f"mailto:{agent.email}", parameters=parameters)
