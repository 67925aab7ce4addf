"""What another team does to a clock that runs: time used stays, and time left runs on the hours of who took over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.calendars import Calendar, CalendarChange, ChangePolicy, Schedule
from incidentkit.domain.clocks import Clock
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.evolve import replay
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Deadlines, EarlierTeam, Incident, Owner
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.targets import Targets
from incidentkit.domain.texts import Text
from incidentkit.rules.clock_readings import read_clocks
from incidentkit.rules.clocks import clocks, warned_at
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.demands import demanded_anew

START = datetime(2026, 3, 2, 8, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
WEDNESDAY, THURSDAY = START + timedelta(days=2, hours=6), START + timedelta(days=3, hours=4)
LONG, SHORT = Schedule("UTC", {"mon-fri": ["08:00-18:00"]}), Schedule("UTC", {"mon-fri": ["10:00-14:00"]})
TARGETS = Targets(resolve_within=14 * HOUR)


def shop(policy: ChangePolicy = "keep_used", **calendars: Calendar) -> Shop:
    """Three teams: a long day, a short one, and one like the first."""
    known = {"long": Calendar("long", LONG, (), policy), "short": Calendar("short", SHORT), **calendars}
    teams = (Team("day", "long"), Team("noon", "short"), Team("again", "long"))
    return Shop(teams=teams, agents=(Agent("ana", "day"),), default_team="day", calendars=known)


def a_case(*happenings: tuple[float, Happening], kind: str = "working") -> Incident:
    """A case of the team ``day`` that these things happened to, each so many hours after its beginning."""
    deadlines = Deadlines(targets=TARGETS, clock=kind)  # type: ignore[arg-type]
    reported = ev.IncidentReported(IncidentId("i-1"), "late", "minor", Text("t", "words"), Owner("day"), deadlines=deadlines)
    given = [(0.0, reported), *happenings]
    at = [START + hours * HOUR for hours, _ in given]
    events = [Event("i-1", n, data, at[n - 1], at[n - 1], "agent:ana", "test") for n, (_, data) in enumerate(given, 1)]
    found = replay(events)
    assert isinstance(found, Incident)
    return found


def taken(hours: float, team: str, agent: str = "leo") -> tuple[float, Happening]:
    return hours, ev.HandoverAccepted(Owner(team, agent))


def resolve_by(incident: Incident, settings: Shop) -> Clock:
    return next(clock for clock in clocks(incident, settings) if clock.name == "resolve_by")


def test_time_used_stays_and_time_left_runs_on_the_new_hours() -> None:
    """Four hours of the long Monday are used; of the ten that are left its short rest has two, and each day after it four."""
    handed = a_case(taken(4, "noon"))
    (reading,) = (r for r in read_clocks(handed, shop(), START + 28 * HOUR) if r.clock.name == "resolve_by")

    assert WEDNESDAY == resolve_by(handed, shop()).due
    assert (8 * HOUR, 6 * HOUR) == (reading.used, reading.left)
    assert "long, short" == reading.hours.calendar


def test_who_gets_it_back_counts_their_own_hours_again() -> None:
    """Each team counts while it has the case, as often as it has it."""
    back = a_case(taken(4, "noon"), taken(24 + 4, "day"))

    # Four on Monday and two until two o'clock; two of the short Tuesday, and six are left of the long one.
    assert START + timedelta(days=1, hours=10) == resolve_by(back, shop()).due


def test_who_in_a_team_has_it_changes_no_hours() -> None:
    """A colleague works by the same calendar, and so may another team."""
    alone, colleague, alike = a_case(), a_case(taken(4, "day", "eva")), a_case(taken(4, "again"))

    assert () == colleague.earlier_teams
    assert (EarlierTeam("day", START + 4 * HOUR),) == alike.earlier_teams
    assert 1 == len({resolve_by(case, shop()).due for case in (alone, colleague, alike)})


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        ("keep_used", WEDNESDAY),
        ("freeze", START + timedelta(days=1, hours=4)),
        ("recompute", THURSDAY),
    ],
)
def test_the_calendar_that_a_clock_runs_on_says_what_a_change_does(policy: ChangePolicy, due: datetime) -> None:
    """To be handed to another team is such a change."""
    assert due == resolve_by(a_case(taken(4, "noon")), shop(policy)).due


def test_recompute_counts_all_of_it_by_the_hours_of_who_took_over() -> None:
    """A whole long Monday comes to the four hours of a short one."""
    handed = a_case(taken(10, "noon"))

    assert START + timedelta(days=1, hours=6) == resolve_by(handed, shop("keep_used")).due
    assert THURSDAY == resolve_by(handed, shop("recompute")).due


def test_a_calendar_that_changes_later_keeps_its_own_policy() -> None:
    """Of the team that took over too: what it had counted stays, or runs on as it began with it."""
    change = CalendarChange(START + timedelta(days=1, hours=-8), LONG)
    kept, frozen = (Calendar("short", SHORT, (change,), policy) for policy in ("keep_used", "freeze"))
    handed = a_case(taken(4, "noon"))

    assert START + timedelta(days=1, hours=8) == resolve_by(handed, shop(short=kept)).due
    assert WEDNESDAY == resolve_by(handed, shop(short=frozen)).due


def test_what_stopped_before_stays_as_it_was() -> None:
    """Whoever takes a case that is resolved changes nothing about how it came to be."""
    stopped = ev.IncidentResolved(None)
    before = a_case((3, stopped))
    after = a_case((3, stopped), taken(4, "noon"))

    assert resolve_by(before, shop("recompute")) == resolve_by(after, shop("recompute"))


def test_all_time_is_the_same_for_every_team() -> None:
    """A target that counts all time does not ask who has the case."""
    handed = a_case(taken(4, "noon"), kind="elapsed")

    assert START + 14 * HOUR == resolve_by(handed, shop()).due


def test_what_is_written_down_late_is_not_earlier_than_what_was_known() -> None:
    """Teams follow each other in time, whenever somebody says so."""
    handed = a_case(taken(6, "noon"), taken(5, "again"))

    assert (EarlierTeam("day", START + 6 * HOUR), EarlierTeam("noon", START + 6 * HOUR)) == handed.earlier_teams
    assert resolve_by(a_case(), shop()).due == resolve_by(handed, shop()).due


def test_the_warning_comes_by_the_same_hours() -> None:
    """Three quarters of fourteen hours are ten and a half: four of the long day, and six and a half of short ones."""
    handed = a_case(taken(4, "noon"))

    assert START + timedelta(days=2, hours=2.5) == warned_at(resolve_by(handed, shop()), handed, shop())


def test_another_severity_is_counted_by_who_had_it_when() -> None:
    """What was used by the first team stays used."""
    settings = changed(shop(), protocols=(Protocol("late", by_severity={"critical": TARGETS}),))
    now = Circumstances(settings, START + 5 * HOUR, Actor("agent", "ana"))
    anew = demanded_anew(a_case(taken(4, "noon")), "late", "critical", now)

    assert anew is not None
    assert WEDNESDAY == anew.resolve_by


@given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from(["day", "noon", "again"])), max_size=4), st.floats(0, 200))
def test_law_what_was_used_stays_used(turns: list[tuple[float, str]], later: float) -> None:
    """Law: with keep_used, whoever takes the case changes nothing about what was counted until then."""
    turns = sorted(turns)
    last = max([later, *(hours for hours, _ in turns)])
    before = a_case(*(taken(hours, team) for hours, team in turns))
    after = a_case(*(taken(hours, team) for hours, team in turns), taken(last, "noon"))
    at = START + last * HOUR

    assert [r.used for r in read_clocks(before, shop(), at)] == [r.used for r in read_clocks(after, shop(), at)]
