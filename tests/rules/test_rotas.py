"""Who is on duty when: the laws, over zones, clock changes, nights, swaps and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.calendars import Schedule
from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.errors import ConfigurationError
from incidentkit.rules.rotas import Coming, Duty, absence_of, duty, has_rota, left_early, next_on_duty, on_duty, shift_end
from incidentkit.testing.strategies import absences, rotas, swaps

TEAM = "after-sales"
ANA, LUIS, EVA = Agent("ana", TEAM), Agent("luis", TEAM), Agent("eva", TEAM, "supervisor")
NAMES = ("ana", "luis", "eva")

# Around the nights in which clocks change in Madrid, Sao Paulo's neighbours, Lord Howe and Cairo.
DAYS = st.sampled_from((date(2026, 3, 28), date(2026, 10, 24), date(2026, 4, 4), date(2026, 4, 23))).flatmap(
    lambda day: st.dates(day, day + timedelta(days=4))
)
MOMENTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), UTC) + timedelta(minutes=minute), DAYS, st.integers(0, 2000)
)


def shop(**given: Any) -> Shop:
    settings = {"zone": "Europe/Madrid", "teams": (Team(TEAM), Team("warehouse")), "agents": (EVA, ANA, LUIS)}
    return Shop(**{**settings, **given})


def week(hours: str, *agents: str, zone: str = "Europe/Madrid") -> Rota:
    return Rota(agents, Schedule(zone, {"mon-fri": hours.split()}))


def madrid(day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZoneInfo("Europe/Madrid"))


@st.composite
def rostered(draw: st.DrawFn) -> Shop:
    return shop(
        rotas=tuple(draw(st.lists(rotas(NAMES, DAYS), max_size=3))),
        swaps=tuple(draw(st.lists(swaps(NAMES, DAYS), max_size=2))),
        absences=tuple(draw(st.lists(absences(NAMES, DAYS), max_size=2))),
    )


def worked(of: Shop, name: str, at: datetime) -> bool:
    """The slow way: for each rota and date near by, whether its wall clock shows the hour of a shift that is theirs."""
    if not any(rota.agents for rota in of.rotas) and not of.swaps:
        return True
    for rota in of.rotas:
        wall = at.astimezone(ZoneInfo(rota.schedule.zone)).replace(tzinfo=None)
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            whose = [n for n in rota.agents if not any(s.date == day and s.agent == n for s in of.swaps)]
            whose += [s.by for s in of.swaps if s.date == day and s.agent in rota.agents]
            if name in whose and any(_shows(day, hours.minutes, wall) for hours in _hours(rota, day)):
                return True
    return False


def _hours(rota: Rota, day: date) -> Sequence[Any]:
    schedule = rota.schedule
    return schedule.dates.get(day, () if day in schedule.closed else schedule.week[day.weekday()])


def _shows(day: date, minutes: tuple[int, int], wall: datetime) -> bool:
    begin = datetime.combine(day, time())
    return begin + timedelta(minutes=minutes[0]) <= wall < begin + timedelta(minutes=minutes[1])


def gone(of: Shop, name: str, at: datetime) -> bool:
    zone = next((rota.schedule.zone for rota in of.rotas if name in rota.agents), of.zone)
    return any(a.agent == name and (p := a.period(zone)).since <= at < p.until for a in of.absences)


# --- Laws --------------------------------------------------------------------------------------------------------


@given(rostered(), MOMENTS)
def test_who_is_on_duty_is_what_the_wall_clocks_show(of: Shop, at: datetime) -> None:
    """Law duty: exactly those with a shift, own or taken over, who are not absent; supervisors last."""
    expected = [name for name in ("ana", "luis", "eva") if worked(of, name, at) and not gone(of, name, at)]

    assert expected == [agent.name for agent in on_duty(of, TEAM, at)]


@given(rostered(), MOMENTS)
def test_an_absent_agent_is_never_on_duty(of: Shop, at: datetime) -> None:
    """Law absence: whatever rotas and swaps say; and the reason is told."""
    for agent in of.agents:
        if absence_of(of, agent, at) is not None:
            assert agent not in on_duty(of, TEAM, at)
            assert "absent" == duty(of, agent, at).why


@given(rostered(), MOMENTS)
def test_the_end_of_a_shift_is_its_end(of: Shop, at: datetime) -> None:
    """Law end: on duty until then, and not at that instant."""
    for agent in on_duty(of, TEAM, at):
        end = shift_end(of, agent, at)
        if end is not None:
            assert agent in on_duty(of, TEAM, end - timedelta(microseconds=1))
            assert agent not in on_duty(of, TEAM, end)
            assert agent in on_duty(of, TEAM, at + (end - at) / 2)


@given(rostered(), MOMENTS)
def test_who_comes_next_comes_first(of: Shop, at: datetime) -> None:
    """Law next: they are on duty from then on, and nobody was before."""
    coming = next_on_duty(of, TEAM, at)
    if coming is None:
        assert () == on_duty(of, TEAM, at)
        return

    assert coming.agent in on_duty(of, TEAM, coming.at)
    assert coming.at == at or () == on_duty(of, TEAM, at)
    assert coming.at == at or () == on_duty(of, TEAM, coming.at - timedelta(microseconds=1))
    assert coming.at == at or () == on_duty(of, TEAM, at + (coming.at - at) / 2)


@given(rostered(), MOMENTS)
def test_duty_is_explained(of: Shop, at: datetime) -> None:
    """Each agent has one reason, which agrees with whether they are there."""
    there = on_duty(of, TEAM, at)
    for agent in of.agents:
        told = duty(of, agent, at)
        assert told.on == (agent in there) == (told.why in ("on_shift", "covering", "always"))
        assert told.until is None or told.until > at


# --- Examples ----------------------------------------------------------------------------------------------------


def test_without_rotas_everybody_is_there() -> None:
    """As far as the settings know."""
    at = madrid("2026-03-02", "03:00")

    assert (ANA, LUIS, EVA) == on_duty(shop(), TEAM, at)
    assert Duty("ana", True, "always") == duty(shop(), ANA, at)
    assert None is shift_end(shop(), ANA, at)
    assert Coming(ANA, at) == next_on_duty(shop(), TEAM, at)
    assert not has_rota(shop(), TEAM)


def test_two_zones_are_on_duty_by_their_own_clocks() -> None:
    """Nine o'clock in Bogota is the afternoon in Madrid."""
    of = shop(rotas=(week("09:00-17:00", "ana"), week("09:00-17:00", "luis", zone="America/Bogota")))

    assert [["ana"], ["ana", "luis"], ["luis"]] == [
        [agent.name for agent in on_duty(of, TEAM, madrid("2026-03-02", at))] for at in ("14:00", "15:30", "18:00")
    ]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 7), ("2026-10-24", 9), ("2026-06-06", 8)])
