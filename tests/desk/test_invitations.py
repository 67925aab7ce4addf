"""Invitations to check-ins, read by a library that others wrote."""

from __future__ import annotations

import builtins
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar as Read

from incidentkit.desk.invitations import invitation
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.checkins import CheckInTime
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.errors import InvalidInput, MissingExtra, RuleViolation
from incidentkit.phrases.words import words_in

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 3, 4, 10, tzinfo=MADRID)
ANA = Agent("ana", "after-sales", email="ana@example.com")


def a_shop(*agents: Agent, plan: CheckInTime | None = None, **hours: Any) -> Shop:
    week = hours.pop("week", {"mon-fri": ("09:00-14:00",)})
    calendar = Calendar("team", Schedule("Europe/Madrid", week, **hours))
    team = Team("after-sales", calendar="team", checkin=plan or CheckInTime())
    return Shop(zone="Europe/Madrid", teams=(team,), agents=agents, calendars={"team": calendar}, sender="shop@tienda.example")


def read(shop: Shop, now: datetime = NOW, language: str = "en") -> tuple[Any, Any]:
    calendar = Read.from_ical(invitation(shop, "default", "after-sales", words_in(language), now))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def times(event: Any, name: str) -> list[datetime]:
    found = event.get(name)
    parts = found if isinstance(found, list) else [] if found is None else [found]
    return [one.dt for part in parts for one in part.dts]


def test_a_team_is_invited_every_week_at_its_time() -> None:
    """From the next meeting on, by its own clock, so that summer time changes nothing."""
    _, event = read(a_shop(ANA, plan=CheckInTime("tue", time(9, 30), 15)))

    assert datetime(2026, 3, 10, 9, 30, tzinfo=MADRID) == event["DTSTART"].dt
    assert "Europe/Madrid" == event["DTSTART"].params["TZID"]
    assert ("WEEKLY", "TU", timedelta(minutes=15)) == (
        event["RRULE"]["FREQ"][0],
        event["RRULE"]["BYDAY"][0],
        event["DURATION"].dt,
    )


def test_the_zone_is_told_with_its_summer_time() -> None:
    """Calendars need not know it."""
    calendar, _ = read(a_shop(ANA))
    (zone,) = calendar.walk("VTIMEZONE")

    assert "Europe/Madrid" == zone["TZID"]
    assert {"STANDARD", "DAYLIGHT"} == {part.name for part in zone.subcomponents}


def test_a_holiday_moves_the_meeting_to_the_next_open_hour() -> None:
    """A whole week without open hours leaves it out."""
    closed = {date(2026, 3, 16): (), **{date(2026, 4, 6) + timedelta(days=n): () for n in range(5)}}
    _, event = read(a_shop(ANA, dates=closed))

    assert [date(2026, 3, 16), date(2026, 4, 6)] == [at.date() for at in times(event, "EXDATE")]
    assert [datetime(2026, 3, 17, 9, tzinfo=MADRID)] == times(event, "RDATE")


def test_a_team_that_never_works_on_its_day_meets_on_its_next_one() -> None:
    """Every week, without exceptions."""
    _, event = read(a_shop(ANA, week={"tue-sat": ("10:00-14:00",)}))

    assert ("TU", datetime(2026, 3, 10, 10, tzinfo=MADRID)) == (event["RRULE"]["BYDAY"][0], event["DTSTART"].dt)
    assert [] == times(event, "EXDATE") + times(event, "RDATE")


def test_a_newer_invitation_replaces_an_older_one() -> None:
    """The same UID, whatever changed, and a higher sequence; another team or shop has another."""
    _, first = read(a_shop(ANA))
    _, second = read(a_shop(ANA, plan=CheckInTime("wed")), NOW + timedelta(days=1))

    assert (str(first["UID"]), True) == (str(second["UID"]), second["SEQUENCE"] > first["SEQUENCE"])
    assert str(first["UID"]).endswith("@tienda.example")


def test_only_handles_and_addresses_of_the_team_stand_in_it() -> None:
    """Of those who have an address in the settings."""
    calendar, event = read(a_shop(ANA, Agent("leo", "after-sales"), Agent("eva", "after-sales", email="eva@example.com")))

    assert ["mailto:ana@example.com", "mailto:eva@example.com"] == [str(one) for one in event["ATTENDEE"]]
    assert ["ana", "eva"] == [one.params["CN"] for one in event["ATTENDEE"]]
    assert ("REQUEST", "mailto:shop@tienda.example") == (str(calendar["METHOD"]), str(event["ORGANIZER"]))


def test_without_addresses_nobody_is_invited_by_name() -> None:
    """The file can still be put into a calendar."""
    calendar, event = read(a_shop(Agent("leo", "after-sales")))

    assert ("PUBLISH", False, False) == (str(calendar["METHOD"]), "ATTENDEE" in event, "ORGANIZER" in event)


def test_it_is_said_in_the_language_that_was_asked_for() -> None:
    """Title and description."""
    assert "Reunión de seguimiento de after-sales" == str(read(a_shop(ANA), language="es")[1]["SUMMARY"])


def test_a_team_that_is_never_at_work_is_not_invited() -> None:
    """Nor one that is none."""
    with pytest.raises(RuleViolation, match="working time"):
        read(a_shop(ANA, plan=CheckInTime("sat"), dates={}))
    with pytest.raises(InvalidInput):
        invitation(a_shop(ANA), "default", "nobody", words_in("en"), NOW)


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install it."""
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("icalendar"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(MissingExtra, match="report"):
        invitation(a_shop(ANA), "default", "after-sales", words_in("en"), NOW)
