"""Rotas, swaps, absences and priority in shop.toml."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given

from incidentkit.codec.settings import parse_shop, shop_from_json, shop_template, shop_to_json
from incidentkit.domain.calendars import Schedule
from incidentkit.domain.priority import PriorityWeights
from incidentkit.domain.rotas import Absence, Rota, Swap
from incidentkit.domain.shop import Shop
from incidentkit.errors import ConfigurationError
from incidentkit.testing.strategies import shops

CREW = """
[shop]
zone = "Europe/Madrid"
[[teams]]
name = "after-sales"
accept_within = "30m"
[[teams]]
name = "warehouse"
accept_within = "none"
[[agents]]
name = "ana"
team = "after-sales"
[[agents]]
name = "luis"
team = "after-sales"
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_shop(CREW + text)
    return [str(problem) for problem in caught.value.problems]


def test_rotas_are_read_as_calendars_are() -> None:
    """In the shop's zone, unless they name another."""
    shop = parse_shop(
        CREW
        + """
        [[rotas]]
        agents = ["ana", "luis"]
        week = { mon-fri = ["22:00-06:00"] }
        [[rotas]]
        agents = ["luis"]
        zone = "America/Bogota"
        week = { sat = ["09:00-13:00"] }
        dates = { 2026-12-24 = [] }
        closed = { 2026-12-25 = "Christmas" }
        """
    )

    assert shop.rotas == (
        Rota(("ana", "luis"), Schedule("Europe/Madrid", {"mon-fri": ["22:00-06:00"]})),
        Rota(
            ("luis",),
            Schedule("America/Bogota", {"sat": ["09:00-13:00"]}, {date(2026, 12, 24): ()}, {date(2026, 12, 25): "Christmas"}),
        ),
    )
    assert [timedelta(minutes=30), None] == [team.accept_within for team in shop.teams]


def test_swaps_and_absences_are_of_days_or_times() -> None:
    """A day, a time with its offset, a time where the agent works."""
    shop = parse_shop(
        CREW
        + """
        [[swaps]]
        date = 2026-11-24
        agent = "ana"
        by = "luis"
        [[absences]]
        agent = "ana"
        since = 2026-12-28
        until = 2027-01-06T12:00:00+02:00
        [[absences]]
        agent = "luis"
        since = 2026-12-28T12:00:00
        until = 2026-12-28
        """
    )

    assert (Swap(date(2026, 11, 24), "ana", "luis"),) == shop.swaps
    assert Absence("ana", date(2026, 12, 28), datetime(2027, 1, 6, 12, tzinfo=timezone(timedelta(hours=2)))) == shop.absences[0]
    assert datetime(2026, 12, 28, 11, tzinfo=UTC) == shop.absences[1].period("Europe/Madrid").since


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[rotas]]\nagents = ["bob"]\nweek = { mon = ["09:00-13:00"] }',
            "rotas[0].agents: expected one of ana, luis, found 'bob'",
        ),
        ("[[rotas]]\nagents = []\nweek = { mon = ['09:00-13:00'] }", "rotas[0].agents: expected at least one, found none"),
        ('[[rotas]]\nagents = ["ana"]', "rotas[0]: expected it to have open hours at some time, found none"),
        (
            '[[rotas]]\nagents = ["ana"]\nweek = { day = ["09:00-13:00"] }',
            "rotas[0]: expected days such as mon or mon-fri, found 'day'",
        ),
        ('[[rotas]]\nagents = ["ana"]\nzone = "Mars/Base"\nweek = { mon = ["09:00-13:00"] }', "found 'Mars/Base'"),
        ('[[swaps]]\ndate = 2026-11-24\nagent = "ana"\nby = "bob"', "swaps[0].by: expected one of ana, luis, found 'bob'"),
        (
            '[[absences]]\nagent = "ana"\nsince = 2026-11-24\nuntil = 2026-11-23',
            "absences[0].until: expected a time after since",
        ),
        ('[[absences]]\nagent = "ana"\nsince = "soon"\nuntil = 2026-11-23', "absences[0].since"),
        ("[priority]\nage = 0", "priority.age: expected above zero"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, said: str) -> None:
    """Exactly one, with what was expected."""
    (problem,) = problems(text)

    assert said in problem


def test_shifts_of_an_agent_with_a_mistake_are_no_second_mistake() -> None:
    """They may name them rightly."""
    wrong = '[[agents]]\nname = "eva"\nteam = 7\n[[rotas]]\nagents = ["eva"]\nweek = { mon = ["09:00-13:00"] }'

    assert ["agents[2].team"] == [problem.partition(":")[0] for problem in problems(wrong)]


def test_the_built_in_weights_stand_in_the_template() -> None:
    """In both languages."""
    assert PriorityWeights() == parse_shop(shop_template("en")).priority == parse_shop(shop_template("es")).priority


@given(shops())
def test_a_shop_with_rotas_is_kept_and_read_back(shop: Shop) -> None:
    """As the store keeps it."""
    assert shop == shop_from_json(shop_to_json(shop))