def test_a_night_shift_is_as_long_as_the_night(day: str, hours: int) -> None:
    """From 22:00 to 06:00 it is seven hours when clocks go forward, nine when they go back."""
    of = shop(rotas=(Rota(("ana",), Schedule("Europe/Madrid", {"sat": ("22:00-06:00",)})),))
    begin = madrid(day, "22:00").astimezone(UTC)

    assert begin + timedelta(hours=hours) == shift_end(of, ANA, begin)


def test_a_swap_moves_the_shifts_that_begin_on_its_date() -> None:
    """A night too, to its end on the next day; the other is told apart from one who has no shift."""
    of = shop(rotas=(week("22:00-06:00", "ana"),), swaps=(Swap(date(2026, 3, 3), "ana", "luis"),))
    at = madrid("2026-03-04", "05:00")

    assert (LUIS,) == on_duty(of, TEAM, at)
    assert ("covering", "swapped") == (duty(of, LUIS, at).why, duty(of, ANA, at).why)
    assert ("on_shift", "no_shift") == tuple(duty(of, a, madrid("2026-03-05", "05:00")).why for a in (ANA, LUIS))


def test_a_swap_of_a_shift_by_date_leaves_nothing() -> None:
    """Who only had that one has none, also where the date was closed otherwise."""
    day = date(2026, 3, 3)
    only = Rota(("ana",), Schedule("Europe/Madrid", {}, {day: ("09:00-17:00",)}))
    off = Rota(("eva",), Schedule("Europe/Madrid", {"mon-fri": ("09:00-17:00",)}, closed={day: "fair"}))
    of = shop(rotas=(only, off), swaps=(Swap(day, "ana", "luis"), Swap(day, "eva", "luis")))

    assert (LUIS,) == on_duty(of, TEAM, madrid("2026-03-03", "12:00"))


