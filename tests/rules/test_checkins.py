"""When a team checks in, and what its minutes must name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.checkins import CheckIn, CheckInTime, Obstacle, WentWell
from incidentkit.domain.commitments import Commitment, CommitmentState
from incidentkit.domain.ids import CheckInId, CommitmentId
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError, InvalidInput, RuleViolation
from incidentkit.rules import checkins as rules
from incidentkit.rules.checkins import NewCheckIn
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.hours import hours_of
from incidentkit.testing.strategies import checkin_times

MADRID = ZoneInfo("Europe/Madrid")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = Text("text:1", "no boxes")


MONDAYS = CheckInTime()


def a_shop(plan: CheckInTime = MONDAYS, **hours: Any) -> Shop:
    week = hours.pop("week", {"mon-fri": ("09:00-14:00", "16:00-19:00")})
    calendar = Calendar("team", Schedule("Europe/Madrid", week, **hours))
    team = Team("after-sales", calendar="team", checkin=plan)
    return Shop(zone="Europe/Madrid", teams=(team,), agents=(Agent("ana", "after-sales"),), calendars={"team": calendar})


def local(shop: Shop, since: date, weeks: int) -> list[str]:
    return [f"{at.astimezone(MADRID):%a %d %H:%M}" for at in rules.checkin_times(shop, "after-sales", since, weeks)]


# --- When --------------------------------------------------------------------------------------------------------


def test_a_team_meets_when_it_opens_on_monday_unless_it_says_otherwise() -> None:
    """Every week, by the clock on its wall, summer time or not."""
    assert ["Mon 23 09:00", "Mon 30 09:00", "Mon 06 09:00"] == local(a_shop(), date(2026, 3, 25), 3)


def test_a_team_meets_at_the_time_it_says() -> None:
    """On its day of the week."""
    assert ["Wed 04 16:30"] == local(a_shop(CheckInTime("wed", time(16, 30))), date(2026, 3, 2), 1)


def test_a_meeting_waits_for_the_next_open_hour() -> None:
    """In the siesta until four, on a holiday until the day after."""
    shop = a_shop(CheckInTime("mon", time(15)), dates={date(2026, 3, 9): ()})

    assert ["Mon 02 16:00", "Tue 10 09:00"] == local(shop, date(2026, 3, 2), 2)


def test_a_week_without_open_hours_has_no_meeting() -> None:
    """It does not slip into the next one."""
    closed = {date(2026, 3, 9) + timedelta(days=n): () for n in range(5)}

    assert ["Mon 02 09:00", "Mon 16 09:00"] == local(a_shop(dates=closed), date(2026, 3, 2), 3)


def test_who_works_round_the_clock_meets_in_the_morning() -> None:
    """Not at midnight."""
    assert ["Mon 02 09:00"] == local(a_shop(week={"mon-sun": ("00:00-24:00",)}), date(2026, 3, 2), 1)


def test_the_next_check_in_is_on_a_later_day() -> None:
    """What is promised before or in a meeting is for the one after it."""
    before, after = (rules.next_checkin(a_shop(), "after-sales", START - timedelta(hours=h)) for h in (3, 0))

    assert datetime(2026, 3, 9, 8, tzinfo=UTC) == before == after


def test_a_team_that_never_works_again_has_no_next_check_in() -> None:
    """Nobody waits for one."""
    never = a_shop(week={}, dates={date(2026, 3, 3): ("09:00-10:00",)})

    assert datetime(2026, 3, 3, 8, tzinfo=UTC) == rules.next_checkin(never, "after-sales", START)


@given(checkin_times(), st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_every_meeting_is_in_working_time(plan: CheckInTime, since: date) -> None:
    """At most one a week, each in its own week, in their order."""
    shop = a_shop(plan)
    found = rules.checkin_times(shop, "after-sales", since, 8)
    weeks = [at.astimezone(MADRID).isocalendar()[:2] for at in found]

    assert all(hours_of(shop, "after-sales").is_open(at) for at in found)
    assert sorted(set(weeks)) == weeks
    assert sorted(found) == list(found)


def test_the_usual_slot_is_the_most_frequent() -> None:
    """Of two that are equally so, the earlier."""
    first = datetime(2026, 3, 2, 9, tzinfo=MADRID)
    times = [first, first + timedelta(days=8), first + timedelta(days=14)]

    assert (0, time(9)) == rules.regular_slot(times, MADRID)
    assert (0, time(9)) == rules.regular_slot(times[:2], MADRID)


@pytest.mark.parametrize("wrong", [{"minutes": 4}, {"minutes": 61}, {"at": time(9, 0, 1)}, {"at": time(9, tzinfo=UTC)}])
def test_a_plan_that_can_not_be_is_refused(wrong: dict[str, Any]) -> None:
    """Too short, too long, or at no plain time of day."""
    with pytest.raises(InvalidInput):
        CheckInTime(**wrong)


# --- Held --------------------------------------------------------------------------------------------------------

NOW = Circumstances(a_shop(), START, HOST)
OPEN = Commitment(CommitmentId("c-1"), "ana", "after-sales", WORDS, "told_first_rate", "leo", START, START)


def new(**given_: Any) -> NewCheckIn:
    return NewCheckIn(CheckInId("m-1"), **{"team": "after-sales", "present": ("ana",), **given_})


def test_what_was_said_is_kept() -> None:
    """The commitments by their ids."""
    over = changed(OPEN, id=CommitmentId("c-2"), state=CommitmentState.KEPT)
    (held,) = rules.hold(new(reported=(over,), made=(OPEN,), notes=WORDS, took=timedelta(minutes=18)), NOW).events

    assert isinstance(held, ev.CheckInHeld)
    assert (("c-2",), ("c-1",), WORDS, timedelta(minutes=18)) == (held.reported, held.made, held.notes, held.took)


@pytest.mark.parametrize(
    ("given_", "kind", "rule"),
    [
        ({"team": "nobody"}, InvalidInput, "is a team's of the shop"),
        ({"present": ()}, InvalidInput, "needs somebody who was there"),
        ({"present": ("bob",)}, InvalidInput, "must be an agent of the shop"),
        ({"obstacles": (Obstacle(WORDS, "bob"),)}, InvalidInput, "must be an agent of the shop"),
        ({"obstacles": (Obstacle(Text("text:2", " ")),)}, InvalidInput, "is said in words"),
        ({"went_well": (WentWell(WORDS, ("bob",)),)}, InvalidInput, "agent or a team"),
        ({"went_well": (WentWell(Text("text:2", "")),)}, InvalidInput, "is said in words"),
        ({"took": timedelta(0)}, InvalidInput, "takes some time"),
        ({"took": timedelta(days=2)}, InvalidInput, "no more than a day"),
        ({"reported": (OPEN,)}, RuleViolation, "Report on it first|is among those"),
    ],
)
def test_minutes_that_say_nothing_true_are_refused(given_: dict[str, Any], kind: type[IncidentkitError], rule: str) -> None:
    """Nobody there, nobody known, nothing said, or a report that was never given."""
    with pytest.raises(kind, match=rule):
        rules.hold(new(**given_), NOW)


def test_a_team_may_be_behind_what_went_well() -> None:
    """Not only a person."""
    (held,) = rules.hold(new(went_well=(WentWell(WORDS, ("after-sales", "ana")),)), NOW).events

    assert isinstance(held, ev.CheckInHeld)
    assert ("after-sales", "ana") == held.went_well[0].who


def test_what_is_added_later_has_words() -> None:
    """Or it adds nothing."""
    held = CheckIn(CheckInId("m-1"), "after-sales", START)
    with pytest.raises(InvalidInput, match="in words"):
        rules.note(held, Text(""))

    assert ev.CheckInNoted(WORDS) == rules.note(held, WORDS).events[0]