def test_an_absence_of_days_lasts_to_their_end_where_the_agent_works() -> None:
    """And one that begins within a shift ends that shift."""
    rota = week("00:00-24:00", "ana", zone="America/Bogota")
    of = shop(rotas=(rota,), absences=(Absence("ana", date(2026, 3, 3), date(2026, 3, 3)),))
    bogota = ZoneInfo("America/Bogota")

    assert datetime(2026, 3, 3, tzinfo=bogota) == shift_end(of, ANA, datetime(2026, 3, 2, 12, tzinfo=bogota))
    assert Duty("ana", False, "absent", datetime(2026, 3, 4, tzinfo=bogota)) == duty(
        of, ANA, datetime(2026, 3, 3, 23, 59, tzinfo=bogota)
    )


def test_a_time_without_a_zone_is_read_where_the_agent_works() -> None:
    """As settings write it."""
    period = Absence("ana", datetime(2026, 3, 3, 12), date(2026, 3, 3)).period("America/Bogota")  # noqa: DTZ001 - on purpose

    assert (datetime(2026, 3, 3, 17, tzinfo=UTC), datetime(2026, 3, 4, 5, tzinfo=UTC)) == (period.since, period.until)


def test_a_team_of_nobody_has_nobody_coming() -> None:
    """Neither now nor later; nor has one whose people have no shifts in sight."""
    over = Rota(("ana",), Schedule("Europe/Madrid", {}, {date(2026, 3, 3): ("09:00-17:00",)}))
    at = madrid("2026-03-04", "12:00")

    assert None is next_on_duty(shop(), "warehouse", at)
    assert None is next_on_duty(shop(rotas=(over,)), TEAM, at)
    assert Duty("ana", False, "off_shift") == duty(shop(rotas=(over,)), ANA, at)


@pytest.mark.parametrize(
    "given",
    [
        {"rotas": (week("09:00-17:00", "bob"),)},
        {"rotas": (week("09:00-17:00"),)},
        {"swaps": (Swap(date(2026, 3, 3), "ana", "bob"),)},
        {"absences": (Absence("bob", date(2026, 3, 3), date(2026, 3, 4)),)},
        {"absences": (Absence("ana", date(2026, 3, 4), date(2026, 3, 3)),)},
    ],
)
def test_settings_that_name_nobody_or_end_before_they_begin_are_refused(given: dict[str, Any]) -> None:
    """With the place of the mistake."""
    with pytest.raises(ConfigurationError, match=f"{next(iter(given))}\\[0\\]"):
        shop(**given)


def test_who_left_early_is_watched_for_the_end_of_the_shift() -> None:
    """Absent, and nobody knew; not one who is there, nor one whose absence was reckoned with."""
    of = shop(rotas=(week("09:00-17:00", "ana"),), absences=(Absence("ana", madrid("2026-03-02", "12:00"), date(2026, 3, 6)),))
    noon, five = madrid("2026-03-02", "12:00"), madrid("2026-03-02", "17:00")

    assert left_early(of, ANA, noon, five)
    assert not left_early(of, ANA, noon, noon)
    assert not left_early(of, ANA, noon - timedelta(minutes=1), five)
    assert left_early(shop(absences=of.absences), ANA, noon, None)
